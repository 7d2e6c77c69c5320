// Questions to a settled level curve: which component holds a point, and polygons to draw.
#include <algorithm>
#include <cmath>

#include "levelset/level_curve.hpp"

namespace narrows {
namespace {

constexpr int kRounds = 12;  // of the search for the crossing on an edge

/// Where Φ = c on each of the crossed edges, approximately: regula falsi with halved weights (Illinois), all edges at once.
std::vector<double> crossings_approx(const LevelCurveResult& result, const LevelFunction& function,
                                     const std::vector<std::uint32_t>& edges) {
  const CellComplex& cells = result.cells;
  const double level = mpq_get_d(result.level.backend().data());
  struct Bracket {
    double from, to, at_from = 0, at_to = 0, tried = 0;
    int last = 0;  // which end moved last
  };
  std::vector<Bracket> brackets;
  for (const std::uint32_t e : edges) {
    const LevelEdge& edge = cells.edge(e);
    brackets.push_back(
        {cells.vertex(edge.vertex[0]).at[edge.axis], cells.vertex(edge.vertex[1]).at[edge.axis]});
  }
  std::vector<double> points(2 * edges.size());
  std::vector<CellBounds> found(edges.size());
  const auto evaluate = [&](auto where) {
    for (std::size_t i = 0; i < edges.size(); ++i) {
      const LevelEdge& edge = cells.edge(edges[i]);
      points[2 * i + edge.axis] = where(brackets[i]);
      points[2 * i + 1 - edge.axis] = cells.vertex(edge.vertex[0]).at[1 - edge.axis];
    }
    function.on_boxes(points.data(), points.data(), edges.size(), enclose(result.level), false, found.data());
  };
  evaluate([](const Bracket& b) { return b.from; });
  for (std::size_t i = 0; i < edges.size(); ++i) brackets[i].at_from = midpoint(found[i].value) - level;
  evaluate([](const Bracket& b) { return b.to; });
  for (std::size_t i = 0; i < edges.size(); ++i) brackets[i].at_to = midpoint(found[i].value) - level;
  for (int round = 0; round < kRounds; ++round) {
    evaluate([](Bracket& b) {
      if (b.at_from == 0 || b.at_to == 0) return b.tried = b.at_from == 0 ? b.from : b.to;  // found
      const double t = b.at_from / (b.at_from - b.at_to);
      return b.tried = b.from + (t > 0 && t < 1 ? t : 0.5) * (b.to - b.from);
    });
    for (std::size_t i = 0; i < edges.size(); ++i) {
      Bracket& b = brackets[i];
      const double value = midpoint(found[i].value) - level;
      const bool move_from = (value > 0) == (b.at_from > 0);
      (move_from ? b.from : b.to) = b.tried;
      (move_from ? b.at_from : b.at_to) = value;
      if (b.last == (move_from ? 1 : 2)) (move_from ? b.at_to : b.at_from) *= 0.5;
      b.last = move_from ? 1 : 2;
    }
  }
  std::vector<double> crossings;
  for (const Bracket& b : brackets)
    crossings.push_back(std::clamp(b.tried, std::min(b.from, b.to), std::max(b.from, b.to)));
  return crossings;
}

}  // namespace

std::size_t LevelCurveResult::closed_curves() const {
  return static_cast<std::size_t>(
      std::count_if(curves.begin(), curves.end(), [](const LevelCurve& curve) { return curve.closed; }));
}

std::optional<std::size_t> component_of(const LevelCurveResult& result, const LevelFunction& function,
                                        const double* x) {
  const int sign = function.sign_at(x, result.level);
  if (sign == 0) return std::nullopt;
  const std::uint32_t component = (sign > 0 ? result.above : result.below)[result.cells.leaf_at(x)];
  if (component == LevelCurveResult::kNone) return std::nullopt;
  return component;
}

std::vector<CurvePolygon> polygons_of(const LevelCurveResult& result, const LevelFunction& function) {
  std::vector<std::uint32_t> edges;
  for (const LevelCurve& curve : result.curves)
    edges.insert(edges.end(), curve.edges.begin(), curve.edges.end());
  const std::vector<double> crossings = crossings_approx(result, function, edges);
  std::vector<CurvePolygon> polygons;
  std::size_t next = 0;
  for (const LevelCurve& curve : result.curves) {
    CurvePolygon polygon{curve.closed, {}};
    for (const std::uint32_t e : curve.edges) {
      const LevelEdge& edge = result.cells.edge(e);
      double point[2];
      point[edge.axis] = crossings[next++];
      point[1 - edge.axis] = result.cells.vertex(edge.vertex[0]).at[1 - edge.axis];
      polygon.points.emplace_back(point[0], point[1]);
    }
    polygons.push_back(std::move(polygon));
  }
  return polygons;
}

}  // namespace narrows
