// The exponential function at doubles, in doubles rounded outward.
//
// exp(x) = 2^k·exp(r), x = k·ln 2 + r with 0 < r < 0.7, and exp(r) by its Taylor polynomial of degree 17.
//
// ln 2 = head + tail: head has 42 bits, so that k·head is exact for |k| < 2^11; tail is rounded to nearest.
// k is chosen so that r > 0: then all terms are positive. Everything is computed to nearest, u = 2^-53 at most relative to each result:
//   r:            both differences and the product err by at most u·(0.71 + 0.7 + 2^-35), and so e^r by a factor within 1 ± 1.42u
//   coefficients: the polynomial by a factor within 1 ± u
//   Horner:       a running sum, e := e·r + (product + sum) for each step, of which the error of the polynomial is at most e·u·1.01
//   the rest:     below r^18/18!·(1 + r/19 + (r/19)^2 + …) < 1.1·0.7^18/18! < u/256, and e^r > 1
// Together at most u·(1.02·e + 2.5·e^r).
#pragma once

#include <array>

#include "checker/leaf_interval.hpp"

namespace narrows::checker {

/// exp over x. Ends that are doubles within ±690 cost no MPFR; the result is then at most a few units in the last place wider
/// than the best one.
[[nodiscard]] Interval exponential(const Interval& x);
[[nodiscard]] LeafInterval exponential(const LeafInterval& x);

namespace exponential_parts {

inline constexpr double reach = 690;  ///< exp(±690) and all that is computed on the way is far from overflow and underflow
inline constexpr double head = 0x1.62e42fefa38p-1, tail = 0x1.ef35793c7673p-45;
inline constexpr int degree = 17;

/// 1/i!, rounded to nearest. All factorials up to 17! are doubles.
constexpr std::array<double, degree + 1> inverse_factorials() {
  std::array<double, degree + 1> inverse{};
  double factorial = 1;
  for (int i = 0; i <= degree; ++i) {
    if (i > 0) factorial *= i;
    inverse[static_cast<std::size_t>(i)] = 1 / factorial;
  }
  return inverse;
}

/// The largest integer that is at most x, |x| < 2^40: adding 2^52 + 2^51 rounds to an integer.
template <class T>
T floor_of(const T& x) {
  const T nearest = (x + 0x1.8p52) - 0x1.8p52;
  return select(nearest > x, nearest - 1, nearest);
}

/// 2^k for an integer |k| < 1000.
inline double power_of_two(double k) {
  return std::ldexp(1, static_cast<int>(k));
}

/// Bounds of exp(x), |x| <= reach; unknown if r is not where it should be (it always is). Scaling by 2^k is exact.
template <class T>
BasicLeafInterval<T> exponential_bounds(const T& x) {
  static constexpr std::array<double, degree + 1> c = inverse_factorials();
  const T k = floor_of(T(x * 1.4426950408889634 - 0x1p-20));
  const T r = (x - k * head) - k * tail;  // k·head is exact
  T sum = c[degree], errors = 0;
  for (int i = degree - 1; i >= 0; --i) {
    const T product = sum * r;
    sum = product + c[static_cast<std::size_t>(i)];
    errors = errors * r + (product + sum);
  }
  const T error = 0x1p-53 * (1.03 * errors + 2.6 * sum), scale = power_of_two(k);
  const BasicLeafInterval<T> bounds(directed::add(sum, T(-error), false) * scale, directed::add(sum, error, true) * scale);
  return select((r > 0) & (r < 0.7), bounds, BasicLeafInterval<T>::unknown());
}

template <class T>
bool within_reach(const BasicLeafInterval<T>& x) {
  return all((x.lo.as_double() >= -reach) & (x.hi.as_double() <= reach) & (x.lo.as_double() <= x.hi.as_double()));
}

template <class T>
BasicLeafInterval<T> exponential_within_reach(const BasicLeafInterval<T>& x) {
  const BasicLeafInterval<T> at_lo = exponential_bounds(x.lo.as_double());
  if (all(x.is_point())) return at_lo;
  return BasicLeafInterval<T>(at_lo.lo.as_double(), exponential_bounds(x.hi.as_double()).hi.as_double());
}

}  // namespace exponential_parts

}  // namespace narrows::checker
