#include "plot/value_scale.hpp"

#include <algorithm>
#include <cmath>

namespace narrows::plot {
namespace {

const TextStyle kNumber{.size = 13};
constexpr double kGap = 24, kBarWidth = 18, kTickLength = 5, kNumberGap = 10, kEdge = 24;
constexpr int kMostLevels = 14;

}  // namespace

ValueScale::ValueScale(std::vector<double> values, double strength) : strength_(strength) {
  std::erase_if(values, [](double value) { return !std::isfinite(value); });
  if (values.empty()) return;
  const auto [lowest, highest] = std::minmax_element(values.begin(), values.end());
  range_ = {*lowest, *highest};
  if (!changes_sign()) {
    const auto median = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), median, values.end());
    middle_ = *median;
  }
  half_length_ = std::max(range_.upper - middle_, middle_ - range_.lower);
  if (!(half_length_ > 0)) half_length_ = 1;
  levels_ = round_ticks(range_, kMostLevels);
}

double ValueScale::bar_width(Canvas& measure) const {
  double number_width = 0;
  for (const double level : levels_.values) number_width = std::max(number_width, measure.text_width(tick_text(level, levels_.step), kNumber));
  return kGap + kBarWidth + kNumberGap + number_width + kEdge;
}

void ValueScale::draw_bar(Canvas& canvas, const Rectangle& plot, const std::string& name) const {
  const Rectangle bar{plot.right() + kGap, plot.top, kBarWidth, plot.height};
  Image image{1, static_cast<std::size_t>(std::lround(bar.height)), {}};
  for (std::size_t row = 0; row < image.rows; ++row) {
    const double part = 1 - (static_cast<double>(row) + 0.5) / static_cast<double>(image.rows);
    image.pixels.push_back(diverging_pixel(position(range_.lower + part * range_.length())));
  }
  canvas.draw(image, bar);
  for (const double level : levels_.values) {
    const double y = bar.bottom() - bar.height * (level - range_.lower) / range_.length();
    const bool zero = level == 0 && changes_sign();
    canvas.stroke(Polyline{{{bar.left, y}, {bar.right(), y}}}, {zero ? colours::ink : colours::level_line, zero ? 2.2 : 0.9});
    canvas.stroke(Polyline{{{bar.right(), y}, {bar.right() + kTickLength, y}}}, {colours::ink, 1});
    canvas.text({bar.right() + kNumberGap, y + 4.7}, tick_text(level, levels_.step), kNumber);
  }
  canvas.stroke(bar, {colours::ink, 1});
  canvas.text({bar.left + bar.width / 2, bar.top - 10}, name, {.size = 16, .anchor = Anchor::middle});
}

}  // namespace narrows::plot
