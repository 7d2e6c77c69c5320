#include "levelset/barrier.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <queue>
#include <utility>

namespace narrows {
namespace {

constexpr int kGrids[] = {96, 384};
constexpr int kProbes = 400;  // along an axis, d = 1
constexpr int kShrinkings = 40;

/// Which way an edge runs as seen from p: exact sign of (b − a) × (p − a).
int side_of(const Point& a, const Point& b, const Point& p) {
  const auto exact = [](double x) { return rational_exact(x); };
  const Rational cross = (exact(b[0]) - exact(a[0])) * (exact(p[1]) - exact(a[1])) -
                         (exact(b[1]) - exact(a[1])) * (exact(p[0]) - exact(a[0]));
  return cross > 0 ? 1 : cross < 0 ? -1 : 0;
}

/// The angle under which p sees the step from a to b, in (−π, π).
double angle_approx(const Point& p, const Point& a, const Point& b) {
  const double ax = a[0] - p[0], ay = a[1] - p[1], bx = b[0] - p[0], by = b[1] - p[1];
  return std::atan2(ax * by - ay * bx, ax * bx + ay * by);
}

/// Φ on a grid of n + 1 points along each side, computed where asked.
class Grid {
 public:
  Grid(const FloatChain& chain, const Box& box, int n)
      : chain_(chain), box_(box), n_(n), values_(static_cast<std::size_t>((n + 1) * (n + 1)), kInfinity) {}
  [[nodiscard]] int size() const { return n_; }
  [[nodiscard]] Point point(int i, int j) const { return {coordinate(0, i), coordinate(1, j)}; }
  [[nodiscard]] double value(int i, int j) {
    double& v = values_[static_cast<std::size_t>(i * (n_ + 1) + j)];
    if (v == kInfinity) v = chain_.value_approx(point(i, j));
    return v;
  }
  [[nodiscard]] bool on_edge(int i, int j) const { return i == 0 || j == 0 || i == n_ || j == n_; }
  [[nodiscard]] std::pair<int, int> nearest(const Point& x) const { return {index(0, x[0]), index(1, x[1])}; }

