#include "levelset/class_region.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/errors.hpp"

namespace narrows {
namespace {

constexpr std::size_t kSides = 2048;  // of the polygons that stand for a disc
constexpr std::size_t kFewSides =
    24;  // up to here it is quicker to cut the cell by tangents than the polygon by the cell

Rational exact(double x) {
  return rational_exact(x);
}

/// > 0 if a, b, c turn left.
Rational turn(const std::pair<double, double>& a, const std::pair<double, double>& b,
              const std::pair<double, double>& c) {
  return (exact(b.first) - exact(a.first)) * (exact(c.second) - exact(a.second)) -
         (exact(b.second) - exact(a.second)) * (exact(c.first) - exact(a.first));
}

bool within(double x, double a, double b) {
  return std::min(a, b) <= x && x <= std::max(a, b);
}

bool on_segment(const std::pair<double, double>& p, const std::pair<double, double>& a,
                const std::pair<double, double>& b) {
  return within(p.first, a.first, b.first) && within(p.second, a.second, b.second) && turn(a, b, p) == 0;
}

/// Closed segments with a common point.
bool touch(const std::pair<double, double>& a, const std::pair<double, double>& b,
           const std::pair<double, double>& c, const std::pair<double, double>& d) {
  const Rational t1 = turn(a, b, c), t2 = turn(a, b, d), t3 = turn(c, d, a), t4 = turn(c, d, b);
  if (((t1 > 0 && t2 < 0) || (t1 < 0 && t2 > 0)) && ((t3 > 0 && t4 < 0) || (t3 < 0 && t4 > 0))) return true;
  return on_segment(c, a, b) || on_segment(d, a, b) || on_segment(a, c, d) || on_segment(b, c, d);
}

bool is_simple(const std::vector<std::pair<double, double>>& p) {
  const std::size_t n = p.size();
  for (std::size_t i = 0; i < n; ++i) {
    const auto &a = p[i], &b = p[(i + 1) % n], &next = p[(i + 2) % n];
    if (a == b || on_segment(next, a, b) || on_segment(a, b, next)) return false;
    for (std::size_t j = i + 2; j < n; ++j)
      if ((j + 1) % n != i && touch(a, b, p[j], p[(j + 1) % n])) return false;
  }
  return true;
}

bool is_clockwise(const std::vector<std::pair<double, double>>& p) {
  Rational twice = 0;
  for (std::size_t i = 0; i + 2 < p.size(); ++i) twice += turn(p[0], p[i + 1], p[i + 2]);
  return twice < 0;
}

Interval distance_squared(double x, double y, const double* centre) {
  return square(Interval(x) - Interval(centre[0])) + square(Interval(y) - Interval(centre[1]));
}

}  // namespace

void require_valid(const ClassRegion& region, const std::string& where) {
  const auto bad = [&](const std::string& what, const std::string& mend) {
    throw InputError(where, what, mend);
  };
  const auto finite = [](double x) { return std::isfinite(x) && std::fabs(x) < 1e100; };
  switch (region.type) {
    case ClassRegion::Type::disc:
    case ClassRegion::Type::annulus:
      if (!finite(region.centre[0]) || !finite(region.centre[1]) || !finite(region.radius))
        bad("a number is not finite or too large", "write plain decimals");
      if (!(region.radius > 0)) bad("the radius is not positive", "write a positive radius");
      if (region.type == ClassRegion::Type::annulus && !(region.inner > 0 && region.inner < region.radius))
        bad("the inner radius is not between 0 and the outer one", "write 0 < inner < outer");
      break;
    case ClassRegion::Type::box:
      if (region.bounds.dim() != 2)
        bad("the box does not have two sides", "write \"bounds\": [[x, X], [y, Y]]");
      for (std::size_t k = 0; k < 2; ++k)
        if (!finite(region.bounds.lower[k]) || !finite(region.bounds.upper[k]) ||
            !(region.bounds.lower[k] < region.bounds.upper[k]))
          bad("a side of the box is empty or not finite", "write lower < upper");
      break;
    case ClassRegion::Type::polygon:
      if (region.vertices.size() < 3) bad("a polygon needs at least 3 vertices", "add vertices");
      for (const auto& [x, y] : region.vertices)
        if (!finite(x) || !finite(y)) bad("a vertex is not finite or too large", "write plain decimals");
      if (!is_simple(region.vertices))
        bad("the polygon touches or crosses itself", "give the vertices in order round a simple polygon");
      break;
  }
}

ExactVertex::ExactVertex(Rational x_, Rational y_)
    : x(std::move(x_)), y(std::move(y_)), x_range(enclose(x)), y_range(enclose(y)) {}
ExactVertex::ExactVertex(double x_, double y_) : x(exact(x_)), y(exact(y_)), x_range(x_), y_range(y_) {}

HalfPlane::HalfPlane(Rational a_, Rational b_, Rational c_)
    : a(std::move(a_)),
      b(std::move(b_)),
      c(std::move(c_)),
      a_range(enclose(a)),
      b_range(enclose(b)),
      c_range(enclose(c)) {}

ExactPolygon rectangle(const double* lower, const double* upper) {
  return {{lower[0], lower[1]}, {upper[0], lower[1]}, {upper[0], upper[1]}, {lower[0], upper[1]}};
}

namespace {

Rational value_at(const HalfPlane& h, const ExactVertex& v) {
  return h.a * v.x + h.b * v.y + h.c;
}

/// The sign of a·x + b·y + c: in intervals if they tell it, else exactly.
int sign_at(const HalfPlane& h, const ExactVertex& v) {
  const Interval value = h.a_range * v.x_range + h.b_range * v.y_range + h.c_range;
  if (excludes_zero(value)) return is_positive(value) ? 1 : -1;
  const Rational exact_value = value_at(h, v);
  return exact_value > 0 ? 1 : exact_value < 0 ? -1 : 0;
}

bool lies_in(const ExactPolygon& polygon, const HalfPlane& h) {
  return std::all_of(polygon.begin(), polygon.end(),
                     [&h](const ExactVertex& vertex) { return sign_at(h, vertex) >= 0; });
}

}  // namespace

ExactPolygon clipped(const ExactPolygon& polygon, const HalfPlane& h) {
  std::vector<int> sign;
  sign.reserve(polygon.size());
  bool all = true, none = true;
  for (const ExactVertex& vertex : polygon) {
    sign.push_back(sign_at(h, vertex));
    all = all && sign.back() >= 0;
    none = none && sign.back() <= 0;
  }
  if (all) return polygon;
  ExactPolygon result;
  if (none) return result;
  for (std::size_t i = 0; i < polygon.size(); ++i) {
    const std::size_t j = (i + 1) % polygon.size();
    if (sign[i] >= 0) result.push_back(polygon[i]);
    if (sign[i] * sign[j] >= 0) continue;
    const Rational from = value_at(h, polygon[i]), t = from / (from - value_at(h, polygon[j]));
    result.emplace_back(Rational(polygon[i].x + t * (polygon[j].x - polygon[i].x)),
                        Rational(polygon[i].y + t * (polygon[j].y - polygon[i].y)));
  }
  return result;
}

Interval area(const ExactPolygon& polygon) {
  Interval twice = 0.0;
  for (std::size_t i = 0; i + 2 < polygon.size(); ++i) {
    const ExactVertex &a = polygon[0], &b = polygon[i + 1], &c = polygon[i + 2];
    twice +=
        (b.x_range - a.x_range) * (c.y_range - a.y_range) - (b.y_range - a.y_range) * (c.x_range - a.x_range);
  }
  return twice * Interval(0.5);
}

RegionGeometry::RegionGeometry(const ClassRegion& region) : region_(region) {
  switch (region.type) {
    case ClassRegion::Type::disc:
      discs_ = {make_disc(region.centre, region.radius)};
      break;
    case ClassRegion::Type::annulus:
      discs_ = {make_disc(region.centre, region.radius), make_disc(region.centre, region.inner)};
      break;
    case ClassRegion::Type::box:
      polygon_ = rectangle(region.bounds.lower.data(), region.bounds.upper.data());
      break;
    case ClassRegion::Type::polygon:
      for (const auto& [x, y] : region.vertices) polygon_.emplace_back(x, y);
      if (is_clockwise(region.vertices)) std::reverse(polygon_.begin(), polygon_.end());
      break;
  }
}

namespace {

/// Where the borders of two half-planes meet. Precondition: they are not parallel.
ExactVertex meeting_point(const HalfPlane& g, const HalfPlane& h) {
  const Rational det = g.a * h.b - g.b * h.a;
  return {Rational((g.b * h.c - g.c * h.b) / det), Rational((g.c * h.a - g.a * h.c) / det)};
}

/// From p to q the half-plane is on the left.
bool goes_forward(const ExactVertex& p, const ExactVertex& q, const HalfPlane& h) {
  return h.b * (q.x - p.x) - h.a * (q.y - p.y) > 0;
}

}  // namespace

RegionGeometry::Disc RegionGeometry::make_disc(const double* centre, double radius) {
  Disc disc{{centre[0], centre[1]}, radius, {}, {}, {}};
  const Rational m[2] = {exact(centre[0]), exact(centre[1])}, r = exact(radius);
  for (std::size_t k = 0; k < kSides; ++k) {
    const double angle = 2 * std::numbers::pi * static_cast<double>(k) / static_cast<double>(kSides),
                 x = std::cos(angle), y = std::sin(angle);
    std::pair<double, double> point;
    for (double shrink = 0x1p-50;;
         shrink *= 2) {  // a guess, moved inward until it is proved to lie in the disc
      point = {centre[0] + radius * (1 - shrink) * x, centre[1] + radius * (1 - shrink) * y};
      const Rational dx = exact(point.first) - m[0], dy = exact(point.second) - m[1];
      if (dx * dx + dy * dy <= r * r) break;
      if (shrink >= 1) {
        point = {centre[0], centre[1]};
        break;
      }
    }
    disc.points.push_back(point);
    // x·(p − m) <= r|x| holds on the disc for every normal x.
    const double reach =
        next_up((Interval(radius) * sqrt(square(Interval(x)) + square(Interval(y)))).upper());
    disc.tangents.push_back({-exact(x), -exact(y), exact(reach) + exact(x) * m[0] + exact(y) * m[1]});
  }
  for (std::size_t k = 0; k < kSides;
       ++k)  // so the polygon is star-shaped round the centre, and its signed areas are areas
    if (!(turn({centre[0], centre[1]}, disc.points[k], disc.points[(k + 1) % kSides]) > 0))
      throw InputError("disc", "the radius is too small for a centre so far away",
                       "make it larger, or move the centre towards 0");
  for (std::size_t k = 0; k < kSides; ++k)
    disc.around.push_back(meeting_point(disc.tangents[k], disc.tangents[(k + 1) % kSides]));
  for (std::size_t k = 0; k < kSides;
       ++k)  // side k + 1 goes forward along its tangent: so none of them is cut away by the others
    if (!goes_forward(disc.around[k], disc.around[(k + 1) % kSides], disc.tangents[(k + 1) % kSides]))
      throw InputError("disc", "the radius is too small for a centre so far away",
                       "make it larger, or move the centre towards 0");
  return disc;
}

RegionGeometry::Place RegionGeometry::place(const double* lower, const double* upper) const {
  if (discs_.empty()) return place_of_polygon(lower, upper);
  const Place in_outer = place_of(discs_[0], lower, upper);
  if (discs_.size() == 1 || in_outer == Place::outside) return in_outer;
  const Place in_hole = place_of(discs_[1], lower, upper);
  if (in_hole == Place::inside) return Place::outside;
  return in_outer == Place::inside && in_hole == Place::outside ? Place::inside : Place::crossing;
}

RegionGeometry::Place RegionGeometry::place_of(const Disc& disc, const double* lower, const double* upper) {
  const double r2_lower = square(Interval(disc.radius)).lower(),
               r2_upper = square(Interval(disc.radius)).upper();
  double farthest = 0;
  for (const double x : {lower[0], upper[0]})
    for (const double y : {lower[1], upper[1]})
      farthest = std::fmax(farthest, distance_squared(x, y, disc.centre).upper());
  if (farthest < r2_lower) return Place::inside;
  const double nearest[2] = {std::clamp(disc.centre[0], lower[0], upper[0]),
                             std::clamp(disc.centre[1], lower[1], upper[1])};
  return distance_squared(nearest[0], nearest[1], disc.centre).lower() > r2_upper ? Place::outside
                                                                                  : Place::crossing;
}

namespace {

/// True if the closed segment has a point in the closed box; may be true without.
bool may_meet(const std::pair<double, double>& a, const std::pair<double, double>& b, const double* lower,
              const double* upper) {
  if (std::max(a.first, b.first) < lower[0] || std::min(a.first, b.first) > upper[0] ||
      std::max(a.second, b.second) < lower[1] || std::min(a.second, b.second) > upper[1])
    return false;
  const Interval dx = Interval(b.first) - Interval(a.first), dy = Interval(b.second) - Interval(a.second);
  const Interval side = dx * (Interval(lower[1], upper[1]) - Interval(a.second)) -
                        dy * (Interval(lower[0], upper[0]) - Interval(a.first));
  return !excludes_zero(side);
}

}  // namespace

RegionGeometry::Place RegionGeometry::place_of_polygon(const double* lower, const double* upper) const {
  if (region_.type == ClassRegion::Type::box) {
    const Box& b = region_.bounds;
    if (upper[0] <= b.lower[0] || lower[0] >= b.upper[0] || upper[1] <= b.lower[1] || lower[1] >= b.upper[1])
      return Place::outside;
    return lower[0] >= b.lower[0] && upper[0] <= b.upper[0] && lower[1] >= b.lower[1] &&
                   upper[1] <= b.upper[1]
               ? Place::inside
               : Place::crossing;
  }
  const auto& p = region_.vertices;
  for (std::size_t i = 0; i < p.size(); ++i)
    if (may_meet(p[i], p[(i + 1) % p.size()], lower, upper)) return Place::crossing;
  // No side meets the box: all of it lies where its lower corner lies. A ray upwards from there crosses an odd number of sides?
  bool odd = false;
  const std::pair<double, double> corner{lower[0], lower[1]};
  for (std::size_t i = 0; i < p.size(); ++i) {
    const auto &a = p[i], &b = p[(i + 1) % p.size()];
    if ((a.first <= corner.first) == (b.first <= corner.first)) continue;
    const bool to_right = b.first > a.first;
    if ((turn(a, b, corner) < 0) == to_right) odd = !odd;
  }
  return odd ? Place::inside : Place::outside;
}

namespace {

ExactPolygon clipped_to_box(ExactPolygon polygon, const double* lower, const double* upper) {
  polygon = clipped(polygon, {1, 0, -exact(lower[0])});
  polygon = clipped(polygon, {-1, 0, exact(upper[0])});
  polygon = clipped(polygon, {0, 1, -exact(lower[1])});
  return clipped(polygon, {0, -1, exact(upper[1])});
}

struct Angles {
  std::size_t first = 0, count = 0;  ///< of the polygon's points
  bool all = false;                  ///< the box lies round the centre
};

/// The points of a disc's polygon in whose directions the box is seen from the centre; any choice is sound, this one is good.
Angles angles_of(const double* centre, const double* lower, const double* upper) {
  if (lower[0] <= centre[0] && centre[0] <= upper[0] && lower[1] <= centre[1] && centre[1] <= upper[1])
    return {0, kSides, true};
  const double middle =
      std::atan2(0.5 * (lower[1] + upper[1]) - centre[1], 0.5 * (lower[0] + upper[0]) - centre[0]);
  double spread = 0;
  for (const double x : {lower[0], upper[0]})
    for (const double y : {lower[1], upper[1]}) {
      const double angle = std::atan2(y - centre[1], x - centre[0]) - middle;
      spread = std::fmax(spread, std::fabs(std::remainder(angle, 2 * std::numbers::pi)));
    }
  const double step = 2 * std::numbers::pi / static_cast<double>(kSides);
  const auto first = static_cast<long>(std::floor((middle - spread) / step)) - 1,
             last = static_cast<long>(std::ceil((middle + spread) / step)) + 1;
  const auto sides = static_cast<long>(kSides);
  if (last - first >= sides / 2) return {0, kSides, true};
  return {static_cast<std::size_t>(((first % sides) + sides) % sides),
          static_cast<std::size_t>(last - first + 1), false};
}

}  // namespace

// The polygon of all points, or its sector that the box is seen in: both lie in the disc, which is convex.
ExactPolygon RegionGeometry::inner_part(const Disc& disc, const double* lower, const double* upper) {
  if (const Place place = place_of(disc, lower, upper); place != Place::crossing)
    return place == Place::inside ? rectangle(lower, upper) : ExactPolygon{};
  const Angles angles = angles_of(disc.centre, lower, upper);
  ExactPolygon polygon;
  if (!angles.all) polygon.emplace_back(disc.centre[0], disc.centre[1]);
  for (std::size_t i = 0; i < angles.count; ++i) {
    const auto& [x, y] = disc.points[(angles.first + i) % kSides];
    polygon.emplace_back(x, y);
  }
  return clipped_to_box(std::move(polygon), lower, upper);
}

ExactPolygon RegionGeometry::outer_part(const Disc& disc, const double* lower, const double* upper) {
  if (const Place place = place_of(disc, lower, upper); place != Place::crossing)
    return place == Place::inside ? rectangle(lower, upper) : ExactPolygon{};
  const Angles angles = angles_of(disc.centre, lower, upper);
  if (angles.count > kFewSides) return clipped_to_box(disc.around, lower, upper);
  ExactPolygon polygon = rectangle(lower, upper);
  for (std::size_t i = 0; i < angles.count && !polygon.empty(); ++i) {
    const HalfPlane& tangent = disc.tangents[(angles.first + i) % kSides];
    if (!lies_in(polygon, tangent)) polygon = clipped(polygon, tangent);
  }
  return polygon;
}

RegionGeometry::Parts RegionGeometry::parts(const double* lower, const double* upper) const {
  Parts parts;
  if (discs_.empty()) {
    parts.inner = parts.outer = clipped_to_box(polygon_, lower, upper);
    return parts;
  }
  parts.inner = inner_part(discs_[0], lower, upper);
  parts.outer = outer_part(discs_[0], lower, upper);
  if (discs_.size() == 2) {
    parts.hole_inner = inner_part(discs_[1], lower, upper);
    parts.hole_outer = outer_part(discs_[1], lower, upper);
  }
  return parts;
}

}  // namespace narrows
