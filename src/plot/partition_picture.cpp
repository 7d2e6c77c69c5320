#include "plot/partition_picture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/errors.hpp"
#include "plot/colour_map.hpp"
#include "plot/markers.hpp"
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
const WitnessRay* shown_ray(const LevelSetResult& result) {
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
  if (const WitnessRay* ray = shown_ray(result)) {
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

Point point_of(Partition& partition, Id vertex) {
  const std::vector<Rational> x = partition.point(vertex);
  return {nearest(x[0]), nearest(x[1])};
}

void fill_flat_cells(Page& page, Partition& partition) {
  for (std::size_t cell = 0; cell < partition.lattice().cells().size(); ++cell) {
    if (!partition.is_flat(static_cast<Id>(cell))) continue;
    Polyline outline{{}, true};
    for (const Id v : cyclic_vertices(partition.lattice(), 2, static_cast<Id>(cell))) outline.points.push_back(page.to_page(point_of(partition, v)));
    page.canvas().fill(outline, kFlat);
  }
}

/// Region borders thin, the level bold.
void draw_edges(Page& page, Partition& partition) {
  const FaceLattice& lattice = partition.lattice();
  for (const bool level : {false, true})
    for (const Face& edge : lattice.faces[1]) {
      const Id a = edge.boundary[0], b = edge.boundary[1];
      const bool on_level = partition.sign(a, 1) == 0 && partition.sign(b, 1) == 0;
      if (on_level == level) page.canvas().stroke(Polyline{{page.to_page(point_of(partition, a)), page.to_page(point_of(partition, b))}}, level ? kLevelLine : kRegionLine);
    }
}

void draw_ray(Page& page, const WitnessRay& ray) {
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

std::vector<LegendEntry> legend_of(const LevelSetResult& result) {
  std::vector<LegendEntry> legend;
  for (const auto kind : {CriticalVertex::Kind::minimum, CriticalVertex::Kind::saddle, CriticalVertex::Kind::maximum}) {
    const auto& all = result.critical_vertices.vertices;
    const auto count = static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [kind](const CriticalVertex& v) { return v.kind == kind; }));
    if (count > 0)
      legend.push_back({counted(count, marker_name(marker_of(kind))), [kind](Canvas& canvas, Point at) { draw_marker(canvas, at, marker_of(kind), false); }});
  }
  legend.push_back(line_entry(fmt::format("Φ = {:.4g}", nearest(result.level)), kLevelLine));
  legend.push_back(line_entry("linear regions", kRegionLine));
  if (shown_ray(result)) legend.push_back(line_entry("witness ray", kRayLine));
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
  if (result.space) text += ", " + counted(result.space->regions, "linear region");
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
  Partition partition(std::make_shared<const Stages>(with_level(make_stages(make_piecewise_linear(chain, path)), result.level)), box);
  partition.cut_along(1);
  const Grid grid = sample_grid(chain, window);
  const ValueScale scale(grid.values);
  Page::Content content = plane_content(window);
  Canvas measure(path, 16, 16);
  content.title = title;
  content.right_margin = scale.bar_width(measure);
  content.legend = legend_of(result);
  if (chain.dropped_sigmoid) content.note = kLogitNote;
  const bool whole = !result.domain || result.domain->type == Domain::Type::space;
  Page page(path, std::move(content),
            {whole ? "R^2 (window shown)" : to_string(*result.domain), sentence_of(result), result.verdict, "Regions, level line and marks are exact; colours are drawn from floating-point values."});
  {
    const ClipGuard clip(page.canvas(), page.plot());
    page.canvas().draw(colour_map(grid, scale, page.plot()), page.plot());
    fill_flat_cells(page, partition);
    draw_edges(page, partition);
    if (const WitnessRay* ray = shown_ray(result)) draw_ray(page, *ray);
    for (const CriticalVertex& critical : result.critical_vertices.vertices)
      draw_marker(page.canvas(), page.to_page(point_of(*result.space_partition, critical.vertex)), marker_of(critical.kind), false);
  }
  scale.draw_bar(page.canvas(), page.plot());
  page.draw_surroundings();
  page.save();
}

}  // namespace narrows
