// The winding number of the gradient along the boundary of a planar box: an independent check of the critical points.
#pragma once

#include <optional>
#include <vector>

#include "critical/problem.hpp"

namespace narrows {

/// Winding number of ∇Φ along the boundary of `box`, counter-clockwise; nullopt if ∇Φ may vanish there or the budget of
/// boundary pieces runs out.
///
/// Shape      problem.dim == 2.
/// Guarantee  a number is proved. 0 if a test of one box shows that ∇Φ vanishes nowhere on `box`. Otherwise the boundary is
///            covered by pieces on each of which some u_k has u_k·v > 0; the turning from piece to piece is the angle from
///            u_k to u_{k+1} the short way, whose sum is a multiple of 2π. v is v_P for the longest prefix that is regular
///            on the whole box: ∇Φ = v_P·M with M: box → GL(2), so the winding numbers agree up to the sign of det M.
/// Source     T8: equals Σ(−1)^index over the critical points inside if all are nondegenerate.
[[nodiscard]] std::optional<int> gradient_winding_number(const Problem& problem,
                                                         const std::vector<Interval>& box);

}  // namespace narrows
