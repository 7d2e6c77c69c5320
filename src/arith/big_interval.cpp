#include "arith/big_interval.hpp"

#include <algorithm>

namespace narrows {
namespace {

// MPFI stores NaN ends after invalid operations; replacing them by the entire line keeps every later question honest.
BigInterval& without_nan(BigInterval& x) {
  if (mpfi_nan_p(x.raw())) mpfi_interv_d(x.raw(), -kInfinity, kInfinity);
  return x;
}

template <class Operation>
BigInterval binary(Operation operation, const BigInterval& a, const BigInterval& b) {
  BigInterval result(0.0, std::max(a.precision(), b.precision()));
  operation(result.raw(), a.raw(), b.raw());
  return without_nan(result);
}

template <class Operation>
BigInterval unary(Operation operation, const BigInterval& x) {
  BigInterval result(0.0, x.precision());
  operation(result.raw(), x.raw());
  return without_nan(result);
}

}  // namespace

BigInterval::BigInterval(double point, mpfr_prec_t precision) {
  mpfi_init2(value_, precision);
  if (point - point == 0)
    mpfi_set_d(value_, point);
  else
    mpfi_interv_d(value_, -kInfinity, kInfinity);
}
BigInterval::BigInterval(const Interval& x, mpfr_prec_t precision) {
  mpfi_init2(value_, precision);
  mpfi_interv_d(value_, x.lower(), x.upper());
}
BigInterval::BigInterval(const Rational& exact, mpfr_prec_t precision) {
  mpfi_init2(value_, precision);
  mpfi_set_q(value_, exact.backend().data());
}
BigInterval::BigInterval(const BigInterval& other) {
  mpfi_init2(value_, other.precision());
  mpfi_set(value_, other.value_);
}
BigInterval::BigInterval(BigInterval&& other) noexcept {
  mpfi_init2(value_, MPFR_PREC_MIN + 1);
  mpfi_swap(value_, other.value_);
}

Interval BigInterval::to_double() const {
  return {mpfr_get_d(&value_->left, MPFR_RNDD), mpfr_get_d(&value_->right, MPFR_RNDU)};
}
BigInterval BigInterval::lower_point() const {
  BigInterval end(0.0, precision());
  mpfi_set_fr(end.value_, &value_->left);
  return end;
}
BigInterval BigInterval::upper_point() const {
  BigInterval end(0.0, precision());
  mpfi_set_fr(end.value_, &value_->right);
  return end;
}

bool is_positive(const BigInterval& x) { return mpfr_cmp_si(&x.raw()->left, 0) > 0 && !mpfi_nan_p(x.raw()); }
bool is_negative(const BigInterval& x) { return mpfr_cmp_si(&x.raw()->right, 0) < 0 && !mpfi_nan_p(x.raw()); }
bool contains(const BigInterval& x, double point) {
  return mpfr_cmp_d(&x.raw()->left, point) <= 0 && mpfr_cmp_d(&x.raw()->right, point) >= 0;
}
BigInterval hull(const BigInterval& a, const BigInterval& b) { return binary(mpfi_union, a, b); }
BigInterval meet(const BigInterval& a, const BigInterval& b) {
  BigInterval both = binary(mpfi_intersect, a, b);
  return mpfi_is_empty(both.raw()) ? a : both;
}
double magnitude(const BigInterval& x) { return magnitude(x.to_double()); }

BigInterval operator-(const BigInterval& x) { return unary(mpfi_neg, x); }
BigInterval operator+(const BigInterval& a, const BigInterval& b) { return binary(mpfi_add, a, b); }
BigInterval operator-(const BigInterval& a, const BigInterval& b) { return binary(mpfi_sub, a, b); }
BigInterval operator*(const BigInterval& a, const BigInterval& b) {
  if (mpfi_is_zero(a.raw()) || mpfi_is_zero(b.raw())) return {0.0, std::max(a.precision(), b.precision())};
  return binary(mpfi_mul, a, b);
}
BigInterval operator/(const BigInterval& a, const BigInterval& b) {
  if (!excludes_zero(b)) return {Interval::entire(), std::max(a.precision(), b.precision())};
  return binary(mpfi_div, a, b);
}
BigInterval square(const BigInterval& x) { return unary(mpfi_sqr, x); }
BigInterval sqrt(const BigInterval& x) { return unary(mpfi_sqrt, x); }
BigInterval exp(const BigInterval& x) { return unary(mpfi_exp, x); }
BigInterval expm1(const BigInterval& x) { return unary(mpfi_expm1, x); }
BigInterval log1p(const BigInterval& x) { return unary(mpfi_log1p, x); }
BigInterval atan(const BigInterval& x) { return unary(mpfi_atan, x); }
BigInterval sin(const BigInterval& x) { return unary(mpfi_sin, x); }
BigInterval cos(const BigInterval& x) { return unary(mpfi_cos, x); }
BigInterval erf(const BigInterval& x) {
  BigInterval result(0.0, x.precision());
  mpfr_erf(&result.raw()->left, &x.raw()->left, MPFR_RNDD);
  mpfr_erf(&result.raw()->right, &x.raw()->right, MPFR_RNDU);
  return without_nan(result);
}
BigInterval pi(const BigInterval& like) {
  BigInterval result(0.0, like.precision());
  mpfi_const_pi(result.raw());
  return result;
}

}  // namespace narrows
