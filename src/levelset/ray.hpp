// Rays to infinity on which Φ − c keeps its sign (T7, witness 2).
//
// Directions tried from a point: 64 of a fan (d = 2; axes and pairs of axes otherwise), those exactly orthogonal to a row of the first affine layer,
// whose pre-activation then stays constant, and the best ones turned further by a search for the angle with the largest least value on the way.
#pragma once

#include <optional>
#include <vector>

#include "levelset/far_field.hpp"
#include "levelset/segment_sign.hpp"

namespace narrows {

class RaySearch {
 public:
  /// The sign "+" of `sign`'s chain is what a ray needs. `sign` must outlive this object.
  explicit RaySearch(const SegmentSign& sign);

  /// Guarantee  the function is > 0 at from + t·r for all t >= 0, r the result.
  [[nodiscard]] std::optional<Point> direction_from(const Point& from) const;
  [[nodiscard]] bool proved(const Point& from, const Point& direction) const;

 private:
  [[nodiscard]] double merit(const Point& from, const Point& direction) const;
  [[nodiscard]] std::optional<Point> turned(const Point& from, double angle) const;

  const SegmentSign& sign_;
  FarField far_;
  std::vector<Point> directions_;
};

/// The directions that are tried for straight ways, of length about 1: those orthogonal to a row of the first layer, then a fan in the plane, or axes
/// and pairs of axes.
[[nodiscard]] std::vector<Point> straight_directions(const Chain& chain);

}  // namespace narrows
