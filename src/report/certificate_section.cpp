#include "report/certificate_section.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>

#include "arith/interval.hpp"
#include "base/errors.hpp"
#include "io/exact_text.hpp"
#include "io/network_json.hpp"
#include "levelset/level_curve.hpp"
#include "network/chain.hpp"
#include "plot/critical_picture.hpp"
#include "plot/level_picture.hpp"
#include "plot/partition_picture.hpp"
#include "plot/ratio_picture.hpp"
#include "report/drawn_svg.hpp"
#include "report/theorem_statements.hpp"

namespace narrows {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMostRows = 60;
constexpr std::size_t kMostBoxes = 200'000;  // of what is proved again for a picture

Interval number_of(const Json& value) {
  if (value.is_number()) return Interval(value.get<double>());
  const auto exact = parse_exact(value.get<std::string>());
  if (!exact) throw InputError("certificate", "a number cannot be read", "make it again");
  return enclose(*exact);
}

Interval interval_of(const Json& value) {
  return {number_of(value.at(0)).lower(), number_of(value.at(1)).upper()};
}

Domain domain_of(const Json& claim, std::size_t dim) {
  const Json& domain = claim.at("domain");
  Domain result;
  result.dim = dim;
  if (domain.at("type") == "ball") {
    result.type = Domain::Type::ball;
    result.radius = number_of(domain.at("radius")).lower();
  } else if (domain.at("type") == "box") {
    result.type = Domain::Type::box;
    for (const Json& side : domain.at("bounds")) {
      result.box.lower.push_back(number_of(side.at(0)).lower());
      result.box.upper.push_back(number_of(side.at(1)).upper());
    }
  }
  return result;
}

OutputSelection output_of(const Json& claim) {
  const Json& output = claim.at("output");
  if (output.at("type") == "component") return {false, output.at("index").get<std::size_t>(), 0};
  return {true, output.at("indices").at(0).get<std::size_t>(), output.at("indices").at(1).get<std::size_t>()};
}

Verdict verdict_of(const Json& claim) {
  const auto text = claim.value("verdict", "");
  return text == "proved" ? Verdict::proved : text == "refuted" ? Verdict::refuted : Verdict::undecided;
}

std::string interval_text(const Interval& x) {
  return x.lower() == x.upper() ? fmt::format("{}", x.lower())
                                : fmt::format("[{}, {}]", x.lower(), x.upper());
}

/// The claim as a result that can be drawn.
CertifyResult critical_result(const Json& claim, std::size_t dim) {
  CertifyResult result;
  result.claim =
      claim.at("kind") == "no-local-extremum" ? Claim::no_local_extremum : Claim::no_critical_points;
  result.domain = domain_of(claim, dim);
  result.verdict = verdict_of(claim);
  result.complete = claim.at("complete").get<bool>();
  if (result.verdict == Verdict::undecided)
    result.reason = "the certificate claims no more than the points listed";
  for (const Json& item : claim.at("critical_points")) {
    CriticalPoint point;
    for (const Json& side : item.at("box")) point.box.push_back(interval_of(side));
    point.value = interval_of(item.at("value"));
    if (!item.at("morse_index").is_null()) point.morse_index = item.at("morse_index").get<int>();
    point.inside = item.at("in_domain") == "inside";
    result.critical_points.push_back(std::move(point));
  }
  return result;
}

void add_critical(HtmlPage* page, const Json& claim, const Network& network, const std::string& title) {
  const Chain chain = make_chain(network, output_of(claim), title);
  const CertifyResult result = critical_result(claim, chain.input_dim);
  std::vector<std::vector<HtmlPage::Cell>> rows = {
      {"critical point", "value", "Morse index", "where", "in the certificate"}};
  for (std::size_t i = 0; i < result.critical_points.size() && i < kMostRows; ++i) {
    const CriticalPoint& point = result.critical_points[i];
    std::string box;
    for (const Interval& side : point.box) box += (box.empty() ? "" : " × ") + interval_text(side);
    rows.push_back({box, interval_text(point.value),
                    point.morse_index ? std::to_string(*point.morse_index) : "not proved",
                    point.inside ? "inside" : "on or next to the boundary",
                    fmt::format("claim.critical_points[{}]", i)});
  }
  if (rows.size() > 1) page->table(rows);
  if (result.critical_points.size() > kMostRows)
    page->paragraph(
        fmt::format("… and {} more in the certificate.", result.critical_points.size() - kMostRows));
  if (chain.input_dim <= 2 && first_ode_layer(chain.layers) == chain.layers.size())
    page->figure(
        drawn_svg([&](const std::string& path) { draw_critical_picture(chain, result, title, path); }),
        "The function, and what the certificate proves of its critical points. Symbols and verdict repeat "
        "the claim; colours and level lines are drawn from floating-point values.");
}

/// "[p/q,p/q]", "[p/q,?]" or "infinite".
CriticalRatio ratio_of(const std::string& bracket) {
  CriticalRatio ratio;
  if (bracket == "infinite") {
    ratio.status = CriticalRatio::Status::infinite;
    return ratio;
  }
  const auto comma = bracket.find(',');
  ratio.lower = parse_exact(bracket.substr(1, comma - 1)).value();
  const std::string upper = bracket.substr(comma + 1, bracket.size() - comma - 2);
  if (upper == "?") return ratio;
  ratio.upper = parse_exact(upper).value();
  ratio.status = CriticalRatio::Status::bracket;
  return ratio;
}

void add_ratios(HtmlPage* page, const Json& claim, const Network& network, const std::string& title) {
  ThresholdResult result;
  result.verdict = verdict_of(claim);
  if (claim.at("domain").at("type") != "space") result.domain = domain_of(claim, network.input_dim);
  std::vector<std::vector<HtmlPage::Cell>> rows = {
      {"layer", "kind", "ratio", "regular", "critical ratio", "in the certificate"}};
  bool any = false;
  for (std::size_t l = 0; l < network.layers.size(); ++l) {
    const auto words = claim.at("layers").at(l).get<std::string>();
    LayerThreshold layer;
    layer.kind = kind_of(network.layers[l]);
    const std::string first = words.substr(0, words.find(' '));
    layer.regular = first == "regular"       ? Regularity::regular
                    : first == "not-regular" ? Regularity::not_regular
                                             : Regularity::undecided;
    if (const auto* block = std::get_if<ResidualLayer>(&network.layers[l].value);
        block != nullptr && block->skip != 0)
      layer.ratio = block->residual / block->skip;
    std::string shown = "–";
    if (const auto at = words.find(" critical "); at != std::string::npos && layer.ratio) {
      layer.critical = ratio_of(words.substr(at + 10));
      any = true;
      const CriticalRatio& critical = *layer.critical;
      shown = critical.status == CriticalRatio::Status::infinite
                  ? "infinite"
                  : fmt::format("[{}, {}]", enclose(critical.lower).lower(),
                                critical.upper ? fmt::format("{}", enclose(*critical.upper).upper()) : "?");
    }
    rows.push_back({std::to_string(l + 1), layer.kind,
                    layer.ratio ? fmt::format("{}", mpq_get_d(layer.ratio->backend().data())) : "–", first,
                    shown, fmt::format("claim.layers[{}]", l)});
    result.layers.push_back(std::move(layer));
  }
  page->table(rows);
  if (any)
    page->figure(drawn_svg([&](const std::string& path) { draw_ratio_picture(result, title, path); }),
                 "Channel ratios and sharp critical ratios as the certificate proves them (the Lipschitz "
                 "ratio is no part of the claim and is left out).");
}

void add_level_curve(HtmlPage* page, const Json& claim, const Network& network, const std::string& title) {
  const Chain chain = make_chain(network, output_of(claim), title);
  std::vector<std::vector<HtmlPage::Cell>> rows = {
      {"component", "sign", "status", "holes", "area", "in the certificate"}};
  if (claim.at("components").is_array())
    for (const Json& item : claim.at("components"))
      rows.push_back({std::to_string(rows.size() - 1), item.at("sign").get<std::string>(),
                      item.at("status").get<std::string>(),
                      std::to_string(item.at("holes").get<std::size_t>()),
                      interval_text(interval_of(item.at("area"))),
                      fmt::format("claim.components[{}]", rows.size() - 1)});
  if (rows.size() > 1) page->table(rows);
  if (chain.input_dim != 2 || !claim.at("curves").is_object()) return;
  const Domain domain = domain_of(claim, 2);
  const auto function = level_function(chain, title);
  LevelCurveOptions options;
  const Json& level = claim.at("level");
  options.level =
      level.is_string() ? parse_exact(level.get<std::string>()).value() : rational_exact(level.get<double>());
  options.max_boxes = kMostBoxes;
  options.max_crossed_width =
      std::max(domain.box.upper[0] - domain.box.lower[0], domain.box.upper[1] - domain.box.lower[1]) / 120;
  const LevelCurveResult again = level_curve(*function, domain.box, options);
  if (again.verdict != Verdict::proved ||
      again.closed_curves() != claim.at("curves").at("closed").get<std::size_t>() ||
      again.arcs() != claim.at("curves").at("arcs").get<std::size_t>())
    return;
  LevelPicture what{&again, polygons_of(again, *function), {}, nullptr, nullptr};
  page->figure(drawn_svg([&](const std::string& path) { draw_level_picture(chain, what, title, path); }),
               "The level set, proved again in finer cells; the numbers of closed curves and arcs are those "
               "of the claim.");
}

void add_partition(HtmlPage* page, const Json& claim, const Network& network, const std::string& title) {
  const Chain chain = make_chain(network, output_of(claim), title);
  if (chain.input_dim != 2) return;
  LevelSetOptions options;
  const Json& level = claim.at("level");
  options.level =
      level.is_string() ? parse_exact(level.get<std::string>()).value() : rational_exact(level.get<double>());
  const LevelSetResult result = analyse_level_sets(chain, options, title);
  page->figure(
      drawn_svg([&](const std::string& path) { draw_partition_picture(chain, result, title, path); }),
      "The cells on which the network is affine, computed again exactly, and the level line.");
}

/// Every number and word of a claim beside its path, lists as they stand.
void add_fields(HtmlPage* page, const Json& claim) {
  std::vector<std::vector<HtmlPage::Cell>> rows = {{"in the certificate", "value"}};
  constexpr std::size_t longest = 400;
  for (const auto& [key, value] : claim.items()) {
    if (key == "critical_points" || key == "layers" || key == "components")
      continue;  // they have tables of their own
    const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
    rows.push_back({"claim." + key, text.size() <= longest ? text : text.substr(0, longest) + " …"});
  }
  page->table(rows);
}

void add_claim(HtmlPage* page, const Json& document, const std::string& title) {
  const Json& claim = document.at("claim");
  const auto kind = claim.at("kind").get<std::string>();
  add_fields(page, claim);
  try {
    const Network network = parse_network_json(document.at("network").at("model").dump(), title);
    if (kind == "no-critical-points" || kind == "no-local-extremum")
      add_critical(page, claim, network, title);
    if (kind == "channel-ratios") add_ratios(page, claim, network, title);
    if (kind == "level-curve") add_level_curve(page, claim, network, title);
    if (kind == "level-set") add_partition(page, claim, network, title);
  } catch (const InputError& error) {
    page->paragraph(std::string("No picture: ") + error.what());
  }
}

}  // namespace

