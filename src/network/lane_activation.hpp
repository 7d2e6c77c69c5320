// How tanh, sigmoid and softplus act on batched affine forms: value and slope, each linearised with the smaller error of two lines.
//
// Idea: g on [a, b] is enclosed from its jets at a and b alone.
//   chord     g(z) = chord(z) − g''(ξ)/2·(z−a)(b−z) with (z−a)(b−z) in [0, (b−a)²/4]: error of second order;
//   monotone  if λ <= inf g', g(z) − λz increases, so it lies between its end values: best on wide ranges.
// The ranges of σ'' and σ''' follow from the end values and the known extrema in between.
//
// Guarantee  `value` encloses σ(z) and `slope` σ'(z) in the sense of lane_affine.hpp, for the same e.
// Source     the bounds of lane_errors.hpp (proved in proofs/kernels); elementary calculus of tanh and its derivatives.
#pragma once

#include "arith/lane_affine.hpp"
#include "arith/lane_elementary.hpp"
#include "arith/lane_errors.hpp"
#include "network/lane_chain.hpp"

namespace narrows::NARROWS_ISA {

/// [lower, upper] of one derivative over the range.
struct Bounds {
  Lanes lower, upper;
};

/// Relative error bounds of a kernel's jet; the third derivative's is relative to the slope.
struct JetErrors {
  double value, slope, curvature, third;
};

/// sup of the S-shaped slope (at 0), and the extrema of its first two derivatives: ± bend at ± bend_at, −dip at 0, hump at
/// ± hump_at. Values are rounded up; the places lie inside [at_low, at_high].
struct SlopeShape {
  double top, bend, bend_low, bend_high, dip, hump, hump_low, hump_high;
};

// tanh: σ' <= 1, |σ''| <= 4/(3√3) at |z| = atanh(1/√3), σ''' in [−2, 2/3], the maximum at |z| = atanh(√(2/3)).
inline constexpr SlopeShape kTanhShape{1, 0.7698003589195011, 0.65847894, 0.65847895, 2, 0.66666666666666675, 1.14621583, 1.14621584};
// sigmoid(z) = (1 + tanh(z/2))/2: order k scales by 2^-(k+1), places by 2.
inline constexpr SlopeShape kSigmoidShape{0.25, 0.09622504486493764, 1.31695788, 1.3169579, 0.125, 0.041666666666666671, 2.29243166, 2.29243168};

NARROWS_INLINE Mask meets(Lanes a, Lanes b, double low, double high) { return (a <= high) & (b >= low); }

/// The hull of two values and of `peak` where asked.
NARROWS_INLINE Bounds hull_with_error(Lanes x, Lanes y, Lanes error) { return {min(x, y) - error, max(x, y) + error}; }

NARROWS_INLINE Bounds top_range(const SlopeShape& shape, Lanes a, Lanes b, Lanes at_a, Lanes at_b, double error) {
  Bounds range = hull_with_error(at_a, at_b, max(at_a, at_b) * (error + 2 * kUnit) + kGuard);
  range.lower = max(range.lower, Lanes{});
  range.upper = select((a <= 0) & (b >= 0), broadcast(shape.top), min(range.upper, broadcast(shape.top)));
  return range;
}

NARROWS_INLINE Bounds bend_range(const SlopeShape& shape, Lanes a, Lanes b, Lanes at_a, Lanes at_b, double error) {
  Bounds range = hull_with_error(at_a, at_b, max(abs(at_a), abs(at_b)) * (error + 2 * kUnit) + kGuard);
  range.lower = select(meets(a, b, shape.bend_low, shape.bend_high), broadcast(-shape.bend), range.lower);
  range.upper = select(meets(a, b, -shape.bend_high, -shape.bend_low), broadcast(shape.bend), range.upper);
  return range;
}

NARROWS_INLINE Bounds third_range(const SlopeShape& shape, Lanes a, Lanes b, Lanes at_a, Lanes at_b, Lanes error) {
  Bounds range = hull_with_error(at_a, at_b, error * (1 + 4 * kUnit) + (abs(at_a) + abs(at_b)) * (2 * kUnit) + kGuard);
  const Mask humps = meets(a, b, shape.hump_low, shape.hump_high) | meets(a, b, -shape.hump_high, -shape.hump_low);
  range.upper = select(humps, broadcast(shape.hump), range.upper);
  range.lower = select((a <= 0) & (b >= 0), broadcast(-shape.dip), range.lower);
  return range;
}

/// The chord of g with the remainder −g''/2·[0, (b−a)²/4]; `error` bounds the errors of the two end values. Any slope is
/// sound: the chord minus slope·z is linear, hence between its end values.
NARROWS_INLINE Line chord(Lanes a, Lanes b, Lanes at_a, Lanes at_b, Bounds second, Lanes error) {
  const Lanes width = b - a;
  const Lanes slope = select(width > 1e-200, (at_b - at_a) / width, Lanes{});
  const Lanes end_a = fma(-slope, a, at_a), end_b = fma(-slope, b, at_b);
  const Lanes sag = width * width * (0.125 * (1 + 8 * kUnit));
  const Lanes lower = fma(-max(second.upper, Lanes{}), sag, min(end_a, end_b));
  const Lanes upper = fma(-min(second.lower, Lanes{}), sag, max(end_a, end_b));
  return line_from_remainder(slope, lower, upper, error + broadcast(2 * kUnit) * (abs(end_a) + abs(end_b)));
}

/// For a slope λ <= inf g': g(z) − λz increases from its value at a to that at b.
NARROWS_INLINE Line increasing_remainder(Lanes a, Lanes b, Lanes at_a, Lanes at_b, Lanes slope, Lanes error) {
  const Lanes end_a = fma(-slope, a, at_a), end_b = fma(-slope, b, at_b);
  return line_from_remainder(slope, end_a, end_b, error + broadcast(2 * kUnit) * (abs(end_a) + abs(end_b)));
}

NARROWS_INLINE Line constant_line(Bounds range) { return line_from_remainder(Lanes{}, range.lower, range.upper, Lanes{}); }

/// What the linearisations need: end values of σ, σ' and σ'', ranges of σ', σ'' and σ''' over [a, b].
struct Ends {
  Lanes value_a, value_b, value_error, slope_a, slope_b, slope_error, curvature_a, curvature_b, curvature_error;
  Bounds value, slope, second, third;
};

NARROWS_INLINE Ends s_shaped_ends(const SlopeShape& shape, const JetErrors& errors, Lanes a, Lanes b, const Jet& at_a, const Jet& at_b,
                                  double lowest) {
  Ends ends;
  ends.value_a = at_a.value;
  ends.value_b = at_b.value;
  ends.value_error = max(abs(at_a.value), abs(at_b.value)) * (errors.value * (1 + 4 * kUnit)) + kGuard;
  ends.slope_a = at_a.slope;
  ends.slope_b = at_b.slope;
  ends.slope_error = max(at_a.slope, at_b.slope) * (errors.slope * (1 + 4 * kUnit)) + kGuard;
  ends.curvature_a = at_a.curvature;
  ends.curvature_b = at_b.curvature;
  ends.curvature_error = max(abs(at_a.curvature), abs(at_b.curvature)) * (errors.curvature * (1 + 4 * kUnit)) + kGuard;
  ends.value.lower = max(at_a.value - abs(at_a.value) * (errors.value + 2 * kUnit) - kGuard, broadcast(lowest));
  ends.value.upper = min(at_b.value + abs(at_b.value) * (errors.value + 2 * kUnit) + kGuard, broadcast(1));
  ends.slope = top_range(shape, a, b, at_a.slope, at_b.slope, errors.slope);
  ends.second = bend_range(shape, a, b, at_a.curvature, at_b.curvature, errors.curvature);
  ends.third = third_range(shape, a, b, at_a.third, at_b.third, max(at_a.slope, at_b.slope) * errors.third);
  return ends;
}

/// softplus' = sigmoid: its ranges are those of sigmoid one order up.
NARROWS_INLINE Ends softplus_ends(const JetErrors& errors, Lanes a, Lanes b, const Jet& at_a, const Jet& at_b) {
  Ends ends;
  ends.value_a = at_a.value;
  ends.value_b = at_b.value;
  ends.value_error = max(at_a.value, at_b.value) * (errors.value * (1 + 4 * kUnit)) + kGuard;
  ends.slope_a = at_a.slope;
  ends.slope_b = at_b.slope;
  ends.slope_error = max(at_a.slope, at_b.slope) * (errors.slope * (1 + 4 * kUnit)) + kGuard;
  ends.curvature_a = at_a.curvature;
  ends.curvature_b = at_b.curvature;
  ends.curvature_error = max(abs(at_a.curvature), abs(at_b.curvature)) * (errors.curvature * (1 + 4 * kUnit)) + kGuard;
  ends.value.lower = max(at_a.value * (1 - errors.value - 4 * kUnit) - kGuard, Lanes{});
  ends.value.upper = at_b.value * (1 + errors.value + 4 * kUnit) + kGuard;
  ends.slope.lower = max(at_a.slope * (1 - errors.slope - 4 * kUnit) - kGuard, Lanes{});
  ends.slope.upper = min(at_b.slope * (1 + errors.slope + 4 * kUnit) + kGuard, broadcast(1));
  ends.second = top_range(kSigmoidShape, a, b, at_a.curvature, at_b.curvature, errors.curvature);
  ends.third = bend_range(kSigmoidShape, a, b, at_a.third, at_b.third, errors.third);
  return ends;
}

NARROWS_SHARED Ends ends_of(LaneFunction function, Lanes a, Lanes b) {
  // Where one end is NaN (an overflow), the jet at the other end alone must not make the range: min and max lose a NaN.
  const Mask known = a <= b;
  a = select(known, a, broadcast(__builtin_nan("")));
  b = select(known, b, broadcast(__builtin_nan("")));
  switch (function) {
    case LaneFunction::tanh:
      return s_shaped_ends(kTanhShape, {kTanhValueError, kTanhSlopeError, kTanhCurvatureError, kTanhThirdError}, a, b, tanh_jet(a), tanh_jet(b), -1);
    case LaneFunction::sigmoid:
      return s_shaped_ends(kSigmoidShape, {kSigmoidValueError, kSigmoidSlopeError, kSigmoidCurvatureError, kSigmoidThirdError}, a, b,
                           sigmoid_jet(a), sigmoid_jet(b), 0);
    case LaneFunction::softplus:
    case LaneFunction::identity: break;
  }
  return softplus_ends({kSoftplusValueError, kSoftplusSlopeError, kSoftplusCurvatureError, kSoftplusThirdError}, a, b, softplus_jet(a), softplus_jet(b));
}

/// From g' in [T.lower, T.upper] = λ ± ρ: the remainder g(z) − λz lies within ρ(b−a)/2 of the mean of its end values.
NARROWS_INLINE Line mean_value_line(Lanes a, Lanes b, Lanes at_a, Lanes at_b, Bounds slope, Lanes error) {
  const Lanes middle = 0.5 * slope.lower + 0.5 * slope.upper;
  const Lanes end_a = fma(-middle, a, at_a), end_b = fma(-middle, b, at_b);
  const Lanes reach = 0.5 * (b - a) * max(slope.upper - middle, middle - slope.lower) * (1 + 8 * kUnit);
  const Lanes mean = 0.5 * end_a + 0.5 * end_b;
  return line_from_remainder(middle, mean - reach, mean + reach, error + broadcast(4 * kUnit) * (abs(end_a) + abs(end_b)));
}

/// Lines for σ and σ' on [a, b], and their ranges.
NARROWS_INLINE void lines_from(const Ends& g, Lanes a, Lanes b, Line* value, Line* slope) {
  // inf σ' over [a, b] is attained at an end point (σ' has one maximum and no minimum inside, or is monotone).
  *value = better(chord(a, b, g.value_a, g.value_b, g.second, g.value_error),
                  increasing_remainder(a, b, g.value_a, g.value_b, g.slope.lower, g.value_error));
  *slope = better(chord(a, b, g.slope_a, g.slope_b, g.third, g.slope_error), constant_line(g.slope));
}

NARROWS_INLINE void lines_of(LaneFunction function, Lanes a, Lanes b, Line* value, Line* slope, Bounds* value_range, Bounds* slope_range) {
  if (function == LaneFunction::identity) {
    const Lanes zero = Lanes{}, one = broadcast(1);
    *value = {one, zero, zero};
    *slope = {zero, one, zero};
    *value_range = {a, b};
    *slope_range = {one, one};
    return;
  }
  const Ends g = ends_of(function, a, b);
  lines_from(g, a, b, value, slope);
  *value_range = g.value;
  *slope_range = g.slope;
}

/// σ(z) and σ'(z).
template <int D>
NARROWS_INLINE void activate_with(const Ends& g, const Form<D>& z, Form<D>* value, Form<D>* slope) {
  Line value_line, slope_line;
  lines_from(g, z.lower, z.upper, &value_line, &slope_line);
  *value = linear_image(z, value_line, g.value.lower, g.value.upper);
  *slope = linear_image(z, slope_line, g.slope.lower, g.slope.upper);
}

template <int D>
NARROWS_INLINE void activate(LaneFunction function, const Form<D>& z, Form<D>* value, Form<D>* slope) {
  if (function == LaneFunction::identity) {
    *value = z;
    *slope = constant<D>(1);
    return;
  }
  activate_with(ends_of(function, z.lower, z.upper), z, value, slope);
}

/// σ(z), σ'(z) and σ''(z).
template <int D>
NARROWS_INLINE void activate_twice(LaneFunction function, const Form<D>& z, Form<D>* value, Form<D>* slope, Form<D>* curvature) {
  if (function == LaneFunction::identity) {
    *value = z;
    *slope = constant<D>(1);
    *curvature = constant<D>(0);
    return;
  }
  const Ends g = ends_of(function, z.lower, z.upper);
  activate_with(g, z, value, slope);
  const Line line = better(mean_value_line(z.lower, z.upper, g.curvature_a, g.curvature_b, g.third, g.curvature_error), constant_line(g.second));
  *curvature = linear_image(z, line, g.second.lower, g.second.upper);
}

}  // namespace narrows::NARROWS_ISA
