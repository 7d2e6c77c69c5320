// How the cells and edges of a partition of a piece of the plane come onto a page.
#pragma once

#include <functional>
#include <string>

#include "network/chain.hpp"
#include "plot/canvas.hpp"
#include "polyhedral/partition.hpp"

namespace narrows::plot {

/// The linear regions in the box, cut along Φ = level: row 1 of the last stage is Φ − level.
[[nodiscard]] Partition cut_partition(const Chain& chain, const Rational& level, const Box& box, const std::string& where);

/// A finite vertex in floating-point numbers.
[[nodiscard]] Point point_of(Partition& partition, Id vertex);

using ToPage = std::function<Point(const Point&)>;
[[nodiscard]] Polyline outline_of(Partition& partition, Id cell, const ToPage& to_page);

/// Φ > level in the interior of the cell.
[[nodiscard]] bool is_above(Partition& partition, Id cell);

/// Borders of regions first, then what lies on the level.
void draw_edges(Canvas& canvas, Partition& partition, const ToPage& to_page, const Stroke& border, const Stroke& level);

}  // namespace narrows::plot
