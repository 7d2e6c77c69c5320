// Rule `reached`: a layer is regular at the states reached from a box, by the ranges of its slopes there (T2, T5).
//
// With one activation layer, a box of slopes that is widened to contain 0 contains those of all smaller ratios,
// scaled: regular for it means regular at all of these ratios. (Without slopes there is nothing to scale: the caller
// sees to it.) The states before the layer do not depend on its own ratio.
#include "checker/rules/rules.hpp"

namespace narrows::checker {

bool is_regular_on_reached(const Setting& setting, std::size_t l, bool star, const Box& box) {
  BoxPass pass(setting.leaf_chain, 0, box, leaf_precision, Carry::values);
  for (std::size_t k = 0; k < l; ++k) (void)pass.advance();
  const LayerTrace& trace = pass.advance();
  if (!star) return is_regular_on_trace(setting, setting.leaf_chain, l, trace);
  std::vector<Interval> diagonals = diagonals_of(trace);
  for (Interval& range : diagonals) range = hull(range, 0.0);
  return is_regular_for(setting.leaf_chain[l], diagonals);
}

}  // namespace narrows::checker
