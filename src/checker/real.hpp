// A binary floating-point number with its own precision: an mpfr_t whose digits live inside the object.
//
// The significand is kept in the object (at most 256 bits), so that creating and copying a Real never
// allocates. No rounding is hidden: every operation is an explicit mpfr_* call with a direction on raw(), and
// copying is exact because it copies the precision too.
#pragma once

#include <gmp.h>
#include <mpfr.h>

#include <cstring>

namespace narrows::checker {

/// Significand bits. At most `max_precision`.
using Precision = int;

inline constexpr Precision leaf_precision = 64;    ///< boxes of the tree
inline constexpr Precision point_precision = 160;  ///< points, zeros, Hessians
inline constexpr Precision exact_precision = 192;  ///< tests of `proof.layers`
inline constexpr Precision max_precision = 256;

class Real {
 public:
  /// Zero.
  explicit Real(Precision precision) { reset(precision); }
  Real(double value, Precision precision) : Real(precision < 53 ? 53 : precision) {
    if (value != 0) mpfr_set_d(v_, value, MPFR_RNDN);  // exact: at least 53 bits
  }
  Real(const Real& other) { copy(other); }
  Real& operator=(const Real& other) {
    copy(other);
    return *this;
  }

  [[nodiscard]] mpfr_ptr raw() { return v_; }
  [[nodiscard]] mpfr_srcptr raw() const { return v_; }
  [[nodiscard]] Precision precision() const { return static_cast<Precision>(mpfr_get_prec(v_)); }
  [[nodiscard]] bool is_finite() const { return mpfr_number_p(v_) != 0; }
  [[nodiscard]] bool is_nan() const { return mpfr_nan_p(v_) != 0; }
  /// -1, 0 or 1; 0 also for NaN (use only where 0 means "not proved").
  [[nodiscard]] int sign() const { return is_nan() ? 0 : mpfr_sgn(v_); }
  /// The nearest double: a guess for choosing between methods, never a bound.
  [[nodiscard]] double approx() const { return mpfr_get_d(v_, MPFR_RNDN); }

 private:
  static constexpr int limbs = max_precision / GMP_NUMB_BITS;
  static_assert(limbs * GMP_NUMB_BITS == max_precision);

  void reset(Precision precision) { mpfr_custom_init_set(v_, MPFR_ZERO_KIND, 0, precision, digits_); }
  void copy(const Real& other) {
    std::memmove(digits_, other.digits_, sizeof digits_);
    mpfr_custom_init_set(v_, mpfr_custom_get_kind(other.v_), mpfr_custom_get_exp(other.v_), other.precision(),
                         digits_);
  }

  mp_limb_t digits_[limbs] = {};
  mpfr_t v_;
};

/// Ordered comparisons: false whenever an operand is NaN.
inline bool less(const Real& a, const Real& b) {
  return mpfr_less_p(a.raw(), b.raw()) != 0;
}
inline bool less_equal(const Real& a, const Real& b) {
  return mpfr_lessequal_p(a.raw(), b.raw()) != 0;
}

}  // namespace narrows::checker
