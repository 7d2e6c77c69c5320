// Closed intervals of doubles with outward rounding: Interval at leaf_precision without the choice of a precision.
//
// What interval.hpp says of an Interval holds here, too: infinite ends are never members, so 0 times an infinite end is 0, and an
// interval with a NaN end knows nothing and proves nothing. Code that serves both is a template over the kind of interval; where
// it gives a precision to a LeafInterval, that is ignored.
#pragma once

#include <algorithm>
#include <limits>

#include "checker/interval.hpp"

namespace narrows::checker {

/// A double that answers what a Real is asked.
class LeafReal {
 public:
  LeafReal(double value = 0, Precision = leaf_precision) : value_(value) {}
  [[nodiscard]] double as_double() const { return value_; }
  [[nodiscard]] double approx() const { return value_; }
  [[nodiscard]] bool is_finite() const { return std::isfinite(value_); }
  [[nodiscard]] bool is_nan() const { return std::isnan(value_); }
  /// -1, 0 or 1; 0 also for NaN.
  [[nodiscard]] int sign() const { return static_cast<int>(value_ > 0) - static_cast<int>(value_ < 0); }

 private:
  double value_;
};

/// False whenever an operand is NaN.
[[nodiscard]] inline bool less(const LeafReal& a, const LeafReal& b) {
  return a.as_double() < b.as_double();
}

struct LeafInterval {
  LeafReal lo;
  LeafReal hi;

  LeafInterval(double value = 0, Precision = leaf_precision) : lo(value), hi(value) {}
  LeafInterval(double lower, double upper, Precision = leaf_precision) : lo(lower), hi(upper) {}
  explicit LeafInterval(LeafReal point) : lo(point), hi(point) {}
  /// The same set; unknown if the ends are not doubles.
  explicit LeafInterval(const Interval& x) : lo(x.lo.as_double()), hi(x.hi.as_double()) {}
  explicit operator Interval() const { return Interval(lo.as_double(), hi.as_double(), leaf_precision); }

  [[nodiscard]] Precision precision() const { return leaf_precision; }
  [[nodiscard]] bool has_nan() const { return lo.is_nan() || hi.is_nan(); }
  [[nodiscard]] bool positive() const { return lo.sign() > 0 && !hi.is_nan(); }
  [[nodiscard]] bool negative() const { return hi.sign() < 0 && !lo.is_nan(); }
  /// Proved to exclude 0.
  [[nodiscard]] bool nonzero() const { return positive() || negative(); }
  [[nodiscard]] bool is_finite() const { return lo.is_finite() && hi.is_finite(); }
  [[nodiscard]] bool is_point() const { return lo.as_double() == hi.as_double(); }
};

[[nodiscard]] inline LeafInterval unknown_leaf_interval() {
  return LeafInterval(std::numeric_limits<double>::quiet_NaN());
}
[[nodiscard]] inline LeafInterval operator-(const LeafInterval& x) {
  return LeafInterval(-x.hi.as_double(), -x.lo.as_double());
}
[[nodiscard]] inline LeafInterval operator+(const LeafInterval& x, const LeafInterval& y) {
  return LeafInterval(directed::add(x.lo.as_double(), y.lo.as_double(), false),
                      directed::add(x.hi.as_double(), y.hi.as_double(), true));
}
[[nodiscard]] inline LeafInterval operator-(const LeafInterval& x, const LeafInterval& y) {
  return x + -y;
}
/// The least and the largest product of two ends, rounded; a product with a factor 0 is 0 exactly.
[[nodiscard]] inline LeafInterval operator*(const LeafInterval& x, const LeafInterval& y) {
  if (x.has_nan() || y.has_nan()) return unknown_leaf_interval();
  const double a = x.lo.as_double(), b = x.hi.as_double(), c = y.lo.as_double(), d = y.hi.as_double();
  if (a > 0 && c > 0) return LeafInterval(directed::step(a * c, false), directed::step(b * d, true));
  if (a != 0 && b != 0 && c != 0 && d != 0) {
    const double ac = a * c, ad = a * d, bc = b * c, bd = b * d;
    return LeafInterval(directed::step(std::min(std::min(ac, ad), std::min(bc, bd)), false),
                        directed::step(std::max(std::max(ac, ad), std::max(bc, bd)), true));
  }
  double lo = std::numeric_limits<double>::infinity(), hi = -lo;
  for (const double u : {a, b}) {
    for (const double v : {c, d}) {
      const bool zero = u == 0 || v == 0;
      lo = std::min(lo, zero ? 0 : directed::step(u * v, false));
      hi = std::max(hi, zero ? 0 : directed::step(u * v, true));
    }
  }
  return LeafInterval(lo, hi);
}
/// x / y; all of R unless 0 is proved to be outside y.
[[nodiscard]] inline LeafInterval operator/(const LeafInterval& x, const LeafInterval& y) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  if (x.has_nan() || y.has_nan()) return unknown_leaf_interval();
  if (!y.nonzero()) return LeafInterval(-infinity, infinity);
  return x * LeafInterval(directed::step(1 / y.hi.as_double(), false),
                          directed::step(1 / y.lo.as_double(), true));
}
[[nodiscard]] inline LeafInterval absolute(const LeafInterval& x) {
  if (x.has_nan()) return unknown_leaf_interval();
  if (x.lo.sign() >= 0) return x;
  if (x.hi.sign() <= 0) return -x;
  return LeafInterval(0, std::max(x.hi.as_double(), -x.lo.as_double()));
}
[[nodiscard]] inline LeafInterval square(const LeafInterval& x) {
  const LeafInterval magnitude = absolute(x);
  return magnitude * magnitude;
}
[[nodiscard]] inline LeafInterval hull(const LeafInterval& x, const LeafInterval& y) {
  if (x.has_nan() || y.has_nan()) return unknown_leaf_interval();
  return LeafInterval(std::min(x.lo.as_double(), y.lo.as_double()),
                      std::max(x.hi.as_double(), y.hi.as_double()));
}
/// x may contain a point of y (true also if anything is NaN).
[[nodiscard]] inline bool may_meet(const LeafInterval& x, const LeafInterval& y) {
  return x.has_nan() || y.has_nan() ||
         (y.lo.as_double() <= x.hi.as_double() && x.lo.as_double() <= y.hi.as_double());
}
[[nodiscard]] inline double midpoint_approx(const LeafInterval& x) {
  return 0.5 * x.lo.as_double() + 0.5 * x.hi.as_double();
}

}  // namespace narrows::checker
