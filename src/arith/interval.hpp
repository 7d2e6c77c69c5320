// Double-precision intervals with outward rounding.
//
// Idea: every operation is computed in the default rounding mode (to nearest), whose error is at most half a unit in the
// last place, and each end is then moved one floating-point number outward. No rounding mode is ever switched, so neither
// the optimiser nor a thread can lose it. Division of labour: exact zeros stay exact, everything else widens by one ulp.
//
// Semantics   An Interval [lo, hi] stands for the set of reals x with lo <= x <= hi; ends may be infinite; a NaN end
//             never occurs: whatever would be NaN becomes [-inf, +inf] ("entire"). There is no empty interval: intersect()
//             tells by std::optional.
// Guarantee   For each operation, every exact result for operands in the intervals lies in the returned interval.
#pragma once

#include <bit>
#include <cfloat>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>

#include "arith/rational.hpp"

static_assert(FLT_EVAL_METHOD == 0, "Narrows needs plain IEEE double arithmetic");

namespace narrows {

inline constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// The next double above `x`; +inf and NaN are returned unchanged.
[[nodiscard]] inline double next_up(double x) {
  if (!(x < kInfinity)) return x;
  if (x == 0) return std::numeric_limits<double>::denorm_min();
  const auto bits = std::bit_cast<std::int64_t>(x);
  return std::bit_cast<double>(x > 0 ? bits + 1 : bits - 1);
}

/// The next double below `x`; -inf and NaN are returned unchanged.
[[nodiscard]] inline double next_down(double x) { return -next_up(-x); }

/// Sums and products of non-negative bounds, rounded up.
[[nodiscard]] inline double add_upper(double a, double b) { return next_up(a + b); }
[[nodiscard]] inline double mul_upper(double a, double b) { return (a == 0 || b == 0) ? 0.0 : next_up(a * b); }

class Interval {
 public:
  constexpr Interval() = default;
  /// A finite double is exactly an interval; a NaN or infinite one (an overflow) gives the entire line.
  constexpr Interval(double point) : lo_(point), hi_(point) {  // NOLINT(google-explicit-constructor)
    if (!(point - point == 0)) *this = entire();
  }
  /// Precondition lo <= hi; anything else (NaN too) gives the entire line.
  constexpr Interval(double lo, double hi) : lo_(lo), hi_(hi) {
    if (!(lo <= hi)) *this = entire();
  }
  [[nodiscard]] static constexpr Interval entire() {
    Interval all;
    all.lo_ = -kInfinity;
    all.hi_ = kInfinity;
    return all;
  }

  [[nodiscard]] constexpr double lower() const { return lo_; }
  [[nodiscard]] constexpr double upper() const { return hi_; }

 private:
  double lo_ = 0;
  double hi_ = 0;
};

/// Enclosure of an exact rational: one double wide at most, a point if the rational is a double.
[[nodiscard]] Interval enclose(const Rational& exact);

// Positive questions only: each is false when nothing is known.
[[nodiscard]] inline bool is_positive(const Interval& x) { return x.lower() > 0; }
[[nodiscard]] inline bool is_negative(const Interval& x) { return x.upper() < 0; }
[[nodiscard]] inline bool excludes_zero(const Interval& x) { return is_positive(x) || is_negative(x); }
[[nodiscard]] inline bool is_finite(const Interval& x) { return std::isfinite(x.lower()) && std::isfinite(x.upper()); }
[[nodiscard]] inline bool contains(const Interval& x, double point) { return x.lower() <= point && point <= x.upper(); }
[[nodiscard]] inline bool subset(const Interval& inner, const Interval& outer) {
  return outer.lower() <= inner.lower() && inner.upper() <= outer.upper();
}
[[nodiscard]] inline bool strictly_inside(const Interval& inner, const Interval& outer) {
  return outer.lower() < inner.lower() && inner.upper() < outer.upper();
}
[[nodiscard]] inline bool disjoint(const Interval& a, const Interval& b) {
  return a.upper() < b.lower() || b.upper() < a.lower();
}

/// sup |x|.
[[nodiscard]] inline double magnitude(const Interval& x) {
  return std::fmax(std::fabs(x.lower()), std::fabs(x.upper()));
}
/// A double inside `x` near its middle; 0 for unbounded intervals that contain 0, else the finite end.
[[nodiscard]] double midpoint(const Interval& x);
/// Upper bound on (hi − lo).
[[nodiscard]] inline double width_upper(const Interval& x) { return next_up(x.upper() - x.lower()); }
/// Upper bound on sup |x − m|.
[[nodiscard]] inline double radius_upper(const Interval& x, double m) {
  return std::fmax(next_up(x.upper() - m), next_up(m - x.lower()));
}

[[nodiscard]] inline Interval hull(const Interval& a, const Interval& b) {
  return {std::fmin(a.lower(), b.lower()), std::fmax(a.upper(), b.upper())};
}
/// Empty (nullopt) if the intervals are disjoint.
[[nodiscard]] inline std::optional<Interval> intersect(const Interval& a, const Interval& b) {
  const double lo = std::fmax(a.lower(), b.lower()), hi = std::fmin(a.upper(), b.upper());
  if (!(lo <= hi)) return std::nullopt;
  return Interval(lo, hi);
}
/// Intersection of two enclosures of the same nonempty set; should rounding ever make it look empty, the first is kept.
[[nodiscard]] inline Interval meet(const Interval& a, const Interval& b) {
  const auto both = intersect(a, b);
  return both ? *both : a;
}

[[nodiscard]] inline Interval operator-(const Interval& x) { return {-x.upper(), -x.lower()}; }
[[nodiscard]] inline Interval operator+(const Interval& a, const Interval& b) {
  if (a.lower() == 0 && a.upper() == 0) return b;
  if (b.lower() == 0 && b.upper() == 0) return a;
  return {next_down(a.lower() + b.lower()), next_up(a.upper() + b.upper())};
}
[[nodiscard]] inline Interval operator-(const Interval& a, const Interval& b) { return a + (-b); }
/// 0·∞ = 0 for an exact zero factor, so that unbounded ranges pass through zero weights.
[[nodiscard]] Interval operator*(const Interval& a, const Interval& b);
/// Entire if b contains 0.
[[nodiscard]] Interval operator/(const Interval& a, const Interval& b);
inline Interval& operator+=(Interval& a, const Interval& b) { return a = a + b; }
inline Interval& operator*=(Interval& a, const Interval& b) { return a = a * b; }

/// {x² : x in the interval}: never negative.
[[nodiscard]] Interval square(const Interval& x);
/// Square root; precondition-free: negative parts are cut off, an all-negative interval gives entire.
[[nodiscard]] Interval sqrt(const Interval& x);

}  // namespace narrows
