// Escalation for boxes so small that rounding in doubles hides the sign of v_P: its value at the middle in high precision.
#pragma once

#include <optional>
#include <vector>

#include "critical/problem.hpp"

namespace narrows {

/// True if the box is so narrow (relative to max(1, |x|)) that the test is worth its time.
[[nodiscard]] bool is_below_double_resolution(const IntervalBox& box);

/// u with u·v_prefix of one strict sign on the box, by the mean value form v(x) = v(m) + J(X)(x − m) with v(m) at kPointPrecision
/// bits: unit vectors, and the rows of the inverse of J.
///
/// Precondition  n_prefix == dim, layers 1…prefix are regular on the box, smooth activations.
/// Guarantee     a result is a proof that the box holds no zero of v_prefix.
[[nodiscard]] std::optional<std::vector<double>> precise_direction(const Problem& problem, const IntervalBox& box, std::size_t prefix);

}  // namespace narrows
