// The sets {Φ > c}, {Φ >= c}, {Φ < c}, {Φ <= c} of all of R^d, from a partition cut along Φ = c: empty or not, bounded or not,
// exact measure, bounding box, connected components, and a ray in what is unbounded.
//
// Idea: after the cut, f = Φ − c has no face of both signs. The open set is a union of cells, connected through walls on which
// f is not 0 everywhere; the closed set is a union of closed faces, each pointed, so its components are those of the graph
// of its finite vertices and the edges between them. A cell or edge of the set with a vertex at infinity goes to infinity.
#pragma once

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "polyhedral/partition.hpp"

namespace narrows {

enum class SetStatus { empty, measure_zero, bounded, unbounded };
[[nodiscard]] std::string_view to_string(SetStatus status);

/// Points path[0] … path[p], then path[p] + t·direction for all t >= 0, all of it in a set.
struct WitnessRay {
  std::vector<std::vector<Rational>> path;
  std::vector<Rational> direction;
};

struct SetComponent {
  bool unbounded = false;
  std::optional<Rational> measure;  ///< of a bounded component
};

struct LevelSet {
  SetStatus status = SetStatus::empty;
  std::optional<Rational> measure;                                      ///< bounded, or measure zero and bounded
  std::optional<std::vector<std::pair<Rational, Rational>>> bounding_box;  ///< likewise
  std::optional<std::vector<SetComponent>> components;                  ///< bounded ones by measure, then unbounded ones
  std::optional<WitnessRay> witness;                                    ///< of an unbounded set
};

/// The names of the four sets in files and answers.
inline constexpr std::string_view kSetNames[] = {"superlevel", "closed_superlevel", "sublevel", "closed_sublevel"};

struct LevelSets {
  std::optional<LevelSet> superlevel, closed_superlevel, sublevel, closed_sublevel;  ///< nothing: not decided
  /// In the order of kSetNames.
  [[nodiscard]] const std::optional<LevelSet>& at(std::size_t i) const {
    return i == 0 ? superlevel : i == 1 ? closed_superlevel : i == 2 ? sublevel : closed_sublevel;
  }
};

/// `net` with Φ − level as a second row of the last stage.
[[nodiscard]] Stages with_level(Stages net, const Rational& level);

/// Precondition  `cut` is a complete partition of the whole space, cut along row 1, which is Φ − c.
[[nodiscard]] LevelSets level_sets_exact(Partition& cut);

}  // namespace narrows
