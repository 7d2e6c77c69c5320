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

/// The area of the cell cut with the region, or with its complement, and with a half-plane (nullptr: the whole cell).
class RegionInCell {
 public:
  RegionInCell(const Region* region, bool outside, const Box& cell);
  [[nodiscard]] Bounds area(const HalfPlane* half) const;

 private:
  bool outside_;
  bool round_ = false;  ///< areas are those in the annulus
  const Region* region_;
  Polygon cell_;
  Polygon part_;  ///< of the region
};

}  // namespace narrows::checker
