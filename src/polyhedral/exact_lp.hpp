// Exact linear programs and vertex enumeration over the rationals, in any dimension (cddlib with GMP, private to this file).
//
// notation == meaning:  a half-space is the integer row (a_1 … a_d, a_0): Σ a_i x_i + a_0 >= 0.
#pragma once

#include <optional>
#include <vector>

#include "polyhedral/stages.hpp"
#include "polyhedral/witness.hpp"

namespace narrows {

using HalfSpaces = std::vector<std::vector<Integer>>;

/// A point of the polyhedron where the objective (a row as above) is negative, as negative as possible but not below −1; nothing
/// if there is none. Exact.
/// Threads  cddlib keeps global constants: one thread at a time.
[[nodiscard]] std::optional<RationalPoint> point_where_negative(const HalfSpaces& polyhedron, const std::vector<Integer>& objective);

/// Vertices and extreme rays as primitive homogeneous vectors (x1 … xd, x0), x0 = 0 for rays; lines as two opposite rays. Empty if
/// the polyhedron is. Exact. Threads as above.
[[nodiscard]] std::vector<std::vector<Integer>> generators_of(const HalfSpaces& polyhedron, std::size_t dim);

}  // namespace narrows
