#include "plot/scene_picture.hpp"

#include <algorithm>
#include <cmath>

#include "plot/colour_map.hpp"
#include "plot/value_scale.hpp"

namespace narrows::plot {
namespace {

constexpr double kFine = 2;              // pixels of the image of cells for one of the plot
constexpr double kOutlineOpacity = 0.2;  // of cells
constexpr double kLeastOutlined = 4;     // pixels of the image; smaller cells have no outline
constexpr double kRing = 5;
constexpr double kPale = 0.6;  // strength of the ground's colours: what is certified stands out
const Stroke kGroundZero{{0.10, 0.10, 0.12, 0.9}, 1.8, {7, 4}};
const Stroke kGroundLevel{colours::level_line, 0.8};

std::uint32_t blended(std::uint32_t below, const Colour& colour, double opacity) {
  const auto part = [&](double over, unsigned shift) {
    const double under = static_cast<double>((below >> shift) & 0xFFU);
    return static_cast<std::uint32_t>(std::lround(under + opacity * (255 * over - under))) << shift;
  };
  return part(colour.red, 16) | part(colour.green, 8) | part(colour.blue, 0);
}

/// The pixels of one cell, [left, right) x [top, bottom), at least one.
struct PixelBox {
  std::size_t left, right, top, bottom;
};

PixelBox pixels_of(const SceneCell& cell, const Page::Content& content, const Image& image) {
  const auto place = [](double share, std::size_t count) {
    return static_cast<std::size_t>(std::lround(std::clamp(share, 0.0, 1.0) * static_cast<double>(count)));
  };
  const Range &x = content.x, &y = content.y;
  PixelBox box{place((cell.x.lower - x.lower) / x.length(), image.columns),
               place((cell.x.upper - x.lower) / x.length(), image.columns),
               place((y.upper - cell.y.upper) / y.length(), image.rows),
               place((y.upper - cell.y.lower) / y.length(), image.rows)};
  box.left = std::min(box.left, image.columns - 1);
  box.top = std::min(box.top, image.rows - 1);
  box.right = std::max(box.right, box.left + 1);
  box.bottom = std::max(box.bottom, box.top + 1);
  return box;
}

void paint(Image* image, const PixelBox& box, const CellKind& kind) {
  const bool outlined = kind.outlined && static_cast<double>(box.right - box.left) >= kLeastOutlined &&
                        static_cast<double>(box.bottom - box.top) >= kLeastOutlined;
  for (std::size_t row = box.top; row < box.bottom; ++row)
    for (std::size_t column = box.left; column < box.right; ++column) {
      std::uint32_t& pixel = image->pixels[row * image->columns + column];
      pixel = blended(pixel, kind.colour, kind.colour.opacity);
      if (outlined && (row == box.top || column == box.left))
        pixel = blended(pixel, colours::ink, kOutlineOpacity);
    }
}

/// The ground, or paper, with the cells on it: one image without seams, however many there are.
Image painted(const Scene& scene, const ValueScale* scale, const Rectangle& plot) {
  Image image;
  if (scene.ground) {
    image = colour_map(*scene.ground, *scale, plot);
  } else {
    image.columns = static_cast<std::size_t>(std::lround(kFine * plot.width));
    image.rows = static_cast<std::size_t>(std::lround(kFine * plot.height));
    image.pixels.assign(image.columns * image.rows, 0xFFFFFF);
  }
  for (const SceneCell& cell : scene.cells)
    paint(&image, pixels_of(cell, scene.content, image), scene.kinds.at(cell.kind));
  return image;
}

LegendEntry box_entry(const std::string& text, const Colour& colour) {
  return {text, [colour](Canvas& canvas, Point at) {
            const Rectangle sample{at.x - 9, at.y - 7, 18, 14};
            canvas.fill(sample, colour);
            canvas.stroke(sample, {{0.10, 0.10, 0.12, 0.5}, 0.8});
          }};
}

void draw_mark(Canvas& canvas, Point at, const SceneMark& mark) {
  if (mark.cross) {
    for (const Stroke& stroke : {Stroke{{1, 1, 1, 0.9}, 5}, Stroke{mark.colour, 2.4}})
      for (const double side : {-1.0, 1.0})
        canvas.stroke(Polyline{{{at.x - kRing, at.y - side * kRing}, {at.x + kRing, at.y + side * kRing}}},
                      stroke);
    return;
  }
  canvas.stroke_circle(at, kRing, {{1, 1, 1, 0.9}, 6});
  canvas.stroke_circle(at, kRing, {mark.colour, 2.6});
}

std::vector<LegendEntry> legend_of(const Scene& scene) {
  std::vector<LegendEntry> legend;
  const auto add = [&legend](LegendEntry entry) {
    if (!entry.text.empty() && std::none_of(legend.begin(), legend.end(), [&](const LegendEntry& other) {
          return other.text == entry.text;
        }))
      legend.push_back(std::move(entry));
  };
  for (std::size_t k = 0; k < scene.kinds.size(); ++k)
    if (std::any_of(scene.cells.begin(), scene.cells.end(),
                    [k](const SceneCell& cell) { return cell.kind == k; }))
      add(box_entry(scene.kinds[k].text, scene.kinds[k].colour));
  for (const SceneArea& area : scene.areas) add(box_entry(area.legend, area.colour));
  if (scene.ground && !scene.ground_level.empty()) add(line_entry(scene.ground_level, kGroundZero));
  for (const SceneLine& line : scene.lines) add(line_entry(line.legend, line.stroke));
  for (const SceneMark& mark : scene.marks)
    add({mark.legend, [mark](Canvas& canvas, Point at) { draw_mark(canvas, at, mark); }});
  return legend;
}

void draw_ground_lines(Page& page, const Scene& scene, const ValueScale& scale) {
  for (const double level : scale.levels().values)
    if (level != 0)
      for (const Polyline& curve : level_curves(*scene.ground, level))
        page.canvas().stroke(page.to_page(curve), kGroundLevel);
  if (scene.ground_level.empty()) return;
  for (const Polyline& curve : level_curves(*scene.ground, 0))
    page.canvas().stroke(page.to_page(curve), kGroundZero);
}

}  // namespace

void draw_scene(Scene scene, const std::string& path) {
  std::optional<ValueScale> scale;
  Canvas measure(path, 16, 16);
  if (scene.ground) {
    scale.emplace(scene.ground->values, kPale);
    scene.content.right_margin = scale->bar_width(measure);
  }
  scene.content.legend = legend_of(scene);
  Page page(path, scene.content, scene.statement);
  Canvas& canvas = page.canvas();
  {
    const ClipGuard clip(canvas, page.plot());
    if (scene.ground || !scene.cells.empty())
      canvas.draw(painted(scene, scale ? &*scale : nullptr, page.plot()), page.plot());
    if (scene.tick_lines) page.draw_tick_lines();
    if (scene.ground) draw_ground_lines(page, scene, *scale);
    for (const SceneArea& area : scene.areas) canvas.fill(page.to_page(area.outline), area.colour);
    for (const SceneLine& line : scene.lines) {
      const Polyline drawn = page.to_page(line.line);
      if (drawn.points.size() < 2) continue;
      if (line.halo) canvas.stroke(drawn, {{1, 1, 1, 0.9}, 2 * line.stroke.width});
      canvas.stroke(drawn, line.stroke);
    }
  }
  if (scale) scale->draw_bar(canvas, page.plot(), scene.ground_name);
  page.draw_surroundings();
  const Rectangle& plot = page.plot();
  for (const SceneMark& mark : scene.marks) {  // whole, even on the frame
    const Point at = page.to_page(mark.at);
    if (!(at.x >= plot.left - 1 && at.x <= plot.right() + 1 && at.y >= plot.top - 1 &&
          at.y <= plot.bottom() + 1))
      continue;
    draw_mark(canvas, at, mark);
    canvas.annotate(at, 8, "mark", mark.note);
  }
  page.save();
}

}  // namespace narrows::plot
