#include "arith/elementary.hpp"

#include <mpfi.h>
#include <mpfr.h>

#include <algorithm>

namespace narrows {
namespace {

using MpfrFunction = int (*)(mpfr_t, const mpfr_t, mpfr_rnd_t);

// Per-thread scratch numbers of double precision: MPFR allocates, so it must not happen at every call.
struct Scratch {
  Scratch() {
    mpfr_init2(argument, 53);
    mpfr_init2(result, 53);
    mpfi_init2(interval, 53);
  }
  ~Scratch() {
    mpfr_clear(argument);
    mpfr_clear(result);
    mpfi_clear(interval);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  mpfr_t argument, result;
  mpfi_t interval;
};

Scratch& scratch() {
  static thread_local Scratch numbers;
  return numbers;
}

// One correctly rounded evaluation gives both bounds: the value rounded down is exact, or the true value lies
// strictly between it and its successor.
Interval at_point(MpfrFunction f, double x) {
  Scratch& s = scratch();
  mpfr_set_d(s.argument, x, MPFR_RNDN);
  const int inexact = f(s.result, s.argument, MPFR_RNDD);
  const double below = mpfr_get_d(s.result, MPFR_RNDD), above = mpfr_get_d(s.result, MPFR_RNDU);
  if (below == kInfinity) return {DBL_MAX, kInfinity};
  return {below, inexact ? next_up(above) : above};
}

Interval increasing(MpfrFunction f, const Interval& x) {
  if (x.lower() == x.upper()) return at_point(f, x.lower());
  return {at_point(f, x.lower()).lower(), at_point(f, x.upper()).upper()};
}

Interval through_mpfi(int (*f)(mpfi_t, mpfi_srcptr), const Interval& x) {
  Scratch& s = scratch();
  mpfi_interv_d(s.interval, x.lower(), x.upper());
  f(s.interval, s.interval);
  return {mpfr_get_d(&s.interval->left, MPFR_RNDD), mpfr_get_d(&s.interval->right, MPFR_RNDU)};
}

}  // namespace

Interval exp(const Interval& x) { return increasing(mpfr_exp, x); }
Interval expm1(const Interval& x) { return increasing(mpfr_expm1, x); }
Interval log1p(const Interval& x) {
  if (!(x.upper() > -1)) return Interval::entire();
  return {x.lower() > -1 ? at_point(mpfr_log1p, x.lower()).lower() : -kInfinity, at_point(mpfr_log1p, x.upper()).upper()};
}
Interval atan(const Interval& x) { return increasing(mpfr_atan, x); }
Interval erf(const Interval& x) { return increasing(mpfr_erf, x); }
Interval sin(const Interval& x) {
  return is_finite(x) ? through_mpfi(mpfi_sin, x) : Interval(-1, 1);
}
Interval cos(const Interval& x) {
  return is_finite(x) ? through_mpfi(mpfi_cos, x) : Interval(-1, 1);
}
Interval pi(const Interval&) { return {0x1.921fb54442d18p+1, 0x1.921fb54442d19p+1}; }

}  // namespace narrows
