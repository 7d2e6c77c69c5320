#include "cli/bounds_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/counted.hpp"
#include "io/exact_text.hpp"

namespace narrows::cli {
namespace {

Json number_json(double x) { return std::isfinite(x) ? Json(x) : Json(nullptr); }
Json path_json(const std::string& path) { return path.empty() ? Json(nullptr) : Json(path); }
double nearest(const Rational& x) { return mpq_get_d(x.backend().data()); }

Json row_json(const LimitComparison& row) {
  Json json = {{"id", theorem_id(row.limit)}, {"limit", to_string(row.limit)}, {"applies", row.applies}};
  if (!row.applies) {
    for (const char* key : {"theorem", "sharper", "ratio"}) json[key] = nullptr;
    json["certified"] = {nullptr, nullptr};
    json["verdict"] = to_string(row.verdict);
    json["reason"] = row.reason;
    return json;
  }
  json["theorem"] = number_json(row.bounds.theorem);
  json["theorem_status"] = std::isfinite(row.bounds.theorem) ? "finite" : "infinite";
  json["sharper"] = number_json(row.bounds.sharper);
  json["certified"] = interval_json(row.distance.distance);
  json["ratio"] = number_json(excess_lower(row));
  json["gap_reached"] = row.distance.complete;
  json["point"] = row.distance.point;
  json["boxes"] = row.distance.boxes;
  json["verdict"] = to_string(row.verdict);
  json["reason"] = row.reason;
  return json;
}

Json critical_json(const std::optional<CriticalRatio>& critical) {
  if (!critical) return {{"critical_ratio", nullptr}, {"critical_ratio_status", "not-applicable"}};
  if (critical->status == CriticalRatio::Status::infinite) return {{"critical_ratio", nullptr}, {"critical_ratio_status", "infinite"}};
  const bool bracket = critical->status == CriticalRatio::Status::bracket && critical->upper;
  return {{"critical_ratio", Json::array({enclose(critical->lower).lower(), critical->upper ? Json(enclose(*critical->upper).upper()) : Json(nullptr)})},
          {"critical_ratio_status", bracket ? "bracket" : "lower-bound"}};
}

Json regime_json(const RegimeReport& regime) {
  Json blocks = Json::array();
  for (const BlockReport& block : regime.blocks) {
    Json json = {{"layer", block.layer}, {"ratio", block.ratio ? Json(nearest(*block.ratio)) : Json(nullptr)}};
    json.update(critical_json(block.critical));
    json["status"] = to_string(block.regime);
    blocks.push_back(json);
  }
  return {{"name", to_string(regime.regime)}, {"blocks", blocks}};
}

std::string number_text(double x) { return std::isfinite(x) ? fmt::format("{:.6g}", x) : std::string("infinite"); }
std::string distance_text(const Interval& x) { return fmt::format("[{:.7g}, {:.7g}]", x.lower(), x.upper()); }

void print_table(const BoundsReport& report) {
  fmt::print("{:<10} {:<6} {:>12} {:>12}   {:<32} {:>10}\n", "bound", "limit", "theorem", "sharper", "certified distance", "ratio");
  for (const LimitComparison& row : report.rows) {
    if (!row.applies) {
      fmt::print("{:<10} {:<6} does not apply: {}\n", theorem_id(row.limit), to_string(row.limit), row.reason);
      continue;
    }
    fmt::print("{:<10} {:<6} {:>12} {:>12}   {:<32} {:>10}\n", theorem_id(row.limit), to_string(row.limit), number_text(row.bounds.theorem), number_text(row.bounds.sharper),
               distance_text(row.distance.distance), number_text(excess_lower(row)));
    if (row.verdict != Verdict::proved) fmt::print("  {}: {}\n", to_string(row.verdict), row.reason);
    if (!row.distance.complete) fmt::print("  the gap asked for was not reached ({})\n", counted(row.distance.boxes, "box", "boxes"));
  }
}

std::string critical_text(const std::optional<CriticalRatio>& critical) {
  if (!critical) return "–";
  if (critical->status == CriticalRatio::Status::infinite) return "infinite";
  return fmt::format("{}{:.6g}", critical->status == CriticalRatio::Status::bracket ? "" : ">= ", nearest(critical->lower));
}

void print_regime(const RegimeReport& regime) {
  const auto count = [&](BlockRegime kind) { return std::count_if(regime.blocks.begin(), regime.blocks.end(), [&](const BlockReport& b) { return b.regime == kind; }); };
  fmt::print("regime {}: {} of {} blocks below their sharp critical ratio, {} more regular on the states reached, {} not regular, {} undecided\n", to_string(regime.regime),
             count(BlockRegime::below), regime.blocks.size(), count(BlockRegime::regular), count(BlockRegime::singular), count(BlockRegime::undecided));
  constexpr std::size_t kMostLines = 24;
  fmt::print("  {:>5}  {:>14}  {:>14}  {}\n", "layer", "ratio", "critical", "status");
  for (std::size_t l = 0; l < std::min(regime.blocks.size(), kMostLines); ++l) {
    const BlockReport& block = regime.blocks[l];
    fmt::print("  {:>5}  {:>14}  {:>14}  {}\n", block.layer, block.ratio ? fmt::format("{:.6g}", nearest(*block.ratio)) : "skip 0", critical_text(block.critical), to_string(block.regime));
  }
  if (regime.blocks.size() > kMostLines) fmt::print("  … {} more blocks (all with --json)\n", regime.blocks.size() - kMostLines);
}

void print_nearer(const BoundsReport& report) {
  if (report.rows.size() != 2 || !report.rows[0].applies || !report.rows[1].applies) return;
  const LimitComparison &a = report.rows[0], &b = report.rows[1];
  if (a.distance.distance.upper() < b.distance.distance.lower())
    fmt::print("nearer to its {} limit, proved\n", to_string(a.limit));
  else if (b.distance.distance.upper() < a.distance.distance.lower())
    fmt::print("nearer to its {} limit, proved\n", to_string(b.limit));
}

void print_uniform(const BoundsReport& report) {
  if (!report.weight_bound) return;
  fmt::print("all networks with ‖W‖, |b| <= {} in the blocks:\n", *report.weight_bound);
  for (const UniformRow& row : report.uniform) {
    if (!row.applies)
      fmt::print("  {:<10} does not apply: {}\n", theorem_id(row.limit), row.reason);
    else
      fmt::print("  {:<10} bound {}   worst network found {} (of {} tried)   ratio {}\n", theorem_id(row.limit), number_text(row.bound), number_text(row.worst), row.tried,
                 number_text(row.bound / row.worst));
  }
}

void print_sweeps(const BoundsReport& report) {
  for (const LimitSweep& sweep : report.sweeps) {
    const auto slope_text = [](double slope) { return std::isfinite(slope) ? fmt::format("{:.4f}", slope) : std::string("none"); };
    const std::vector<double> local = local_slopes_approx(sweep.rows);
    fmt::print("sweep toward the {} limit: the slope tends to {} ({} expected), fitted to the last three rows {}\n", to_string(sweep.limit), slope_text(sweep.slope),
               sweep.limit == Limit::ode ? "1" : "-1", slope_text(fitted_slope_approx(sweep.rows)));
    fmt::print("  {:>7} {:>12} {:>12} {:>12}   {:<24} {}\n", "blocks", "ratio", "theorem", "sharper", "certified distance", "slope");
    for (std::size_t k = 0; k < sweep.rows.size(); ++k) {
      const SweepRow& row = sweep.rows[k];
      fmt::print("  {:>7} {:>12.6g} {:>12} {:>12}   {:<24} {}\n", row.blocks, row.ratio, number_text(row.comparison.bounds.theorem), number_text(row.comparison.bounds.sharper),
                 distance_text(row.comparison.distance.distance), k > 0 ? slope_text(local[k - 1]) : "");
    }
  }
}

}  // namespace

std::string theorem_id(Limit limit) { return limit == Limit::ode ? "tunnel/T4" : "tunnel/T5"; }

Json bounds_json(const SelectedNetwork& net, const BoundsReport& report) {
  Json answer = json_header("bounds", net.loaded);
  answer["verdict"] = to_string(report.verdict);
  answer["reason"] = report.reason;
  answer["domain"] = report.domain;
  Json rows = Json::array();
  for (const LimitComparison& row : report.rows) rows.push_back(row_json(row));
  answer["bounds"] = rows;
  answer["regime"] = regime_json(report.regime);
  if (report.weight_bound) {
    Json uniform = Json::array();
    for (const UniformRow& row : report.uniform)
      uniform.push_back({{"id", theorem_id(row.limit)}, {"applies", row.applies}, {"bound", number_json(row.bound)}, {"worst_found", row.applies ? Json(row.worst) : Json(nullptr)},
                         {"tried", row.tried}, {"reason", row.reason}});
    answer["weight_bound"] = {{"value", *report.weight_bound}, {"rows", uniform}, {"network_file", path_json(report.worst_file)}};
  }
  if (!report.sweeps.empty()) {
    Json sweeps = Json::array();
    for (const LimitSweep& sweep : report.sweeps) {
      Json points = Json::array(), local = Json::array();
      for (const double slope : local_slopes_approx(sweep.rows)) local.push_back(number_json(slope));
      for (const SweepRow& row : sweep.rows)
        points.push_back({{"blocks", row.blocks}, {"ratio", number_json(row.ratio)}, {"theorem", number_json(row.comparison.bounds.theorem)},
                          {"sharper", number_json(row.comparison.bounds.sharper)}, {"certified", interval_json(row.comparison.distance.distance)}});
      sweeps.push_back({{"limit", to_string(sweep.limit)}, {"slope", number_json(sweep.slope)}, {"fitted_slope", number_json(fitted_slope_approx(sweep.rows))}, {"local_slopes", local}, {"rows", points}});
    }
    answer["sweep"] = sweeps;
  }
  answer["table"] = path_json(report.table);
  answer["picture"] = path_json(report.picture);
  answer["seconds"] = report.seconds;
  answer["certificate"] = path_json(report.certificate);
  return answer;
}

void print_bounds(const BoundsReport& report) {
  fmt::print("{}: {} ({:.3f} s)\n", to_string(report.verdict), report.reason, report.seconds);
  print_table(report);
  print_nearer(report);
  print_regime(report.regime);
  print_uniform(report);
  print_sweeps(report);
  if (!report.certificate.empty()) fmt::print("certificate {}\n", report.certificate);
  if (!report.worst_file.empty()) fmt::print("worst network {}\n", report.worst_file);
  if (!report.table.empty()) fmt::print("table {}\n", report.table);
  if (!report.picture.empty()) fmt::print("picture {}\n", report.picture);
}

std::string sweep_csv(const std::vector<LimitSweep>& sweeps) {
  std::string text = "limit,blocks,ratio,theorem,sharper,distance_lower,distance_upper\n";
  for (const LimitSweep& sweep : sweeps)
    for (const SweepRow& row : sweep.rows)
      text += fmt::format("{},{},{},{},{},{},{}\n", to_string(sweep.limit), row.blocks, row.ratio, row.comparison.bounds.theorem, row.comparison.bounds.sharper,
                          row.comparison.distance.distance.lower(), row.comparison.distance.distance.upper());
  return text;
}

}  // namespace narrows::cli
