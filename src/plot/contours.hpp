// Level curves of a function known on a rectangular grid, by marching squares.
//
// Idea: a corner is "above" when its value is at least the level. Each of the 16 patterns of a cell's corners joins the
// crossed edges in pairs; the crossing on an edge is found by linear interpolation. The two ambiguous patterns are
// resolved by the mean of the four corners. Pieces that share an edge are joined to polylines.
#pragma once

#include <cstddef>
#include <vector>

#include "plot/geometry.hpp"

namespace narrows::plot {

/// values[row * columns + column] at (x.lower + column·dx, y.lower + row·dy), the last column and row on the upper ends.
struct Grid {
  Range x, y;
  std::size_t columns = 0, rows = 0;  ///< at least 2 each
  std::vector<double> values;
  [[nodiscard]] double at(std::size_t column, std::size_t row) const { return values[row * columns + column]; }
  [[nodiscard]] double x_at(double column) const { return x.lower + x.length() * column / static_cast<double>(columns - 1); }
  [[nodiscard]] double y_at(double row) const { return y.lower + y.length() * row / static_cast<double>(rows - 1); }
};

/// The curves {f = level} of the piecewise linear picture of f; an approximation, for drawing only.
///
/// Guarantee  Every vertex lies on a grid edge whose ends are on different sides of the level. A polyline that is not
///            closed ends at the border of the grid or at a cell with a value that is not finite.
[[nodiscard]] std::vector<Polyline> level_curves(const Grid& grid, double level);

}  // namespace narrows::plot
