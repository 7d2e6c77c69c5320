#include "plot/plane_picture.hpp"

#include <algorithm>
#include <cmath>

#include "plot/colour_map.hpp"
#include "plot/contours.hpp"
#include "plot/frame.hpp"
#include "plot/undecided_area.hpp"
#include "plot/value_scale.hpp"
#include "plot/window.hpp"

namespace narrows::plot {
namespace {

const Stroke kLevelLine{colours::level_line, 0.9};
const Stroke kZeroLine{colours::ink, 2.2};
const Stroke kSaddleLine{{0.13, 0.13, 0.15, 0.85}, 1.3, {5, 4}};

// The level curves through the saddles. A level that falls apart into very many pieces is lost in rounding noise, as on
// the plateaus of saturated activations: it is left out.
std::vector<Polyline> saddle_curves(const Grid& grid, const CertifyResult& result) {
  constexpr std::size_t noise = 40;
  std::vector<Polyline> all;
  for (const CriticalPoint& point : result.critical_points) {
    if (marker_kind(point, 2) != MarkerKind::saddle) continue;
    const std::vector<Polyline> curves = level_curves(grid, midpoint(point.value));
    if (curves.size() <= noise) all.insert(all.end(), curves.begin(), curves.end());
  }
  return all;
}

void draw_level_curves(Page& page, const Grid& grid, const ValueScale& scale, const std::vector<Polyline>& through_saddles) {
  const auto draw = [&page](const std::vector<Polyline>& curves, const Stroke& stroke) {
    for (const Polyline& curve : curves) page.canvas().stroke(page.to_page(curve), stroke);
  };
  for (const double level : scale.levels().values)
    if (level != 0) draw(level_curves(grid, level), kLevelLine);
  if (scale.changes_sign()) draw(level_curves(grid, 0), kZeroLine);
  draw(through_saddles, kSaddleLine);
}

void draw_domain(Page& page, const Domain& domain) {
  Canvas& canvas = page.canvas();
  const Rectangle& plot = page.plot();
  const Stroke outline{colours::ink, 1.6};
  if (domain.type == Domain::Type::ball) {
    const Point centre = page.to_page(0, 0);
    const double radius = page.to_page(domain.radius, 0).x - centre.x;
    canvas.fill_around_circle(plot, centre, radius, colours::veil);
    canvas.stroke_circle(centre, radius, outline);
  } else if (domain.type == Domain::Type::box) {
    const Point low = page.to_page(domain.box.lower[0], domain.box.lower[1]), high = page.to_page(domain.box.upper[0], domain.box.upper[1]);
    const Rectangle inside{low.x, high.y, high.x - low.x, low.y - high.y};
    canvas.fill({plot.left, plot.top, plot.width, inside.top - plot.top}, colours::veil);
    canvas.fill({plot.left, inside.bottom(), plot.width, plot.bottom() - inside.bottom()}, colours::veil);
    canvas.fill({plot.left, inside.top, inside.left - plot.left, inside.height}, colours::veil);
    canvas.fill({inside.right(), inside.top, plot.right() - inside.right(), inside.height}, colours::veil);
    canvas.stroke(inside, outline);
  }
}

void draw_undecided(Page& page, const std::vector<Rectangle>& areas, bool outlined) {
  page.canvas().hatch(areas, {colours::undecided, 1.3});
  if (!outlined) return;
  for (const Rectangle& area : areas) page.canvas().stroke(area, {colours::undecided, 1});
}

std::vector<LegendEntry> plane_legend(const CertifyResult& result, const ValueScale& scale, bool saddle_lines) {
  std::vector<LegendEntry> legend = point_legend(result);
  if (scale.changes_sign()) legend.push_back(line_entry("Φ = 0", kZeroLine));
  if (saddle_lines) legend.push_back(line_entry("level of a saddle", kSaddleLine));
  return legend;
}

}  // namespace

void draw_plane_picture(const Chain& chain, const CertifyResult& result, const std::string& title, const std::string& path) {
  const std::vector<Range> window = picture_window(result);
  const Grid grid = sample_grid(chain, window);
  const ValueScale scale(grid.values);
  const std::vector<Polyline> through_saddles = saddle_curves(grid, result);
  Page::Content content = plane_content(window);
  Canvas measure(path, 16, 16);
  content.title = title;
  content.right_margin = scale.bar_width(measure);
  content.legend = plane_legend(result, scale, !through_saddles.empty());
  if (chain.dropped_sigmoid) content.note = kLogitNote;
  Page page(path, std::move(content), result);
  const auto areas = undecided_area(result.undecided, window, page.plot());
  {
    const ClipGuard clip(page.canvas(), page.plot());
    page.canvas().draw(colour_map(grid, scale, page.plot()), page.plot());
    draw_level_curves(page, grid, scale, through_saddles);
    draw_domain(page, result.domain);
    draw_undecided(page, areas, areas.size() == result.undecided.size());
    for (const CriticalPoint& point : result.critical_points)
      mark_critical_point(page.canvas(), page.to_page(midpoint(point.box[0]), midpoint(point.box[1])), point, 2);
  }
  scale.draw_bar(page.canvas(), page.plot());
  page.draw_surroundings();
  page.save();
}

}  // namespace narrows::plot
