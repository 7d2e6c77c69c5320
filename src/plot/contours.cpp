#include "plot/contours.hpp"

#include <array>
#include <cmath>
#include <cstdint>
#include <unordered_map>
#include <utility>

namespace narrows::plot {
namespace {

// Edges of the grid: 2·corner for the one to the right of a corner, 2·corner + 1 for the one above it.
using EdgeId = std::size_t;
constexpr EdgeId kNone = SIZE_MAX;

class LevelCurves {
 public:
  LevelCurves(const Grid& grid, double level) : grid_(grid), level_(level) {}

  std::vector<Polyline> trace() {
    for (std::size_t row = 0; row + 1 < grid_.rows; ++row)
      for (std::size_t column = 0; column + 1 < grid_.columns; ++column) cross_cell(column, row);
    std::vector<Polyline> curves;
    for (const EdgeId start : order_)
      if (!visited_[start]) curves.push_back(follow(start));
    return curves;
  }

 private:
  void join(EdgeId a, EdgeId b) {
    for (const auto& [from, to] : {std::pair{a, b}, std::pair{b, a}}) {
      const auto [entry, fresh] = neighbours_.try_emplace(from, std::array<EdgeId, 2>{kNone, kNone});
      if (fresh) order_.push_back(from);
      entry->second[entry->second[0] == kNone ? 0 : 1] = to;
    }
  }

  void cross_cell(std::size_t column, std::size_t row) {
    const std::array<double, 4> corners{grid_.at(column, row), grid_.at(column + 1, row), grid_.at(column + 1, row + 1),
                                        grid_.at(column, row + 1)};
    unsigned pattern = 0;
    for (std::size_t k = 0; k < 4; ++k) {
      if (!std::isfinite(corners[k])) return;
      pattern |= (corners[k] >= level_ ? 1U : 0U) << k;
    }
    const std::size_t corner = row * grid_.columns + column;
    const EdgeId bottom = 2 * corner, left = 2 * corner + 1, right = 2 * (corner + 1) + 1, top = 2 * (corner + grid_.columns);
    const bool middle_above = (corners[0] + corners[1] + corners[2] + corners[3]) / 4 >= level_;
    if (pattern > 7 && pattern != 10) pattern = 15 - pattern;  // the complement is crossed alike
    switch (pattern) {
      case 1: return join(left, bottom);
      case 2: return join(bottom, right);
      case 3: return join(left, right);
      case 4: return join(right, top);
      case 6: return join(bottom, top);
      case 7: return join(left, top);
      case 5:
      case 10:  // opposite corners above: they are connected through the middle, or kept apart
        if (middle_above == (pattern == 5)) {
          join(left, top);
          return join(bottom, right);
        }
        join(left, bottom);
        return join(right, top);
      default: return;
    }
  }

  [[nodiscard]] Point crossing(EdgeId edge) const {
    const std::size_t corner = edge / 2, column = corner % grid_.columns, row = corner / grid_.columns;
    const bool vertical = edge % 2 == 1;
    const double from = grid_.values[corner], to = vertical ? grid_.at(column, row + 1) : grid_.at(column + 1, row);
    const double part = (level_ - from) / (to - from);
    return {grid_.x_at(static_cast<double>(column) + (vertical ? 0 : part)), grid_.y_at(static_cast<double>(row) + (vertical ? part : 0))};
  }

  // Walks from `edge` through `next` until the curve ends or closes; the edges met, without the first one.
  std::vector<EdgeId> walk(EdgeId edge, EdgeId next) {
    std::vector<EdgeId> path;
    while (next != kNone && !visited_[next]) {
      visited_[next] = true;
      path.push_back(next);
      const auto& ways = neighbours_.at(next);
      const EdgeId onward = ways[0] == edge ? ways[1] : ways[0];
      edge = next;
      next = onward;
    }
    return path;
  }

  Polyline follow(EdgeId start) {
    visited_[start] = true;
    const auto ways = neighbours_.at(start);
    const std::vector<EdgeId> forward = walk(start, ways[0]);
    const std::vector<EdgeId> backward = walk(start, ways[1]);
    Polyline curve;
    for (auto edge = backward.rbegin(); edge != backward.rend(); ++edge) curve.points.push_back(crossing(*edge));
    curve.points.push_back(crossing(start));
    for (const EdgeId edge : forward) curve.points.push_back(crossing(edge));
    curve.closed = backward.empty() && forward.size() > 1 && ways[1] == forward.back();
    return curve;
  }

  const Grid& grid_;
  double level_;
  std::vector<EdgeId> order_;  ///< crossed edges in the order of their discovery: the result is reproducible
  std::unordered_map<EdgeId, std::array<EdgeId, 2>> neighbours_;
  std::unordered_map<EdgeId, bool> visited_;
};

}  // namespace

std::vector<Polyline> level_curves(const Grid& grid, double level) {
  return LevelCurves(grid, level).trace();
}

}  // namespace narrows::plot
