#include "plot/approximation_picture.hpp"

#include <fmt/format.h>

#include "plot/canvas.hpp"
#include "plot/colour_map.hpp"
#include "plot/frame.hpp"
#include "plot/value_scale.hpp"

namespace narrows::plot {
namespace {

constexpr double kSide = 430, kGap = 34, kMargin = 36, kTop = 92, kBottom = 64;
const Stroke kBoundary{colours::ink, 1.8};
const Stroke kHalo{{1, 1, 1, 0.75}, 3.6};
const Stroke kCube{{0.10, 0.10, 0.12, 0.55}, 1, {4, 3}};

struct Panel {
  const Grid& grid;
  Rectangle area;
  [[nodiscard]] Point operator()(const Point& p) const {
    return {area.left + area.width * (p.x - grid.x.lower) / grid.x.length(), area.top + area.height * (grid.y.upper - p.y) / grid.y.length()};
  }
};

void draw_panel(Canvas& canvas, const Panel& panel, const ValueScale& scale, double level, const std::string& name) {
  {
    const ClipGuard clip(canvas, panel.area);
    canvas.draw(colour_map(panel.grid, scale, panel.area), panel.area);
    Polyline cube;
    for (const Point& corner : {Point{0, 0}, Point{1, 0}, Point{1, 1}, Point{0, 1}}) cube.points.push_back(panel(corner));
    cube.closed = true;
    canvas.stroke(cube, kCube);
    for (const Stroke& stroke : {kHalo, kBoundary})
      for (Polyline curve : level_curves(panel.grid, level)) {
        for (Point& p : curve.points) p = panel(p);
        canvas.stroke(simplified(curve, 0.2), stroke);
      }
  }
  canvas.stroke(panel.area, {colours::ink, 0.8});
  canvas.text({panel.area.left, panel.area.top - 10}, name, {.size = 15, .bold = true});
}

}  // namespace

void draw_approximation_picture(const ApproximationPicture& picture, const std::string& path) {
  std::vector<double> values = picture.target.values;
  values.insert(values.end(), picture.approximant.values.begin(), picture.approximant.values.end());
  const ValueScale scale(std::move(values));
  Canvas measure(path, 16, 16);
  const double plots = 2 * kSide + kGap, width = kMargin + plots + scale.bar_width(measure);
  const TextStyle small{.size = 14, .colour = colours::proved};
  const auto lines = wrapped(measure, picture.statement, small, width - 2 * kMargin);
  const double height = kTop + kSide + kBottom + 19 * static_cast<double>(lines.size());
  Canvas canvas(path, width, height);
  canvas.fill(Rectangle{0, 0, width, height}, colours::paper);
  canvas.describe(picture.title, picture.statement);
  canvas.text({kMargin, 38}, picture.title, {.size = 20, .bold = true});
  const Rectangle left{kMargin, kTop, kSide, kSide}, right{kMargin + kSide + kGap, kTop, kSide, kSide};
  draw_panel(canvas, {picture.target, left}, scale, picture.level, picture.target_name);
  draw_panel(canvas, {picture.approximant, right}, scale, picture.level, picture.approximant_name);
  scale.draw_bar(canvas, right);
  double y = kTop + kSide + 28;
  canvas.text({kMargin, y}, fmt::format("Black: decision boundary at {:.4g}. Dashed: the unit square. Colours and curves from floating-point samples.", picture.level),
              {.size = 13, .colour = colours::faint_ink});
  for (const std::string& line : lines) canvas.text({kMargin, y += 21}, line, small);
  canvas.save();
}

}  // namespace narrows::plot
