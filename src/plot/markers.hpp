// The symbols of critical points: one shape and one colour per kind, so that neither carries the meaning alone.
#pragma once

#include <string>
#include <vector>

#include "critical/certify.hpp"
#include "plot/canvas.hpp"

namespace narrows::plot {

/// ▽ minimum (index 0), × saddle (0 < index < d), △ maximum (index d), ◇ index unknown.
enum class MarkerKind { minimum, saddle, maximum, unknown };

[[nodiscard]] MarkerKind marker_kind(const CriticalPoint& point, std::size_t dim);

/// "minimum", "saddle", "maximum", "unknown": the SVG class is "critical-point " and this.
[[nodiscard]] std::string marker_name(MarkerKind kind);

/// "2 saddles (index 1)" in the plane; "1 maximum (index 1)" on the line; "1 critical point of unknown index".
[[nodiscard]] std::string legend_text(MarkerKind kind, std::size_t count, std::size_t dim);

/// A symbol about 15 pixels wide with a white halo. Hollow: the point is not proved to lie inside the domain.
void draw_marker(Canvas& canvas, Point at, MarkerKind kind, bool hollow);

/// draw_marker() with an annotation that gives the enclosures of x and Φ(x).
void mark_critical_point(Canvas& canvas, Point at, const CriticalPoint& point, std::size_t dim);

}  // namespace narrows::plot
