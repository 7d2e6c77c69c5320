// Certified areas of {Φ > c} and {Φ < c}, inside and outside of class regions: how much of a class is misclassified, at least.
//
// Idea: the box is halved where it matters. A cell with a strict sign of Φ − c counts as a whole; on the others the affine form
// Φ − c ∈ a·(x − m) + b + [−e, e] holds the level set in a strip between two parallel lines, and both half-planes are cut exactly
// out of cell and region. The strip is thin to second order in the cell, so a relative gap of 1e-3 takes a few thousand cells.
// Source  T7 (arXiv 2603.28591): areas from sign-definite parts only.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/cancellation.hpp"
#include "base/verdict.hpp"
#include "levelset/class_region.hpp"
#include "levelset/level_function.hpp"

namespace narrows {

struct LevelAreaOptions {
  Rational level = 0;
  double gap = 1e-2;                ///< wanted: upper − lower <= gap · lower for every area; at least 1e-4
  std::size_t max_boxes = 400'000;  ///< cells tested
  StopToken stop;
};

enum class AreaLeaf : std::uint8_t { plus, minus, cut, undecided };

/// A cell, or a node of the tree that was halved.
struct AreaCell {
  double lower[2] = {}, upper[2] = {};
  std::uint32_t child = 0;  ///< first of two, lower half first; 0: a leaf
  std::uint8_t axis = 0;
  AreaLeaf kind = AreaLeaf::undecided;
};

struct LevelArea {
  bool positive = true;
  std::optional<std::size_t> region;  ///< none: the whole box
  bool inside = true;
  Interval area;
  bool reached = false;  ///< the wanted gap
};

struct LevelAreaResult {
  Verdict verdict = Verdict::undecided;  ///< proved: every gap is reached. The areas are proved in any case.
  std::string reason;
  Rational level;
  Box box;
  std::vector<ClassRegion> regions;
  std::vector<LevelArea> areas;  ///< for + and −: the box, then each region inside and outside
  std::vector<AreaCell> cells;   ///< of the tree; [0] is the root
  std::size_t boxes = 0;
};

/// Guarantee  every area lies in its interval, which is a little wider than what was computed, so that another computation with
///            affine forms of its own on the same cells comes out inside it.
/// Errors     InputError if the function has not two inputs, or a region is not valid.
[[nodiscard]] LevelAreaResult level_areas(const LevelFunction& function, const Box& box,
                                          const std::vector<ClassRegion>& regions,
                                          const LevelAreaOptions& options);

}  // namespace narrows
