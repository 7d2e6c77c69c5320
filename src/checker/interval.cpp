// Outward rounded interval operations.
#include "checker/interval.hpp"

#include <algorithm>
#include <limits>

namespace narrows::checker {
namespace {

/// The point 0 in the precision of a result.
Interval result_of(const Interval& x, const Interval& y) {
  return Interval(0, std::max(x.precision(), y.precision()));
}

/// r = a·b rounded, with 0·inf = 0 (an infinite end is never attained). Neither is NaN.
void multiply_ends(Real& r, const Real& a, const Real& b, bool up) {
  if (a.sign() == 0 || b.sign() == 0) {
    r = Real(r.precision());
  } else {
    multiply(r, a, b, up);
  }
}

/// x·y for doubles, none of them NaN: the least and the largest product of two ends, 0·inf = 0.
Interval product_of_doubles(const Interval& x, const Interval& y) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  double lo = infinity, hi = -infinity;
  for (const double a : {x.lo.as_double(), x.hi.as_double()}) {
    for (const double b : {y.lo.as_double(), y.hi.as_double()}) {
      const bool zero = a == 0 || b == 0;
      const double ab = zero ? 0 : a * b;
      lo = std::min(lo, zero ? 0 : directed::step(ab, false));
      hi = std::max(hi, zero ? 0 : directed::step(ab, true));
    }
  }
  return Interval(lo, hi, leaf_precision);
}

const Real& smaller(const Real& a, const Real& b) {
  return less(b, a) ? b : a;
}
const Real& larger(const Real& a, const Real& b) {
  return less(a, b) ? b : a;
}

}  // namespace

Interval whole_line(Precision precision) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  return Interval(-infinity, infinity, precision);
}

Interval unknown_interval(Precision precision) {
  return Interval(std::numeric_limits<double>::quiet_NaN(), precision);
}

Interval enclose(const mpq_class& value, Precision precision) {
  Interval r(0, precision);
  Real end(r.lo.is_double() ? leaf_precision + 1 : precision);
  mpfr_set_q(end.raw(), value.get_mpq_t(), MPFR_RNDD);
  set(r.lo, end, false);
  mpfr_set_q(end.raw(), value.get_mpq_t(), MPFR_RNDU);
  set(r.hi, end, true);
  return r;
}

Interval to_precision(const Interval& x, Precision precision) {
  Interval r(0, precision);
  set(r.lo, x.lo, false);
  set(r.hi, x.hi, true);
  return r;
}

Interval operator-(const Interval& x) {
  return Interval(x.hi.negated(), x.lo.negated());
}

Interval operator+(const Interval& x, const Interval& y) {
  Interval r = result_of(x, y);
  add(r.lo, x.lo, y.lo, false);
  add(r.hi, x.hi, y.hi, true);
  return r;
}

Interval operator-(const Interval& x, const Interval& y) {
  return x + -y;
}

Interval operator*(const Interval& x, const Interval& y) {
  Interval r = result_of(x, y);
  if (x.has_nan() || y.has_nan()) return unknown_interval(r.precision());
  if (x.lo.is_double() && x.hi.is_double() && y.lo.is_double() && y.hi.is_double()) return product_of_doubles(x, y);
  if (x.lo.sign() >= 0) {
    multiply_ends(r.lo, y.lo.sign() >= 0 ? x.lo : x.hi, y.lo, false);
    multiply_ends(r.hi, y.hi.sign() >= 0 ? x.hi : x.lo, y.hi, true);
    return r;
  }
  if (y.lo.sign() >= 0) return y * x;
  if (x.hi.sign() <= 0) return -((-x) * y);
  if (y.hi.sign() <= 0) return -((-y) * x);
  Real other(r.precision());  // both hold 0 inside
  multiply_ends(r.lo, x.lo, y.hi, false);
  multiply_ends(other, x.hi, y.lo, false);
  if (less(other, r.lo)) r.lo = other;
  multiply_ends(r.hi, x.lo, y.lo, true);
  multiply_ends(other, x.hi, y.hi, true);
  if (less(r.hi, other)) r.hi = other;
  return r;
}

Interval operator/(const Interval& x, const Interval& y) {
  Interval inverse = result_of(x, y);
  if (x.has_nan() || y.has_nan()) return unknown_interval(inverse.precision());
  if (!y.nonzero()) return whole_line(inverse.precision());
  invert(inverse.lo, y.hi, false);
  invert(inverse.hi, y.lo, true);
  return x * inverse;
}

Interval absolute(const Interval& x) {
  if (x.has_nan()) return unknown_interval(x.precision());
  if (x.lo.sign() >= 0) return x;
  if (x.hi.sign() <= 0) return -x;
  return Interval(Real(x.precision()), larger(x.hi, x.lo.negated()));
}

Interval square(const Interval& x) {
  const Interval magnitude = absolute(x);
  return magnitude * magnitude;
}

Interval square_root(const Interval& x) {
  if (x.has_nan() || x.hi.sign() < 0) return unknown_interval(x.precision());
  Interval r = x;
  if (x.lo.sign() < 0) r.lo = Real(x.precision());
  return increasing(mpfr_sqrt, r);
}

Interval hull(const Interval& x, const Interval& y) {
  Interval r = result_of(x, y);
  if (x.has_nan() || y.has_nan()) return unknown_interval(r.precision());
  set(r.lo, smaller(x.lo, y.lo), false);
  set(r.hi, larger(x.hi, y.hi), true);
  return r;
}

Interval intersect(const Interval& x, const Interval& y) {
  Interval r = result_of(x, y);
  if (x.has_nan() || y.has_nan()) return unknown_interval(r.precision());
  set(r.lo, larger(x.lo, y.lo), false);
  set(r.hi, smaller(x.hi, y.hi), true);
  return less_equal(r.lo, r.hi) ? r : unknown_interval(r.precision());
}

bool may_meet(const Interval& x, const Interval& y) {
  return x.has_nan() || y.has_nan() || (less_equal(y.lo, x.hi) && less_equal(x.lo, y.hi));
}

bool inside(const Interval& x, double lo, double hi) {
  return less_equal(Real(lo, leaf_precision), x.lo) && less_equal(x.hi, Real(hi, leaf_precision));
}

bool inside_interior(const Interval& x, double lo, double hi) {
  return less(Real(lo, leaf_precision), x.lo) && less(x.hi, Real(hi, leaf_precision));
}

double midpoint_approx(const Interval& x) {
  return 0.5 * x.lo.approx() + 0.5 * x.hi.approx();
}

}  // namespace narrows::checker
