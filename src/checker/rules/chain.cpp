// Rule `chain`: with ε = 0 and δ ≠ 0 a residual layer is δ times a product of regular square layers (T1).
#include "checker/rules/rules.hpp"

namespace narrows::checker {

TestResult test_chain(const Layer& layer, Smoothness network) {
  if (layer.kind != LayerKind::residual || layer.skip != 0 || layer.residual == 0)
    return TestResult::inapplicable;
  for (const Layer& step : layer.branch) {
    if (step.inputs != step.outputs) return TestResult::not_proved;
    const LayerTest test = step.kind == LayerKind::affine ? test_rank : test_slope;
    if (test(step, network) != TestResult::proved) return TestResult::not_proved;
  }
  return TestResult::proved;
}

}  // namespace narrows::checker
