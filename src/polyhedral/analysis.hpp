// Everything that `narrows levelset` says about a piecewise linear network.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/cancellation.hpp"
#include "base/verdict.hpp"
#include "network/chain.hpp"
#include "network/domain.hpp"
#include "polyhedral/extrema.hpp"
#include "polyhedral/level_sets.hpp"
#include "polyhedral/narrow_limits.hpp"
#include "polyhedral/ray_search.hpp"
#include "polyhedral/regions.hpp"

namespace narrows {

struct LevelSetOptions {
  Rational level = 0;
  std::optional<Domain> domain;  ///< a box: its linear regions are counted as well
  std::optional<RationalPoint> from;  ///< a ray from here, on which Φ is constant
  std::optional<Rational> support;    ///< with `from`: the L1 error of targets with support in [−support, support]^d
  std::size_t max_regions = 4096;     ///< in more than three dimensions
  StopToken stop;
};

/// More than three dimensions: what linear programming over all activation patterns says. Exact, but no certificate carries it.
struct PatternSummary {
  std::size_t regions = 0, affine_pieces = 0;
  LevelSets sets;
};

struct LevelSetResult {
  Verdict verdict = Verdict::undecided;  ///< proved: the status of each of the four sets is known
  std::string reason;
  Rational level;
  std::optional<Domain> domain;
  std::size_t input_dim = 0;
  bool folded = false;  ///< batch_norm was folded with rounded numbers; everything is about the folded network
  LevelSets sets;
  std::optional<RegionSummary> space, box;
  CriticalVertices critical_vertices;         ///< of the whole space
  std::optional<FromPoint> from;
  std::optional<TwoPoints> two_points;        ///< `from` inside the domain box and a point of its boundary with the same value
  std::optional<GrowthCertificate> growth;    ///< from near `from`
  std::optional<PatternSummary> patterns;     ///< more than three dimensions, if the enumeration finished
  /// The partitions behind the answers, for certificates and pictures; space_cut is cut along the level.
  std::shared_ptr<Partition> space_partition, space_cut, box_partition;
};

/// Exact and complete in one to three dimensions. Above, rays decide what they can (N9), and `patterns` holds what linear programming says.
/// Errors  InputError naming `where` if the chain is not piecewise linear or the domain is a ball.
[[nodiscard]] LevelSetResult analyse_level_sets(const Chain& chain, const LevelSetOptions& options, const std::string& where);

}  // namespace narrows
