// A residual network beside its two limits: the theorem's bound, its sharper version and the certified distance; depth sweeps.
#pragma once

#include <string>
#include <vector>

#include "base/verdict.hpp"
#include "bounds/distance.hpp"
#include "bounds/limit_bounds.hpp"

namespace narrows {

/// One row of the table.
struct LimitComparison {
  Limit limit = Limit::ode;
  bool applies = false;  ///< the hypotheses of T4 or T5 hold; the rest is empty if not
  LimitBounds bounds;
  DistanceResult distance;
  Verdict verdict = Verdict::undecided;  ///< proved: theorem >= distance; refuted: a bound is below it, a defect somewhere
  std::string reason;
};

/// Bounds and distance for one limit; a violated hypothesis is the `reason` of a row that does not apply.
[[nodiscard]] LimitComparison compare_with_limit(const LimitNetwork& network, Limit limit, const Box& box, const DistanceOptions& options);

/// theorem / hi: how many times too large the theorem's number is at least. Infinite if the theorem gives nothing, 1 if both are 0.
[[nodiscard]] double excess_lower(const LimitComparison& row);

struct SweepRow {
  int doublings = 0;
  std::size_t blocks = 0;
  double ratio = 0;  ///< max |α_l|, nearest double
  LimitComparison comparison;
};

/// The same limit approached: see toward_limit(). Rows 0…doublings; fewer when stopped.
[[nodiscard]] std::vector<SweepRow> sweep_toward_limit(const LimitNetwork& network, Limit limit, const Box& box, int doublings, const DistanceOptions& options);

/// Least-squares slope of log y over log α for the last `count` rows, y the middle of the distance: 1 is expected toward the ode, −1
/// toward the mlp. NaN if fewer than two rows have a finite positive distance.
[[nodiscard]] double fitted_slope_approx(const std::vector<SweepRow>& rows, std::size_t count = 3);

/// Slopes of log y over log α between neighbouring rows, y the lower end of the distance, which the search finds to many digits.
/// NaN where a row has no positive finite one.
[[nodiscard]] std::vector<double> local_slopes_approx(const std::vector<SweepRow>& rows);

/// What the slope tends to in the limit. With y = c α + c'α² + … local slopes miss it by a multiple of α, which halves from row to
/// row: 2 s_K − s_{K−1} of the last two. NaN for fewer than three rows.
[[nodiscard]] double limit_slope_approx(const std::vector<SweepRow>& rows);

}  // namespace narrows
