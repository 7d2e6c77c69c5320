// tanh, sigmoid, softplus and their slopes as parabolas round the middle of a range, with the error.
//
// Idea: with t = z − m and |t| <= h, g(z) = g(m) + g'(m) t + g''(m)/2 t² + (μ ± ρ)/6 t³ where μ ± ρ encloses g''' on the range, and
// t³ = ¾h² t + r with |r| <= h³/4 (Chebyshev's T3): the error is |μ| h³/24 + ρ h³/6, of third order.
//
// Guarantee  |g(z) − (constant + slope·t + curvature·t²)| <= error for |t| <= half and z in the range of the Ends; NaN where nothing is known.
// Source     Taylor's theorem; the bounds of lane_errors.hpp (proved in proofs/kernels). Fourth derivatives from the lower ones:
//            tanh'''' = σ''(4 − 12σ'), sigmoid'''' = σ''(1 − 12σ'), softplus'''' = σ''(1 − 6σ'').
#pragma once

#include "network/lane_activation.hpp"

namespace narrows::NARROWS_ISA {

struct Parabola {
  Lanes constant, slope, curvature, error;
};

/// A value known up to an error.
struct Known {
  Lanes value, error;
};

NARROWS_INLINE Known with_relative_error(Lanes value, double error) {
  return {value, abs(value) * (error * (1 + 4 * kUnit)) + kGuard};
}

NARROWS_INLINE Parabola parabola_at(const Known& at, const Known& first, const Known& second, Bounds third,
                                    Lanes half) {
  const Lanes mean = 0.5 * third.lower + 0.5 * third.upper,
              deviation = max(third.upper - mean, mean - third.lower);
  const Lanes half2 = half * half, shift = 0.125 * mean * half2;
  const Lanes rounding = broadcast(8 * kUnit) * (abs(first.value) + abs(shift));
  Lanes error = fma(half, first.error + rounding, at.error);
  error = fma(0.5 * half2, second.error, error);
  error = fma(half2 * half, abs(mean) * (1.0 / 24) + deviation * (1.0 / 6), error);
  return {at.value, first.value + shift, 0.5 * second.value, error * kInflate + kGuard};
}

/// Extrema of the fourth derivative of an S-shaped function, odd: crest at crest_at, −trough at trough_at. Rounded as SlopeShape.
struct FourthShape {
  double crest, crest_low, crest_high, trough, trough_low, trough_high;
};
// tanh'''' = 8t(1 − t²)(2 − 3t²): t² = (15 ∓ √105)/30 at the crest and the trough; sigmoid'''' scales by 2^-5, its places by 2.
inline constexpr FourthShape kTanhFourth{4.0858855029696571,  0.42131647, 0.42131648,
                                         0.61008714401228507, 1.57215920, 1.57215921};
inline constexpr FourthShape kSigmoidFourth{0.12768392196780179,  0.84263294, 0.84263295,
                                            0.019065223250383909, 3.14431840, 3.14431841};

NARROWS_INLINE Bounds fourth_range(const FourthShape& shape, Lanes a, Lanes b, Lanes at_a, Lanes at_b,
                                   Lanes error) {
  Bounds range = hull_with_error(at_a, at_b, error);
  range.upper = select(meets(a, b, -shape.trough_high, -shape.trough_low),
                       max(range.upper, broadcast(shape.trough)), range.upper);
  range.lower = select(meets(a, b, shape.trough_low, shape.trough_high),
                       min(range.lower, broadcast(-shape.trough)), range.lower);
  range.upper = select(meets(a, b, shape.crest_low, shape.crest_high), broadcast(shape.crest), range.upper);
  range.lower =
      select(meets(a, b, -shape.crest_high, -shape.crest_low), broadcast(-shape.crest), range.lower);
  return range;
}

/// The fourth derivative σ''(scale − 12σ') of an S-shaped function; |scale − 12σ'| <= 8.
NARROWS_INLINE Bounds s_shaped_fourth(const FourthShape& shape, const Ends& g, Lanes a, Lanes b, double scale,
                                      const JetErrors& errors) {
  const Lanes at_a = g.curvature_a * fma(g.slope_a, broadcast(-12.0), broadcast(scale));
  const Lanes at_b = g.curvature_b * fma(g.slope_b, broadcast(-12.0), broadcast(scale));
  const double share = (8 * errors.curvature + 12 * errors.slope + 64 * kUnit) * (1 + 0x1p-20);
  return fourth_range(shape, a, b, at_a, at_b, max(abs(g.curvature_a), abs(g.curvature_b)) * share + kGuard);
}

struct Parabolas {
  Parabola value, slope;
};

NARROWS_INLINE Parabolas s_shaped_parabolas(const Jet& jet, const JetErrors& errors, Bounds third,
                                            Bounds fourth, Lanes half) {
  const Known value = with_relative_error(jet.value, errors.value),
              slope = with_relative_error(jet.slope, errors.slope);
  const Known curvature = with_relative_error(jet.curvature, errors.curvature);
  const Known order3{jet.third, jet.slope * (errors.third * (1 + 4 * kUnit)) + kGuard};
  return {parabola_at(value, slope, curvature, third, half),
          parabola_at(slope, curvature, order3, fourth, half)};
}

/// softplus' = sigmoid: its third derivative is softplus''''.
NARROWS_INLINE Parabolas softplus_parabolas(const Jet& jet, const JetErrors& errors, const Ends& g, Lanes a,
                                            Lanes b, Lanes half) {
  const Known value = with_relative_error(jet.value, errors.value),
              slope = with_relative_error(jet.slope, errors.slope);
  const Known curvature = with_relative_error(jet.curvature, errors.curvature),
              order3 = with_relative_error(jet.third, errors.third);
  const Lanes at_a = g.curvature_a * fma(g.curvature_a, broadcast(-6.0), broadcast(1.0));
  const Lanes at_b = g.curvature_b * fma(g.curvature_b, broadcast(-6.0), broadcast(1.0));
  const double share = (8 * errors.curvature + 64 * kUnit) * (1 + 0x1p-20);
  const Bounds fourth =
      third_range(kSigmoidShape, a, b, at_a, at_b, max(g.curvature_a, g.curvature_b) * share + kGuard);
  return {parabola_at(value, slope, curvature, g.third, half),
          parabola_at(slope, curvature, order3, fourth, half)};
}

/// For σ and σ' on [a, b] ⊂ middle ± half; not for the identity.
NARROWS_SHARED Parabolas parabolas_of(LaneFunction function, const Ends& g, Lanes a, Lanes b, Lanes middle,
                                      Lanes half) {
  if (function == LaneFunction::tanh) {
    const JetErrors errors{kTanhValueError, kTanhSlopeError, kTanhCurvatureError, kTanhThirdError};
    return s_shaped_parabolas(tanh_jet(middle), errors, g.third,
                              s_shaped_fourth(kTanhFourth, g, a, b, 4, errors), half);
  }
  if (function == LaneFunction::sigmoid) {
    const JetErrors errors{kSigmoidValueError, kSigmoidSlopeError, kSigmoidCurvatureError,
                           kSigmoidThirdError};
    return s_shaped_parabolas(sigmoid_jet(middle), errors, g.third,
                              s_shaped_fourth(kSigmoidFourth, g, a, b, 1, errors), half);
  }
  const JetErrors errors{kSoftplusValueError, kSoftplusSlopeError, kSoftplusCurvatureError,
                         kSoftplusThirdError};
  return softplus_parabolas(softplus_jet(middle), errors, g, a, b, half);
}

/// The parabola, or the line z ↦ slope·z + offset where its error is smaller.
NARROWS_INLINE Parabola better(const Parabola& p, const Line& line, Lanes middle) {
  const Mask bent = p.error < line.error;
  const Lanes shift = line.slope * middle, constant = shift + line.offset;
  const Lanes error = line.error + broadcast(4 * kUnit) * (abs(shift) + abs(line.offset));
  return {select(bent, p.constant, constant), select(bent, p.slope, line.slope),
          select(bent, p.curvature, Lanes{}), select(bent, p.error, error * kInflate + kGuard)};
}

}  // namespace narrows::NARROWS_ISA
