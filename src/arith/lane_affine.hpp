// Affine forms over D symbols, one box per lane: x = centre + Σ k_i e_i + radius·ε with e_i, ε in [-1, 1], and an interval range.
//
// The batched twin of affine_form.hpp: the same meaning, the same intersection with the natural interval extension after every
// operation, but whole linear maps and activations at a time, so that rounding errors are bounded once per result.
//
// notation == meaning:  u = 2^-53, the relative error of one rounding;  γ_n = n·u/(1 − n·u);
//                       Term == what one summand of a linear map contributes, prepared once and used for every row.
// Guarantee  as in affine_form.hpp: for every point e of the box there is an ε with value = centre + Σ k_i e_i + radius·ε, and
//            the value lies in [lower, upper]. A bound is used only through comparisons that are false for NaN.
// Rounding   A sum of n products by fused multiply-adds errs by at most γ_n Σ|terms|. Sums of non-negative bounds err by a
//            relative γ too, which kInflate covers (fewer than 2^10 terms); kGuard covers underflow. Both are exact doubles.
#pragma once

#include "arith/lanes.hpp"

namespace narrows::NARROWS_ISA {

inline constexpr double kUnit = 0x1p-53;
inline constexpr double kInflate = 1 + 0x1p-40;
inline constexpr double kGuard = 0x1p-990;

template <int D>
struct Form {
  Lanes centre, coefficient[D], radius, lower, upper;
};

template <int D>
NARROWS_INLINE Lanes spread(const Form<D>& x) {
  Lanes sum = abs(x.coefficient[0]);
  for (int i = 1; i < D; ++i) sum = sum + abs(x.coefficient[i]);
  return sum;
}

/// sup |x| over the range.
template <int D>
NARROWS_INLINE Lanes magnitude(const Form<D>& x) {
  return max(abs(x.lower), abs(x.upper)) + 0 * (x.lower + x.upper);  // a NaN end gives NaN
}

/// Intersects [lower, upper] with [centre ± reach]; `reach` bounds Σ|k_i| + radius up to a relative error below 2^-41.
/// fl(c − r') <= c − reach, since r' exceeds reach by 2u|c| + 2^-41·reach and the subtraction errs by at most u(|c| + r').
template <int D>
NARROWS_INLINE void clip_to(Form<D>* x, Lanes reach) {
  const Lanes outward = fma(abs(x->centre), broadcast(2 * kUnit), reach) * kInflate + kGuard;
  x->lower = max(x->centre - outward, x->lower);
  x->upper = min(x->centre + outward, x->upper);
}

/// An exact constant.
template <int D>
NARROWS_INLINE Form<D> constant(double centre) {
  Form<D> x;
  x.centre = broadcast(centre);
  for (int i = 0; i < D; ++i) x.coefficient[i] = Lanes{};
  x.radius = Lanes{};
  x.lower = x.upper = x.centre;
  return x;
}

/// The coordinate in [lower, upper] as symbol e_index. The half-width is rounded up.
template <int D>
NARROWS_INLINE Form<D> coordinate(Lanes lower, Lanes upper, int index) {
  Form<D> x;
  x.centre = 0.5 * lower + 0.5 * upper;
  for (int i = 0; i < D; ++i) x.coefficient[i] = Lanes{};
  const Lanes half = max(upper - x.centre, x.centre - lower);
  x.coefficient[index] = half * (1 + 0x1p-51);
  x.radius = broadcast(kGuard);  // pays where γ·|x| underflows
  x.lower = lower;
  x.upper = upper;
  return x;
}

// ---- linear maps

/// A summand x of a linear map with n terms. `error` = radius + η(|centre| + Σ|k_i|) with η >= γ_n pays for the rounding of
/// the row sums; `spread` likewise for the range written as middle ± half.
template <int D>
struct Term {
  Lanes centre, coefficient[D], error, middle, half, magnitude;
};

/// n·u with room for the bias and for the relative errors of the bound itself.
NARROWS_INLINE double rounding_share(std::size_t terms) { return static_cast<double>(terms + 6) * kUnit; }

template <int D>
NARROWS_INLINE Term<D> prepare(const Form<D>& x, double share) {
  Term<D> term;
  term.centre = x.centre;
  for (int i = 0; i < D; ++i) term.coefficient[i] = x.coefficient[i];
  term.error = fma(abs(x.centre) + spread(x), broadcast(share), x.radius);
  term.middle = 0.5 * x.lower + 0.5 * x.upper;
  term.half = fma(abs(term.middle), broadcast(share), max(x.upper - term.middle, term.middle - x.lower));
  term.magnitude = magnitude(x);
  return term;
}

/// Σ w_j x_j + b as it grows.
template <int D>
struct RowSum {
  Lanes centre, coefficient[D], error, middle, half;
};

template <int D>
NARROWS_INLINE RowSum<D> start_row(double bias, double bias_radius, double share) {
  RowSum<D> row;
  row.centre = row.middle = broadcast(bias);
  for (int i = 0; i < D; ++i) row.coefficient[i] = Lanes{};
  row.error = row.half = broadcast((bias < 0 ? -bias : bias) * share + bias_radius);
  return row;
}

template <int D>
NARROWS_INLINE void add_term(RowSum<D>* row, Lanes weight, const Term<D>& x) {
  const Lanes size = abs(weight);
  row->centre = fma(weight, x.centre, row->centre);
  for (int i = 0; i < D; ++i) row->coefficient[i] = fma(weight, x.coefficient[i], row->coefficient[i]);
  row->error = fma(size, x.error, row->error);
  row->middle = fma(weight, x.middle, row->middle);
  row->half = fma(size, x.half, row->half);
}

/// For a weight in w ± radius: add_term() with w, then this.
template <int D>
NARROWS_INLINE void add_weight_radius(RowSum<D>* row, double radius, const Term<D>& x) {
  row->error = fma(broadcast(radius), x.magnitude, row->error);
  row->half = fma(broadcast(radius), x.magnitude, row->half);
}

template <int D>
NARROWS_INLINE Form<D> finish_row(const RowSum<D>& row) {
  Form<D> y;
  y.centre = row.centre;
  for (int i = 0; i < D; ++i) y.coefficient[i] = row.coefficient[i];
  y.radius = row.error * kInflate + kGuard;
  const Lanes outward = fma(abs(row.middle), broadcast(2 * kUnit), row.half) * kInflate + kGuard;
  y.lower = row.middle - outward;
  y.upper = row.middle + outward;
  clip_to(&y, spread(y) + y.radius);
  return y;
}

// ---- products and images

/// The affine part of x·y. The square part Σ x_i y_i e_i² is centred, the mixed terms are paired: x_i y_j + x_j y_i.
template <int D>
NARROWS_INLINE void multiply_affine(const Form<D>& x, const Form<D>& y, Form<D>* z) {
  const Lanes size_x = abs(x.centre) + spread(x), size_y = abs(y.centre) + spread(y);
  Lanes squares = Lanes{}, absolute_squares = Lanes{}, mixed = Lanes{};
  for (int i = 0; i < D; ++i) {
    const Lanes square = x.coefficient[i] * y.coefficient[i];
    squares = squares + square;
    absolute_squares = absolute_squares + abs(square);
    for (int j = 0; j < i; ++j)
      mixed = mixed + abs(fma(x.coefficient[i], y.coefficient[j], x.coefficient[j] * y.coefficient[i]));
    z->coefficient[i] = fma(x.centre, y.coefficient[i], y.centre * x.coefficient[i]);
  }
  z->centre = fma(x.centre, y.centre, 0.5 * squares);
  // All terms of centre, coefficients and squares sum to at most size_x·size_y; each is rounded at most D + 4 times.
  const Lanes rounding = broadcast((D + 6) * kUnit) * size_y;
  Lanes radius = fma(broadcast(0.5), absolute_squares, mixed);
  radius = fma(size_x, y.radius + rounding, radius);
  radius = fma(x.radius, size_y + y.radius, radius);
  z->radius = radius * kInflate + kGuard;
}

/// Sets the range to [lower, upper], two rounded products, moved outward and clipped to the affine part.
template <int D>
NARROWS_INLINE void set_range(Form<D>* z, Lanes lower, Lanes upper) {
  z->lower = lower - fma(abs(lower), broadcast(2 * kUnit), broadcast(kGuard));
  z->upper = upper + fma(abs(upper), broadcast(2 * kUnit), broadcast(kGuard));
  clip_to(z, spread(*z) + z->radius);
}

/// x·y.
template <int D>
NARROWS_INLINE Form<D> product(const Form<D>& x, const Form<D>& y) {
  Form<D> z;
  multiply_affine(x, y, &z);
  const Lanes a = x.lower * y.lower, b = x.lower * y.upper, c = x.upper * y.lower, d = x.upper * y.upper;
  // A NaN among the four (0·∞) must not be lost: it makes the sum NaN and the range useless.
  const Lanes poison = 0 * (a + b + c + d);
  set_range(&z, min(min(a, b), min(c, d)) + poison, max(max(a, b), max(c, d)) + poison);
  return z;
}

/// x·y where y >= 0 (its lower bound is taken as 0 where negative).
template <int D>
NARROWS_INLINE Form<D> product_nonnegative(const Form<D>& x, const Form<D>& y) {
  Form<D> z;
  multiply_affine(x, y, &z);
  const Lanes y_lower = max(y.lower, Lanes{});
  set_range(&z, x.lower * select(x.lower > 0, y_lower, y.upper), x.upper * select(x.upper > 0, y.upper, y_lower));
  return z;
}

/// x + y.
template <int D>
NARROWS_INLINE Form<D> sum(const Form<D>& x, const Form<D>& y) {
  Form<D> z;
  z.centre = x.centre + y.centre;
  for (int i = 0; i < D; ++i) z.coefficient[i] = x.coefficient[i] + y.coefficient[i];
  const Lanes spread_z = spread(z);
  z.radius = fma(abs(z.centre) + spread_z, broadcast(2 * kUnit), x.radius + y.radius) * kInflate + kGuard;
  z.lower = x.lower + y.lower;
  z.upper = x.upper + y.upper;
  z.lower = z.lower - fma(abs(z.lower), broadcast(2 * kUnit), broadcast(kGuard));
  z.upper = z.upper + fma(abs(z.upper), broadcast(2 * kUnit), broadcast(kGuard));
  clip_to(&z, spread_z + z.radius);
  return z;
}

/// g with |g(z) − slope·z − offset| <= error on the range of z.
struct Line {
  Lanes slope, offset, error;
};

NARROWS_INLINE Line better(const Line& a, const Line& b) {
  const Mask first = a.error < b.error;
  return {select(first, a.slope, b.slope), select(first, a.offset, b.offset), select(first, a.error, b.error)};
}

/// The remainder g(z) − slope·z lies in [lower, upper] up to `slack`.
NARROWS_INLINE Line line_from_remainder(Lanes slope, Lanes lower, Lanes upper, Lanes slack) {
  const Lanes rounding = broadcast(4 * kUnit) * (abs(lower) + abs(upper));
  return {slope, 0.5 * lower + 0.5 * upper, fma(broadcast(0.5), upper - lower, slack + rounding) * kInflate + kGuard};
}

/// g(z), known to lie in [lower, upper].
template <int D>
NARROWS_INLINE Form<D> linear_image(const Form<D>& z, const Line& g, Lanes lower, Lanes upper) {
  Form<D> y;
  y.centre = fma(g.slope, z.centre, g.offset);
  for (int i = 0; i < D; ++i) y.coefficient[i] = g.slope * z.coefficient[i];
  const Lanes spread_y = spread(y);
  const Lanes rounding = broadcast(2 * kUnit) * (abs(y.centre) + spread_y);
  y.radius = (fma(abs(g.slope), z.radius, g.error) + rounding) * kInflate + kGuard;
  y.lower = lower;
  y.upper = upper;
  clip_to(&y, spread_y + y.radius);
  return y;
}

}  // namespace narrows::NARROWS_ISA
