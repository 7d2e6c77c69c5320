// Rays above and below a level, found without enumerating anything: Theorem 9 from a few points.
#pragma once

#include <optional>

#include "polyhedral/level_sets.hpp"
#include "polyhedral/witness.hpp"

namespace narrows {

/// A point that the user asks about, Φ there, and the ray on which Φ keeps that value.
struct FromPoint {
  RationalPoint point;
  Rational value;
  RayAnswer answer;
};
[[nodiscard]] FromPoint ray_from(const Chain& chain, const RationalPoint& point);

/// Marks the open and the closed set on the side +1 (above) or −1 (below) of the level as unbounded, with a ray of the open one as witness.
void add_ray(const LevelRay& ray, int side, LevelSets* sets);

/// Tries points near and far, the same at every call, until a ray is known on both sides of the level or the theorem turns out not to apply.
/// Guarantee  statuses are set by exact rays only; what is not found stays as it is.
void search_rays(const Chain& chain, const Rational& level, LevelSets* sets);

}  // namespace narrows
