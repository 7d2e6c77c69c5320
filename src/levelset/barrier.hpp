// Barriers: closed curves (surfaces) round a point on which Φ − c has the sign opposite to that at the point. The contrary of a tunnel.
//
// Idea in the plane: flood a grid from the point, always at the highest place next to the flood, until the edge of the box: the lowest place passed is the
// pass, as floating-point arithmetic sees it. If the pass is below 0, the part above half its depth is bounded; the grid points round it are a
// polygon, simplified by the longest chords that are proved negative and pass the point on the same side as what they replace.
#pragma once

#include <optional>
#include <vector>

#include "levelset/segment_sign.hpp"

namespace narrows {

/// Twice the signed area of (a, b, p) decides: how often the closed polygon (last joined to first) runs round p, exactly. Precondition: p is not on it.
[[nodiscard]] int winding_number_exact(const std::vector<Point>& polygon, const Point& p);

/// d = 2: a polygon in the box, with at most `max_vertices`, winding number round `from` not 0, each closed segment proved negative.
/// d = 1: a point on either side of `from`, both proved negative.
[[nodiscard]] std::optional<std::vector<Point>> barrier_round(const SegmentSign& sign, const Point& from,
                                                              const Box& box, std::size_t max_vertices);

/// Other d (up to 4): a box in `box` with `from` in its interior and all faces proved negative.
[[nodiscard]] std::optional<Box> barrier_box_round(const SegmentSign& sign, const Point& from,
                                                   const Box& box);

}  // namespace narrows
