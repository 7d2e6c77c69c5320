// The rules of claims of the kind `level-set`: ray, tiling, level-set.
//
// All of them are exact. They speak of {f > 0}, f = Φ - c, in homogeneous coordinates (piecewise_linear.hpp).
#pragma once

#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "checker/document.hpp"
#include "checker/piecewise_linear.hpp"

namespace narrows::checker {

/// Which of the four sets.
struct SetKind {
  bool sub = false;     ///< {Φ < c} instead of {Φ > c}
  bool closed = false;  ///< with {Φ = c}
};
inline const std::vector<std::string_view> set_names = {"superlevel", "closed_superlevel", "sublevel",
                                                        "closed_sublevel"};
inline constexpr std::array<SetKind, 4> set_kinds = {
    {{false, false}, {false, true}, {true, false}, {true, true}}};

// ---- rule `ray` ----

/// The set whose status `unbounded` (with positive measure) an entry of proof.rays proves. Rejects if it does not.
[[nodiscard]] std::size_t check_ray(const Field& at, const HomogeneousNetwork& network, std::size_t d);

// ---- rule `tiling` ----

inline constexpr std::size_t max_tiling_dimension = 3;

struct Vertex {
  IntegerPoint point;
  Evaluation at;
  [[nodiscard]] bool ideal() const { return point[0] == 0; }
};

using Vertices = std::vector<std::size_t>;  ///< indices of vertices

/// A cell is the convex hull of its vertices.
struct Cell {
  std::size_t chart = 0;
  Vertices vertices;             ///< of a polygon in cyclic order
  std::vector<Vertices> facets;  ///< points, edges, or polygons in cyclic order
  Bits pattern;                  ///< the neurons that are positive inside
};

/// Two cells with a common facet.
struct Wall {
  Vertices vertices;  ///< ascending
  std::size_t first = 0, second = 0;
};

struct Tiling {
  std::vector<Vertex> vertices;
  std::vector<Cell> cells;  ///< they tile the region, and the network is linear on each
  std::vector<Wall> walls;  ///< all facets inside the region
};

/// Reads and checks a tiling of R^d (no box) or of the box: vertices and, for each chart, its cells.
[[nodiscard]] Tiling check_tiling(const Field& vertices, const std::vector<Field>& charts, const Box* box,
                                  const HomogeneousNetwork& network, std::size_t d);

/// The determinant of d + 1 points: not 0 exactly if they span a cell.
[[nodiscard]] Integer determinant_of(std::vector<const IntegerPoint*> points);
/// Simplices (d + 1 vertices each) whose union is the cell and whose interiors are disjoint.
[[nodiscard]] std::vector<Vertices> simplices_of(const Cell& cell, std::size_t d);
/// The number of different patterns: of linear regions.
[[nodiscard]] std::size_t count_patterns(const Tiling& tiling);
/// The number of different affine functions x -> Φ(x) on the cells.
[[nodiscard]] std::size_t count_affine_pieces(const Tiling& tiling, std::size_t d);

// ---- rule `level-set` ----

/// Checks what the claim says about one set and returns its words for the claim line. `tiling` (of the space) may be
/// absent; then only a ray proves anything.
[[nodiscard]] std::string check_level_set(const Field& claimed, SetKind kind, const Tiling* tiling,
                                          bool has_ray, std::size_t d);

}  // namespace narrows::checker
