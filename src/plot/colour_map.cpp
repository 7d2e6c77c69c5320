#include "plot/colour_map.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "plot/approximate.hpp"

namespace narrows::plot {
namespace {

constexpr double kLongSide = 640;        // of the plot, in pixels
constexpr double kMostStretched = 3;     // windows up to this aspect ratio keep their shape, others become squares
constexpr std::size_t kGridSteps = 320;  // along each side

double bilinear(const Grid& grid, double column, double row) {
  const auto c = std::min(static_cast<std::size_t>(column), grid.columns - 2), r = std::min(static_cast<std::size_t>(row), grid.rows - 2);
  const double s = column - static_cast<double>(c), t = row - static_cast<double>(r);
  return (1 - t) * ((1 - s) * grid.at(c, r) + s * grid.at(c + 1, r)) + t * ((1 - s) * grid.at(c, r + 1) + s * grid.at(c + 1, r + 1));
}

}  // namespace

Grid sample_grid(const Chain& chain, const std::vector<Range>& window) {
  const CompiledChain<double> function = compile_approx(chain);
  Grid grid{window[0], window[1], kGridSteps + 1, kGridSteps + 1, {}};
  grid.values.reserve(grid.columns * grid.rows);
  for (std::size_t row = 0; row < grid.rows; ++row)
    for (std::size_t column = 0; column < grid.columns; ++column)
      grid.values.push_back(value_approx(function, std::array{grid.x_at(static_cast<double>(column)), grid.y_at(static_cast<double>(row))}));
  return grid;
}

Image colour_map(const Grid& grid, const ValueScale& scale, const Rectangle& plot) {
  Image image{static_cast<std::size_t>(std::lround(plot.width)), static_cast<std::size_t>(std::lround(plot.height)), {}};
  image.pixels.reserve(image.columns * image.rows);
  for (std::size_t i = 0; i < image.rows; ++i)
    for (std::size_t j = 0; j < image.columns; ++j) {
      const double column = (static_cast<double>(j) + 0.5) / static_cast<double>(image.columns) * static_cast<double>(grid.columns - 1);
      const double row = (1 - (static_cast<double>(i) + 0.5) / static_cast<double>(image.rows)) * static_cast<double>(grid.rows - 1);
      image.pixels.push_back(diverging_pixel(scale.position(bilinear(grid, column, row))));
    }
  return image;
}

LegendEntry line_entry(const std::string& text, const Stroke& stroke) {
  return {text, [stroke](Canvas& canvas, Point at) { canvas.stroke(Polyline{{{at.x - 12, at.y}, {at.x + 12, at.y}}}, stroke); }};
}

Page::Content plane_content(const std::vector<Range>& window) {
  const double width = window[0].length(), height = window[1].length(), longest = std::max(width, height);
  const bool stretched = longest > kMostStretched * std::min(width, height);
  Page::Content content;
  content.x = window[0];
  content.y = window[1];
  content.x_label = "x₁";
  content.y_label = "x₂";
  content.plot_width = stretched ? kLongSide : std::round(kLongSide * width / longest);
  content.plot_height = stretched ? kLongSide : std::round(kLongSide * height / longest);
  return content;
}

}  // namespace narrows::plot
