// What a level set's topology is, in a form that can be compared, and the same counted on a grid.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "levelset/level_curve.hpp"

namespace narrows::test {

/// "closed 1 arcs 0; +b1 -c0": curves, then the components above and below: b reaches the boundary, c is closed, then its holes.
inline std::string signature(const LevelCurveResult& result) {
  if (result.verdict != Verdict::proved) return "undecided: " + result.reason;
  std::vector<std::string> parts;
  for (const LevelComponent& c : result.components)
    parts.push_back(std::string(c.positive ? " +" : " -") +
                    (c.status == LevelComponent::Status::closed ? "c" : "b") + std::to_string(c.holes));
  std::sort(parts.begin(), parts.end());
  std::string text =
      "closed " + std::to_string(result.closed_curves()) + " arcs " + std::to_string(result.arcs()) + ";";
  for (const std::string& part : parts) text += part;
  return text;
}

/// Components of the signs of Φ − c on an n × n grid of cell centres (edge neighbours), as "+b -c …" without holes; a second algorithm, good where it resolves.
inline std::string grid_signature(const LevelFunction& function, const Box& box, double level,
                                  std::size_t n) {
  std::vector<double> points;
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j)
      for (const auto& [k, index] : {std::pair{0U, j}, {1U, i}})
        points.push_back(box.lower[k] + (box.upper[k] - box.lower[k]) * static_cast<double>(index) /
                                            static_cast<double>(n - 1));
  std::vector<CellBounds> found(n * n);
  function.on_boxes(points.data(), points.data(), n * n, Interval::entire(), false, found.data());
  const auto above = [&](std::size_t cell) { return midpoint(found[cell].value) > level; };
  std::vector<bool> seen(n * n, false);
  std::vector<std::string> parts;
  for (std::size_t start = 0; start < n * n; ++start) {
    if (seen[start]) continue;
    bool border = false;
    std::vector<std::size_t> stack{start};
    seen[start] = true;
    while (!stack.empty()) {
      const std::size_t cell = stack.back(), i = cell / n, j = cell % n;
      stack.pop_back();
      border = border || i == 0 || j == 0 || i + 1 == n || j + 1 == n;
      const auto visit = [&](std::size_t other) {
        if (seen[other] || above(other) != above(start)) return;
        seen[other] = true;
        stack.push_back(other);
      };
      if (i > 0) visit(cell - n);
      if (i + 1 < n) visit(cell + n);
      if (j > 0) visit(cell - 1);
      if (j + 1 < n) visit(cell + 1);
    }
    parts.push_back(std::string(above(start) ? " +" : " -") + (border ? "b" : "c"));
  }
  std::sort(parts.begin(), parts.end());
  std::string text;
  for (const std::string& part : parts) text += part;
  return text;
}

/// grid_signature() of a proved result.
inline std::string coarse_signature(const LevelCurveResult& result) {
  std::vector<std::string> parts;
  for (const LevelComponent& c : result.components)
    parts.push_back(std::string(c.positive ? " +" : " -") +
                    (c.status == LevelComponent::Status::closed ? "c" : "b"));
  std::sort(parts.begin(), parts.end());
  std::string text;
  for (const std::string& part : parts) text += part;
  return text;
}

}  // namespace narrows::test
