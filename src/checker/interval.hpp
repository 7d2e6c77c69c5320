// Closed intervals with outward rounding.
//
// An Interval stands for a set that contains the true value. The ends may be infinite (never themselves
// members, so 0 times an infinite end is 0). An interval with a NaN end knows nothing and proves nothing:
// every predicate below is false for it. The precision of a result is the larger of the operands' precisions;
// a plain double is a point of the lowest precision in use, so constants adapt to what they are combined
// with.
#pragma once

#include <gmpxx.h>

#include "checker/real.hpp"

namespace narrows::checker {

struct Interval {
  Real lo;
  Real hi;

  /// The point `value`, exactly.
  Interval(double value = 0, Precision precision = leaf_precision) : Interval(value, value, precision) {}
  Interval(double lower, double upper, Precision precision) : lo(lower, precision), hi(upper, precision) {}
  Interval(const Real& lower, const Real& upper) : lo(lower), hi(upper) {}
  explicit Interval(const Real& point) : lo(point), hi(point) {}

  [[nodiscard]] Precision precision() const { return lo.precision(); }
  [[nodiscard]] bool has_nan() const { return lo.is_nan() || hi.is_nan(); }
  [[nodiscard]] bool positive() const { return lo.sign() > 0 && !hi.is_nan(); }
  [[nodiscard]] bool negative() const { return hi.sign() < 0 && !lo.is_nan(); }
  /// Proved to exclude 0.
  [[nodiscard]] bool nonzero() const { return positive() || negative(); }
  [[nodiscard]] bool is_finite() const { return lo.is_finite() && hi.is_finite(); }
  [[nodiscard]] bool is_point() const { return less_equal(lo, hi) && less_equal(hi, lo); }
};

/// All of R, and "nothing known" (NaN ends).
[[nodiscard]] Interval whole_line(Precision precision);
[[nodiscard]] Interval unknown_interval(Precision precision);
/// Encloses a rational number.
[[nodiscard]] Interval enclose(const mpq_class& value, Precision precision);
/// The same set in another precision, rounded outward.
[[nodiscard]] Interval to_precision(const Interval& x, Precision precision);

[[nodiscard]] Interval operator-(const Interval& x);
[[nodiscard]] Interval operator+(const Interval& x, const Interval& y);
[[nodiscard]] Interval operator-(const Interval& x, const Interval& y);
[[nodiscard]] Interval operator*(const Interval& x, const Interval& y);
/// x / y; all of R unless 0 is proved to be outside y.
[[nodiscard]] Interval operator/(const Interval& x, const Interval& y);
[[nodiscard]] Interval absolute(const Interval& x);
[[nodiscard]] Interval square(const Interval& x);
/// x times a power of two that is at least 1.
[[nodiscard]] inline Interval times_power(const Interval& x, double power) {
  return x * power;
}
/// Square root of the part of x in [0, inf).
[[nodiscard]] Interval square_root(const Interval& x);

/// The smallest interval that contains both.
[[nodiscard]] Interval hull(const Interval& x, const Interval& y);
/// Both hold: the intersection of two enclosures of one value; unknown if they contradict each other.
[[nodiscard]] Interval intersect(const Interval& x, const Interval& y);
/// x may contain a point of y (true also if anything is NaN).
[[nodiscard]] bool may_meet(const Interval& x, const Interval& y);
/// x is proved to be inside [lo, hi]; for `interior` inside (lo, hi).
[[nodiscard]] bool inside(const Interval& x, double lo, double hi);
[[nodiscard]] bool inside_interior(const Interval& x, double lo, double hi);
/// A double near the middle: a guess, never a bound.
[[nodiscard]] double midpoint_approx(const Interval& x);

/// Encloses f over x for a correctly rounded increasing mpfr function; over a point for any mpfr function.
/// A point needs one evaluation, and one step up if that was inexact.
template <class Function>
[[nodiscard]] Interval increasing(Function f, const Interval& x) {
  Interval y(0, x.precision());
  Real value(x.lo.is_double() ? leaf_precision + 1 : x.precision());
  const int inexact = f(value.raw(), raw(x.lo), MPFR_RNDD);
  set(y.lo, value, false);
  if (!x.is_point()) {
    f(value.raw(), raw(x.hi), MPFR_RNDU);
  } else if (inexact != 0) {
    mpfr_nextabove(value.raw());
  }
  set(y.hi, value, true);
  return y;
}

}  // namespace narrows::checker
