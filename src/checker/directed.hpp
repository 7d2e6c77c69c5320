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
inline double step(double x, bool up) {
  return up ? next_up(x) : -next_up(-x);
}

/// a + b. Exact sums stay: the error of the sum to nearest is a double (Knuth's two-sum) where nothing overflows.
inline double add(double a, double b, bool up) {
  const double sum = a + b, shift = sum - a, error = (a - (sum - shift)) + (b - shift);
  const bool exact = std::fabs(a) + std::fabs(b) < 0x1p1020 ? (up ? error <= 0 : error >= 0) : std::isinf(a) || std::isinf(b);
  return exact ? sum : step(sum, up);
}

/// An upper bound on a sum of errors, rounded up only at the end. A term loses at most 2^-53 of itself and a least subnormal by
/// its own rounding, and each addition at most 2^-53 of the sum: more than twice of all that is made good. (For subnormals 2^-1000
/// a term: a number that keeps later arithmetic away from them, where processors are slow.)
class ErrorSum {
 public:
  /// |x|.
  void add(double x) {
    sum_ += std::fabs(x);
    ++terms_;
  }
  /// r += a·b to nearest: each of the two roundings errs by at most 2^-53 of its result or half the least subnormal. Where
  /// anything overflows, the bound is infinite or NaN.
  void fused_add(double& r, double a, double b) {
    const double product = a * b;
    r += product;
    add((std::fabs(product) + std::fabs(r)) * 0x1p-52);
  }
  [[nodiscard]] double upper() const {
    return next_up(next_up(sum_ * (1 + (terms_ + 2) * 0x1p-52)) + terms_ * 0x1p-1000);
  }

 private:
  double sum_ = 0;
  double terms_ = 0;
};

/// Σ|x_i|, rounded up: n - 1 additions in any order lose less than n·2^-53 of the sum.
inline double sum_of_magnitudes(const double* x, std::size_t n) {
  double sums[4] = {0, 0, 0, 0};
  std::size_t i = 0;
  for (; i + 4 <= n; i += 4) {
    for (std::size_t k = 0; k < 4; ++k) sums[k] += std::fabs(x[i + k]);
  }
  for (; i < n; ++i) sums[0] += std::fabs(x[i]);
  return next_up(((sums[0] + sums[1]) + (sums[2] + sums[3])) * (1 + static_cast<double>(n + 4) * 0x1p-52));
}

}  // namespace narrows::checker::directed
