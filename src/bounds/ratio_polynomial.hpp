// det J of a residual layer over all factors (ε, δ) of a cell: a homogeneous polynomial, whose sign is decided exactly.
//
// notation == meaning:  J = ε I + δ B, n × n;  e_k == the sum of the principal k-minors of B, e_0 = 1;
//                       det J = Σ_k e_k ε^{n−k} δ^k.
#pragma once

#include <cstddef>
#include <vector>

#include "bounds/parameter_family.hpp"
#include "network/compiled.hpp"

namespace narrows {

/// Most side lengths for which minors are summed: there are 2^n of them.
inline constexpr std::size_t kMaxMinorSide = 6;

/// e_0 … e_n of the n × n matrix b (row-major). Precondition n <= kMaxMinorSide.
[[nodiscard]] std::vector<Interval> principal_minor_sums(const std::vector<Interval>& b, std::size_t n);

enum class RangeSign { positive, nonnegative, negative, nonpositive, unknown };

/// The sign of Σ_k e_k ε^{n−k} δ^k over the cone of the factors (skip·ε, residual·δ).
///
/// Guarantee  positive, negative: strictly, everywhere on the cone but at 0; nonnegative, nonpositive: with equality possible.
/// Method     Coefficients in the Bernstein basis of the segment between the cone's rays; for degree 2 the discriminant, which is
///            exact up to rounding; for higher degrees the segment is halved a few times.
[[nodiscard]] RangeSign sign_on_cone(const std::vector<Interval>& e, const Cone& cone, const Interval& skip, const Interval& residual);

}  // namespace narrows
