#include "plot/undecided_area.hpp"

#include <algorithm>
#include <cmath>

namespace narrows::plot {
namespace {

constexpr double kSmallest = 5;
constexpr std::size_t kMany = 300;
constexpr double kRaster = 2;

// [lower, upper] in pixels within [0, length], at least kSmallest long; an empty range if nothing is visible.
Range visible(const Interval& side, const Range& window, double length) {
  double lower = length * (side.lower() - window.lower) / window.length();
  double upper = length * (side.upper() - window.lower) / window.length();
  if (!(upper >= 0 && lower <= length)) return {0, 0};
  if (upper - lower < kSmallest) {
    const double middle = (lower + upper) / 2;
    lower = middle - kSmallest / 2;
    upper = middle + kSmallest / 2;
  }
  return {std::max(lower, 0.0), std::min(upper, length)};
}

std::vector<Rectangle> merged(const std::vector<Rectangle>& areas, const Rectangle& plot) {
  const auto columns = static_cast<std::size_t>(std::ceil(plot.width / kRaster)), rows = static_cast<std::size_t>(std::ceil(plot.height / kRaster));
  const auto cell = [](double offset) { return static_cast<std::size_t>(std::max(offset / kRaster, 0.0)); };
  std::vector<char> covered(columns * rows, 0);
  for (const Rectangle& area : areas)
    for (std::size_t row = cell(area.top - plot.top); row < rows && plot.top + kRaster * static_cast<double>(row) < area.bottom(); ++row)
      for (std::size_t column = cell(area.left - plot.left); column < columns && plot.left + kRaster * static_cast<double>(column) < area.right(); ++column)
        covered[row * columns + column] = 1;
  std::vector<Rectangle> runs;
  for (std::size_t row = 0; row < rows; ++row)
    for (std::size_t column = 0; column < columns; ++column) {
      if (!covered[row * columns + column]) continue;
      const std::size_t start = column;
      while (column < columns && covered[row * columns + column]) ++column;
      runs.push_back({plot.left + kRaster * static_cast<double>(start), plot.top + kRaster * static_cast<double>(row),
                      kRaster * static_cast<double>(column - start), kRaster});
    }
  return runs;
}

}  // namespace

std::vector<Rectangle> undecided_area(const std::vector<std::vector<Interval>>& boxes, const std::vector<Range>& window, const Rectangle& plot) {
  std::vector<Rectangle> areas;
  for (const auto& box : boxes) {
    const Range x = visible(box[0], window[0], plot.width);
    const Range y = box.size() == 1 ? Range{0, plot.height} : visible(box[1], window[1], plot.height);
    if (x.length() > 0 && y.length() > 0) areas.push_back({plot.left + x.lower, plot.bottom() - y.upper, x.length(), y.length()});
  }
  return areas.size() > kMany ? merged(areas, plot) : areas;
}

}  // namespace narrows::plot
