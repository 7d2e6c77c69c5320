#include "plot/bound_picture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "plot/canvas.hpp"
#include "plot/frame.hpp"
#include "plot/rounded_text.hpp"

namespace narrows {
namespace {

using namespace plot;

constexpr double kWidth = 700, kLeft = 40, kScale = 620, kAxis = 190, kBar = 16, kLeastBar = 5;
const Colour kBound{0.64, 0.09, 0.45};

/// Whole decades that hold everything to be seen.
struct LogScale {
  double low = 0, high = 1;
  [[nodiscard]] double x(double value) const {
    return kLeft + kScale * std::clamp((std::log10(value) - low) / (high - low), 0.0, 1.0);
  }
};

LogScale scale_of(const BoundPicture& picture) {
  const double top = std::max(picture.certified.upper(), picture.bound);
  double bottom = std::min(picture.certified.upper(), picture.bound);
  if (picture.certified.lower() > 0) bottom = std::min(bottom, picture.certified.lower());
  LogScale scale{std::floor(std::log10(bottom)), std::ceil(std::log10(top))};
  if (scale.high - scale.low < 1) scale.high = scale.low + 1;
  return scale;
}

void draw_axis(Canvas& canvas, const LogScale& scale) {
  canvas.stroke(Polyline{{{kLeft, kAxis}, {kLeft + kScale, kAxis}}}, {colours::ink, 1});
  const int decades = static_cast<int>(scale.high - scale.low), every = decades / 8 + 1;
  for (int k = 0; k <= decades; ++k) {
    const double power = std::pow(10, scale.low + k);
    const double x = scale.x(power);
    canvas.stroke(Polyline{{{x, kAxis - 96}, {x, kAxis}}}, {colours::grid_line, 1});
    canvas.stroke(Polyline{{{x, kAxis}, {x, kAxis + 6}}}, {colours::ink, 1});
    if (k % every == 0)
      canvas.text({x, kAxis + 22}, fmt::format("{:g}", power), {.size = 13, .anchor = Anchor::middle});
    for (int digit = 2; digit < 10 && k < decades && decades <= 6; ++digit)
      canvas.stroke(Polyline{{{scale.x(digit * power), kAxis}, {scale.x(digit * power), kAxis + 3}}},
                    {colours::faint_ink, 0.8});
  }
  canvas.text({kLeft + kScale / 2, kAxis + 44}, "units of the output, logarithmic scale",
              {.size = 13, .colour = colours::faint_ink, .anchor = Anchor::middle});
}

/// A label about `x` that stays inside the picture.
void label(Canvas& canvas, double x, double y, const std::string& text, const Colour& colour) {
  const TextStyle style{.size = 14, .bold = true, .colour = colour};
  const double width = canvas.text_width(text, style);
  const double left = std::clamp(x - width / 2, kLeft - 10, kWidth - 12 - width);
  canvas.fill(Rectangle{left - 4, y - 14, width + 8, 18}, colours::paper);
  canvas.text({left, y}, text, style);
}

}  // namespace

void draw_bound_picture(const BoundPicture& picture, const std::string& path) {
  Canvas measure(path, 16, 16);
  const TextStyle small{.size = 11.5, .colour = colours::faint_ink};
  const auto lines = wrapped(measure, picture.statement, small, kWidth - 2 * kLeft);
  const double height = kAxis + 68 + 16 * static_cast<double>(lines.size());
  Canvas canvas(path, kWidth, height);
  canvas.fill(Rectangle{0, 0, kWidth, height}, colours::paper);
  canvas.describe(picture.title, picture.subject + "\n" + picture.statement);
  canvas.text({kLeft - 10, 34}, picture.title, {.size = 20, .bold = true});
  canvas.text({kLeft - 10, 58}, picture.subject, {.size = 14, .colour = colours::faint_ink});
  const LogScale scale = scale_of(picture);
  draw_axis(canvas, scale);
  const double at = scale.x(picture.bound), y = kAxis - 66;
  canvas.stroke(Polyline{{{at, y}, {at, kAxis}}}, {kBound, 2, {4, 3}});
  const double from = picture.certified.lower() > 0 ? scale.x(picture.certified.lower()) : kLeft,
               to = scale.x(picture.certified.upper());
  const double middle = (from + to) / 2, width = std::max(to - from, kLeastBar), bar_y = kAxis - 30;
  canvas.fill(Rectangle{middle - width / 2, bar_y, width, kBar}, colours::graph);
  label(canvas, middle, bar_y - 6, picture.certified_name + " " + text_around(picture.certified),
        colours::graph);
  canvas.fill(Polyline{{{at - 6, y}, {at, y - 6}, {at + 6, y}, {at, y + 6}}, true}, kBound);
  label(canvas, at, y - 12, picture.bound_name + " " + text_above(picture.bound), kBound);
  double baseline = kAxis + 70;
  for (const std::string& line : lines) {
    canvas.text({kLeft - 10, baseline}, line, small);
    baseline += 16;
  }
  canvas.save();
}

}  // namespace narrows
