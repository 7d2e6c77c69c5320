// Rule `symmetric-part`: for 0 <= σ' <= s, if I + sαWW̃ plus its transpose is positive definite, then I + sαWW̃
// is a P-matrix, and I + αW̃DW is regular for all D in [0, s]^m (T2 (ii)).
#include <utility>

#include "checker/rules/rules.hpp"

namespace narrows::checker {

TestResult test_symmetric_part(const Layer& layer, Smoothness) {
  const auto split = split_branch(layer);
  if (!split) return TestResult::inapplicable;
  const Interval slopes = slope_bounds(split->activation, exact_precision);
  if (slopes.has_nan() || slopes.lo.sign() < 0) return TestResult::inapplicable;
  const Interval factor = Interval(slopes.hi) * split->ratio;
  IntervalMatrix a = product(split->before, split->after);
  for (Interval& x : a.entries) x = factor * x;
  for (std::size_t i = 0; i < a.rows; ++i) a.at(i, i) = 1 + a.at(i, i);
  const IntervalMatrix t = transpose(a);
  for (std::size_t k = 0; k < a.entries.size(); ++k) a.entries[k] = a.entries[k] + t.entries[k];
  const auto negative = negative_index(std::move(a));
  return negative && *negative == 0 ? TestResult::proved : TestResult::not_proved;
}

}  // namespace narrows::checker
