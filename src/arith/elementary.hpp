// Elementary functions of intervals, in double and in arbitrary precision, rigorous because MPFR rounds correctly
// (a documented guarantee of MPFR, unlike of any libm). The same names serve Interval and BigInterval.
#pragma once

#include "arith/interval.hpp"

namespace narrows {

/// Guarantee  each returns an enclosure of {f(t) : t in x}; end points are at most one ulp off for the monotone ones.
/// Special    infinite ends give the limits; log1p and similar cut x to the domain of f.
[[nodiscard]] Interval exp(const Interval& x);
[[nodiscard]] Interval expm1(const Interval& x);
[[nodiscard]] Interval log1p(const Interval& x);
[[nodiscard]] Interval atan(const Interval& x);
[[nodiscard]] Interval erf(const Interval& x);
[[nodiscard]] Interval sin(const Interval& x);
[[nodiscard]] Interval cos(const Interval& x);
[[nodiscard]] Interval pi(const Interval& like);

}  // namespace narrows
