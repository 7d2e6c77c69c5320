// Intervals of arbitrary precision: MPFI, with value semantics and the same vocabulary as Interval.
//
// Semantics   as Interval; each value carries its precision in bits, operations use the larger one of their operands.
// Guarantee   outward rounding by MPFI; elementary functions by MPFR's correct rounding.
#pragma once

#include <mpfi.h>

#include <utility>

#include "arith/interval.hpp"
#include "arith/rational.hpp"

namespace narrows {

class BigInterval {
 public:
  static constexpr mpfr_prec_t kDefaultPrecision = 53;
  BigInterval() : BigInterval(0.0) {}
  BigInterval(double point, mpfr_prec_t precision = kDefaultPrecision);  // NOLINT(google-explicit-constructor)
  BigInterval(const Interval& x, mpfr_prec_t precision);
  BigInterval(const Rational& exact, mpfr_prec_t precision);
  BigInterval(const BigInterval& other);
  BigInterval(BigInterval&& other) noexcept;
  BigInterval& operator=(BigInterval other) noexcept {
    mpfi_swap(value_, other.value_);
    return *this;
  }
  ~BigInterval() { mpfi_clear(value_); }

  [[nodiscard]] mpfr_prec_t precision() const { return mpfi_get_prec(value_); }
  [[nodiscard]] mpfi_ptr raw() { return value_; }
  [[nodiscard]] mpfi_srcptr raw() const { return value_; }
  /// The tightest double interval that contains this one.
  [[nodiscard]] Interval to_double() const;
  [[nodiscard]] BigInterval lower_point() const;
  [[nodiscard]] BigInterval upper_point() const;

 private:
  mpfi_t value_;
};

[[nodiscard]] bool is_positive(const BigInterval& x);
[[nodiscard]] bool is_negative(const BigInterval& x);
[[nodiscard]] inline bool excludes_zero(const BigInterval& x) { return is_positive(x) || is_negative(x); }
[[nodiscard]] bool contains(const BigInterval& x, double point);
[[nodiscard]] BigInterval hull(const BigInterval& a, const BigInterval& b);
[[nodiscard]] BigInterval meet(const BigInterval& a, const BigInterval& b);
[[nodiscard]] double magnitude(const BigInterval& x);

[[nodiscard]] BigInterval operator-(const BigInterval& x);
[[nodiscard]] BigInterval operator+(const BigInterval& a, const BigInterval& b);
[[nodiscard]] BigInterval operator-(const BigInterval& a, const BigInterval& b);
[[nodiscard]] BigInterval operator*(const BigInterval& a, const BigInterval& b);
[[nodiscard]] BigInterval operator/(const BigInterval& a, const BigInterval& b);
inline BigInterval& operator+=(BigInterval& a, const BigInterval& b) { return a = a + b; }
inline BigInterval& operator*=(BigInterval& a, const BigInterval& b) { return a = a * b; }
[[nodiscard]] BigInterval square(const BigInterval& x);
[[nodiscard]] BigInterval sqrt(const BigInterval& x);
[[nodiscard]] BigInterval exp(const BigInterval& x);
[[nodiscard]] BigInterval expm1(const BigInterval& x);
[[nodiscard]] BigInterval log1p(const BigInterval& x);
[[nodiscard]] BigInterval atan(const BigInterval& x);
[[nodiscard]] BigInterval erf(const BigInterval& x);
[[nodiscard]] BigInterval sin(const BigInterval& x);
[[nodiscard]] BigInterval cos(const BigInterval& x);
[[nodiscard]] BigInterval pi(const BigInterval& like);

}  // namespace narrows
