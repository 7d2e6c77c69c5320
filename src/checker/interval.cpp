// Outward rounded interval operations.
#include "checker/interval.hpp"

#include <algorithm>

namespace narrows::checker {
namespace {

Precision common(const Interval& x, const Interval& y) { return std::max(x.precision(), y.precision()); }

/// r = a·b rounded, with 0·inf = 0 (an infinite end is never attained). NaN stays NaN.
void multiply_ends(Real& r, const Real& a, const Real& b, mpfr_rnd_t direction) {
  const bool zero = (mpfr_zero_p(a.raw()) && !b.is_nan()) || (mpfr_zero_p(b.raw()) && !a.is_nan());
  if (zero) {
    mpfr_set_zero(r.raw(), 1);
  } else {
    mpfr_mul(r.raw(), a.raw(), b.raw(), direction);
  }
}

/// min and max that give NaN if an operand is NaN (mpfr_min would drop it).
void keep_min(Real& r, const Real& a) {
  if (a.is_nan() || less(a, r)) mpfr_set(r.raw(), a.raw(), MPFR_RNDD);
}
void keep_max(Real& r, const Real& a) {
  if (a.is_nan() || less(r, a)) mpfr_set(r.raw(), a.raw(), MPFR_RNDU);
}

bool has_nan(const Interval& x) { return x.lo.is_nan() || x.hi.is_nan(); }

}  // namespace

Interval whole_line(Precision precision) {
  Interval r(precision);
  mpfr_set_inf(r.lo.raw(), -1);
  mpfr_set_inf(r.hi.raw(), 1);
  return r;
}

Interval unknown_interval(Precision precision) {
  Interval r(precision);
  mpfr_set_nan(r.lo.raw());
  mpfr_set_nan(r.hi.raw());
  return r;
}

Interval enclose(const mpq_class& value, Precision precision) {
  Interval r(precision);
  mpfr_set_q(r.lo.raw(), value.get_mpq_t(), MPFR_RNDD);
  mpfr_set_q(r.hi.raw(), value.get_mpq_t(), MPFR_RNDU);
  return r;
}

Interval to_precision(const Interval& x, Precision precision) {
  Interval r(precision);
  mpfr_set(r.lo.raw(), x.lo.raw(), MPFR_RNDD);
  mpfr_set(r.hi.raw(), x.hi.raw(), MPFR_RNDU);
  return r;
}

Interval operator-(const Interval& x) {
  Interval r(x.precision());
  mpfr_neg(r.lo.raw(), x.hi.raw(), MPFR_RNDD);
  mpfr_neg(r.hi.raw(), x.lo.raw(), MPFR_RNDU);
  return r;
}

Interval operator+(const Interval& x, const Interval& y) {
  Interval r(common(x, y));
  mpfr_add(r.lo.raw(), x.lo.raw(), y.lo.raw(), MPFR_RNDD);
  mpfr_add(r.hi.raw(), x.hi.raw(), y.hi.raw(), MPFR_RNDU);
  return r;
}

Interval operator-(const Interval& x, const Interval& y) {
  Interval r(common(x, y));
  mpfr_sub(r.lo.raw(), x.lo.raw(), y.hi.raw(), MPFR_RNDD);
  mpfr_sub(r.hi.raw(), x.hi.raw(), y.lo.raw(), MPFR_RNDU);
  return r;
}

Interval operator*(const Interval& x, const Interval& y) {
  Interval r(common(x, y));
  if (has_nan(x) || has_nan(y)) return unknown_interval(r.precision());
  const bool x_up = x.lo.sign() >= 0, x_down = x.hi.sign() <= 0;
  const bool y_up = y.lo.sign() >= 0, y_down = y.hi.sign() <= 0;
  if ((x_up || x_down) && (y_up || y_down)) {  // four sign cases, two products
    const bool same = x_up == y_up;
    const Real& x_near = x_up ? x.lo : x.hi;  // the end nearer to 0
    const Real& x_far = x_up ? x.hi : x.lo;
    const Real& y_near = y_up ? y.lo : y.hi;
    const Real& y_far = y_up ? y.hi : y.lo;
    multiply_ends(r.lo, same ? x_near : x_far, same ? y_near : y_far, MPFR_RNDD);
    multiply_ends(r.hi, same ? x_far : x_near, same ? y_far : y_near, MPFR_RNDU);
    return r;
  }
  multiply_ends(r.lo, x.lo, y.lo, MPFR_RNDD);
  multiply_ends(r.hi, x.lo, y.lo, MPFR_RNDU);
  Real t(r.precision());
  for (const auto& [a, b] : {std::pair{&x.lo, &y.hi}, std::pair{&x.hi, &y.lo}, std::pair{&x.hi, &y.hi}}) {
    multiply_ends(t, *a, *b, MPFR_RNDD);
    keep_min(r.lo, t);
    multiply_ends(t, *a, *b, MPFR_RNDU);
    keep_max(r.hi, t);
  }
  return r;
}

Interval operator/(const Interval& x, const Interval& y) {
  const Precision p = common(x, y);
  if (has_nan(x) || has_nan(y)) return unknown_interval(p);
  if (!y.nonzero()) return whole_line(p);
  Interval inverse(p);
  mpfr_ui_div(inverse.lo.raw(), 1, y.hi.raw(), MPFR_RNDD);
  mpfr_ui_div(inverse.hi.raw(), 1, y.lo.raw(), MPFR_RNDU);
  return x * inverse;
}

Interval operator*(long k, const Interval& x) {
  Interval r(x.precision());
  if (has_nan(x)) return unknown_interval(x.precision());
  if (k == 0) return r;
  mpfr_mul_si(r.lo.raw(), (k > 0 ? x.lo : x.hi).raw(), k, MPFR_RNDD);
  mpfr_mul_si(r.hi.raw(), (k > 0 ? x.hi : x.lo).raw(), k, MPFR_RNDU);
  return r;
}

Interval operator+(long k, const Interval& x) {
  Interval r(x.precision());
  mpfr_add_si(r.lo.raw(), x.lo.raw(), k, MPFR_RNDD);
  mpfr_add_si(r.hi.raw(), x.hi.raw(), k, MPFR_RNDU);
  return r;
}

Interval operator-(long k, const Interval& x) { return k + (-x); }

Interval operator/(const Interval& x, long k) {
  Interval r(x.precision());
  if (k == 0 || has_nan(x)) return unknown_interval(x.precision());
  mpfr_div_si(r.lo.raw(), (k > 0 ? x.lo : x.hi).raw(), k, MPFR_RNDD);
  mpfr_div_si(r.hi.raw(), (k > 0 ? x.hi : x.lo).raw(), k, MPFR_RNDU);
  return r;
}

Interval absolute(const Interval& x) {
  if (x.lo.sign() >= 0) return x;  // NaN ends pass through unchanged
  if (x.hi.sign() <= 0) return -x;
  Interval r(x.precision());
  mpfr_neg(r.hi.raw(), x.lo.raw(), MPFR_RNDU);
  keep_max(r.hi, x.hi);
  return r;
}

Interval square(const Interval& x) {
  const Interval a = absolute(x);
  Interval r(x.precision());
  mpfr_sqr(r.lo.raw(), a.lo.raw(), MPFR_RNDD);
  mpfr_sqr(r.hi.raw(), a.hi.raw(), MPFR_RNDU);
  return r;
}

Interval square_root(const Interval& x) {
  Interval r(x.precision());
  if (has_nan(x) || x.hi.sign() < 0) return unknown_interval(x.precision());
  if (x.lo.sign() > 0) mpfr_sqrt(r.lo.raw(), x.lo.raw(), MPFR_RNDD);
  mpfr_sqrt(r.hi.raw(), x.hi.raw(), MPFR_RNDU);
  return r;
}

Interval exponential(const Interval& x) {
  if (x.is_point()) return enclose_value(mpfr_exp, x.lo);
  Interval r(x.precision());
  mpfr_exp(r.lo.raw(), x.lo.raw(), MPFR_RNDD);
  mpfr_exp(r.hi.raw(), x.hi.raw(), MPFR_RNDU);
  return r;
}

Interval hull(const Interval& x, const Interval& y) {
  Interval r = to_precision(x, common(x, y));
  widen(r, y);
  return r;
}

Interval intersect(const Interval& x, const Interval& y) {
  Interval r(common(x, y));
  if (has_nan(x) || has_nan(y)) return unknown_interval(r.precision());
  mpfr_max(r.lo.raw(), x.lo.raw(), y.lo.raw(), MPFR_RNDD);
  mpfr_min(r.hi.raw(), x.hi.raw(), y.hi.raw(), MPFR_RNDU);
  return less_equal(r.lo, r.hi) ? r : unknown_interval(r.precision());
}

void widen(Interval& x, const Interval& y) {
  if (x.lo.is_nan() || x.hi.is_nan()) return;
  keep_min(x.lo, y.lo);
  keep_max(x.hi, y.hi);
}

bool may_meet(const Interval& x, const Interval& y) { return !less(x.hi, y.lo) && !less(y.hi, x.lo); }

bool inside(const Interval& x, double lo, double hi) {
  return !has_nan(x) && mpfr_cmp_d(x.lo.raw(), lo) >= 0 && mpfr_cmp_d(x.hi.raw(), hi) <= 0;
}

bool inside_interior(const Interval& x, double lo, double hi) {
  return !has_nan(x) && mpfr_cmp_d(x.lo.raw(), lo) > 0 && mpfr_cmp_d(x.hi.raw(), hi) < 0;
}

Real magnitude_upper(const Interval& x) { return absolute(x).hi; }

double midpoint_approx(const Interval& x) { return 0.5 * x.lo.approx() + 0.5 * x.hi.approx(); }

}  // namespace narrows::checker
