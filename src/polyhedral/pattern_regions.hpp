// The linear regions of a network in any dimension: its full-dimensional activation patterns, by exact linear programming.
//
// Idea: neuron by neuron. A pattern of the first neurons is an open cell with an interior point; the next neuron is affine on it.
// The point's sign settles one side; one linear program finds a point on the other side or proves that there is none. For d <= 3 the
// complex (complex.hpp) is far faster and knows adjacency and volumes; this one is the second opinion there.
#pragma once

#include <optional>
#include <vector>

#include "base/cancellation.hpp"
#include "network/domain.hpp"
#include "polyhedral/exact_lp.hpp"

namespace narrows {

struct PatternRegion {
  std::vector<bool> positive;  ///< one per neuron, in the order of the stages; a neuron that vanishes on the region counts as not
  HalfSpaces sides;            ///< the closed region (redundant rows possible)
  RationalPoint interior;      ///< a point of its interior
  std::vector<Integer> value;  ///< Φ(x) = value·(x,1)/scale on the region
  Integer scale = 1;           ///< > 0
};

struct PatternOptions {
  StopToken stop = {};
  std::optional<Box> box;            ///< only regions that meet the interior of the box, cut to it; default: the whole space
  std::size_t max_regions = 1 << 20;
};

struct PatternRegions {
  std::vector<PatternRegion> regions;
  bool complete = false;  ///< false: stopped early
};

/// Guarantee  complete: the list holds each pattern whose region has interior points exactly once. Exact.
/// Threads    one at a time (exact_lp.hpp).
[[nodiscard]] PatternRegions enumerate_patterns(const Stages& net, const PatternOptions& options = {});

/// Number of different affine functions among the regions.
[[nodiscard]] std::size_t count_affine_pieces(const std::vector<PatternRegion>& regions);

}  // namespace narrows
