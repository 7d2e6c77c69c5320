// Closed intervals of doubles with outward rounding: Interval at leaf_precision without the choice of a precision.
//
// What interval.hpp says of an Interval holds here, too: infinite ends are never members, so 0 times an infinite end is 0, and an
// interval with a NaN end knows nothing and proves nothing. Code that serves both is a template over the kind of interval; where
// it gives a precision to a LeafInterval, that is ignored. The number T is double, or Lanes: then these are four intervals, and what
// is said of one holds in each lane.
#pragma once

#include <concepts>
#include <limits>

#include "checker/interval.hpp"

namespace narrows::checker {

/// A number that answers what a Real is asked.
template <class T>
class BasicLeafReal {
 public:
  BasicLeafReal(const T& value = 0, Precision = leaf_precision) : value_(value) {}
  [[nodiscard]] const T& as_double() const { return value_; }
  [[nodiscard]] const T& approx() const { return value_; }
  [[nodiscard]] Truth<T> is_finite() const { return checker::is_finite(value_); }
  [[nodiscard]] Truth<T> is_nan() const { return checker::is_nan(value_); }
  /// -1, 0 or 1; 0 also for NaN.
  [[nodiscard]] int sign() const
    requires std::is_same_v<T, double>
  {
    return static_cast<int>(value_ > 0) - static_cast<int>(value_ < 0);
  }
  friend BasicLeafReal select(const Truth<T>& c, const BasicLeafReal& a, const BasicLeafReal& b) {
    return select(c, a.value_, b.value_);
  }

 private:
  T value_;
};

template <class T>
struct BasicLeafInterval {
  using End = BasicLeafReal<T>;
  End lo;
  End hi;

  BasicLeafInterval(double value = 0) : lo(value), hi(value) {}
  BasicLeafInterval(double value, std::same_as<Precision> auto) : BasicLeafInterval(value) {}
  BasicLeafInterval(const T& lower, const T& upper, Precision = leaf_precision) : lo(lower), hi(upper) {}
  explicit BasicLeafInterval(const End& point) : lo(point), hi(point) {}
  /// The same interval in each lane.
  template <std::same_as<double> U>
    requires(!std::is_same_v<T, U>)
  BasicLeafInterval(const BasicLeafInterval<U>& x)
      : lo(x.lo.as_double()), hi(x.hi.as_double()) {}
  /// The same set; unknown if the ends are not doubles.
  explicit BasicLeafInterval(const Interval& x) : lo(x.lo.as_double()), hi(x.hi.as_double()) {}
  explicit operator Interval() const
    requires std::is_same_v<T, double>
  {
    return Interval(lo.as_double(), hi.as_double(), leaf_precision);
  }

  [[nodiscard]] Precision precision() const { return leaf_precision; }
  [[nodiscard]] Truth<T> has_nan() const { return lo.is_nan() | hi.is_nan(); }
  [[nodiscard]] Truth<T> positive() const { return (lo.as_double() > 0) & !hi.is_nan(); }
  [[nodiscard]] Truth<T> negative() const { return (hi.as_double() < 0) & !lo.is_nan(); }
  /// Proved to exclude 0.
  [[nodiscard]] Truth<T> nonzero() const { return positive() | negative(); }
  [[nodiscard]] Truth<T> is_finite() const { return lo.is_finite() & hi.is_finite(); }
  [[nodiscard]] Truth<T> is_point() const { return lo.as_double() == hi.as_double(); }
  /// All of R, and "nothing known".
  [[nodiscard]] static BasicLeafInterval whole() { return BasicLeafInterval(T(-infinity), T(infinity)); }
  [[nodiscard]] static BasicLeafInterval unknown() { return BasicLeafInterval(std::numeric_limits<double>::quiet_NaN()); }

