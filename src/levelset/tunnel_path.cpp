#include "levelset/tunnel_path.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "levelset/ray.hpp"

namespace narrows {
namespace {

constexpr int kMaxSteps = 6000;
constexpr double kFirstStep = 0.002, kLongestStep = 0.03,
                 kShortestStep = 1e-9;  // in units of the box, respectively of 1 + |x|
constexpr double kSameDirection = 0.95;

double dot(const Point& a, const Point& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

Point moved(const Point& x, const Point& r, double t) {
  Point y = x;
  for (std::size_t i = 0; i < y.size(); ++i) y[i] += t * r[i];
  return y;
}

bool inside(const Point& x, const Box& box) {
  for (std::size_t i = 0; i < x.size(); ++i)
    if (!(box.lower[i] < x[i] && x[i] < box.upper[i])) return false;
  return true;
}

Point clamped(Point x, const Box& box) {
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = std::clamp(x[i], box.lower[i], box.upper[i]);
  return x;
}

double largest(const Point& x) {
  double size = 0;
  for (const double t : x) size = std::fmax(size, std::fabs(t));
  return size;
}

/// One step of the midpoint rule, shortened until the direction hardly turns and Φ grows. Empty if that needs too short a step.
Point step_uphill(const FloatChain& chain, const Point& x, const Point& direction, double* step) {
  const double value = chain.value_approx(x);
  for (; *step > kShortestStep; *step *= 0.5) {
    const Point middle = chain.uphill_direction(moved(x, direction, 0.5 * *step));
    if (middle.empty() || dot(middle, direction) < kSameDirection) continue;
    Point next = moved(x, middle, *step);
    if (chain.value_approx(next) > value) return next;
  }
  return {};
}

}  // namespace

bool on_boundary(const Point& x, const Box& box) {
  for (std::size_t i = 0; i < x.size(); ++i)
    if (x[i] == box.lower[i] || x[i] == box.upper[i]) return true;
  return false;
}

Point exit_point(const Point& from, const Point& r, const Box& box) {
  double t = kInfinity;
  std::size_t axis = 0;
  for (std::size_t i = 0; i < from.size(); ++i) {
    if (r[i] == 0) continue;
    const double s = ((r[i] > 0 ? box.upper[i] : box.lower[i]) - from[i]) / r[i];
    if (s < t) t = s, axis = i;
  }
  Point x = clamped(moved(from, r, t), box);
  x[axis] = r[axis] > 0 ? box.upper[axis] : box.lower[axis];
  return x;
}

Trace trace_uphill(const FloatChain& chain, const Point& from, const Box& box) {
  Trace trace{{from}, on_boundary(from, box)};
  double scale = 0;
  for (std::size_t i = 0; i < box.dim(); ++i) scale = std::fmax(scale, box.upper[i] - box.lower[i]);
  double step = kFirstStep * std::fmin(scale, 1);
  for (int k = 0; k < kMaxSteps && !trace.arrived; ++k) {
    const Point x = trace.points.back();
    const Point direction = chain.uphill_direction(x);
    if (direction.empty()) return trace;
    const Point next = step_uphill(chain, x, direction, &step);
    if (next.empty()) return trace;
    trace.arrived = !inside(next, box);
    Point way = next;
    for (std::size_t i = 0; i < way.size(); ++i) way[i] -= x[i];
    trace.points.push_back(trace.arrived ? exit_point(x, way, box) : next);
    step = std::fmin(1.4 * step, kLongestStep * std::fmin(scale, 1 + largest(next)));
  }
  return trace;
}

std::optional<std::vector<Point>> certified_chords(const SegmentSign& sign, const std::vector<Point>& points,
                                                   std::size_t max_segments) {
  std::vector<Point> path{points.front()};
  std::size_t at = 0;
  while (at + 1 < points.size()) {
    if (path.size() > max_segments) return std::nullopt;
    std::size_t good = at, bad = points.size();
    if (sign.proved_on_segment(points[at], points.back(), true)) good = points.size() - 1;
    while (good + 1 < bad) {  // good == at: nothing proved yet
      const std::size_t middle = good + std::max<std::size_t>((bad - good) / 2, 1);
      (sign.proved_on_segment(points[at], points[middle], true) ? good : bad) = middle;
    }
    if (good == at) return std::nullopt;
    at = good;
    path.push_back(points[at]);
  }
  return path;
}

std::optional<std::vector<Point>> path_by_flow(const SegmentSign& sign, const Point& from, const Box& box,
                                               std::size_t max_segments) {
  if (on_boundary(from, box)) return std::vector<Point>{from};
  for (const Point& r : straight_directions(sign.chain())) {
    const Point end = exit_point(from, r, box);
    if (sign.proved_on_segment(from, end, true)) return std::vector<Point>{from, end};
  }
  const Trace trace = trace_uphill(sign.approx(), from, box);
  if (!trace.arrived) return std::nullopt;
  return certified_chords(sign, trace.points, max_segments);
}

}  // namespace narrows
