// Rule `region-area`: the area of a cell, cut with a half-plane and with a region.
//
// The part of a polygon in a disc round 0 is the sum over its edges ab of the signed part of the triangle 0ab: a triangle over the
// piece of the edge in the disc, and sectors beside it.
#include <algorithm>

#include "checker/rules/areas.hpp"

namespace narrows::checker {
namespace {

constexpr std::size_t max_vertices = 512;

Rational cross(const ExactPoint& u, const ExactPoint& v) {
  return u[0] * v[1] - u[1] * v[0];
}
Rational dot(const ExactPoint& u, const ExactPoint& v) {
  return u[0] * v[0] + u[1] * v[1];
}
ExactPoint difference(const ExactPoint& u, const ExactPoint& v) {
  return {u[0] - v[0], u[1] - v[1]};
}
int orientation(const ExactPoint& a, const ExactPoint& b, const ExactPoint& c) {
  return sgn(cross(difference(b, a), difference(c, a)));
}

/// Collinear c lies on the segment ab.
bool lies_on(const ExactPoint& c, const ExactPoint& a, const ExactPoint& b) {
  return dot(difference(a, c), difference(b, c)) <= 0;
}

bool segments_meet(const ExactPoint& a, const ExactPoint& b, const ExactPoint& c, const ExactPoint& d) {
  const int abc = orientation(a, b, c), abd = orientation(a, b, d), cda = orientation(c, d, a),
            cdb = orientation(c, d, b);
  if (abc * abd < 0 && cda * cdb < 0) return true;
  return (abc == 0 && lies_on(c, a, b)) || (abd == 0 && lies_on(d, a, b)) || (cda == 0 && lies_on(a, c, d)) ||
         (cdb == 0 && lies_on(b, c, d));
}

/// Edges meet in common vertices of neighbours only.
bool is_simple(const Polygon& p) {
  const std::size_t n = p.size();
  for (std::size_t i = 0; i < n; ++i) {
    const ExactPoint &a = p[i], &b = p[(i + 1) % n], &c = p[(i + 2) % n];
    if (a == b || (orientation(a, b, c) == 0 && !lies_on(b, a, c))) return false;
    for (std::size_t j = i + 2; j < n && j < i + n - 1; ++j) {
      if (segments_meet(a, b, p[j], p[(j + 1) % n])) return false;
    }
  }
  return true;
}

/// The angle from u to v, between -π and π, by cross and dot product.
Interval angle(const Interval& cross, const Interval& dot) {
  const Interval half_turn = pi(point_precision);
  if (dot.positive()) return increasing(mpfr_atan, cross / dot);
  if (!cross.nonzero()) return hull(half_turn, -half_turn);
  const Interval complement = increasing(mpfr_atan, dot / cross);
  return (cross.positive() ? half_turn : -half_turn) / 2 - complement;
}

Interval enclosed(const Rational& x) {
  return enclose(x, point_precision);
}

/// The signed area of the part of the triangle 0ab in the disc of radius r round 0.
Interval part_in_disc(const ExactPoint& a, const ExactPoint& b, const Rational& r) {
  const ExactPoint d = difference(b, a);
  const Rational r2 = r * r, length2 = dot(d, d), ad = dot(a, d), twice_triangle = cross(a, b);
  const bool a_inside = dot(a, a) <= r2, b_inside = dot(b, b) <= r2;
  const auto sector = [&](const Interval& of_cross, const Interval& of_dot) {
    return enclosed(r2 / 2) * angle(of_cross, of_dot);
  };
  if (a_inside && b_inside) return enclosed(twice_triangle / 2);
  const Rational discriminant = ad * ad - length2 * (dot(a, a) - r2);
  const bool passes = a_inside || b_inside || (discriminant > 0 && ad < 0 && -ad < length2);
  if (!passes) return sector(enclosed(twice_triangle), enclosed(dot(a, b)));

  // a + t·d lies in the disc for t in [enter, leave]
  const Interval root = square_root(enclosed(discriminant)), whole = enclosed(twice_triangle);
  const Interval enter = a_inside ? Interval(0, point_precision) : (enclosed(-ad) - root) / enclosed(length2);
  const Interval leave = b_inside ? Interval(1, point_precision) : (enclosed(-ad) + root) / enclosed(length2);
  Interval sum = (leave - enter) * whole / 2;
  if (!a_inside) sum = sum + sector(enter * whole, enclosed(dot(a, a)) + enter * enclosed(ad));
  if (!b_inside) sum = sum + sector((1 - leave) * whole, enclosed(dot(a, b)) + leave * enclosed(dot(d, b)));
  return sum;
}

/// Of a counterclockwise polygon.
Interval area_in_disc(const Polygon& polygon, const ExactPoint& centre, const Rational& r) {
  Interval sum(0, point_precision);
  for (std::size_t i = 0; i < polygon.size(); ++i) {
    sum = sum + part_in_disc(difference(polygon[i], centre),
                             difference(polygon[(i + 1) % polygon.size()], centre), r);
  }
  return sum;
}

/// -1: no point of the box lies inside the circle; 1: all do, or on it; 0: anything.
int side_of_circle(const Box& box, const ExactPoint& centre, const Rational& r) {
  Rational nearest = 0, farthest = 0;
  for (std::size_t i = 0; i < 2; ++i) {
    const Rational below = centre[i] - box.lo[i], above = box.hi[i] - centre[i];
    const Rational outside = below < 0   ? below
                             : above < 0 ? above
                                         : Rational(0),
                   reach = std::max(below, above);
    nearest += outside * outside;
    farthest += reach * reach;
  }
  return farthest <= r * r ? 1 : nearest >= r * r ? -1 : 0;
}

Bounds clamped(const Interval& area) {
  if (!area.is_finite()) reject("tree", "region-area", Reason::not_proved, "an unknown area", "a number");
  return {std::max(Rational(0), exact_value(area.lo)), exact_value(area.hi)};
}

}  // namespace

Region read_region(const Field& at) {
  const Field fields(at, {"type", "centre", "radius", "inner", "outer", "bounds", "vertices"});
  const std::size_t type = fields["type"].one_of({"disc", "annulus", "box", "polygon"});
  const bool disc = type == 0, annulus = type == 1, box = type == 2, polygon = type == 3;
  if (fields.has("centre") != (disc || annulus) || fields.has("radius") != disc ||
      fields.has("inner") != annulus || fields.has("outer") != annulus || fields.has("bounds") != box ||
      fields.has("vertices") != polygon)
    at.fail(Reason::unknown, "the keys of another region", "those of its type");
  Region region;
  if (disc || annulus) {
    region.centre = read_point(fields["centre"], 2);
    region.inner = annulus ? fields["inner"].exact() : Rational(0);
    region.outer = fields[disc ? "radius" : "outer"].exact();
    region.text = fields["type"].text() + ' ' + point_text(region.centre) +
                  (annulus ? ' ' + region.inner.get_str() : "") + ' ' + region.outer.get_str();
    if (region.inner < 0 || region.outer <= region.inner || (annulus && region.inner == 0))
      at.fail(Reason::out_of_range, "radii", "0 < inner < outer");
    return region;
  }
  if (box) region.polygon = polygon_of(read_box(fields["bounds"], 2));
  if (polygon) {
    for (const Field& vertex : fields["vertices"].items()) region.polygon.push_back(read_point(vertex, 2));
  }
  region.text = "polygon";
  for (const ExactPoint& vertex : region.polygon) region.text += ' ' + point_text(vertex);
  const std::size_t n = region.polygon.size();
  if (n < 3 || n > max_vertices) at.fail(Reason::limit, std::to_string(n) + " vertices", "3 to 512");
  if (!is_simple(region.polygon))
    at.fail(Reason::out_of_range, "a polygon that meets itself", "a simple polygon");
  if (signed_area(region.polygon) < 0) std::reverse(region.polygon.begin(), region.polygon.end());
  return region;
}

Polygon cut(const Polygon& polygon, const HalfPlane& half) {
  Polygon part;
  const auto value_at = [&](const ExactPoint& p) { return Rational(half.a * p[0] + half.b * p[1] + half.c); };
  for (std::size_t i = 0; i < polygon.size(); ++i) {
    const ExactPoint &p = polygon[i], &q = polygon[(i + 1) % polygon.size()];
    const Rational at_p = value_at(p), at_q = value_at(q);
    if (at_p >= 0) part.push_back(p);
    if (sgn(at_p) * sgn(at_q) >= 0) continue;
    const Rational t = at_p / (at_p - at_q);
    part.push_back({p[0] + t * (q[0] - p[0]), p[1] + t * (q[1] - p[1])});
  }
  return part;
}

Polygon polygon_of(const Box& box) {
  const Rational left = box.lo[0], right = box.hi[0], low = box.lo[1], high = box.hi[1];
  return {{left, low}, {right, low}, {right, high}, {left, high}};
}

Rational signed_area(const Polygon& polygon) {
  Rational twice = 0;
  for (std::size_t i = 0; i < polygon.size(); ++i)
    twice += cross(polygon[i], polygon[(i + 1) % polygon.size()]);
  return twice / 2;
}

CellPart::CellPart(const Polygon& cell, const HalfPlane* cutting)
    : half(cutting), polygon(cutting == nullptr ? cell : cut(cell, *cutting)), area(signed_area(polygon)) {}

RegionInCell::RegionInCell(const Region& region, const Box& cell)
    : region_(region), polygon_(region.polygon) {
  if (region.polygon.empty()) {
    const int in_outer = side_of_circle(cell, region.centre, region.outer);
    const int in_inner = region.inner > 0 ? side_of_circle(cell, region.centre, region.inner) : -1;
    if (in_outer < 0 || in_inner > 0) share_ = Share::none;
    if (in_outer > 0 && in_inner < 0) share_ = Share::all;
    return;
  }
  for (std::size_t i = 0; i < 2; ++i) {  // the four sides of the cell
    const Rational x = i == 0 ? 1 : 0, y = i == 0 ? 0 : 1;
    polygon_ = cut(cut(polygon_, {x, y, -Rational(cell.lo[i])}), {-x, -y, Rational(cell.hi[i])});
  }
  if (signed_area(polygon_) == 0) share_ = Share::none;
}

Bounds RegionInCell::area(const CellPart& part) const {
  if (share_ == Share::none) return {0, 0};
  if (share_ == Share::all) return {part.area, part.area};
  if (region_.polygon.empty()) {
    const Interval in_outer = area_in_disc(part.polygon, region_.centre, region_.outer);
    return clamped(region_.inner > 0 ? in_outer - area_in_disc(part.polygon, region_.centre, region_.inner)
                                     : in_outer);
  }
  const Rational area = signed_area(part.half == nullptr ? polygon_ : cut(polygon_, *part.half));
  return {area, area};
}

}  // namespace narrows::checker
