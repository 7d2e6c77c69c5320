// The values of a colour map: their range, their colours, their levels, and the colour bar that explains them.
#pragma once

#include <string>
#include <vector>

#include "plot/canvas.hpp"
#include "plot/ticks.hpp"

namespace narrows::plot {

/// The middle colour stands for 0 if the values change sign, else for their median; the colours are spread evenly to both
/// sides as far as the farthest value, so equally strong colours are equally far from the middle.
class ValueScale {
 public:
  /// Values that are not finite do not count; without any finite value the range is [0, 1].
  /// @param strength  of the colours, from 0 to 1
  explicit ValueScale(std::vector<double> values, double strength = 1);

  [[nodiscard]] double position(double value) const { return strength_ * (value - middle_) / half_length_; }  ///< in [-strength, strength]
  [[nodiscard]] bool changes_sign() const { return range_.lower < 0 && range_.upper > 0; }
  [[nodiscard]] const Ticks& levels() const { return levels_; }  ///< 7 to 14 round values; none for a constant

  /// Width of the bar with its numbers and margins, to the right of a plot.
  [[nodiscard]] double bar_width(Canvas& measure) const;
  /// @param name  of the values, above the bar
  void draw_bar(Canvas& canvas, const Rectangle& plot, const std::string& name = "Φ") const;

 private:
  Range range_;
  double middle_ = 0, half_length_ = 1, strength_ = 1;
  Ticks levels_;
};

}  // namespace narrows::plot
