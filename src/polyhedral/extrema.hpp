// Local extrema and saddles of a piecewise linear function at the vertices of its partition.
//
// Idea       Banchoff's index of a vertex v is 1 − χ(lower link): the faces round v on which the function decreases away from
//            v. It is 0 at regular vertices, 1 at minima, (−1)^d at maxima, 1 − k at a saddle of the plane from which k
//            valleys descend. Whether the function rises or falls along an edge is decided exactly.
// Source     Banchoff, *Critical points and curvature for embedded polyhedral surfaces* (1970).
#pragma once

#include <vector>

#include "polyhedral/partition.hpp"

namespace narrows {

struct CriticalVertex {
  enum class Kind { minimum, maximum, saddle };
  Kind kind = Kind::saddle;
  Id vertex = kNone;
  int index = 0;
};

struct CriticalVertices {
  std::vector<CriticalVertex> vertices;
  std::size_t degenerate = 0;  ///< vertices where the function is constant along an edge: they have no index here
};

/// Row 0 of the last stage. Precondition: a partition of the whole space, not cut along a level.
[[nodiscard]] CriticalVertices critical_vertices(Partition& partition);

}  // namespace narrows
