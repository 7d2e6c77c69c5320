// Paths on which Φ − c keeps its sign: guessed by flow and by cells, certified as few long chords.
#pragma once

#include <optional>
#include <vector>

#include "base/cancellation.hpp"
#include "levelset/segment_sign.hpp"

namespace narrows {

/// A polyline of floating-point arithmetic.
struct Trace {
  std::vector<Point> points;  ///< from the start; all in the box
  bool arrived = false;       ///< the last point lies on the boundary of the box, one coordinate exactly
};

/// Follows the uphill direction from `from` (in the box) until the boundary, or until it gets no further.
[[nodiscard]] Trace trace_uphill(const FloatChain& chain, const Point& from, const Box& box);

/// The point where the ray from + t·r, t > 0, leaves the box: one coordinate exactly an end of its side.
[[nodiscard]] Point exit_point(const Point& from, const Point& r, const Box& box);
[[nodiscard]] bool on_boundary(const Point& x, const Box& box);

/// At most `max_segments` segments between points of the polyline, from its first to its last point, on each of which the sign is proved:
/// greedily the longest. nullopt if they do not suffice.
[[nodiscard]] std::optional<std::vector<Point>> certified_chords(const SegmentSign& sign,
                                                                 const std::vector<Point>& points,
                                                                 std::size_t max_segments);

/// A certified path from `from` to the boundary of the box: a straight one, else along the flow.
[[nodiscard]] std::optional<std::vector<Point>> path_by_flow(const SegmentSign& sign, const Point& from,
                                                             const Box& box, std::size_t max_segments);

/// The same through cells: the box is halved along all axes, cell by cell, where no sign is proved; the centres of neighbouring cells with the
/// proved sign are joined through the middle of their common face. Some 10^4 cells; 2 or 3 dimensions.
[[nodiscard]] std::optional<std::vector<Point>> path_by_cells(const SegmentSign& sign, const Point& from,
                                                              const Box& box, std::size_t max_segments,
                                                              const StopToken& stop);

}  // namespace narrows