  friend BasicLeafInterval select(const Truth<T>& c, const BasicLeafInterval& x, const BasicLeafInterval& y) {
    return BasicLeafInterval(select(c, x.lo.as_double(), y.lo.as_double()),
                             select(c, x.hi.as_double(), y.hi.as_double()));
  }
  friend BasicLeafInterval operator-(const BasicLeafInterval& x) {
    return BasicLeafInterval(-x.hi.as_double(), -x.lo.as_double());
  }
  friend BasicLeafInterval operator+(const BasicLeafInterval& x, const BasicLeafInterval& y) {
    return BasicLeafInterval(directed::add(x.lo.as_double(), y.lo.as_double(), false),
                             directed::add(x.hi.as_double(), y.hi.as_double(), true));
  }
  friend BasicLeafInterval operator-(const BasicLeafInterval& x, const BasicLeafInterval& y) { return x + -y; }
  /// The least and the largest product of two ends, rounded; a product with a factor 0 is 0 exactly.
  friend BasicLeafInterval operator*(const BasicLeafInterval& x, const BasicLeafInterval& y) {
    const T a = x.lo.as_double(), b = x.hi.as_double(), c = y.lo.as_double(), d = y.hi.as_double();
    const Truth<T> nan = x.has_nan() | y.has_nan();
    if (all((a > 0) & (c > 0)))
      return select(nan, unknown(),
                    BasicLeafInterval(directed::step(T(a * c), false), directed::step(T(b * d), true)));
    if (all((a == b) & (c == d))) {
      const Truth<T> zero = (a == 0) | (c == 0);
      const T product = select(zero, T(0), T(a * c));
      return select(nan, unknown(),
                    BasicLeafInterval(select(zero, product, directed::step(product, false)),
                                      select(zero, product, directed::step(product, true))));
    }
    if (all((a != 0) & (b != 0) & (c != 0) & (d != 0))) {
      const T ac = a * c, ad = a * d, bc = b * c, bd = b * d;
      return select(nan, unknown(),
                    BasicLeafInterval(directed::step(least(least(ac, ad), least(bc, bd)), false),
                                      directed::step(greatest(greatest(ac, ad), greatest(bc, bd)), true)));
    }
    T lo = infinity, hi = -infinity;
    for (const T& u : {a, b}) {
      for (const T& v : {c, d}) {
        const Truth<T> zero = (u == 0) | (v == 0);
        lo = least(lo, select(zero, T(0), directed::step(T(u * v), false)));
        hi = greatest(hi, select(zero, T(0), directed::step(T(u * v), true)));
      }
    }
    return select(nan, unknown(), BasicLeafInterval(lo, hi));
  }
  /// x / y; all of R unless 0 is proved to be outside y.
  friend BasicLeafInterval operator/(const BasicLeafInterval& x, const BasicLeafInterval& y) {
    const BasicLeafInterval inverse(directed::step(T(1 / y.hi.as_double()), false),
                                    directed::step(T(1 / y.lo.as_double()), true));
    return select(x.has_nan() | y.has_nan(), unknown(), select(y.nonzero(), x * inverse, whole()));
  }
  friend BasicLeafInterval absolute(const BasicLeafInterval& x) {
    const T zero = 0, lo = x.lo.as_double(), hi = x.hi.as_double();
    const BasicLeafInterval around(zero, greatest(hi, T(-lo)));
    return select(x.has_nan(), unknown(), select(lo >= 0, x, select(hi <= 0, -x, around)));
  }
  /// x times a power of two that is at least 1: exactly, unless that overflows.
  friend BasicLeafInterval times_power(const BasicLeafInterval& x, double power) {
    const BasicLeafInterval y(T(x.lo.as_double() * power), T(x.hi.as_double() * power));
    return select(y.is_finite(), y, x * power);
  }
  friend BasicLeafInterval square(const BasicLeafInterval& x) {
    const BasicLeafInterval magnitude = absolute(x);
    return magnitude * magnitude;
  }
  friend BasicLeafInterval hull(const BasicLeafInterval& x, const BasicLeafInterval& y) {
    return select(x.has_nan() | y.has_nan(), unknown(),
                  BasicLeafInterval(least(x.lo.as_double(), y.lo.as_double()),
                                    greatest(x.hi.as_double(), y.hi.as_double())));
  }
  /// x may contain a point of y (true also if anything is NaN).
  friend Truth<T> may_meet(const BasicLeafInterval& x, const BasicLeafInterval& y) {
    return x.has_nan() | y.has_nan() |
           ((y.lo.as_double() <= x.hi.as_double()) & (x.lo.as_double() <= y.hi.as_double()));
  }
  friend T midpoint_approx(const BasicLeafInterval& x) {
    return 0.5 * x.lo.as_double() + 0.5 * x.hi.as_double();
  }

 private:
  static constexpr double infinity = std::numeric_limits<double>::infinity();
};

using LeafReal = BasicLeafReal<double>;
using LeafInterval = BasicLeafInterval<double>;
using LaneInterval = BasicLeafInterval<Lanes>;

/// Interval number `lane` of several; the one there is.
template <class T>
[[nodiscard]] LeafInterval lane_of(const BasicLeafInterval<T>& x, std::size_t lane) {
  return LeafInterval(lane_of(x.lo.as_double(), lane), lane_of(x.hi.as_double(), lane));
}

/// False whenever an operand is NaN.
[[nodiscard]] inline bool less(const LeafReal& a, const LeafReal& b) {
  return a.as_double() < b.as_double();
}

}  // namespace narrows::checker
