#include "plot/radius_picture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "plot/canvas.hpp"
#include "plot/frame.hpp"
#include "plot/ticks.hpp"

namespace narrows {
namespace {

using namespace plot;

constexpr std::size_t kMostInRow = 15;
constexpr double kLeft = 76, kTop = 100, kSlot = 44, kBar = 26, kHeight = 120, kThumb = 34, kGap = 26,
                 kRight = 28;
constexpr std::array<Colour, 2> kRules = {Colour{0.16, 0.36, 0.62}, Colour{0.93, 0.58, 0.24}};

struct Layout {
  std::size_t in_row, rows;
  double highest, thumb, row_height;
  [[nodiscard]] double width() const {
    return std::max(kLeft + kSlot * static_cast<double>(in_row) + kRight, 560.0);
  }
  [[nodiscard]] double base(std::size_t row) const {
    return kTop + static_cast<double>(row) * row_height + kHeight;
  }
};

Layout layout_of(const RadiusPicture& picture) {
  Layout layout{std::clamp<std::size_t>(picture.bars.size(), 1, kMostInRow), 0, 0,
                picture.rows > 0 ? kThumb : 0, 0};
  layout.rows = (picture.bars.size() + layout.in_row - 1) / layout.in_row;
  for (const RadiusBar& bar : picture.bars) layout.highest = std::max(layout.highest, bar.radius);
  if (!(layout.highest > 0)) layout.highest = 1;
  layout.highest *= 1.06;
  layout.row_height = kHeight + layout.thumb + 36 + kGap;
  return layout;
}

void draw_thumb(Canvas& canvas, const RadiusPicture& picture, const RadiusBar& bar, const Rectangle& area) {
  Image image{picture.columns, picture.rows, {}};
  // Without smoothing: each pixel as a block.
  constexpr std::size_t block = 6;
  image.columns *= block;
  image.rows *= block;
  for (std::size_t row = 0; row < image.rows; ++row)
    for (std::size_t column = 0; column < image.columns; ++column) {
      const double dark = std::clamp(bar.pixels[row / block * picture.columns + column / block], 0.0, 1.0);
      const auto grey = static_cast<std::uint32_t>(std::lround(255 * (1 - 0.92 * dark)));
      image.pixels.push_back((grey << 16U) | (grey << 8U) | grey);
    }
  canvas.draw(image, area);
  canvas.stroke(area, {colours::faint_ink, 0.6});
}

void draw_row_axis(Canvas& canvas, const Layout& layout, std::size_t row) {
  const double base = layout.base(row), right = kLeft + kSlot * static_cast<double>(layout.in_row);
  const Ticks ticks = round_ticks({0, layout.highest}, 5);
  for (const double value : ticks.values) {
    const double y = base - kHeight * value / layout.highest;
    canvas.stroke(Polyline{{{kLeft, y}, {right, y}}}, {value == 0 ? colours::ink : colours::grid_line, 1});
    canvas.text({kLeft - 8, y + 4.5}, tick_text(value, ticks.step), {.size = 12, .anchor = Anchor::end});
  }
  if (row == 0) canvas.text({kLeft - 52, kTop - 14}, "certified radius, sup norm", {.size = 13});
}

void draw_bar(Canvas& canvas, const RadiusPicture& picture, const Layout& layout, std::size_t k) {
  const RadiusBar& bar = picture.bars[k];
  const double base = layout.base(k / layout.in_row),
               middle = kLeft + kSlot * (static_cast<double>(k % layout.in_row) + 0.5);
  const double height = kHeight * bar.radius / layout.highest;
  canvas.fill(Rectangle{middle - kBar / 2, base - height, kBar, height},
              kRules[std::min<std::size_t>(bar.rule, 1)]);
  canvas.annotate({middle, base - height}, 9, "radius",
                  fmt::format("image {}: class {} within radius {}", bar.name, bar.label, bar.radius));
  if (layout.thumb > 0 && bar.pixels.size() == picture.rows * picture.columns)
    draw_thumb(canvas, picture, bar, {middle - kThumb / 2, base + 5, kThumb, kThumb});
  canvas.text({middle, base + layout.thumb + 19}, bar.label,
              {.size = 13, .bold = true, .anchor = Anchor::middle});
  canvas.text({middle, base + layout.thumb + 33}, "#" + bar.name,
              {.size = 10, .colour = colours::faint_ink, .anchor = Anchor::middle});
}

}  // namespace

void draw_radius_picture(const RadiusPicture& picture, const std::string& path) {
  const Layout layout = layout_of(picture);
  Canvas measure(path, 16, 16);
  const TextStyle bold{.size = 15, .bold = true, .colour = colours::proved},
      small{.size = 11.5, .colour = colours::faint_ink};
  const double left = kLeft - 52, room = layout.width() - left - kRight;
  const auto statement = wrapped(measure, picture.statement, bold, room),
             note = wrapped(measure, picture.note, small, room);
  const double below = kTop + layout.row_height * static_cast<double>(layout.rows);
  const double height =
      below + 26 + 21 * static_cast<double>(statement.size()) + 16 * static_cast<double>(note.size()) + 12;
  Canvas canvas(path, layout.width(), height);
  canvas.fill(Rectangle{0, 0, layout.width(), height}, colours::paper);
  canvas.describe(picture.title, picture.statement + "\n" + picture.note);
  canvas.text({left, 36}, picture.title, {.size = 20, .bold = true});
  canvas.text({left, 60}, "under each bar the image, its certified class, and its number",
              {.size = 14, .colour = colours::faint_ink});
  for (std::size_t row = 0; row < layout.rows; ++row) draw_row_axis(canvas, layout, row);
  for (std::size_t k = 0; k < picture.bars.size(); ++k) draw_bar(canvas, picture, layout, k);
  double x = left;
  for (std::size_t k = 0; k < picture.rules.size(); ++k) {
    canvas.fill(Rectangle{x, below - 3, 18, 13}, kRules[k]);
    canvas.text({x + 25, below + 8}, picture.rules[k], {.size = 13});
    x += 25 + canvas.text_width(picture.rules[k], {.size = 13}) + 24;
  }
  double y = below + 38;
  for (const std::string& line : statement) canvas.text({left, y}, line, bold), y += 21;
  for (const std::string& line : note) canvas.text({left, y}, line, small), y += 16;
  canvas.save();
}

}  // namespace narrows
