// A box cut into cells by halving, with the edges and vertices that the cells share.
//
// notation == meaning:  V == the corners of all cells;  minimal edge == a piece of a side of a cell between neighbouring points of
//                       V on it: where a small cell touches a large one, the side of the large one is cut (a T-junction).
// Idea: a cell holds the minimal edges of its four sides in order, an edge its two cells and two vertices. Halving a cell cuts
// two of its sides, and with them those of its neighbours, who are told.
// Cuts are at 0.5·lo + 0.5·hi in double arithmetic (split_point), so a coordinate is the same number wherever it comes from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "levelset/level_function.hpp"
#include "network/domain.hpp"

namespace narrows {

/// What is proved of Φ − c on a cell. plus, minus: its strict sign. monotone: u·∇Φ has a strict sign for the cell's u.
enum class CellKind : std::uint8_t { open, plus, minus, monotone, undecided };

/// A cell, or a node of the tree that was cut.
struct LevelCell {
  double lower[kMaxCellDim] = {}, upper[kMaxCellDim] = {};
  std::uint32_t child = 0;  ///< first of two, lower half first; 0: a leaf
  std::uint8_t axis = 0;    ///< of the cut
  CellKind kind = CellKind::open;
  bool pending = false;                ///< monotone: its boundary is to be looked at (again)
  double direction[kMaxCellDim] = {};  ///< monotone: u
  std::vector<std::uint32_t> side
      [2]
      [2];  ///< side[k][0 or 1]: the minimal edges at the lower or upper end of axis k, in order; leaves only
  [[nodiscard]] bool is_leaf() const { return child == 0; }
};

struct LevelVertex {
  double at[2] = {};
  std::int8_t sign = kUnknown;  ///< of Φ − c; 0: not to be told from 0
  static constexpr std::int8_t kUnknown = 2;
};

/// What is proved of Φ on an edge. monotone: its derivative along the edge has a strict sign. bad: nothing.
enum class EdgeKind : std::uint8_t { unknown, plus, minus, monotone, bad };

struct LevelEdge {
  std::uint32_t cell[2] = {};    ///< on the lower and the upper side of it; kOutside beyond the box
  std::uint32_t vertex[2] = {};  ///< lower and upper end
  std::uint8_t axis = 0;         ///< along which it runs
  EdgeKind kind = EdgeKind::unknown;
};

inline constexpr std::uint32_t kOutside = UINT32_MAX;

class CellComplex {
 public:
  /// The box as one open cell. Shape  box.dim() is 1 or 2; in one dimension there are no edges and vertices.
  explicit CellComplex(const Box& box);

  [[nodiscard]] std::size_t dim() const { return dim_; }
  [[nodiscard]] const std::vector<LevelCell>& cells() const { return cells_; }
  [[nodiscard]] LevelCell& cell(std::uint32_t index) { return cells_[index]; }
  [[nodiscard]] const LevelCell& cell(std::uint32_t index) const { return cells_[index]; }
  [[nodiscard]] LevelEdge& edge(std::uint32_t index) { return edges_[index]; }
  [[nodiscard]] const LevelEdge& edge(std::uint32_t index) const { return edges_[index]; }
  [[nodiscard]] const std::vector<LevelEdge>& edges() const { return edges_; }
  [[nodiscard]] LevelVertex& vertex(std::uint32_t index) { return vertices_[index]; }
  [[nodiscard]] const LevelVertex& vertex(std::uint32_t index) const { return vertices_[index]; }

  /// False where a cut would leave an empty half: the doubles are used up.
  [[nodiscard]] bool can_split(std::uint32_t cell, std::size_t axis) const;
  /// Halves a leaf, across `axis`; the halves are open, with the direction of the whole. Precondition can_split().
  /// @param touched  receives the leaves next door that got a new vertex on a side; may be null
  /// @returns        the lower half; the upper half is the next index
  std::uint32_t split(std::uint32_t cell, std::size_t axis, std::vector<std::uint32_t>* touched);

  /// The leaves in the order of the tree: lower half first.
  [[nodiscard]] std::vector<std::uint32_t> leaves_in_order() const;
  /// Some leaf that contains the point. Precondition: the point is in the box.
  [[nodiscard]] std::uint32_t leaf_at(const double* x) const;

  /// The two ends differ in sign, and Φ is monotone between them: exactly one, transversal crossing.
  [[nodiscard]] bool is_crossed(const LevelEdge& edge) const {
    return edge.kind == EdgeKind::monotone &&
           vertices_[edge.vertex[0]].sign * vertices_[edge.vertex[1]].sign == -1;
  }
  [[nodiscard]] std::uint32_t across(const LevelEdge& edge, std::uint32_t cell) const {
    return edge.cell[0] == cell ? edge.cell[1] : edge.cell[0];
  }

 private:
  std::uint32_t add_vertex(double x, double y);
  std::uint32_t add_edge(std::uint8_t axis, std::uint32_t below, std::uint32_t above, std::uint32_t from,
                         std::uint32_t to);
  std::uint32_t cut_side(std::uint32_t cell, std::size_t side_axis, std::size_t end, double at,
                         std::uint32_t lower_half, std::vector<std::uint32_t>* touched);

  std::size_t dim_;
  std::vector<LevelCell> cells_;
  std::vector<LevelEdge> edges_;
  std::vector<LevelVertex> vertices_;
};

}  // namespace narrows
