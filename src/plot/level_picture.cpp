#include "plot/level_picture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/counted.hpp"
#include "plot/colour_map.hpp"
#include "plot/markers.hpp"
#include "plot/undecided_area.hpp"
#include "plot/verdict_line.hpp"

namespace narrows {
namespace plot {
namespace {

const Stroke kCurve{colours::ink, 2.6};
const Stroke kOtherLevels{colours::level_line, 0.8};
const Stroke kRegion{{0.10, 0.10, 0.12, 0.85}, 1.4, {7, 4}};
const Stroke kTunnel{{0.00, 0.46, 0.33}, 3.2};
const Stroke kBarrier{{0.64, 0.09, 0.45}, 2.0, {3, 3}};
const Stroke kHalo{{1, 1, 1, 0.9}, 6.4};
constexpr double kDot = 5;

double nearest(const Rational& x) { return mpq_get_d(x.backend().data()); }

std::vector<Range> window_of(const LevelCurveResult& result) {
  const LevelCell& root = result.cells.cell(0);
  return {{root.lower[0], root.upper[0]}, {root.lower[1], root.upper[1]}};
}

/// Values less the level, so that the middle colour is the level.
Grid grid_about(const Chain& chain, const std::vector<Range>& window, double level) {
  Grid grid = sample_grid(chain, window);
  for (double& value : grid.values) value -= level;
  return grid;
}

Polyline circle(const double* centre, double radius) {
  constexpr std::size_t steps = 180;
  Polyline line{{}, true};
  for (std::size_t k = 0; k < steps; ++k) {
    const double angle = 2 * std::numbers::pi * static_cast<double>(k) / static_cast<double>(steps);
    line.points.push_back({centre[0] + radius * std::cos(angle), centre[1] + radius * std::sin(angle)});
  }
  return line;
}

std::vector<Polyline> outlines(const ClassRegion& region) {
  switch (region.type) {
    case ClassRegion::Type::disc: return {circle(region.centre, region.radius)};
    case ClassRegion::Type::annulus: return {circle(region.centre, region.radius), circle(region.centre, region.inner)};
    case ClassRegion::Type::box: {
      const Box& b = region.bounds;
      return {Polyline{{{b.lower[0], b.lower[1]}, {b.upper[0], b.lower[1]}, {b.upper[0], b.upper[1]}, {b.lower[0], b.upper[1]}}, true}};
    }
    case ClassRegion::Type::polygon: break;
  }
  Polyline line{{}, true};
  for (const auto& [x, y] : region.vertices) line.points.push_back({x, y});
  return {line};
}

Polyline line_of(const CurvePolygon& polygon) {
  Polyline line{{}, polygon.closed};
  for (const auto& [x, y] : polygon.points) line.points.push_back({x, y});
  return line;
}

void draw_tunnel(Page& page, const Tunnel& tunnel) {
  Polyline line{{}, tunnel.reaches == Reaches::closed};
  for (const narrows::Point& x : tunnel.reaches == Reaches::closed ? tunnel.barrier : tunnel.path) line.points.push_back(page.to_page(x[0], x[1]));
  if (tunnel.reaches == Reaches::infinity) {  // the ray, as far as the plot
    const double length = std::hypot(tunnel.direction[0], tunnel.direction[1]);
    const Point start = line.points.back(), one = page.to_page(tunnel.path.back()[0] + tunnel.direction[0] / length, tunnel.path.back()[1] + tunnel.direction[1] / length);
    const double reach = 4 * (page.plot().width + page.plot().height) / std::hypot(one.x - start.x, one.y - start.y);
    line.points.push_back({start.x + reach * (one.x - start.x), start.y + reach * (one.y - start.y)});
  }
  Canvas& canvas = page.canvas();
  const Stroke& stroke = line.closed ? kBarrier : kTunnel;
  if (line.points.size() > 1) {
    if (!line.closed) canvas.stroke(line, kHalo);
    canvas.stroke(line, stroke);
  }
  const Point from = page.to_page(tunnel.from[0], tunnel.from[1]);
  canvas.stroke_circle(from, kDot, kHalo);
  canvas.stroke_circle(from, kDot, {stroke.colour, 2.6});
}

std::vector<LegendEntry> legend_of(const LevelPicture& what) {
  std::vector<LegendEntry> legend;
  if (what.critical != nullptr) legend = point_legend(*what.critical);
  if (what.critical != nullptr && !what.critical->undecided.empty()) legend.erase(std::remove_if(legend.begin(), legend.end(), [](const LegendEntry& entry) { return entry.text.find("undecided") != std::string::npos; }), legend.end());
  legend.push_back(line_entry(fmt::format("Φ = {:.4g}, certified", nearest(what.curve->level)), kCurve));
  if (!what.regions.empty()) legend.push_back(line_entry(what.regions.size() == 1 ? "class region" : "class regions", kRegion));
  if (what.tunnel != nullptr && (what.tunnel->reaches == Reaches::boundary || what.tunnel->reaches == Reaches::infinity)) legend.push_back(line_entry("tunnel, certified", kTunnel));
  if (what.tunnel != nullptr && what.tunnel->reaches == Reaches::closed) legend.push_back(line_entry("barrier, certified", kBarrier));
  if (!what.curve->undecided.empty())
    legend.push_back({"undecided", [](Canvas& canvas, Point at) { canvas.hatch({{at.x - 11, at.y - 7, 22, 14}}, {colours::undecided, 1.2}); }});
  return legend;
}

}  // namespace
}  // namespace plot

std::string level_sentence(const LevelCurveResult& result) {
  using Status = LevelComponent::Status;
  std::string text(to_string(result.verdict));
  const double level = mpq_get_d(result.level.backend().data());
  for (const bool above : {true, false}) {
    std::size_t closed = 0, reaching = 0, open = 0;
    for (const LevelComponent& component : result.components)
      if (component.positive == above) ++(component.status == Status::closed ? closed : component.status == Status::reaches_boundary ? reaching : open);
    text += fmt::format("{}{{Φ {} {:.4g}}} ", above ? ": " : "; ", above ? '>' : '<', level);
    if (closed + reaching + open == 0) text += "is empty";
    std::string list;
    const auto add = [&list](const std::string& what) { list += (list.empty() ? "has " : " and ") + what; };
    if (reaching > 0) add(counted(reaching, "component") + " reaching the boundary");
    if (closed > 0) add(counted(closed, "closed component"));
    if (open > 0) add(counted(open, "undecided component"));
    text += list;
  }
  return text;
}

void draw_level_picture(const Chain& chain, const LevelPicture& what, const std::string& title, const std::string& path) {
  using namespace plot;
  const std::vector<Range> window = window_of(*what.curve);
  const double level = nearest(what.curve->level);
  const Grid grid = grid_about(chain, window, level);
  const ValueScale scale(grid.values);
  Page::Content content = plane_content(window);
  Canvas measure(path, 16, 16);
  content.title = title;
  content.right_margin = scale.bar_width(measure);
  content.legend = legend_of(what);
  if (chain.dropped_sigmoid) content.note = kLogitNote;
  if (level != 0) content.note += fmt::format("{}Colours: Φ − {:.6g}.", content.note.empty() ? "" : " ", level);
  Domain domain{Domain::Type::box, 2, {{window[0].lower, window[1].lower}, {window[0].upper, window[1].upper}}, 0};
  Page page(path, std::move(content), {to_string(domain), level_sentence(*what.curve), what.curve->verdict, "The curve is proved up to the width of its cells; colours are drawn from floating-point values."});
  {
    const ClipGuard clip(page.canvas(), page.plot());
    page.canvas().draw(colour_map(grid, scale, page.plot()), page.plot());
    for (const double value : scale.levels().values)
      if (value != 0)
        for (const Polyline& curve : level_curves(grid, value)) page.canvas().stroke(page.to_page(curve), kOtherLevels);
    for (const ClassRegion& region : what.regions)
      for (const Polyline& line : outlines(region)) page.canvas().stroke(page.to_page(line), kRegion);
    for (const CurvePolygon& polygon : what.polygons) page.canvas().stroke(page.to_page(line_of(polygon)), kCurve);
    std::vector<std::vector<Interval>> undecided;
    for (const UndecidedRegion& region : what.curve->undecided) undecided.push_back(region.box);
    page.canvas().hatch(undecided_area(undecided, window, page.plot()), {colours::undecided, 1.3});
    if (what.tunnel != nullptr && what.tunnel->reaches != Reaches::nothing) draw_tunnel(page, *what.tunnel);
    if (what.critical != nullptr)
      for (const CriticalPoint& point : what.critical->critical_points) mark_critical_point(page.canvas(), page.to_page(midpoint(point.box[0]), midpoint(point.box[1])), point, 2);
  }
  scale.draw_bar(page.canvas(), page.plot());
  page.draw_surroundings();
  page.save();
}

}  // namespace narrows
