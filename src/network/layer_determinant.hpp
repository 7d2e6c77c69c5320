// det J of a residual layer as a polynomial in its slopes.
//
// Idea: det(εI + δ A_p D_p ⋯ D_1 A_0) is affine in each slope, so its values at the slopes in {0,1}^M determine it; the
// coefficients follow by the Möbius transform over subsets.
#pragma once

#include <optional>
#include <vector>

#include "network/compiled.hpp"

namespace narrows {

/// Most slopes for which the polynomial is made: it has 2^M coefficients.
inline constexpr std::size_t kMaxDeterminantSlopes = 8;

/// Coefficients by subsets of slopes: that of Π_{i in I} s_i stands at index Σ_{i in I} 2^i. Slopes count in the order of the
/// branch's activation layers, identities included.
/// Guarantee  encloses the exact coefficients. nullopt: too many slopes, or a layer wider than the expansion by minors can take.
[[nodiscard]] std::optional<std::vector<Interval>> layer_determinant(const CompiledLayer<Interval>& layer, std::size_t dim);

/// J = skip·I + residual·J_branch (row-major, dim × dim) with the given slopes, in the order above.
[[nodiscard]] std::vector<Interval> residual_jacobian(const CompiledLayer<Interval>& layer, const std::vector<Interval>& slopes, std::size_t dim);

}  // namespace narrows
