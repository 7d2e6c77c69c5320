// Doubles rounded in a direction, by operations that round to nearest.
//
// A result to nearest is at most half a step from the exact one, so one step outward is a bound: also where it is subnormal, 0 by
// underflow, or infinite by overflow (the step from +-inf towards 0 is the largest finite number). Nothing but the five
// operations of IEEE 754 is used. NaN stays NaN.
#pragma once

#if defined(__FAST_MATH__) || (defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__)
#error "the checker's arithmetic needs IEEE semantics: no -ffast-math"
#endif

#include <cfloat>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>

#include "checker/numbers.hpp"

namespace narrows::checker::directed {

static_assert(FLT_EVAL_METHOD == 0 && std::numeric_limits<double>::is_iec559, "operations must round to doubles");

/// The next larger double; inf and NaN stay.
inline double next_up(double x) {
  if (!(x < std::numeric_limits<double>::infinity())) return x;
  if (x == 0) return std::numeric_limits<double>::denorm_min();
  std::int64_t bits = 0;
  std::memcpy(&bits, &x, sizeof x);
  bits += x > 0 ? 1 : -1;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}

/// One step up or down.
template <class T>
T step(const T& x, bool up) {
  return up ? next_up(x) : -next_up(-x);
}

/// a + b. Exact sums stay: the error of the sum to nearest is a double (Knuth's two-sum) where nothing overflows.
template <class T>
T add(const T& a, const T& b, bool up) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const T sum = a + b, shift = sum - a, error = (a - (sum - shift)) + (b - shift);
  const auto small = magnitude(a) + magnitude(b) < 0x1p1020;
  const auto exact = (small & (up ? error <= 0 : error >= 0)) |
                     ((!small) & ((magnitude(a) == infinity) | (magnitude(b) == infinity)));
  return select(exact, sum, step(sum, up));
}

/// An upper bound on a sum of errors, rounded up only at the end. A term loses at most 2^-53 of itself and a least subnormal by
/// its own rounding, and each addition at most 2^-53 of the sum: more than twice of all that is made good. (For subnormals 2^-1000
/// a term: a number that keeps later arithmetic away from them, where processors are slow.)
template <class T>
class BasicErrorSum {
 public:
  /// |x|.
  void add(const T& x) {
    sum_ += magnitude(x);
    ++terms_;
  }
  /// r += a·b to nearest: each of the two roundings errs by at most 2^-53 of its result or half the least subnormal. Where
  /// anything overflows, the bound is infinite or NaN.
  void fused_add(T& r, const T& a, const T& b) {
    const T product = a * b;
    r += product;
    add((magnitude(product) + magnitude(r)) * 0x1p-52);
  }
  [[nodiscard]] T upper() const {
    return next_up(next_up(sum_ * (1 + (terms_ + 2) * 0x1p-52)) + terms_ * 0x1p-1000);
  }

 private:
  T sum_ = 0;
  double terms_ = 0;
};
using ErrorSum = BasicErrorSum<double>;

/// Σ|x_i|, rounded up: n - 1 additions in any order lose less than n·2^-53 of the sum.
template <class T>
T sum_of_magnitudes(const T* x, std::size_t n) {
  T sums[4] = {0, 0, 0, 0};
  std::size_t i = 0;
  for (; i + 4 <= n; i += 4) {
    for (std::size_t k = 0; k < 4; ++k) sums[k] += magnitude(x[i + k]);
  }
  for (; i < n; ++i) sums[0] += magnitude(x[i]);
  return next_up(((sums[0] + sums[1]) + (sums[2] + sums[3])) * (1 + static_cast<double>(n + 4) * 0x1p-52));
}

}  // namespace narrows::checker::directed
