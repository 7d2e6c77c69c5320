// Exact rational numbers (GMP through Boost.Multiprecision) and their exact conversion from doubles.
#pragma once

#include <boost/multiprecision/gmp.hpp>
#include <cmath>
#include <string>

#include "base/errors.hpp"

namespace narrows {

/// Exact; expression templates off, so that `auto` is always a value.
using Rational = boost::multiprecision::number<boost::multiprecision::gmp_rational, boost::multiprecision::et_off>;

/// The exact value of a finite double.
/// Errors  InputError if x is infinite or no number: it has no exact value (GMP would end the process).
[[nodiscard]] inline Rational rational_exact(double x) {
  if (!std::isfinite(x))
    throw InputError("arithmetic", "a number is beyond the range of doubles, it has no exact value",
                     "use smaller numbers");
  Rational r;
  mpq_set_d(r.backend().data(), x);
  return r;
}

/// "p/q", or "p" for integers: the exact text that the file formats use.
[[nodiscard]] inline std::string to_text(const Rational& r) { return r.str(); }

/// True if `r` is exactly a double; then *out is that double.
[[nodiscard]] inline bool is_double(const Rational& r, double* out) {
  const double d = mpq_get_d(r.backend().data());  // truncates; exact iff representable
  if (!std::isfinite(d) || rational_exact(d) != r) return false;
  *out = d;
  return true;
}

}  // namespace narrows
