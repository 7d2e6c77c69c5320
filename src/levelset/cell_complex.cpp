#include "levelset/cell_complex.hpp"

#include <algorithm>

namespace narrows {

CellComplex::CellComplex(const Box& box) : dim_(box.dim()) {
  cells_.emplace_back();
  LevelCell& root = cells_[0];
  for (std::size_t k = 0; k < dim_; ++k) {
    root.lower[k] = box.lower[k];
    root.upper[k] = box.upper[k];
  }
  if (dim_ < 2) return;
  std::uint32_t corner[2][2];
  for (const int i : {0, 1})
    for (const int j : {0, 1})
      corner[i][j] =
          add_vertex(i == 0 ? root.lower[0] : root.upper[0], j == 0 ? root.lower[1] : root.upper[1]);
  for (const int end : {0, 1}) {
    const std::uint32_t below = end == 0 ? kOutside : 0, above = end == 0 ? 0 : kOutside;
    root.side[0][end] = {add_edge(1, below, above, corner[end][0], corner[end][1])};
    root.side[1][end] = {add_edge(0, below, above, corner[0][end], corner[1][end])};
  }
}

std::uint32_t CellComplex::add_vertex(double x, double y) {
  vertices_.push_back({{x, y}, LevelVertex::kUnknown});
  return static_cast<std::uint32_t>(vertices_.size() - 1);
}

std::uint32_t CellComplex::add_edge(std::uint8_t axis, std::uint32_t below, std::uint32_t above,
                                    std::uint32_t from, std::uint32_t to) {
  edges_.push_back({{below, above}, {from, to}, axis, EdgeKind::unknown});
  return static_cast<std::uint32_t>(edges_.size() - 1);
}

bool CellComplex::can_split(std::uint32_t index, std::size_t axis) const {
  const LevelCell& cell = cells_[index];
  const double middle = 0.5 * cell.lower[axis] + 0.5 * cell.upper[axis];
  return middle > cell.lower[axis] && middle < cell.upper[axis];
}

// Distributes a side that is cut at `at` over the halves lower_half and lower_half + 1; returns the vertex at the cut.
std::uint32_t CellComplex::cut_side(std::uint32_t cell, std::size_t side_axis, std::size_t end, double at,
                                    std::uint32_t lower_half, std::vector<std::uint32_t>* touched) {
  const std::size_t along = 1 - side_axis;
  const std::vector<std::uint32_t> side = std::move(cells_[cell].side[side_axis][end]);
  std::uint32_t cut_vertex = kOutside;
  const auto give = [&](std::uint32_t edge, std::uint32_t half) {
    edges_[edge].cell[1 - end] = half;  // the lower end of an axis is the upper side of its edges
    cells_[half].side[side_axis][end].push_back(edge);
  };
  for (const std::uint32_t index : side) {
    const double from = vertices_[edges_[index].vertex[0]].at[along],
                 to = vertices_[edges_[index].vertex[1]].at[along];
    if (to <= at) {
      give(index, lower_half);
      if (to == at) cut_vertex = edges_[index].vertex[1];
    } else if (from >= at) {
      give(index, lower_half + 1);
    } else {
      double point[2];
      point[along] = at;
      point[side_axis] = vertices_[edges_[index].vertex[0]].at[side_axis];
      cut_vertex = add_vertex(point[0], point[1]);
      if (edges_[index].kind == EdgeKind::plus || edges_[index].kind == EdgeKind::minus)
        vertices_[cut_vertex].sign = edges_[index].kind == EdgeKind::plus ? 1 : -1;
      const std::uint32_t upper = add_edge(static_cast<std::uint8_t>(along), edges_[index].cell[0],
                                           edges_[index].cell[1], cut_vertex, edges_[index].vertex[1]);
      edges_[index].vertex[1] = cut_vertex;
      if (edges_[index].kind == EdgeKind::bad) edges_[index].kind = EdgeKind::unknown;
      edges_[upper].kind = edges_[index].kind;
      if (const std::uint32_t neighbour = edges_[index].cell[end]; neighbour != kOutside) {
        std::vector<std::uint32_t>& facing = cells_[neighbour].side[side_axis][1 - end];
        facing.insert(std::find(facing.begin(), facing.end(), index) + 1, upper);
        if (touched != nullptr) touched->push_back(neighbour);
      }
      give(index, lower_half);
      give(upper, lower_half + 1);
    }
  }
  return cut_vertex;
}

std::uint32_t CellComplex::split(std::uint32_t index, std::size_t axis, std::vector<std::uint32_t>* touched) {
  const auto child = static_cast<std::uint32_t>(cells_.size());
  cells_.resize(cells_.size() + 2);
  LevelCell& parent = cells_[index];
  const double middle = 0.5 * parent.lower[axis] + 0.5 * parent.upper[axis];
  for (const std::uint32_t half : {child, child + 1}) {
    LevelCell& cell = cells_[half];
    for (std::size_t k = 0; k < dim_; ++k) {
      cell.lower[k] = parent.lower[k];
      cell.upper[k] = parent.upper[k];
      cell.direction[k] = parent.direction[k];
    }
  }
  cells_[child].upper[axis] = middle;
  cells_[child + 1].lower[axis] = middle;
  parent.child = child;
  parent.axis = static_cast<std::uint8_t>(axis);
  parent.pending = false;
  if (dim_ < 2) return child;
  const std::size_t other = 1 - axis;
  for (const std::size_t end : {0U, 1U}) {
    std::vector<std::uint32_t> side = std::move(parent.side[axis][end]);
    for (const std::uint32_t edge : side)
      edges_[edge].cell[1 - end] = child + static_cast<std::uint32_t>(end);
    cells_[child + end].side[axis][end] = std::move(side);
  }
  const std::uint32_t from = cut_side(index, other, 0, middle, child, touched),
                      to = cut_side(index, other, 1, middle, child, touched);
  const std::uint32_t wall = add_edge(static_cast<std::uint8_t>(other), child, child + 1, from, to);
  cells_[child].side[axis][1] = {wall};
  cells_[child + 1].side[axis][0] = {wall};
  return child;
}

std::vector<std::uint32_t> CellComplex::leaves_in_order() const {
  std::vector<std::uint32_t> leaves, stack{0};
  while (!stack.empty()) {
    const std::uint32_t index = stack.back();
    stack.pop_back();
    if (cells_[index].is_leaf()) {
      leaves.push_back(index);
    } else {
      stack.push_back(cells_[index].child + 1);
      stack.push_back(cells_[index].child);
    }
  }
  return leaves;
}

std::uint32_t CellComplex::leaf_at(const double* x) const {
  std::uint32_t index = 0;
  while (!cells_[index].is_leaf()) {
    const LevelCell& cell = cells_[index];
    index = cell.child + (x[cell.axis] > cells_[cell.child].upper[cell.axis] ? 1 : 0);
  }
  return index;
}

}  // namespace narrows
