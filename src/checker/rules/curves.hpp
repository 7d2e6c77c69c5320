// The rule of claims of the kind `level-curve`: crossings.
//
// notation == meaning:  leaf: a closed cell of the tree, on which g = Φ − c has a strict sign or ∇Φ ≠ 0;  wall: a minimal piece of the
// sides of leaves (d = 2), or an end of leaves (d = 1);  node: the part of a leaf on which g has one sign.
#pragma once

#include <optional>
#include <vector>

#include "checker/rules/levels.hpp"

namespace narrows::checker {

struct CurveLeaf {
  Box box;
  int sign = 0;  ///< 0: ∇Φ does not vanish, and the curve may pass
};

/// A component of {Φ > c} or {Φ < c} in the box.
struct LevelComponent {
  int sign = 0;
  bool reaches_boundary = false;
  std::size_t holes = 0;
  Rational least_area = 0, largest_area = 0;
};

/// The curve {Φ = c} in the box, and the components beside it: + before -, each by its first leaf.
struct LevelCurve {
  std::size_t closed = 0, arcs = 0;
  std::vector<LevelComponent> components;
  std::vector<CurveLeaf> leaves;
  std::vector<std::optional<std::size_t>>
      component_of_node;  ///< of leaf i: its + part at 2i, its - part at 2i + 1
};

/// Rule `crossings`. Rejects (at `tree`) unless all walls of leaves without sign are proved to be crossed as they must.
[[nodiscard]] LevelCurve trace_level_curve(const LevelClaim& claim, std::vector<CurveLeaf> leaves,
                                           const Field& tree);

}  // namespace narrows::checker