 private:
  [[nodiscard]] double coordinate(std::size_t axis, int k) const {
    const double share = static_cast<double>(k) / n_;
    return std::clamp((1 - share) * box_.lower[axis] + share * box_.upper[axis], box_.lower[axis],
                      box_.upper[axis]);
  }
  [[nodiscard]] int index(std::size_t axis, double x) const {
    return std::clamp(
        static_cast<int>(std::lround((x - box_.lower[axis]) / (box_.upper[axis] - box_.lower[axis]) * n_)), 0,
        n_);
  }
  const FloatChain& chain_;
  const Box& box_;
  int n_;
  std::vector<double> values_;
};

constexpr int kStepI[] = {1, 0, -1, 0}, kStepJ[] = {0, 1, 0, -1};

/// The grid points that a flood from `start` passes, in order, until it meets the edge or falls below `lowest`. *pass: the least value passed.
std::vector<std::pair<int, int>> flood(Grid* grid, std::pair<int, int> start, double lowest, double* pass) {
  const int n = grid->size() + 1;
  std::vector<char> seen(static_cast<std::size_t>(n * n), 0);
  std::priority_queue<std::pair<double, int>> shore;
  std::vector<std::pair<int, int>> passed;
  const auto reach = [&](int i, int j) {
    if (i < 0 || j < 0 || i >= n || j >= n ||
        std::exchange(seen[static_cast<std::size_t>(i * n + j)], 1) != 0)
      return;
    shore.emplace(grid->value(i, j), i * n + j);
  };
  reach(start.first, start.second);
  *pass = kInfinity;
  while (!shore.empty() && shore.top().first > lowest) {
    const auto [value, place] = shore.top();
    shore.pop();
    const int i = place / n, j = place % n;
    *pass = std::fmin(*pass, value);
    passed.emplace_back(i, j);
    if (grid->on_edge(i, j)) break;
    for (int k = 0; k < 4; ++k) reach(i + kStepI[k], j + kStepJ[k]);
  }
  return passed;
}

/// The grid points just outside of the outer boundary of a set of grid points that is connected along axes and stays off the edge: a
/// walk along the sides between inside and outside, starting beyond the rightmost point, the inside on the left.
std::vector<Point> outline(const Grid& grid, const std::vector<std::pair<int, int>>& set) {
  const int n = grid.size() + 1;
  std::vector<char> in(static_cast<std::size_t>(n * n), 0);
  for (const auto& [i, j] : set) in[static_cast<std::size_t>(i * n + j)] = 1;
  const auto inside = [&](int i, int j) { return in[static_cast<std::size_t>(i * n + j)] != 0; };
  const auto [i0, j0] = *std::max_element(set.begin(), set.end());
  int i = i0, j = j0, out = 0;  // the side between (i, j) and its neighbour in direction `out`
  std::vector<Point> polygon;
  do {
    Point beyond = grid.point(i + kStepI[out], j + kStepJ[out]);
    if (polygon.empty() || polygon.back() != beyond) polygon.push_back(std::move(beyond));
    const int ahead = (out + 1) % 4;  // counterclockwise along the side
    const int ci = i + kStepI[ahead], cj = j + kStepJ[ahead], di = ci + kStepI[out], dj = cj + kStepJ[out];
    if (!inside(ci, cj)) {
      out = ahead;  // turn round (i, j)
    } else if (!inside(di, dj)) {
      i = ci, j = cj;  // straight on
    } else {
      i = di, j = dj, out = (out + 3) % 4;  // an inner corner
    }
  } while (i != i0 || j != j0 || out != 0);
  while (polygon.size() > 1 && polygon.front() == polygon.back()) polygon.pop_back();
  return polygon;
}

/// Chords as long as possible, each proved negative and homotopic to what it replaces.
std::optional<std::vector<Point>> simplified(const SegmentSign& sign, const std::vector<Point>& polygon,
                                             const Point& from, std::size_t max_vertices) {
  const std::size_t n = polygon.size();
  std::vector<double> swept{0};  // angle from vertex 0 to vertex k
  for (std::size_t k = 0; k < n; ++k)
    swept.push_back(swept.back() + angle_approx(from, polygon[k], polygon[(k + 1) % n]));
  const auto good = [&](std::size_t a, std::size_t b) {
    const Point &x = polygon[a], &y = polygon[b % n];
    return std::fabs(angle_approx(from, x, y) - (swept[b] - swept[a])) < 1e-6 &&
           sign.proved_on_segment(x, y, false);
  };
  std::vector<Point> result;
  for (std::size_t at = 0; at < n;) {
    if (result.size() == max_vertices) return std::nullopt;
    result.push_back(polygon[at]);
    std::size_t reached = at, stride = std::max<std::size_t>(n / 4, 1);
    for (; stride > 0; stride /= 2)
      while (reached + stride <= n && good(at, reached + stride)) {
        reached += stride;
        if (stride > 1) break;
      }
    if (reached == at) return std::nullopt;
    at = reached;
  }
  return result;
}

std::optional<std::vector<Point>> two_points(const SegmentSign& sign, const Point& from, const Box& box) {
  std::vector<Point> found;
  for (const double end : {box.lower[0], box.upper[0]})
    for (int k = 1; k <= kProbes; ++k) {
      const double share = static_cast<double>(k) / kProbes;
      const Point x{k == kProbes ? end : (1 - share) * from[0] + share * end};
      if (x == from || !(sign.approx().value_approx(x) < 0) || !sign.proved_on_segment(x, x, false)) continue;
      found.push_back(x);
      break;
    }
  if (found.size() < 2) return std::nullopt;
  return found;
}

}  // namespace

int winding_number_exact(const std::vector<Point>& polygon, const Point& p) {
  int winding = 0;
  for (std::size_t k = 0; k < polygon.size(); ++k) {
    const Point &a = polygon[k], &b = polygon[(k + 1) % polygon.size()];
    if (a[1] <= p[1] && p[1] < b[1] && side_of(a, b, p) > 0) ++winding;
    if (b[1] <= p[1] && p[1] < a[1] && side_of(a, b, p) < 0) --winding;
  }
  return winding;
}

std::optional<std::vector<Point>> barrier_round(const SegmentSign& sign, const Point& from, const Box& box,
                                                std::size_t max_vertices) {
  if (from.size() == 1) return two_points(sign, from, box);
  if (from.size() != 2) return std::nullopt;
  for (const int n : kGrids) {
    Grid grid(sign.approx(), box, n);
    double pass = 0;
    (void)flood(&grid, grid.nearest(from), -kInfinity, &pass);
    if (!(pass < 0) || grid.value(grid.nearest(from).first, grid.nearest(from).second) <= 0.5 * pass)
      continue;
    for (const double share : {0.5, 0.25, 0.75}) {
      double unused = 0;
      const auto inside = flood(&grid, grid.nearest(from), share * pass, &unused);
      if (std::any_of(inside.begin(), inside.end(),
                      [&](const auto& place) { return grid.on_edge(place.first, place.second); }))
        continue;
      auto polygon = simplified(sign, outline(grid, inside), from, max_vertices);
      if (polygon && polygon->size() >= 3 && winding_number_exact(*polygon, from) != 0) return polygon;
    }
  }
  return std::nullopt;
}

std::optional<Box> barrier_box_round(const SegmentSign& sign, const Point& from, const Box& box) {
  Box inner = box;
  for (int k = 0; k < kShrinkings; ++k) {
    const bool round = [&] {
      for (std::size_t i = 0; i < from.size(); ++i)
        if (!(inner.lower[i] < from[i] && from[i] < inner.upper[i])) return false;
      return true;
    }();
    if (!round) return std::nullopt;
    if (sign.proved_on_faces(inner, false)) return inner;
    for (std::size_t i = 0; i < from.size(); ++i) {
      inner.lower[i] += 0.1 * (from[i] - inner.lower[i]);
      inner.upper[i] -= 0.1 * (inner.upper[i] - from[i]);
    }
  }
  return std::nullopt;
}

}  // namespace narrows
