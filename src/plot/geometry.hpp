// Points and rectangles of a picture, in pixels or in the coordinates of the data.
#pragma once

#include <vector>

namespace narrows::plot {

struct Point {
  double x = 0, y = 0;
};

/// [left, left + width] x [top, top + height]; in pixels y grows downwards.
struct Rectangle {
  double left = 0, top = 0, width = 0, height = 0;
  [[nodiscard]] double right() const { return left + width; }
  [[nodiscard]] double bottom() const { return top + height; }
};

/// A closed interval of an axis, lower < upper.
struct Range {
  double lower = 0, upper = 1;
  [[nodiscard]] double length() const { return upper - lower; }
};

struct Polyline {
  std::vector<Point> points;  ///< a closed one does not repeat its first point
  bool closed = false;
};

/// `line` without the vertices that are within `tolerance` of the chords between those that are kept; the ends are kept.
[[nodiscard]] Polyline simplified(const Polyline& line, double tolerance);

}  // namespace narrows::plot
