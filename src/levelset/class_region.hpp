// Regions of the plane that stand for classes, and exact areas of their parts: disc, annulus, box, polygon.
//
// Idea: areas are cut out by half-planes, exactly, in rationals. A disc is held between an inscribed and a circumscribed polygon.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "arith/interval.hpp"
#include "arith/rational.hpp"
#include "network/domain.hpp"

namespace narrows {

struct ClassRegion {
  enum class Type { disc, annulus, box, polygon };
  Type type = Type::disc;
  double centre[2] = {};
  double inner = 0, radius = 0;  ///< 0 < inner < radius of an annulus; inner is 0 for a disc
  Box bounds;                    ///< type box
  std::vector<std::pair<double, double>> vertices;  ///< type polygon: simple, at least 3
};

/// Errors  InputError naming `where`: numbers that are not finite, empty boxes, radii out of order, polygons that cross themselves.
void require_valid(const ClassRegion& region, const std::string& where);

/// A point, exactly, and for quick decisions in enclosures of its coordinates.
struct ExactVertex {
  ExactVertex(Rational x_, Rational y_);
  ExactVertex(double x_, double y_);
  Rational x, y;
  Interval x_range, y_range;
};

/// Vertices in order; its signed area is that of the region it bounds.
using ExactPolygon = std::vector<ExactVertex>;

/// {(x, y) : a·x + b·y + c >= 0}.
struct HalfPlane {
  HalfPlane(Rational a_, Rational b_, Rational c_);
  Rational a, b, c;
  Interval a_range, b_range, c_range;
};

[[nodiscard]] ExactPolygon rectangle(const double* lower, const double* upper);
/// Sutherland and Hodgman: signed areas are right also where the polygon is not convex.
[[nodiscard]] ExactPolygon clipped(const ExactPolygon& polygon, const HalfPlane& half_plane);
/// Encloses the signed area.
[[nodiscard]] Interval area(const ExactPolygon& polygon);

/// A region made ready for many questions.
class RegionGeometry {
 public:
  /// Precondition  require_valid() passed.
  explicit RegionGeometry(const ClassRegion& region);

  enum class Place { inside, outside, crossing };
  /// Where a closed box lies. `crossing` is always allowed.
  [[nodiscard]] Place place(const double* lower, const double* upper) const;

  /// Two polygons in the box: the part of the region in it holds the first and lies in the second (with signed areas), less the hole,
  /// which holds the third and lies in the fourth.
  struct Parts {
    ExactPolygon inner, outer, hole_inner, hole_outer;
  };
  [[nodiscard]] Parts parts(const double* lower, const double* upper) const;

 private:
  struct Disc {
    double centre[2] = {};
    double radius = 0;
    std::vector<std::pair<double, double>> points;  ///< proved to lie in the closed disc, at equal angles
    std::vector<HalfPlane> tangents;                ///< half-planes that hold the disc, at the same angles
    ExactPolygon around;                            ///< where neighbouring tangents meet: it holds the disc
  };
  static Disc make_disc(const double* centre, double radius);
  static Place place_of(const Disc& disc, const double* lower, const double* upper);
  static ExactPolygon inner_part(const Disc& disc, const double* lower, const double* upper);
  static ExactPolygon outer_part(const Disc& disc, const double* lower, const double* upper);
  [[nodiscard]] Place place_of_polygon(const double* lower, const double* upper) const;

  ClassRegion region_;
  std::vector<Disc> discs_;  ///< the disc, or the outer and the inner one
  ExactPolygon polygon_;     ///< box or polygon, anticlockwise
};

}  // namespace narrows
