// A binary floating-point number with its own precision: a double at leaf_precision, an mpfr_t beyond.
//
// Trees have many leaves, so their arithmetic is that of the processor (directed.hpp). The significand of an mpfr_t is kept in the
// object (at most 256 bits), so that creating and copying a Real never allocates. No rounding is hidden: every operation has
// a direction, and copying is exact because it copies the precision too. Where a double is expected, an mpfr_t reads as NaN.
#pragma once

#include <gmp.h>
#include <mpfr.h>

#include <cstring>

#include "checker/directed.hpp"

namespace narrows::checker {

/// Significand bits. At most `max_precision`.
using Precision = int;

inline constexpr Precision leaf_precision = 53;    ///< boxes of the tree: doubles
inline constexpr Precision point_precision = 160;  ///< points, zeros, Hessians
inline constexpr Precision exact_precision = 192;  ///< tests of `proof.layers`
inline constexpr Precision max_precision = 256;

class Real {
 public:
  /// Zero.
  explicit Real(Precision precision) : precision_(precision < leaf_precision ? leaf_precision : precision), value_(0) {
    if (is_double()) return;
    value_ = std::numeric_limits<double>::quiet_NaN();
    std::memset(digits_, 0, sizeof digits_);
    mpfr_custom_init_set(v_, MPFR_ZERO_KIND, 0, precision_, digits_);
  }
  Real(double value, Precision precision) : Real(precision) {
    if (is_double()) {
      value_ = value;
    } else if (value != 0) {
      mpfr_set_d(v_, value, MPFR_RNDN);  // exact: more than 53 bits
    }
  }
  Real(const Real& other) { copy(other); }
  Real& operator=(const Real& other) {
    copy(other);
    return *this;
  }

  [[nodiscard]] Precision precision() const { return precision_; }
  [[nodiscard]] bool is_double() const { return precision_ == leaf_precision; }
  /// The number if it is a double, else NaN. Only a double may be changed through it.
  [[nodiscard]] double& as_double() { return value_; }
  [[nodiscard]] double as_double() const { return value_; }
  /// The number, which must not be a double.
  [[nodiscard]] mpfr_ptr raw() { return v_; }
  [[nodiscard]] mpfr_srcptr raw() const { return v_; }

  [[nodiscard]] bool is_finite() const { return is_double() ? std::isfinite(value_) : mpfr_number_p(v_) != 0; }
  [[nodiscard]] bool is_nan() const { return is_double() ? std::isnan(value_) : mpfr_nan_p(v_) != 0; }
  /// -1, 0 or 1; 0 also for NaN (use only where 0 means "not proved").
  [[nodiscard]] int sign() const {
    if (is_double()) return static_cast<int>(value_ > 0) - static_cast<int>(value_ < 0);
    return is_nan() ? 0 : mpfr_sgn(v_);
  }
  /// The nearest double: a guess for choosing between methods, never a bound.
  [[nodiscard]] double approx() const { return is_double() ? value_ : mpfr_get_d(v_, MPFR_RNDN); }
  [[nodiscard]] Real negated() const {
    Real r(*this);
    if (is_double()) {
      r.value_ = -value_;
    } else {
      mpfr_neg(r.v_, v_, MPFR_RNDN);  // exact
    }
    return r;
  }
  [[nodiscard]] Real magnitude() const { return sign() < 0 ? negated() : *this; }

 private:
  static constexpr int limbs = max_precision / GMP_NUMB_BITS;
  static_assert(limbs * GMP_NUMB_BITS == max_precision);

  void copy(const Real& other) {
    precision_ = other.precision_;
    value_ = other.value_;
    if (is_double()) return;
    std::memmove(digits_, other.digits_, sizeof digits_);
    mpfr_custom_init_set(v_, mpfr_custom_get_kind(other.v_), mpfr_custom_get_exp(other.v_), precision_, digits_);
  }

  Precision precision_;
  double value_;
  mp_limb_t digits_[limbs];
  mpfr_t v_;
};

/// Any number for an mpfr_* function; the temporary holds that of a double.
inline mpfr_srcptr raw(const Real& x, Real&& temporary = Real(leaf_precision + 1)) {
  if (!x.is_double()) return x.raw();
  mpfr_set_d(temporary.raw(), x.as_double(), MPFR_RNDN);  // exact
  return temporary.raw();
}

/// Ordered comparisons: false whenever an operand is NaN.
inline bool less(const Real& a, const Real& b) {
  return a.is_double() && b.is_double() ? a.as_double() < b.as_double() : mpfr_less_p(raw(a), raw(b)) != 0;
}
inline bool less_equal(const Real& a, const Real& b) {
  return a.is_double() && b.is_double() ? a.as_double() <= b.as_double() : mpfr_lessequal_p(raw(a), raw(b)) != 0;
}

inline mpfr_rnd_t direction(bool up) {
  return up ? MPFR_RNDU : MPFR_RNDD;
}

/// r = x, a + b, a·b, 1/x in the precision of r, rounded up or down. A double r needs doubles (else it is NaN), except for set().
inline void set(Real& r, const Real& x, bool up) {
  if (r.is_double()) {
    r.as_double() = x.is_double() ? x.as_double() : mpfr_get_d(x.raw(), direction(up));
  } else {
    (mpfr_set)(r.raw(), raw(x), direction(up));  // the function: the macro would outlive the temporary
  }
}
inline void add(Real& r, const Real& a, const Real& b, bool up) {
  if (r.is_double()) {
    r.as_double() = directed::add(a.as_double(), b.as_double(), up);
  } else {
    mpfr_add(r.raw(), raw(a), raw(b), direction(up));
  }
}
inline void multiply(Real& r, const Real& a, const Real& b, bool up) {
  if (r.is_double()) {
    r.as_double() = directed::step(a.as_double() * b.as_double(), up);
  } else {
    mpfr_mul(r.raw(), raw(a), raw(b), direction(up));
  }
}
inline void invert(Real& r, const Real& x, bool up) {
  if (r.is_double()) {
    r.as_double() = directed::step(1 / x.as_double(), up);
  } else {
    mpfr_ui_div(r.raw(), 1, raw(x), direction(up));
  }
}

}  // namespace narrows::checker
