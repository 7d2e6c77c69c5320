// Rule `flow`: the time-T map of an ODE is a diffeomorphism of R^n, so an ode layer is regular everywhere (T10).
//
// The right-hand side is C1 with bounded slopes on each branch (the reader sees to it): solutions exist for all times, forward
// and backward, and det Dφ = exp ∫tr Df > 0. Time-T maps of several branches are composed.
#include "checker/rules/rules.hpp"

namespace narrows::checker {

TestResult test_flow(const Layer& layer, Smoothness) {
  if (layer.kind != LayerKind::ode) return TestResult::inapplicable;
  for (const std::vector<Layer>& branch : layer.branches) {
    if (smoothness(branch) == Smoothness::lipschitz) return TestResult::not_proved;
  }
  return TestResult::proved;
}

}  // namespace narrows::checker
