#include "plot/sweep_picture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "plot/frame.hpp"

namespace narrows {
namespace {

using namespace plot;

const Colour kDistance = colours::graph, kTheorem = colours::saddle, kSharper = colours::minimum;

struct Series {
  std::vector<Point> distance, theorem, sharper;  ///< decimal logarithms
};

void add(std::vector<Point>* points, double x, double y) {
  if (y > 0 && std::isfinite(y)) points->push_back({std::log10(x), std::log10(y)});
}

Series series_of(const std::vector<SweepRow>& rows) {
  Series series;
  for (const SweepRow& row : rows) {
    if (!(row.ratio > 0 && std::isfinite(row.ratio))) continue;
    add(&series.distance, row.ratio, midpoint(row.comparison.distance.distance));
    add(&series.theorem, row.ratio, row.comparison.bounds.theorem);
    add(&series.sharper, row.ratio, row.comparison.bounds.sharper);
  }
  return series;
}

/// The range of one coordinate of all points with a margin; bounds beyond 10^9 times the largest distance are cut off.
Range range_of(const Series& series, double Point::*coordinate) {
  double low = kInfinity, high = -kInfinity, limit = kInfinity;
  const auto include = [&](const std::vector<Point>& points) {
    for (const Point& p : points)
      if (p.y <= limit) low = std::min(low, p.*coordinate), high = std::max(high, p.*coordinate);
  };
  include(series.distance);
  for (const Point& p : series.distance) limit = std::isfinite(limit) ? std::max(limit, p.y) : p.y;
  limit += 9;
  include(series.theorem);
  include(series.sharper);
  if (!(low <= high)) return {-1, 1};
  const double margin = std::max(0.06 * (high - low), 0.15);
  return {low - margin, high + margin};
}

void draw(Page& page, const std::vector<Point>& points, const Stroke& stroke, bool marks) {
  Polyline line;
  for (const Point& p : points) line.points.push_back(page.to_page(p));
  if (line.points.size() > 1) page.canvas().stroke(line, stroke);
  for (const Point& p : line.points)
    if (marks) page.canvas().stroke_circle(p, 4, {stroke.colour, 2});
}

LegendEntry entry(const std::string& text, const Stroke& stroke) {
  return {text, [stroke](Canvas& canvas, Point at) { canvas.stroke(Polyline{{{at.x - 11, at.y}, {at.x + 11, at.y}}}, stroke); }};
}

}  // namespace

void draw_sweep_picture(const std::vector<SweepRow>& rows, const std::string& domain, const std::string& title, const std::string& path) {
  const Series series = series_of(rows);
  const bool ode = rows.empty() || rows.front().comparison.limit == Limit::ode;
  const double slope = limit_slope_approx(rows);
  const Stroke distance{kDistance, 2.4}, theorem{kTheorem, 1.8, {7, 4}}, sharper{kSharper, 1.8, {2, 3}};
  Page page(path,
            {.title = title,
             .x = range_of(series, &Point::x),
             .y = range_of(series, &Point::y),
             .x_label = "log₁₀ of the largest channel ratio |α|",
             .y_label = "log₁₀",
             .plot_width = 700,
             .plot_height = 460,
             .legend = {entry("certified distance", distance), entry(ode ? "bound of T4" : "bound of T5", theorem), entry("sharper bound", sharper)}},
            {.domain = domain,
             .verdict = std::isfinite(slope) ? fmt::format("distance from the {} limit: the slope tends to {:.4f}, {} expected", ode ? "ODE" : "MLP", slope, ode ? "1" : "−1")
                                             : "no slope could be found",
             .kind = Verdict::proved,
             .note = "Every point is certified from both sides; the slope is that between the last rows, extrapolated to the limit."});
  {
    const ClipGuard clip(page.canvas(), page.plot());
    page.draw_tick_lines();
    draw(page, series.theorem, theorem, false);
    draw(page, series.sharper, sharper, false);
    draw(page, series.distance, distance, true);
  }
  page.draw_surroundings();
  page.save();
}

}  // namespace narrows
