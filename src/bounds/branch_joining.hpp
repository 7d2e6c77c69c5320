// Tubes of neighbouring slabs joined to branches, and the explanation of their ends.
#pragma once

#include "bounds/branch_tracking.hpp"

namespace narrows {

/// Fills branches, index_sums, verdict and reason from the slabs, which cover the path.
///
/// Guarantee  two tubes are joined only if one's enclosure lies in the other's uniqueness box: at the common parameter they hold the
///            same critical point.
void join_branches(const JointProblem& problem, double growth, Track* track);

[[nodiscard]] Box corners_of(const IntervalBox& box);

/// Where points are followed by Newton's method: `growth` times the domain.
[[nodiscard]] Box followed_region(const Box& domain, double growth);

/// The box times `scale`, about its midpoint, rounded to nearest.
[[nodiscard]] IntervalBox scaled(const IntervalBox& box, double scale);

}  // namespace narrows
