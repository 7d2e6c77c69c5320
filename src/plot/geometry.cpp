#include "plot/geometry.hpp"

#include <cmath>
#include <cstddef>

namespace narrows::plot {
namespace {

// Distance of p from the segment [a, b].
double distance_to_chord(const Point& p, const Point& a, const Point& b) {
  const double dx = b.x - a.x, dy = b.y - a.y, squared = dx * dx + dy * dy;
  double along = squared > 0 ? ((p.x - a.x) * dx + (p.y - a.y) * dy) / squared : 0;
  along = std::fmin(std::fmax(along, 0), 1);
  return std::hypot(p.x - a.x - along * dx, p.y - a.y - along * dy);
}

}  // namespace

// Greedy: from each kept vertex the chord is lengthened as long as it stays close to what it skips, at most 50 vertices.
Polyline simplified(const Polyline& line, double tolerance) {
  constexpr std::size_t longest_chord = 50;
  const std::vector<Point>& points = line.points;
  Polyline result{{}, line.closed};
  const auto fits = [&](std::size_t from, std::size_t to) {
    for (std::size_t k = from + 1; k < to; ++k)
      if (!(distance_to_chord(points[k], points[from], points[to]) <= tolerance)) return false;
    return true;
  };
  for (std::size_t from = 0; from < points.size();) {
    result.points.push_back(points[from]);
    std::size_t to = from + 1;
    while (to + 1 < points.size() && to - from < longest_chord && fits(from, to + 1)) ++to;
    from = to;
  }
  return result;
}

}  // namespace narrows::plot
