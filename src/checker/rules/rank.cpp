// Rule `rank`: an affine layer whose matrix W has full row rank is regular everywhere (T1).
#include "checker/rules/rules.hpp"

namespace narrows::checker {

TestResult test_rank(const Layer& layer, Smoothness) {
  if (layer.kind != LayerKind::affine) return TestResult::inapplicable;
  return has_full_row_rank(layer.weight) ? TestResult::proved : TestResult::not_proved;
}

}  // namespace narrows::checker
