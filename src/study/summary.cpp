#include "study/summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace narrows {
namespace {

/// A network's verdict in one group of analyses, put together from its parts.
struct Member {
  bool refuted = false, open = false;
  std::size_t parts = 0;  ///< rows that are there
  std::optional<double> ratio, depth, width;
};

struct Group {
  AnalysisSummary summary;
  std::size_t parts = 1;  ///< rows of each network, when all are computed
  std::map<double, ShareBin> by_ratio, by_depth, by_width;
  std::optional<std::size_t> network;  ///< whose parts are being read
  Member member;
};

/// The rows of the network read last are all read: count it if none of its parts is missing. One with a part missing is in no count,
/// whatever the others say, or the shares would favour verdicts that few parts settle.
void close_member(Group* group) {
  if (!group->network) return;
  const Member& m = group->member;
  group->network.reset();
  if (m.parts != group->parts) {
    ++group->summary.unfinished;
    return;
  }
  const auto count = [&](std::size_t* proved, std::size_t* refuted, std::size_t* open) {
    ++*(m.refuted ? refuted : m.open ? open : proved);
  };
  count(&group->summary.proved, &group->summary.refuted, &group->summary.undecided);
  for (const auto& [value, bins] :
       {std::pair{m.ratio, &group->by_ratio}, {m.depth, &group->by_depth}, {m.width, &group->by_width}}) {
    if (!value) continue;
    ShareBin& bin = (*bins)[*value];
    bin.x = *value;
    count(&bin.proved, &bin.refuted, &bin.open);
  }
}

void add_row(const ReportedRow& reported, Group* group) {
  const StudyRow& row = reported.row;
  if (group->network != row.network) {
    close_member(group);
    group->network = row.network;
    group->member = {};
    group->member.ratio = reported.ratio;
    if (reported.depth) group->member.depth = static_cast<double>(*reported.depth);
    if (reported.width) group->member.width = static_cast<double>(*reported.width);
  }
  ++group->member.parts;
  group->member.refuted = group->member.refuted || row.verdict == Verdict::refuted;
  group->member.open = group->member.open || row.verdict == Verdict::undecided;
  AnalysisSummary& summary = group->summary;
  summary.type = reported.type;
  if (row[Figure::boxes] && !row.copy_of) summary.boxes += static_cast<std::size_t>(*row[Figure::boxes]);
  summary.certificates += row.certificate.empty() ? 0 : 1;
  summary.copies += row.copy_of ? 1 : 0;
  summary.seconds += row.seconds;
}

/// Twenty bins from 1, the least value there can be, up to 32, equally wide in the logarithm.
struct Histogram {
  std::vector<HistogramBin> bins;
  std::size_t above = 0;
  Histogram() {
    constexpr int count = 20;
    for (int k = 0; k < count; ++k)
      bins.push_back({std::exp2(5.0 * k / count), std::exp2(5.0 * (k + 1) / count), 0});
  }
  void add(double x) {
    if (x >= bins.back().upper) {
      ++above;
      return;
    }
    const double place = std::log2(std::max(x, 1.0)) / 5.0 * static_cast<double>(bins.size());
    ++bins[std::min(static_cast<std::size_t>(place), bins.size() - 1)].count;
  }
};

/// "certify on [-2,2]^d, part 1 of 4" is "certify on [-2,2]^d, 4 parts".
std::string whole_analysis(const std::string& text) {
  const auto part = text.find(", part "), of = text.find(" of ", part == std::string::npos ? 0 : part);
  return part == std::string::npos || of == std::string::npos ? text : text.substr(0, part) + ", " + text.substr(of + 4) + " parts";
}

ShareTable table_of(const std::string& axis, const std::map<double, ShareBin>& bins) {
  ShareTable table{axis, {}};
  for (const auto& [x, bin] : bins) table.bins.push_back(bin);
  return table;
}

}  // namespace

