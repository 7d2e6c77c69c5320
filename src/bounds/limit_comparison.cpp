#include "bounds/limit_comparison.hpp"

#include <algorithm>
#include <cmath>

namespace narrows {
namespace {

constexpr double kNegligible = 1e-280;  // distances below count as 0: what rounding guards amount to

void judge(LimitComparison* row) {
  const Interval& distance = row->distance.distance;
  if (row->bounds.theorem < distance.lower() || row->bounds.sharper < distance.lower()) {
    row->verdict = Verdict::refuted;
    row->reason = "a bound is below the certified distance: a defect in the theorem or in this program, please report it";
  } else if (!std::isfinite(row->bounds.theorem)) {
    row->reason = "the theorem's number is infinite here";
  } else if (distance.upper() <= std::fmax(row->bounds.theorem, kNegligible)) {
    row->verdict = Verdict::proved;
    row->reason = "the theorem's number is at least the certified distance";
  } else {
    row->reason = "the distance is enclosed too widely to be compared";
  }
}

}  // namespace

LimitComparison compare_with_limit(const LimitNetwork& network, Limit limit, const Box& box, const DistanceOptions& options) {
  LimitComparison row;
  row.limit = limit;
  if (auto violated = violated_hypothesis(network, limit)) {
    row.reason = *violated;
    return row;
  }
  row.applies = true;
  row.bounds = limit_bounds(network, limit, box, 1600, options.stop);
  row.distance = find_distance(network, limit, box, options);
  judge(&row);
  return row;
}

double excess_lower(const LimitComparison& row) {
  const double distance = row.distance.distance.upper();
  if (!std::isfinite(row.bounds.theorem)) return kInfinity;
  if (distance <= kNegligible) return row.bounds.theorem <= kNegligible ? 1 : kInfinity;
  return std::fmax(0.0, next_down(row.bounds.theorem / distance));  // 0 for an infinite distance
}

std::vector<SweepRow> sweep_toward_limit(const LimitNetwork& network, Limit limit, const Box& box, int doublings, const DistanceOptions& options) {
  std::vector<SweepRow> rows;
  for (int k = 0; k <= doublings && !options.stop.stop_requested(); ++k) {
    const LimitNetwork next = make_limit_network(toward_limit(network, limit, k), "sweep");
    SweepRow row{k, next.blocks, 0, compare_with_limit(next, limit, box, options)};
    for (std::size_t l = 0; l < next.blocks; ++l)
      row.ratio = next.block(l).skip == 0 ? kInfinity : std::max(row.ratio, magnitude(channel_ratio_of(next.block(l))));
    if (row.comparison.distance.stopped) break;
    rows.push_back(std::move(row));
  }
  return rows;
}

double fitted_slope_approx(const std::vector<SweepRow>& rows, std::size_t count) {
  std::vector<std::pair<double, double>> points;
  for (std::size_t i = rows.size() > count ? rows.size() - count : 0; i < rows.size(); ++i) {
    const double y = midpoint(rows[i].comparison.distance.distance), x = rows[i].ratio;
    if (y > 0 && std::isfinite(y) && x > 0 && std::isfinite(x)) points.emplace_back(std::log(x), std::log(y));
  }
  if (points.size() < 2) return std::nan("");
  double mean_x = 0, mean_y = 0, covariance = 0, variance = 0;
  for (const auto& [x, y] : points) mean_x += x / static_cast<double>(points.size()), mean_y += y / static_cast<double>(points.size());
  for (const auto& [x, y] : points) covariance += (x - mean_x) * (y - mean_y), variance += (x - mean_x) * (x - mean_x);
  return covariance / variance;
}

std::vector<double> local_slopes_approx(const std::vector<SweepRow>& rows) {
  std::vector<double> slopes;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const double before = rows[i - 1].comparison.distance.distance.lower(), after = rows[i].comparison.distance.distance.lower();
    const double slope = std::log(after / before) / std::log(rows[i].ratio / rows[i - 1].ratio);
    slopes.push_back(before > kNegligible && after > kNegligible && std::isfinite(slope) ? slope : std::nan(""));
  }
  return slopes;
}

double limit_slope_approx(const std::vector<SweepRow>& rows) {
  const std::vector<double> slopes = local_slopes_approx(rows);
  return slopes.size() < 2 ? std::nan("") : 2 * slopes.back() - slopes[slopes.size() - 2];
}

}  // namespace narrows
