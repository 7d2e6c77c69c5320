// The rule of claims of the kind `level-area`: region-area. Areas of polygons, in regions of the plane.
//
// All polygons are lists of vertices, exactly; cutting keeps them exact, and so are areas but those in discs (enclosed).
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "checker/rules/levels.hpp"

namespace narrows::checker {

using Polygon = std::vector<ExactPoint>;

/// a·x + b·y + c >= 0.
struct HalfPlane {
  Rational a, b, c;
};

/// A disc, an annulus or a simple polygon, counterclockwise.
struct Region {
  Polygon polygon;  ///< empty: round
  ExactPoint centre;
  Rational inner, outer;  ///< radii; a disc has inner = 0
  std::string text;       ///< for the claim line
};

/// A number in [first, second].
using Bounds = std::pair<Rational, Rational>;

[[nodiscard]] Region read_region(const Field& at);

/// The part of a polygon in a half-plane. Where it falls apart, edges along the line are doubled in opposite senses: areas stay right.
[[nodiscard]] Polygon cut(const Polygon& polygon, const HalfPlane& half);
/// Its corners, counterclockwise.
[[nodiscard]] Polygon polygon_of(const Box& box);
/// Positive for counterclockwise.
[[nodiscard]] Rational signed_area(const Polygon& polygon);

/// A cell cut with half-planes: the polygon, and the half-plane (nullptr: the cell itself).
struct CellPart {
  const HalfPlane* half = nullptr;
  Polygon polygon;
  Rational area;

  CellPart(const Polygon& cell, const HalfPlane* cutting);
};

/// A region as far as it lies in a cell.
class RegionInCell {
 public:
  RegionInCell(const Region& region, const Box& cell);
  /// The area of the part of the cell in the region.
  [[nodiscard]] Bounds area(const CellPart& part) const;

 private:
  enum class Share { none, some, all };
  const Region& region_;
  Share share_ = Share::some;
  Polygon polygon_;  ///< of a region that is not round: cut with the cell
};

}  // namespace narrows::checker
