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
void multiply(Real& r, const Real& a, const Real& b, mpfr_rnd_t direction) {
  if (a.sign() == 0 || b.sign() == 0) {
    mpfr_set_zero(r.raw(), 1);
  } else {
    mpfr_mul(r.raw(), a.raw(), b.raw(), direction);
  }
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
  mpfr_set_q(r.lo.raw(), value.get_mpq_t(), MPFR_RNDD);
  mpfr_set_q(r.hi.raw(), value.get_mpq_t(), MPFR_RNDU);
  return r;
}

Interval to_precision(const Interval& x, Precision precision) {
  Interval r(0, precision);
  mpfr_set(r.lo.raw(), x.lo.raw(), MPFR_RNDD);
  mpfr_set(r.hi.raw(), x.hi.raw(), MPFR_RNDU);
  return r;
}

Interval operator-(const Interval& x) {
  Interval r(x.hi, x.lo);
  mpfr_neg(r.lo.raw(), r.lo.raw(), MPFR_RNDD);  // exact
  mpfr_neg(r.hi.raw(), r.hi.raw(), MPFR_RNDU);
  return r;
}

Interval operator+(const Interval& x, const Interval& y) {
  Interval r = result_of(x, y);
  mpfr_add(r.lo.raw(), x.lo.raw(), y.lo.raw(), MPFR_RNDD);
  mpfr_add(r.hi.raw(), x.hi.raw(), y.hi.raw(), MPFR_RNDU);
  return r;
}

Interval operator-(const Interval& x, const Interval& y) {
  Interval r = result_of(x, y);
  mpfr_sub(r.lo.raw(), x.lo.raw(), y.hi.raw(), MPFR_RNDD);
  mpfr_sub(r.hi.raw(), x.hi.raw(), y.lo.raw(), MPFR_RNDU);
  return r;
}

Interval operator*(const Interval& x, const Interval& y) {
  Interval r = result_of(x, y);
  if (x.has_nan() || y.has_nan()) return unknown_interval(r.precision());
  if (x.lo.sign() >= 0) {
    multiply(r.lo, y.lo.sign() >= 0 ? x.lo : x.hi, y.lo, MPFR_RNDD);
    multiply(r.hi, y.hi.sign() >= 0 ? x.hi : x.lo, y.hi, MPFR_RNDU);
    return r;
  }
  if (y.lo.sign() >= 0) return y * x;
  if (x.hi.sign() <= 0) return -((-x) * y);
  if (y.hi.sign() <= 0) return -((-y) * x);
  Real other(r.precision());  // both hold 0 inside
  multiply(r.lo, x.lo, y.hi, MPFR_RNDD);
  multiply(other, x.hi, y.lo, MPFR_RNDD);
  mpfr_min(r.lo.raw(), r.lo.raw(), other.raw(), MPFR_RNDD);
  multiply(r.hi, x.lo, y.lo, MPFR_RNDU);
  multiply(other, x.hi, y.hi, MPFR_RNDU);
  mpfr_max(r.hi.raw(), r.hi.raw(), other.raw(), MPFR_RNDU);
  return r;
}

Interval operator/(const Interval& x, const Interval& y) {
  Interval inverse = result_of(x, y);
  if (x.has_nan() || y.has_nan()) return unknown_interval(inverse.precision());
  if (!y.nonzero()) return whole_line(inverse.precision());
  mpfr_ui_div(inverse.lo.raw(), 1, y.hi.raw(), MPFR_RNDD);
  mpfr_ui_div(inverse.hi.raw(), 1, y.lo.raw(), MPFR_RNDU);
  return x * inverse;
}

Interval absolute(const Interval& x) {
  if (x.has_nan()) return unknown_interval(x.precision());
  if (x.lo.sign() >= 0) return x;
  if (x.hi.sign() <= 0) return -x;
  Interval r = -x;
  mpfr_max(r.hi.raw(), r.hi.raw(), x.hi.raw(), MPFR_RNDU);
  mpfr_set_zero(r.lo.raw(), 1);
  return r;
}

Interval square(const Interval& x) {
  return increasing(mpfr_sqr, absolute(x));
}

Interval square_root(const Interval& x) {
  if (x.has_nan() || x.hi.sign() < 0) return unknown_interval(x.precision());
  Interval r = x;
  if (x.lo.sign() < 0) mpfr_set_zero(r.lo.raw(), 1);
  return increasing(mpfr_sqrt, r);
}

Interval hull(const Interval& x, const Interval& y) {
  Interval r = result_of(x, y);
  if (x.has_nan() || y.has_nan()) return unknown_interval(r.precision());
  mpfr_min(r.lo.raw(), x.lo.raw(), y.lo.raw(), MPFR_RNDD);
  mpfr_max(r.hi.raw(), x.hi.raw(), y.hi.raw(), MPFR_RNDU);
  return r;
}

Interval intersect(const Interval& x, const Interval& y) {
  Interval r = result_of(x, y);
  if (x.has_nan() || y.has_nan()) return unknown_interval(r.precision());
  mpfr_max(r.lo.raw(), x.lo.raw(), y.lo.raw(), MPFR_RNDD);
  mpfr_min(r.hi.raw(), x.hi.raw(), y.hi.raw(), MPFR_RNDU);
  return less_equal(r.lo, r.hi) ? r : unknown_interval(r.precision());
}

bool may_meet(const Interval& x, const Interval& y) {
  return x.has_nan() || y.has_nan() || (less_equal(y.lo, x.hi) && less_equal(x.lo, y.hi));
}

bool inside(const Interval& x, double lo, double hi) {
  return !x.has_nan() && mpfr_cmp_d(x.lo.raw(), lo) >= 0 && mpfr_cmp_d(x.hi.raw(), hi) <= 0;
}

bool inside_interior(const Interval& x, double lo, double hi) {
  return !x.has_nan() && mpfr_cmp_d(x.lo.raw(), lo) > 0 && mpfr_cmp_d(x.hi.raw(), hi) < 0;
}

double midpoint_approx(const Interval& x) {
  return 0.5 * x.lo.approx() + 0.5 * x.hi.approx();
}

}  // namespace narrows::checker
