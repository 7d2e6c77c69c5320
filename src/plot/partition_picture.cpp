#include "plot/partition_picture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/counted.hpp"
#include "base/errors.hpp"
#include "plot/colour_map.hpp"
#include "plot/markers.hpp"
#include "plot/partition_drawing.hpp"
#include "plot/verdict_line.hpp"

namespace narrows {
namespace plot {
namespace {

const Stroke kRegionLine{{0.10, 0.10, 0.12, 0.45}, 0.7};
const Stroke kLevelLine{colours::ink, 2.6};
const Stroke kRayLine{colours::undecided, 2.4, {9, 4}};
constexpr Colour kFlat{0.00, 0.47, 0.38, 0.30};

double nearest(const Rational& x) { return mpq_get_d(x.backend().data()); }

void include(Range& range, double lower, double upper) {
  const double margin = 0.15 * (upper - lower);
  range = {std::min(range.lower, lower - margin), std::max(range.upper, upper + margin)};
}

/// The ray of {Φ > c} or, if that has none, of {Φ < c}.
const LevelRay* shown_ray(const LevelSetResult& result) {
  for (const auto* set : {&result.sets.superlevel, &result.sets.sublevel})
    if (*set && (*set)->witness) return &*(*set)->witness;
  return nullptr;
}

/// The box, or a square that holds the bounded sets, the start of the ray and the critical vertices unless they are far away.
Box window_of(const LevelSetResult& result) {
  if (result.domain && result.domain->type == Domain::Type::box) return result.domain->box;
  constexpr double far = 100, near = 10;
  std::vector<Range> window(2, Range{-2.5, 2.5});
  for (std::size_t i = 0; i < std::size(kSetNames); ++i)
    if (const auto& set = result.sets.at(i); set && set->bounding_box)
      for (std::size_t k = 0; k < 2; ++k) include(window[k], nearest((*set->bounding_box)[k].first), nearest((*set->bounding_box)[k].second));
  for (const CriticalVertex& critical : result.critical_vertices.vertices) {
    const std::vector<Rational> x = result.space_partition->point(critical.vertex);
    if (abs(x[0]) > far || abs(x[1]) > far) continue;
    for (std::size_t k = 0; k < 2; ++k) include(window[k], nearest(x[k]), nearest(x[k]));
  }
  if (const LevelRay* ray = shown_ray(result)) {
    const double x = nearest(ray->path.back()[0]), y = nearest(ray->path.back()[1]);
    if (std::fabs(x) < near && std::fabs(y) < near)
      for (std::size_t k = 0; k < 2; ++k) include(window[k], k == 0 ? x - 1 : y - 1, k == 0 ? x + 1 : y + 1);
  }
  const double half = std::max(window[0].length(), window[1].length()) / 2;
  Box box;
  for (const Range& range : window) {
    box.lower.push_back((range.lower + range.upper) / 2 - half);
    box.upper.push_back((range.lower + range.upper) / 2 + half);
  }
  return box;
}

void fill_flat_cells(Page& page, Partition& partition, const ToPage& to_page) {
  for (std::size_t cell = 0; cell < partition.lattice().cells().size(); ++cell)
    if (partition.is_flat(static_cast<Id>(cell))) page.canvas().fill(outline_of(partition, static_cast<Id>(cell), to_page), kFlat);
}

void draw_ray(Page& page, const LevelRay& ray) {
  Polyline line;
  for (const auto& x : ray.path) line.points.push_back(page.to_page(nearest(x[0]), nearest(x[1])));
  const double x = nearest(ray.direction[0]), y = nearest(ray.direction[1]), length = std::hypot(x, y);
  const Point start = line.points.back(), one = page.to_page(nearest(ray.path.back()[0]) + x / length, nearest(ray.path.back()[1]) + y / length);
  const double pixels = std::hypot(one.x - start.x, one.y - start.y), reach = 4 * (page.plot().width + page.plot().height) / pixels;
  line.points.push_back({start.x + reach * (one.x - start.x), start.y + reach * (one.y - start.y)});
  page.canvas().stroke(line, kRayLine);
  page.canvas().stroke_circle(start, 4, {kRayLine.colour, 2.4});
}

MarkerKind marker_of(CriticalVertex::Kind kind) {
  return kind == CriticalVertex::Kind::minimum ? MarkerKind::minimum : kind == CriticalVertex::Kind::maximum ? MarkerKind::maximum : MarkerKind::saddle;
}

std::string plural_of(CriticalVertex::Kind kind) {
  return kind == CriticalVertex::Kind::minimum ? "minima" : kind == CriticalVertex::Kind::maximum ? "maxima" : "saddles";
}

bool is_inside(const std::vector<Rational>& point, const Box& box) {
  for (std::size_t i = 0; i < box.dim(); ++i)
    if (const double x = nearest(point[i]); !(x >= box.lower[i] && x <= box.upper[i])) return false;
  return true;
}

bool shows(const LevelSetResult& result, const CriticalVertex& critical, const Box& box) {
  return is_inside(result.space_partition->point(critical.vertex), box);
}

std::vector<LegendEntry> legend_of(const LevelSetResult& result, const Box& box) {
  std::vector<LegendEntry> legend;
  for (const auto kind : {CriticalVertex::Kind::minimum, CriticalVertex::Kind::saddle, CriticalVertex::Kind::maximum}) {
    const auto& all = result.critical_vertices.vertices;
    const auto count = static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [&](const CriticalVertex& v) { return v.kind == kind && shows(result, v, box); }));
    if (count > 0)
      legend.push_back({counted(count, marker_name(marker_of(kind)), plural_of(kind)), [kind](Canvas& canvas, Point at) { draw_marker(canvas, at, marker_of(kind), false); }});
  }
  legend.push_back(line_entry(fmt::format("Φ = {:.4g}", nearest(result.level)), kLevelLine));
  legend.push_back(line_entry("linear regions", kRegionLine));
  if (const LevelRay* ray = shown_ray(result); ray && is_inside(ray->path.back(), box)) legend.push_back(line_entry("witness ray", kRayLine));
  if (result.space && !result.space->flat_cells.empty())
    legend.push_back({"Φ constant", [](Canvas& canvas, Point at) { canvas.fill(Rectangle{at.x - 9, at.y - 7, 18, 14}, kFlat); }});
  return legend;
}

std::string sentence_of(const LevelSetResult& result) {
  std::string text(to_string(result.verdict));
  constexpr const char* relations[] = {">", ">=", "<", "<="};
  for (const std::size_t i : {std::size_t{0}, std::size_t{2}}) {
    const auto& set = result.sets.at(i);
    text += fmt::format("{}{{Φ {} {:.4g}}} {}", i == 0 ? ": " : ", ", relations[i], nearest(result.level), set ? to_string(set->status) : "undecided");
    if (set && set->status == SetStatus::bounded) text += fmt::format(" with area {:.8g}", nearest(*set->measure));
  }
  if (result.box) text += ", " + counted(result.box->regions, "linear region") + " here";
  if (result.space) text += ", " + counted(result.space->regions, "linear region") + (result.box ? " in the plane" : "");
  return text;
}

}  // namespace
}  // namespace plot

