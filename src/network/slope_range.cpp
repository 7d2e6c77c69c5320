// silu' has its extrema where x·tanh(x/2) = 2 and gelu' at ±√2; both satisfy σ'(−x) = 1 − σ'(x), so their
// ranges are [1 − c, c] with c = 1.0998393201… and c = 1.1289041451…
#include "network/slope_range.hpp"

#include <algorithm>

namespace narrows {
namespace {

/// [1 − c, c] for c in billionths.
SlopeRange symmetric_about_half(long billionths) {
  const Rational c = Rational(billionths) / 1'000'000'000;
  return {1 - c, c, RangeEnds::closed, false};
}

}  // namespace

SlopeRange slope_range(const ActivationLayer& activation) {
  const Rational& a = activation.alpha;
  switch (activation.function) {
    case Activation::tanh:
    case Activation::arctan:
      return {0, 1, RangeEnds::half_open};
    case Activation::sigmoid:
      return {0, Rational(1) / 4, RangeEnds::half_open};
    case Activation::softplus:
      return {0, 1, RangeEnds::open};
    case Activation::sin:
      return {-1, 1, RangeEnds::closed};
    case Activation::silu:
      return symmetric_about_half(1'099'839'321);
    case Activation::gelu:
      return symmetric_about_half(1'128'904'146);
    case Activation::elu:
      if (a == 1) return {0, 1, RangeEnds::half_open};
      return {0, std::max(a, Rational(1)), RangeEnds::closed};
    case Activation::relu:
      return {0, 1, RangeEnds::closed};
    case Activation::leaky_relu:
      return {std::min(a, Rational(1)), std::max(a, Rational(1)), RangeEnds::closed};
    case Activation::identity:
      break;
  }
  return {1, 1, RangeEnds::closed};
}

bool slope_is_positive(const ActivationLayer& activation) {
  switch (activation.function) {
    case Activation::tanh:
    case Activation::sigmoid:
    case Activation::softplus:
    case Activation::arctan:
    case Activation::identity:
      return true;
    case Activation::elu:
    case Activation::leaky_relu:
      return activation.alpha > 0;
    case Activation::sin:
    case Activation::silu:
    case Activation::gelu:
    case Activation::relu:
      break;
  }
  return false;
}

Rational largest_slope(const SlopeRange& range) {
  return std::max<Rational>(abs(range.low), abs(range.high));
}

}  // namespace narrows
