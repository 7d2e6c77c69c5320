// Errors of coefficients that are rounded to nearest, collected in a radius.
#pragma once

#include "checker/real.hpp"

namespace narrows::checker {

/// What a radius (or another upper bound) grows by in the course of an operation. It has grown at the end of this object's life.
class Growth {
 public:
  explicit Growth(Real& radius) : radius_(radius) {}
  ~Growth() {
    if (radius_.is_double()) radius_.as_double() = directed::add(radius_.as_double(), errors_.upper(), true);
  }
  Growth(const Growth&) = delete;
  Growth& operator=(const Growth&) = delete;

  /// The same for doubles, where the radius is one.
  void add(double x) { errors_.add(x); }
  void add(double a, double b) { errors_.add(a * b); }
  void fused_add(double& r, double a, double b) { errors_.fused_add(r, a, b); }

  /// |x|; NaN for NaN.
  void add(const Real& x) {
    if (radius_.is_double()) return errors_.add(x.as_double());
    checker::add(radius_, radius_, x.magnitude(), true);
  }
  /// |a|·|b|; NaN if either is NaN.
  void add(const Real& a, const Real& b) {
    if (radius_.is_double()) return errors_.add(a.as_double() * b.as_double());
    Real t(radius_.precision());
    multiply(t, a.magnitude(), b.magnitude(), true);
    checker::add(radius_, radius_, t, true);
  }
  /// The rounding error of r += a·b (to nearest: half a unit of the last place; a whole one is charged).
  void fused_add(Real& r, const Real& a, const Real& b) {
    if (radius_.is_double()) return errors_.fused_add(r.as_double(), a.as_double(), b.as_double());
    if (mpfr_fma(r.raw(), raw(a), raw(b), r.raw(), MPFR_RNDN) == 0) return;
    if (mpfr_regular_p(r.raw()) == 0) return mpfr_set_nan(radius_.raw());
    Real ulp(r.precision());
    mpfr_set_ui_2exp(ulp.raw(), 1, mpfr_get_exp(r.raw()) - r.precision(), MPFR_RNDU);
    add(ulp);
  }

 private:
  Real& radius_;
  directed::ErrorSum errors_;
};

}  // namespace narrows::checker