CertificateSummary add_certificate_section(HtmlPage* page, const ReportedCertificate& certificate,
                                           const std::string& anchor) {
  CertificateSummary summary;
  page->open_section();
  page->heading(2, certificate.file, anchor);
  if (!certificate.accepted) {
    summary = {"–", "–", "nothing is proved", {}};
    page->verdict("rejected", certificate.outcome);
    page->paragraph("The checker does not accept this file, so it proves nothing.");
    page->close_section();
    return summary;
  }
  const Json document = Json::parse(certificate.bytes);  // accepted, hence strict JSON of the right shape
  summary.kind = document.at("claim").at("kind").get<std::string>();
  summary.verdict = document.at("claim").value("verdict", "–");
  summary.claim = certificate.claim;
  summary.theorems = theorems_of(summary.kind);
  const Json& source = document.at("network").at("source");
  const auto file = source.at("file").get<std::string>();
  page->verdict(summary.verdict == "–" ? "accepted" : summary.verdict, certificate.claim);
  page->table({{"", ""},
               {"network", file},
               {"SHA-256 of the network", source.at("sha256").get<std::string>()},
               {"SHA-256 of the certificate", certificate.file_sha256},
               {"checker", "ACCEPTED"}});
  add_claim(page, document, file);
  page->paragraph("To check it again with the program that trusts nothing of the prover:");
  const bool packed = certificate.file.ends_with(".gz");
  page->code((packed ? "narrows check " : "narrows-check --print-claim ") + certificate.file +
             "\nsha256sum " + certificate.file);
  page->close_section();
  return summary;
}

}  // namespace narrows
