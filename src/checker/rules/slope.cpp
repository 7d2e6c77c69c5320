// Rule `slope`: a diagonal layer whose slopes never vanish is regular everywhere (T1).
//
// For merely Lipschitz activations all Clarke slopes are positive, which makes the layer an open map.
#include <algorithm>

#include "checker/rules/rules.hpp"

namespace narrows::checker {

TestResult test_slope(const Layer& layer, Smoothness) {
  bool positive = false;
  if (layer.kind == LayerKind::activation) {
    positive = slope_is_positive(layer.activation);
  } else if (layer.kind == LayerKind::batch_norm) {
    positive = std::all_of(layer.scale.begin(), layer.scale.end(), [](const Rational& g) { return g != 0; });
  } else {
    return TestResult::inapplicable;
  }
  return positive ? TestResult::proved : TestResult::not_proved;
}

}  // namespace narrows::checker
