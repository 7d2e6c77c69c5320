#include "plot/markers.hpp"

#include <fmt/format.h>

#include "base/counted.hpp"
#include "plot/verdict_line.hpp"

namespace narrows::plot {
namespace {

Colour colour_of(MarkerKind kind) {
  switch (kind) {
    case MarkerKind::minimum: return colours::minimum;
    case MarkerKind::saddle: return colours::saddle;
    case MarkerKind::maximum: return colours::maximum;
    case MarkerKind::unknown: break;
  }
  return colours::unknown_index;
}

Polyline outline_of(MarkerKind kind, Point at) {
  const auto around = [at](std::vector<Point> offsets) {
    for (Point& p : offsets) p = {at.x + p.x, at.y + p.y};
    return Polyline{std::move(offsets), true};
  };
  // Triangles are placed so that their centroids are at the point.
  if (kind == MarkerKind::minimum) return around({{-7.5, -4.4}, {7.5, -4.4}, {0, 8.7}});
  if (kind == MarkerKind::maximum) return around({{-7.5, 4.4}, {7.5, 4.4}, {0, -8.7}});
  return around({{-7.5, 0}, {0, -7.5}, {7.5, 0}, {0, 7.5}});
}

void draw_cross(Canvas& canvas, Point at, bool hollow) {
  constexpr double arm = 5.8;
  for (const Stroke& stroke : {Stroke{colours::paper, 7.5}, Stroke{colours::saddle, 3.6}, Stroke{hollow ? colours::paper : colours::saddle, 1.4}}) {
    canvas.stroke(Polyline{{{at.x - arm, at.y - arm}, {at.x + arm, at.y + arm}}}, stroke);
    canvas.stroke(Polyline{{{at.x - arm, at.y + arm}, {at.x + arm, at.y - arm}}}, stroke);
  }
}

// "0.123456789 ± 2e-12"
std::string enclosure_text(const Interval& x) {
  const double middle = midpoint(x);
  return fmt::format("{:.9g} ± {:.1g}", middle, radius_upper(x, middle));
}

}  // namespace

MarkerKind marker_kind(const CriticalPoint& point, std::size_t dim) {
  if (!point.morse_index) return MarkerKind::unknown;
  if (*point.morse_index == 0) return MarkerKind::minimum;
  return *point.morse_index == static_cast<int>(dim) ? MarkerKind::maximum : MarkerKind::saddle;
}

std::string marker_name(MarkerKind kind) {
  switch (kind) {
    case MarkerKind::minimum: return "minimum";
    case MarkerKind::saddle: return "saddle";
    case MarkerKind::maximum: return "maximum";
    case MarkerKind::unknown: break;
  }
  return "unknown";
}

std::string legend_text(MarkerKind kind, std::size_t count, std::size_t dim) {
  switch (kind) {
    case MarkerKind::minimum: return counted(count, "minimum", "minima") + " (index 0)";
    case MarkerKind::saddle: return counted(count, "saddle") + " (index 1)";
    case MarkerKind::maximum: return counted(count, "maximum", "maxima") + " (index " + std::to_string(dim) + ")";
    case MarkerKind::unknown: break;
  }
  return counted(count, "critical point") + " of unknown index";
}

void draw_marker(Canvas& canvas, Point at, MarkerKind kind, bool hollow) {
  if (kind == MarkerKind::saddle) return draw_cross(canvas, at, hollow);
  const Polyline outline = outline_of(kind, at);
  const Colour colour = colour_of(kind);
  canvas.stroke(outline, {colours::paper, 5.2});
  canvas.fill(outline, hollow ? colours::paper : colour);
  canvas.stroke(outline, {kind == MarkerKind::unknown ? colours::ink : colour, hollow ? 2.2 : 1.2});
}

void mark_critical_point(Canvas& canvas, Point at, const CriticalPoint& point, std::size_t dim) {
  const MarkerKind kind = marker_kind(point, dim);
  draw_marker(canvas, at, kind, !point.inside);
  std::string text = kind == MarkerKind::unknown ? "critical point of unknown index" : marker_name(kind);
  for (std::size_t i = 0; i < dim; ++i) text += fmt::format("\nx{} = {}", dim == 1 ? "" : std::to_string(i + 1), enclosure_text(point.box[i]));
  text += "\nΦ(x) = " + enclosure_text(point.value);
  if (!point.inside) text += "\non or next to the boundary of the domain";
  canvas.annotate(at, 9, "critical-point " + marker_name(kind), text);
}

}  // namespace narrows::plot
