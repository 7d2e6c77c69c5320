// The exponential function at doubles, in doubles rounded outward.
#pragma once

#include "checker/leaf_interval.hpp"

namespace narrows::checker {

/// exp over x. Ends that are doubles within ±690 cost no MPFR; the result is then at most a few units in the last place wider
/// than the best one.
[[nodiscard]] Interval exponential(const Interval& x);
[[nodiscard]] LeafInterval exponential(const LeafInterval& x);

}  // namespace narrows::checker
