// Quadratic forms over D symbols, one box per lane: affine forms whose further symbols stand for the monomials of degree 2.
//
// Idea: an affine form throws every square of its symbols into its radius, and what is in the radius grows with |W| from layer to layer
// where the function itself turns with W. Here the squares stay; only cubes are lost, so boxes may be much larger.
// Since T_i = 2e_i² − 1 and e_i e_j lie in [-1, 1] like the e_i, sums, linear maps and images of lane_affine.hpp hold as they stand.
//
// notation == meaning:  coefficient[0…D) belong to e_i, [D, 2D) to T_i, then e_i e_j in the order (1,0), (2,0), (2,1), …
// Guarantee  as lane_affine.hpp. Rounding of a product: each of its terms is rounded at most D + 6 times, and together they are at most
//            size(x)·size(y), size == |centre| + Σ|coefficient|.
#pragma once

#include "network/lane_evaluate.hpp"

namespace narrows::NARROWS_ISA {

template <int D>
inline constexpr int kQuadraticSymbols = D + D * (D + 1) / 2;

template <int D>
using QuadraticForm = Form<kQuadraticSymbols<D>>;

template <int D>
NARROWS_INLINE QuadraticForm<D> as_quadratic(const Form<D>& x) {
  QuadraticForm<D> y;
  y.centre = x.centre;
  for (int i = 0; i < kQuadraticSymbols<D>; ++i) y.coefficient[i] = i < D ? x.coefficient[i] : Lanes{};
  y.radius = x.radius;
  y.lower = x.lower;
  y.upper = x.upper;
  return y;
}

/// Σ|coefficient| over [from, to).
template <int S>
NARROWS_INLINE Lanes spread_between(const Form<S>& x, int from, int to) {
  Lanes sum = Lanes{};
  for (int i = from; i < to; ++i) sum = sum + abs(x.coefficient[i]);
  return sum;
}

/// x·y. e_i² = (1 + T_i)/2.
template <int D>
NARROWS_INLINE QuadraticForm<D> quadratic_product(const QuadraticForm<D>& x, const QuadraticForm<D>& y) {
  constexpr int S = kQuadraticSymbols<D>;
  const Lanes linear_x = spread_between(x, 0, D), linear_y = spread_between(y, 0, D);
  const Lanes square_x = spread_between(x, D, S), square_y = spread_between(y, D, S);
  QuadraticForm<D> z;
  for (int i = 0; i < S; ++i) z.coefficient[i] = fma(x.centre, y.coefficient[i], y.centre * x.coefficient[i]);
  z.centre = x.centre * y.centre;
  int pair = 2 * D;
  for (int i = 0; i < D; ++i) {
    const Lanes half = 0.5 * (x.coefficient[i] * y.coefficient[i]);
    z.centre = z.centre + half;
    z.coefficient[D + i] = z.coefficient[D + i] + half;
    for (int j = 0; j < i; ++j, ++pair)
      z.coefficient[pair] = z.coefficient[pair] + fma(x.coefficient[i], y.coefficient[j], x.coefficient[j] * y.coefficient[i]);
  }
  const Lanes size_x = abs(x.centre) + linear_x + square_x, size_y = abs(y.centre) + linear_y + square_y;
  Lanes radius = fma(linear_x, square_y, square_x * (linear_y + square_y));  // degrees 3 and 4
  radius = fma(size_x, y.radius + broadcast((D + 8) * kUnit) * size_y, radius);
  radius = fma(x.radius, size_y + y.radius, radius);
  z.radius = radius * kInflate + kGuard;
  const Lanes a = x.lower * y.lower, b = x.lower * y.upper, c = x.upper * y.lower, d = x.upper * y.upper;
  const Lanes poison = 0 * (a + b + c + d);  // a NaN among the four must not be lost
  set_range(&z, min(min(a, b), min(c, d)) + poison, max(max(a, b), max(c, d)) + poison);
  return z;
}

/// The form with the smaller radius; the range that lies in both. Both enclose the same number.
template <int S>
NARROWS_INLINE Form<S> tighter_form(const Form<S>& x, const Form<S>& y) {
  const Mask first = (x.radius <= y.radius) | (y.radius != y.radius);
  Form<S> z;
  z.centre = select(first, x.centre, y.centre);
  for (int i = 0; i < S; ++i) z.coefficient[i] = select(first, x.coefficient[i], y.coefficient[i]);
  z.radius = select(first, x.radius, y.radius);
  z.lower = x.lower > y.lower ? x.lower : y.lower;
  z.upper = x.upper < y.upper ? x.upper : y.upper;
  return z;
}

/// An interval that holds the range of z and its centre; NaN if an end is.
template <int S>
NARROWS_INLINE Bounds range_with_centre(const Form<S>& z) {
  const Lanes poison = 0 * (z.lower + z.upper + z.centre);
  return {min(z.lower, z.centre) + poison, max(z.upper, z.centre) + poison};
}

/// σ(z) by Taylor's formula about the centre c: σ(c) + σ'(c)p + σ''(c)/2 p² + σ'''(ξ)/6 p³ with p = z − c. `over`: the ends of σ on an
/// interval that holds c and all z.
template <int D>
NARROWS_INLINE QuadraticForm<D> taylor_image(LaneFunction function, const Ends& over, const QuadraticForm<D>& z) {
  constexpr int S = kQuadraticSymbols<D>;
  const Ends at = ends_of(function, z.centre, z.centre);
  QuadraticForm<D> p = z;  // exactly, but for its range
  p.centre = Lanes{};
  const Lanes below = z.centre - z.lower, above = z.upper - z.centre;
  p.lower = -below - abs(below) * (2 * kUnit) - kGuard;
  p.upper = above + abs(above) * (2 * kUnit) + kGuard;
  const Lanes reach = magnitude(p);
  const QuadraticForm<D> square = quadratic_product<D>(p, p);
  const Lanes half = 0.5 * at.curvature_a;
  QuadraticForm<D> y;
  y.centre = fma(half, square.centre, at.value_a);
  for (int i = 0; i < S; ++i) y.coefficient[i] = fma(half, square.coefficient[i], at.slope_a * z.coefficient[i]);
  const Lanes third = max(abs(over.third.lower), abs(over.third.upper)) + 0 * (over.third.lower + over.third.upper);
  const Lanes remainder = third * reach * reach * reach * (1.0 / 6 * (1 + 16 * kUnit));
  const Lanes errors = at.value_error + at.slope_error * reach + at.curvature_error * reach * reach;
  const Lanes size = abs(at.value_a) + abs(at.slope_a) * spread(z) + abs(half) * (abs(square.centre) + spread(square));
  y.radius = (fma(abs(at.slope_a), z.radius, abs(half) * square.radius) + remainder + errors + size * (4 * kUnit)) * kInflate + kGuard;
  y.lower = over.value.lower;
  y.upper = over.value.upper;
  clip_to(&y, spread(y) + y.radius);
  return y;
}

/// σ(z), the better of Taylor's formula and a line.
template <int D>
NARROWS_INLINE QuadraticForm<D> quadratic_value(LaneFunction function, const QuadraticForm<D>& z) {
  const Bounds range = range_with_centre(z);
  const Ends over = ends_of(function, range.lower, range.upper);
  const Line line = better(chord(range.lower, range.upper, over.value_a, over.value_b, over.second, over.value_error),
                           increasing_remainder(range.lower, range.upper, over.value_a, over.value_b, over.slope.lower, over.value_error));
  return tighter_form(taylor_image<D>(function, over, z), linear_image(z, line, over.value.lower, over.value.upper));
}

/// v − v² for sigmoid, 1 − v² for tanh: σ' where v = σ.
template <int D>
NARROWS_INLINE QuadraticForm<D> slope_from_value(LaneFunction function, const QuadraticForm<D>& v) {
  QuadraticForm<D> square = quadratic_product<D>(v, v);
  square.centre = -square.centre;
  for (Lanes& coefficient : square.coefficient) coefficient = -coefficient;
  const Lanes lower = square.lower;
  square.lower = -square.upper;
  square.upper = -lower;
  return sum(function == LaneFunction::tanh ? constant<kQuadraticSymbols<D>>(1) : v, square);
}

/// σ(z) and σ'(z).
template <int D>
NARROWS_INLINE void quadratic_activate(LaneFunction function, const QuadraticForm<D>& z, QuadraticForm<D>* value, QuadraticForm<D>* slope) {
  if (function == LaneFunction::identity) {
    *value = z;
    *slope = constant<kQuadraticSymbols<D>>(1);
    return;
  }
  const Bounds range = range_with_centre(z);
  const Ends over = ends_of(function, range.lower, range.upper);
  Line value_line, slope_line;
  lines_from(over, range.lower, range.upper, &value_line, &slope_line);
  *value = tighter_form(taylor_image<D>(function, over, z), linear_image(z, value_line, over.value.lower, over.value.upper));
  const QuadraticForm<D> curved = function == LaneFunction::softplus ? quadratic_value<D>(LaneFunction::sigmoid, z) : slope_from_value<D>(function, *value);
  *slope = tighter_form(curved, linear_image(z, slope_line, over.slope.lower, over.slope.upper));
}

/// σ''(z) of softplus, `slope` == σ'(z).
template <int D>
NARROWS_INLINE QuadraticForm<D> softplus_curvature(const QuadraticForm<D>& z, const QuadraticForm<D>& slope) {
  const Bounds range = range_with_centre(z);
  const Ends over = ends_of(LaneFunction::softplus, range.lower, range.upper);
  const Line line = better(mean_value_line(range.lower, range.upper, over.curvature_a, over.curvature_b, over.third, over.curvature_error), constant_line(over.second));
  return tighter_form(slope_from_value<D>(LaneFunction::sigmoid, slope), linear_image(z, line, over.second.lower, over.second.upper));
}

}  // namespace narrows::NARROWS_ISA
