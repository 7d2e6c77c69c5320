// Taylor coefficients of the activation functions, of any order, over intervals.
#pragma once

#include <vector>

#include "checker/activation.hpp"

namespace narrows::checker {

/// Encloses {σ^(k)(z)/k! : z in x}, k = 0…order. Unknown (NaN) where nothing is claimed: for Lipschitz-only functions, and for
/// elu beyond the second order over an interval that holds 0 inside (up to there the one-sided derivatives).
[[nodiscard]] std::vector<Interval> taylor_coefficients(const Activation& a, const Interval& x,
                                                        std::size_t order);

}  // namespace narrows::checker