void require_partition_drawable(std::size_t input_dim, const std::string& path) {
  (void)plot::picture_format(path);
  if (input_dim != 2) throw InputError(path, "pictures of linear regions exist for two inputs, this network has " + std::to_string(input_dim), "ask for no picture");
}

void draw_partition_picture(const Chain& chain, const LevelSetResult& result, const std::string& title, const std::string& path) {
  using namespace plot;
  require_partition_drawable(chain.input_dim, path);
  const Box box = window_of(result);
  const std::vector<Range> window{{box.lower[0], box.upper[0]}, {box.lower[1], box.upper[1]}};
  Partition partition = cut_partition(chain, result.level, box, path);
  const Grid grid = sample_grid(chain, window);
  const ValueScale scale(grid.values);
  Page::Content content = plane_content(window);
  Canvas measure(path, 16, 16);
  content.title = title;
  content.right_margin = scale.bar_width(measure);
  content.legend = legend_of(result, box);
  if (chain.dropped_sigmoid) content.note = kLogitNote;
  const bool whole = !result.domain || result.domain->type == Domain::Type::space;
  Page page(path, std::move(content),
            {whole ? "R^2 (window shown)" : to_string(*result.domain), sentence_of(result), result.verdict, "Regions, level line and marks are exact; colours are drawn from floating-point values."});
  {
    const ClipGuard clip(page.canvas(), page.plot());
    page.canvas().draw(colour_map(grid, scale, page.plot()), page.plot());
    const ToPage to_page = [&page](const Point& p) { return page.to_page(p); };
    fill_flat_cells(page, partition, to_page);
    draw_edges(page.canvas(), partition, to_page, kRegionLine, kLevelLine);
    if (const LevelRay* ray = shown_ray(result)) draw_ray(page, *ray);
    for (const CriticalVertex& critical : result.critical_vertices.vertices)
      draw_marker(page.canvas(), page.to_page(point_of(*result.space_partition, critical.vertex)), marker_of(critical.kind), false);
  }
  scale.draw_bar(page.canvas(), page.plot());
  page.draw_surroundings();
  page.save();
}

}  // namespace narrows
