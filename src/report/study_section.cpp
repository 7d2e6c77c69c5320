#include "report/study_section.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/errors.hpp"
#include "network/chain.hpp"
#include "plot/critical_picture.hpp"
#include "plot/study_picture.hpp"
#include "report/drawn_svg.hpp"
#include "study/analyse.hpp"

namespace narrows {
namespace {

using Cell = HtmlPage::Cell;

constexpr std::size_t kMostListed = 20;

std::string column_of_axis(const std::string& axis) {
  return axis == "ratio α" ? "family_ratio" : axis;
}

/// The verdict of each network in one group of analyses, put together from its parts if all are there, counted by `column`.
std::string verdict_query(std::size_t group, const std::string& column) {
  return fmt::format(
      "SELECT {0}, sum(v = 0) AS proved, sum(v = 2) AS refuted, sum(v = 1) AS undecided FROM\n"
      "  (SELECT {0}, max(CASE verdict WHEN 'refuted' THEN 2 WHEN 'undecided' THEN 1 ELSE 0 END) AS v\n"
      "   FROM rows WHERE grouping = {1} GROUP BY network\n"
      "   HAVING count(*) = (SELECT count(*) FROM analyses WHERE grouping = {1}))\nGROUP BY {0};",
      column, group);
}

void add_share(HtmlPage* page, const StudySummary& summary, std::size_t group, const ShareTable& table) {
  const AnalysisSummary& analysis = summary.analyses[group];
  const std::string claim = claim_of_analysis(analysis.type);
  page->heading(3, fmt::format("{} ({}): share against {}", claim, analysis.text, table.axis));
  page->figure(
      drawn_svg([&](const std::string& path) { draw_share_picture(table, claim, analysis.text, path); }),
      fmt::format("Share of networks for which it is proved: {}; against {}.", claim, table.axis));
  std::vector<std::vector<Cell>> rows = {
      {table.axis, "proved", "refuted", "undecided", "share proved", "95 % interval (Wilson)"}};
  for (const ShareBin& bin : table.bins) {
    const Proportion p = bin.interval();
    rows.push_back({fmt::format("{:.6g}", bin.x), std::to_string(bin.proved), std::to_string(bin.refuted),
                    std::to_string(bin.open), fmt::format("{:.4f}", bin.share()),
                    fmt::format("[{:.4f}, {:.4f}]", p.low, p.high)});
  }
  page->table(rows);
  page->code(verdict_query(group, column_of_axis(table.axis)));
}

void add_histogram(HtmlPage* page, const StudySummary& summary) {
  std::size_t all = summary.ratio_norms_above;
  for (const HistogramBin& bin : summary.ratio_norms) all += bin.count;
  if (all == 0) return;
  page->heading(3, "Sharp critical ratios against the Lipschitz ratio");
  page->figure(drawn_svg([&](const std::string& path) {
                 draw_ratio_norm_picture(summary, summary.facts.name + ": α* · s‖V‖‖W‖", path);
               }),
               "How many times the Lipschitz ratio the sharp critical ratio is, for the block of each "
               "network with the smallest finite one.");
  std::vector<std::vector<Cell>> rows = {{"from", "to", "networks"}};
  for (const HistogramBin& bin : summary.ratio_norms)
    if (bin.count > 0)
      rows.push_back(
          {fmt::format("{:.4f}", bin.lower), fmt::format("{:.4f}", bin.upper), std::to_string(bin.count)});
  if (summary.ratio_norms_above > 0)
    rows.push_back({fmt::format("{:.4f}", summary.ratio_norms.back().upper), "–",
                    std::to_string(summary.ratio_norms_above)});
  page->table(rows);
  page->code(
      "SELECT network, critical_ratio_norm, critical_ratio_lower, critical_ratio_upper, infinite_ratios FROM "
      "rows WHERE type = 'threshold';");
}

/// The first rows with each verdict, and the pictures of two networks, proved again.
struct Examples {
  std::vector<ReportedRow> undecided;
  std::optional<ReportedRow> proved, refuted;
};

Examples examples_of(StudyDatabase* database) {
  Examples found;
  database->for_each_row([&](const ReportedRow& r) {
    if (r.row.verdict == Verdict::undecided && found.undecided.size() < kMostListed)
      found.undecided.push_back(r);
    if (r.type != "certify" || r.row.certificate.empty()) return;
    if (r.row.verdict == Verdict::proved && !found.proved) found.proved = r;
    if (r.row.verdict == Verdict::refuted && !found.refuted) found.refuted = r;
  });
  return found;
}

void add_example(HtmlPage* page, const StudyPlan& plan, const ReportedRow& example) {
  // A copy has the certificate, and the name in it, of the network that was computed.
  const StudyNetwork network = study_network(plan, example.row.copy_of.value_or(example.row.network));
  if (network.network.input_dim > 2) return;
  const std::optional<CertifyResult> result =
      network.sha256 == example.row.sha256 ? certify_again(plan, network, example.row) : std::nullopt;
  if (!result) {
    page->paragraph(
        fmt::format("Row (network {}, analysis {}) says {}; computed again, network, verdict or certificate "
                    "is another one: the "
                    "row is not confirmed.",
                    example.row.network, example.row.analysis, to_string(example.row.verdict)));
    return;
  }
  const Chain chain = make_chain(network.network, {}, network.name);
  if (first_ode_layer(chain.layers) < chain.layers.size()) return;
  page->figure(
      drawn_svg([&](const std::string& path) { draw_critical_picture(chain, *result, network.name, path); }),
      fmt::format("Network {} ({}), row (network {}, analysis {}): proved again, and the certificate has the "
                  "hash of that row, {}.",
                  example.row.network, example.label, example.row.network, example.row.analysis,
                  example.row.certificate));
}

void add_examples(HtmlPage* page, const StudyFacts& facts, const Examples& examples,
                  const std::string& file) {
  if (!examples.proved && !examples.refuted) return;
  try {
    const StudyPlan plan = parse_study(facts.definition, file);
    if (plan.fingerprint != facts.fingerprint)
      return;  // another version, or other files: nothing here would be what the rows speak of
    page->heading(3, "Single networks");
    for (const auto& example : {examples.proved, examples.refuted})
      if (example) add_example(page, plan, *example);
  } catch (const InputError& error) {
    page->paragraph(std::string("No pictures of single networks: ") + error.what());
  }
}

void add_undecided(HtmlPage* page, const Examples& examples) {
  if (examples.undecided.empty()) return;
  page->heading(3, "What stayed undecided");
  std::vector<std::vector<Cell>> rows = {{"network", "analysis", "which", "why"}};
  for (const ReportedRow& r : examples.undecided)
    rows.push_back({std::to_string(r.row.network), std::to_string(r.row.analysis), r.label, r.row.reason});
  page->table(rows);
  page->code("SELECT network, analysis, reason FROM rows WHERE verdict = 'undecided';");
}

}  // namespace

std::vector<std::string> analysis_types(const StudySummary& summary) {
  std::vector<std::string> types;
  for (const AnalysisSummary& a : summary.analyses)
    if (std::find(types.begin(), types.end(), a.type) == types.end()) types.push_back(a.type);
  return types;
}

void add_study_section(HtmlPage* page, StudyDatabase* database, const std::string& file,
                       const std::string& anchor) {
  const StudySummary summary = summarise(database);
  const Examples examples = examples_of(database);
  page->open_section();
  page->heading(2, "Study: " + summary.facts.name, anchor);
  page->paragraph(fmt::format(
      "{} networks, {} of {} rows in {}. The verdicts of the rows are statements of the run that wrote this "
      "database. They were not checked when this page was made, except for the rows shown below as proved "
      "again; how to "
      "check any other one is said at the end. Shares and their intervals are statistics about the family.",
      summary.facts.networks, summary.facts.done, summary.facts.networks * summary.facts.analyses, file));
  for (const AnalysisSummary& a : summary.analyses)
    if (a.unfinished > 0)
      page->paragraph(fmt::format("{}: {} networks of which parts are still to be computed are left out.",
                                  a.text, a.unfinished));
  std::vector<std::vector<Cell>> rows = {
      {"grouping", "analysis", "proved", "refuted", "undecided", "boxes", "certificates", "copied rows"}};
  for (std::size_t k = 0; k < summary.analyses.size(); ++k) {
    const AnalysisSummary& a = summary.analyses[k];
    rows.push_back({std::to_string(k), a.text, std::to_string(a.proved), std::to_string(a.refuted),
                    std::to_string(a.undecided), std::to_string(a.boxes), std::to_string(a.certificates),
                    std::to_string(a.copies)});
  }
  page->table(rows);
  page->code(verdict_query(0, "grouping") +
             "\nSELECT grouping, sum(boxes) FILTER (WHERE copy_of IS NULL), count(certificate), "
             "count(copy_of) FROM rows GROUP BY grouping;");
  for (std::size_t k = 0; k < summary.analyses.size(); ++k)
    for (const ShareTable& table : summary.analyses[k].shares) add_share(page, summary, k, table);
  add_histogram(page, summary);
  add_examples(page, summary.facts, examples, file);
  add_undecided(page, examples);
  page->heading(3, "How to check it");
  page->paragraph(
      "Each row names the SHA-256 of its network and of its certificate. The study below writes network N "
      "and its certificates again; their hashes must be those of the row, and the checker must accept them.");
  page->code("narrows study study.toml --database " + file +
             " --extract N -o one\nsha256sum one/*\nnarrows-check --print-claim --network "
             "one/network-N.json one/N-0.cert.json");
  page->heading(3, "The study file");
  page->code(summary.facts.definition);
  page->close_section();
}

}  // namespace narrows
