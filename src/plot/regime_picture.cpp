#include "plot/regime_picture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "plot/canvas.hpp"
#include "plot/ticks.hpp"

namespace narrows {
namespace {

using namespace plot;

constexpr double kSide = 640, kLeft = 92, kTop = 108, kRight = 150, kBottom = 118;
constexpr Colour kNone{0.22, 0.47, 0.74}, kExists{0.93, 0.58, 0.24}, kUndecided{0.80, 0.80, 0.82}, kRatio{0.10, 0.10, 0.12};

double rounded(const Rational& x) { return mpq_get_d(x.backend().data()); }

/// Parameters to pixels.
struct Plane {
  Interval skip, residual;
  [[nodiscard]] double x(double e) const { return kLeft + kSide * (e - skip.lower()) / (skip.upper() - skip.lower()); }
  [[nodiscard]] double y(double d) const { return kTop + kSide * (residual.upper() - d) / (residual.upper() - residual.lower()); }
  [[nodiscard]] Rectangle area(const ParameterCell& cell) const {
    const double left = x(cell.skip.lower()), top = y(cell.residual.upper());
    return {left, top, x(cell.skip.upper()) - left, y(cell.residual.lower()) - top};
  }
};

Colour colour_of(CellStatus status) {
  switch (status) {
    case CellStatus::none: return kNone;
    case CellStatus::exists: return kExists;
    case CellStatus::undecided: break;
  }
  return kUndecided;
}

// The map as an image, a pixel for each cell of the deepest level drawn: no seams between cells, and small files.
Image image_of(const RegimeMap& map, const Plane& plane) {
  constexpr std::size_t side = 1024;
  Image image{side, side, std::vector<std::uint32_t>(side * side, 0)};
  const auto pixel = [](const Colour& c) {
    const auto part = [](double t) { return static_cast<std::uint32_t>(std::lround(255 * t)); };
    return part(c.red) << 16 | part(c.green) << 8 | part(c.blue);
  };
  const auto place = [](double at, double begin) { return static_cast<std::size_t>(std::clamp(std::lround((at - begin) / kSide * static_cast<double>(side)), 0L, static_cast<long>(side))); };
  for (const MapCell& cell : map.cells) {
    if (cell.first_quarter != 0) continue;
    const Rectangle area = plane.area(cell.cell);
    const std::uint32_t colour = pixel(colour_of(status_of(cell)));
    for (std::size_t row = place(area.top, kTop); row < place(area.bottom(), kTop); ++row)
      for (std::size_t column = place(area.left, kLeft); column < place(area.right(), kLeft); ++column) image.pixels[row * side + column] = colour;
  }
  return image;
}

/// A line δ = slope·ε, with the layers that it belongs to.
struct RatioLine {
  double slope = 0;
  std::string layers;
};

// |δ δ_l| = α* |ε ε_l| in the quadrant of positive factors.
std::vector<RatioLine> ratio_lines(const RegimeMap& map) {
  std::vector<RatioLine> lines;
  for (std::size_t l = 0; l < map.ratios.size(); ++l) {
    if (!map.ratios[l] || map.ratios[l]->infinite || map.ratios[l]->below == 0) continue;
    const double ratio = std::fabs(rounded(*map.ratios[l]->threshold.ratio));
    if (ratio == 0) continue;
    lines.push_back({rounded(map.ratios[l]->below) / ratio, fmt::format("{}", l + 1)});
  }
  std::stable_sort(lines.begin(), lines.end(), [](const RatioLine& a, const RatioLine& b) { return a.slope < b.slope; });
  return lines;
}

/// Where δ = slope·ε leaves the rectangle, seen from (0, 0); false if it does not cross it.
bool clipped(const Plane& plane, double slope, Point* from, Point* to) {
  const double begin = std::max({plane.skip.lower(), plane.residual.lower() / slope, 0.0});
  const double end = std::min(plane.skip.upper(), plane.residual.upper() / slope);
  if (!(begin < end)) return false;
  *from = {plane.x(begin), plane.y(slope * begin)};
  *to = {plane.x(end), plane.y(slope * end)};
  return true;
}

void draw_ratio_lines(Canvas& canvas, const RegimeMap& map, const Plane& plane) {
  double last_label = kInfinity, last_top = kInfinity;
  bool named_above = false;  // the rightmost label above the map says what the numbers are
  for (const RatioLine& line : ratio_lines(map)) {
    Point from, to;
    if (!clipped(plane, line.slope, &from, &to)) continue;
    canvas.stroke(Polyline{{from, to}}, {{1, 1, 1, 0.75}, 3});
    canvas.stroke(Polyline{{from, to}}, {kRatio, 1.2, {7, 4}});
    const std::string text = fmt::format("α* of layer {}", line.layers);
    canvas.annotate(to, 8, "ratio", fmt::format("δ = {:.6g} ε: critical ratio of layer {}", line.slope, line.layers));
    const bool at_right = to.x > kLeft + kSide - 0.5;
    if (at_right && std::fabs(to.y - last_label) > 15) {
      canvas.text({to.x + 8, to.y + 4}, text, {.size = 12});
      last_label = to.y;
    } else if (!at_right && std::fabs(to.x - last_top) > 14) {
      canvas.text({to.x - 4, to.y - 6}, named_above ? line.layers : text, {.size = 12});
      named_above = true;
      last_top = to.x;
    }
  }
}

void draw_axes(Canvas& canvas, const RegimeMap& map, const Plane& plane) {
  const bool shared = map.family == FamilyType::shared;
  const double bottom = kTop + kSide;
  const Ticks across = round_ticks({plane.skip.lower(), plane.skip.upper()}, 9), along = round_ticks({plane.residual.lower(), plane.residual.upper()}, 9);
  for (const double e : across.values) {
    canvas.stroke(Polyline{{{plane.x(e), bottom}, {plane.x(e), bottom + 5}}}, {colours::ink, 1});
    canvas.text({plane.x(e), bottom + 21}, tick_text(e, across.step), {.size = 13, .anchor = Anchor::middle});
  }
  for (const double d : along.values) {
    canvas.stroke(Polyline{{{kLeft - 5, plane.y(d)}, {kLeft, plane.y(d)}}}, {colours::ink, 1});
    canvas.text({kLeft - 10, plane.y(d) + 4.5}, tick_text(d, along.step), {.size = 13, .anchor = Anchor::end});
  }
  canvas.stroke(Rectangle{kLeft, kTop, kSide, kSide}, {colours::ink, 1});
  canvas.text({kLeft + kSide / 2, bottom + 46}, shared ? "skip ε, the same in all blocks" : "factor ε on all skips", {.size = 15, .anchor = Anchor::middle});
  canvas.text({kLeft - 10, kTop - 27}, shared ? "residual δ" : "factor δ on all residuals", {.size = 15});
}

std::string percent(const Rational& share) { return fmt::format("{:.2f} %", 100 * rounded(share)); }

void draw_legend(Canvas& canvas, const RegimeMap& map) {
  const struct {
    Colour colour;
    std::string text;
  } entries[] = {{kNone, "no critical point, " + percent(map.areas.none)}, {kExists, "a critical point exists, " + percent(map.areas.exists)}, {kUndecided, "undecided, " + percent(map.areas.undecided)}};
  double x = kLeft;
  const double y = kTop + kSide + 84;
  for (const auto& entry : entries) {
    const Rectangle sample{x, y - 11, 18, 13};
    canvas.fill(sample, entry.colour);
    canvas.stroke(sample, {colours::ink, 0.6});
    canvas.text({x + 25, y}, entry.text, {.size = 13});
    x += 25 + canvas.text_width(entry.text, {.size = 13}) + 24;
  }
}

}  // namespace

void draw_regime_picture(const RegimeMap& map, const std::string& title, const std::string& path) {
  const Plane plane{map.rectangle.skip, map.rectangle.residual};
  Canvas canvas(path, kLeft + kSide + kRight, kTop + kSide + kBottom);
  canvas.fill(Rectangle{0, 0, kLeft + kSide + kRight, kTop + kSide + kBottom}, colours::paper);
  canvas.text({kLeft - 10, 36}, title, {.size = 20, .bold = true});
  const std::string summary = fmt::format("critical points on {}, proved for every parameter of {} cells ({})", to_string(map.domain), map.leaves,
                                          map.verdict == Verdict::proved ? fmt::format("complete to depth {}", map.depth) : map.reason);
  canvas.text({kLeft - 10, 60}, summary, {.size = 14, .colour = colours::faint_ink});
  canvas.describe(title, fmt::format("Regime map over skip and residual: no critical point {}, exists {}, undecided {}", percent(map.areas.none), percent(map.areas.exists), percent(map.areas.undecided)));
  canvas.draw(image_of(map, plane), {kLeft, kTop, kSide, kSide});
  draw_ratio_lines(canvas, map, plane);
  draw_axes(canvas, map, plane);
  draw_legend(canvas, map);
  canvas.save();
}

}  // namespace narrows
