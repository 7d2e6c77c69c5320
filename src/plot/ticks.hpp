// Round numbers for axes and level curves.
#pragma once

#include <string>
#include <vector>

#include "plot/geometry.hpp"

namespace narrows::plot {

struct Ticks {
  double step = 1;             ///< 1, 2, 2.5 or 5 times a power of ten
  std::vector<double> values;  ///< ascending multiples of `step` within the range, give or take 1e-9 steps
};

/// Multiples of a round step inside `range`: the step that gives at most `at_most` of them, and no smaller round step does.
/// Special  An empty or non-finite range gives no values.
[[nodiscard]] Ticks round_ticks(const Range& range, int at_most);

/// As many decimals as the step needs, a true minus sign; scientific below 1e-4 and from 1e5 on.
[[nodiscard]] std::string tick_text(double value, double step);

}  // namespace narrows::plot
