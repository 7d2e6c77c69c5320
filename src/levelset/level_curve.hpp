// The level set {Φ = c} in a box of the plane, with its topology proved (d = 1: its points).
//
// Idea (Plantinga & Vegter, with conditions at the boundary): the box is halved until on every cell Φ − c has a strict sign or
// some u·∇Φ has. On a cell of the second kind {Φ = c} is a graph over the line orthogonal to u, so it has no closed part there:
// it consists of arcs that end on the sides. If the corners have strict signs, each minimal edge (see cell_complex) has a strict
// sign or a strict tangential derivative, and exactly 0 or 2 of them are crossed, the cell holds no point or exactly one arc, which
// cuts it in two. The same is asked of edges on the boundary of the box, where x − y² would otherwise be misread.
// What cannot be brought to this (a critical value of Φ or of Φ along the boundary, a corner on the level) ends as undecided cells.
//
// Source     T7 (arXiv 2603.28591); S. Plantinga, G. Vegter, Isotopic approximation of implicit curves and surfaces, 2004.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/cancellation.hpp"
#include "base/verdict.hpp"
#include "levelset/cell_complex.hpp"

namespace narrows {

struct LevelCurveOptions {
  Rational level = 0;
  std::size_t max_boxes = 1'000'000;  ///< boxes tested in all
  double min_width = 0x1p-40;  ///< cells narrower than this, relative to max(1, |x|), are not cut further
  double max_crossed_width = kInfinity;  ///< cells that the curve crosses are cut until no side is longer
  StopToken stop;
};

/// A component of {Φ > c} or {Φ < c} in the box.
struct LevelComponent {
  enum class Status { closed, reaches_boundary, undecided };
  bool positive = true;
  Status status = Status::undecided;
  std::size_t holes = 0;
  Interval area;                      ///< d = 1: length
  std::optional<std::size_t> parent;  ///< closed, nothing undecided: the component that surrounds it
  std::vector<Interval> hull;         ///< a box that contains it
};

/// A component of {Φ = c}: through the minimal edges in this order, one arc from each to the next (d = 1: a point; no edges).
struct LevelCurve {
  bool closed = false;
  std::vector<std::uint32_t> edges;
  std::size_t above = 0, below = 0;  ///< the components on its sides
  Interval root;                     ///< d = 1: where it lies
};

/// Cells that stayed undecided, merged where they touch.
struct UndecidedRegion {
  std::vector<Interval> box;
  std::string why;
};

struct LevelCurveResult {
  LevelCurveResult(CellComplex cells_, Rational level_)
      : cells(std::move(cells_)), level(std::move(level_)) {}

  CellComplex cells;
  Rational level;
  Verdict verdict = Verdict::undecided;
  std::string reason;
  std::vector<LevelComponent>
      components;  ///< those above first, each half in the order of its first leaf in the tree
  std::vector<LevelCurve> curves;  ///< complete only if proved
  std::vector<UndecidedRegion> undecided;
  std::size_t boxes = 0;  ///< boxes, edges and points tested
  double widest_crossed =
      0;  ///< longest diagonal of a crossed cell: curve and chords are within this of each other
  bool stopped = false;  ///< the budget was spent or a stop was requested
  /// Per cell of `cells`: the component above and below the level in it, or kNone.
  std::vector<std::uint32_t> above, below;
  static constexpr std::uint32_t kNone = UINT32_MAX;

  [[nodiscard]] std::size_t closed_curves() const;
  [[nodiscard]] std::size_t arcs() const { return curves.size() - closed_curves(); }
};

/// Guarantee  proved: {Φ = c} in the box is the disjoint union of the curves, closed ones and arcs that end on the boundary of the
///            box, transversally; the components are all of {Φ > c} and {Φ < c}. Undecided: what is said of components that are not
///            undecided holds all the same.
[[nodiscard]] LevelCurveResult level_curve(const LevelFunction& function, const Box& box,
                                           const LevelCurveOptions& options);

/// The component that holds the point x of the box, or nothing if its sign or its cell is undecided.
[[nodiscard]] std::optional<std::size_t> component_of(const LevelCurveResult& result,
                                                      const LevelFunction& function, const double* x);

/// A polygon for each curve, isotopic to it: its vertices lie near the crossings of the curve's minimal edges.
///
/// Guarantee  each vertex lies on its minimal edge, so the polygon is within widest_crossed of the curve; where on the edge is approximate.
struct CurvePolygon {
  bool closed = false;
  std::vector<std::pair<double, double>> points;
};
[[nodiscard]] std::vector<CurvePolygon> polygons_of(const LevelCurveResult& result,
                                                    const LevelFunction& function);

}  // namespace narrows
