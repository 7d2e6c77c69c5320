// Certified numbers with few digits, rounded so that what is said of them stays true.
#pragma once

#include <string>

#include "arith/interval.hpp"

namespace narrows {

/// Six significant digits of a number at most `x` (as decimals are read: the nearest double), close to it. Precondition  x is finite.
[[nodiscard]] std::string text_below(double x);
/// The same of a number at least `x`.
[[nodiscard]] std::string text_above(double x);
/// "[lo, hi]" that contains `x`.
[[nodiscard]] std::string text_around(const Interval& x);

}  // namespace narrows
