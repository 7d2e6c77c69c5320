// A drawing surface that becomes an SVG or a PNG file: a thin layer over cairo.
//
// Units      pixels from the top left corner, y downwards; font sizes in pixels; angles in radians.
// Guarantee  The same calls give the same picture in both formats. Nothing is written before save(), which replaces the
//            file at once or leaves it alone.
// Text is drawn as outlines, so an SVG looks the same everywhere; describe() and annotate() put the words back for screen
// readers, searching and hovering. They have no effect in a PNG.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "plot/colours.hpp"
#include "plot/geometry.hpp"

namespace narrows::plot {

enum class PictureFormat { svg, png };

/// By the ending of `path`, in either case of letters. Errors  InputError for any other ending, naming the two.
[[nodiscard]] PictureFormat picture_format(const std::string& path);

struct Stroke {
  Colour colour = colours::ink;
  double width = 1;
  std::vector<double> dashes = {};  ///< lengths on, off, …; empty: solid
};

enum class Anchor { start, middle, end };

struct TextStyle {
  double size = 13;
  bool bold = false;
  Colour colour = colours::ink;
  Anchor anchor = Anchor::start;
};

/// 0x00RRGGBB, row by row from the top.
struct Image {
  std::size_t columns = 0, rows = 0;
  std::vector<std::uint32_t> pixels;
};

class Canvas {
 public:
  /// Errors  InputError as picture_format().
  Canvas(std::string path, double width, double height);
  ~Canvas();
  Canvas(const Canvas&) = delete;
  Canvas& operator=(const Canvas&) = delete;

  void fill(const Rectangle& area, const Colour& colour);
  void fill(const Polyline& outline, const Colour& colour);
  void stroke(const Rectangle& area, const Stroke& stroke);
  void stroke(const Polyline& line, const Stroke& stroke);
  void stroke_circle(Point centre, double radius, const Stroke& stroke);
  /// Everything in `area` outside the circle.
  void fill_around_circle(const Rectangle& area, Point centre, double radius, const Colour& colour);
  /// Diagonal strokes, about 6 pixels apart, over a pale ground, cut off at the border of the union of `areas`.
  void hatch(const std::vector<Rectangle>& areas, const Stroke& stroke);
  /// Stretched over `area`, smoothly.
  void draw(const Image& image, const Rectangle& area);

  /// The baseline starts, is centred or ends at `at`. Bytes that are not UTF-8 become '?'.
  void text(Point at, const std::string& text, const TextStyle& style);
  [[nodiscard]] double text_width(const std::string& text, const TextStyle& style);

  /// Until the matching unclip(), nothing is drawn outside `area`.
  void clip(const Rectangle& area);
  void unclip();

  /// The title and the description of the document.
  void describe(const std::string& title, const std::string& description);
  /// An invisible circle of SVG class `kind` that shows `text` when the pointer rests on it.
  void annotate(Point at, double radius, const std::string& kind, const std::string& text);

  /// Call once, at the end. Errors  InputError if the file cannot be written; then it is as it was.
  void save();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// clip() for the life of this object.
class ClipGuard {
 public:
  ClipGuard(Canvas& canvas, const Rectangle& area) : canvas_(canvas) { canvas_.clip(area); }
  ~ClipGuard() { canvas_.unclip(); }
  ClipGuard(const ClipGuard&) = delete;
  ClipGuard& operator=(const ClipGuard&) = delete;

 private:
  Canvas& canvas_;
};

}  // namespace narrows::plot
