// The four level sets of a network in any dimension, from its activation patterns: what linear programming decides without volumes.
#pragma once

#include "polyhedral/level_sets.hpp"
#include "polyhedral/pattern_regions.hpp"

namespace narrows {

/// Status of each set, bounding boxes of bounded ones, a ray in unbounded ones. Measures (but 0) and components are left open.
///
/// Precondition  `regions` is a complete enumeration over the whole space R^dim.
/// Idea  On a region, f = Φ − c is affine; the set f >= 0 in it is unbounded iff it is nonempty and f >= 0 in some direction of the
///       region's recession cone, that is, at some generator at infinity.
[[nodiscard]] LevelSets level_sets_of_patterns(const std::vector<PatternRegion>& regions, std::size_t dim, const Rational& level);

}  // namespace narrows