Proportion wilson(std::size_t hits, std::size_t all, double z) {
  if (all == 0) return {};
  const double n = static_cast<double>(all), p = static_cast<double>(hits) / n, scale = 1 + z * z / n;
  const double centre = (p + z * z / (2 * n)) / scale,
               half = z / scale * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
  return {hits == 0 ? 0 : std::max(0.0, centre - half), hits == all ? 1 : std::min(1.0, centre + half)};
}

StudySummary summarise(StudyDatabase* database) {
  StudySummary summary;
  summary.facts = database->facts();
  std::map<std::size_t, Group> groups;
  Histogram histogram;
  database->for_each_row([&](const ReportedRow& reported) {
    Group& group = groups[reported.group];
    if (group.summary.text.empty()) group.summary.text = whole_analysis(summary.facts.analysis_texts.at(reported.row.analysis));
    group.parts = summary.facts.parts.at(reported.group);
    add_row(reported, &group);
    if (const auto& norm = reported.row[Figure::critical_ratio_norm])
      histogram.add(*norm);
    else if (const auto& infinite = reported.row[Figure::infinite_ratios];
             infinite && *infinite > 0 && !reported.row[Figure::critical_ratio_lower])
      ++summary.networks_with_infinite;
  });
  for (auto& [number, group] : groups) {
    close_member(&group);
    for (const auto& [axis, bins] :
         {std::pair<const char*, const std::map<double, ShareBin>*>{"ratio α", &group.by_ratio},
          {"depth", &group.by_depth},
          {"width", &group.by_width}})
      if (bins->size() > 1) group.summary.shares.push_back(table_of(axis, *bins));
    summary.analyses.push_back(std::move(group.summary));
  }
  summary.ratio_norms = std::move(histogram.bins);
  summary.ratio_norms_above = histogram.above;
  return summary;
}

std::string summary_text(const StudySummary& summary) {
  std::string text;
  for (const AnalysisSummary& a : summary.analyses) {
    text += fmt::format(
        "{}\n  proved {}, refuted {}, undecided {}; {} boxes, {} certificates, {:.2f} s of computing{}{}\n",
        a.text, a.proved, a.refuted, a.undecided, a.boxes, a.certificates, a.seconds,
        a.unfinished > 0 ? fmt::format(", {} networks with parts to be computed left out", a.unfinished) : "",
        a.copies > 0 ? fmt::format(", {} rows copied from equal networks", a.copies) : "");
    if (a.type != "certify" && a.type != "threshold") continue;
    for (const ShareTable& table : a.shares) {
      text += fmt::format("  {:>10}  {:>8}  {:>8}  {:>9}  {:>7}  {}\n",
                          table.axis == "ratio α" ? "ratio" : table.axis, "proved", "refuted", "undecided",
                          "share", "95 % interval");
      for (const ShareBin& bin : table.bins) {
        const Proportion p = bin.interval();
        text += fmt::format("  {:>10.6g}  {:>8}  {:>8}  {:>9}  {:>7.4f}  [{:.4f}, {:.4f}]\n", bin.x,
                            bin.proved, bin.refuted, bin.open, bin.share(), p.low, p.high);
      }
    }
  }
  std::size_t all = summary.ratio_norms_above;
  for (const HistogramBin& bin : summary.ratio_norms) all += bin.count;
  if (all == 0) return text;
  text += fmt::format(
      "critical ratio x norms, of each network's smallest finite critical ratio ({} networks; in {} more "
      "every ratio is infinite)\n",
      all, summary.networks_with_infinite);
  for (const HistogramBin& bin : summary.ratio_norms)
    if (bin.count > 0)
      text += fmt::format("  {:>8.3f} to {:>7.3f}  {:>8}\n", bin.lower, bin.upper, bin.count);
  if (summary.ratio_norms_above > 0)
    text += fmt::format("  {:>8.3f} or more     {:>8}\n", summary.ratio_norms.back().upper,
                        summary.ratio_norms_above);
  return text;
}

}  // namespace narrows
