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
#include "polyhedral/regions.hpp"

namespace narrows {

struct LevelSetOptions {
  Rational level = 0;
  std::optional<Domain> domain;  ///< a box: its linear regions are counted as well
  StopToken stop;
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
  /// The partitions behind the answers, for certificates and pictures; space_cut is cut along the level.
  std::shared_ptr<Partition> space_partition, space_cut, box_partition;
};

/// Exact in one to three dimensions; above, everything is left undecided.
/// Errors  InputError naming `where` if the chain is not piecewise linear or the domain is a ball.
[[nodiscard]] LevelSetResult analyse_level_sets(const Chain& chain, const LevelSetOptions& options, const std::string& where);

}  // namespace narrows
