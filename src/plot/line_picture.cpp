#include "plot/line_picture.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "plot/approximate.hpp"
#include "plot/frame.hpp"
#include "plot/undecided_area.hpp"
#include "plot/window.hpp"

namespace narrows::plot {
namespace {

constexpr std::size_t kSamples = 1601;

std::vector<Point> sample_graph(const Chain& chain, const Range& window) {
  const CompiledChain<double> function = compile_approx(chain);
  std::vector<Point> graph;
  for (std::size_t k = 0; k < kSamples; ++k) {
    const double x = window.lower + window.length() * static_cast<double>(k) / (kSamples - 1);
    graph.push_back({x, value_approx(function, std::array{x})});
  }
  return graph;
}

// All finite values with a margin; a constant function gets a range of length 2.
Range value_range(const std::vector<Point>& graph, const CertifyResult& result) {
  double lower = kInfinity, upper = -kInfinity;
  const auto include = [&](double y) {
    if (!std::isfinite(y)) return;
    lower = std::min(lower, y);
    upper = std::max(upper, y);
  };
  for (const Point& p : graph) include(p.y);
  for (const CriticalPoint& point : result.critical_points) include(midpoint(point.value));
  if (!(lower <= upper)) return {-1, 1};
  const double margin = upper > lower ? 0.08 * (upper - lower) : 1;
  return {lower - margin, upper + margin};
}

std::vector<Polyline> finite_parts(const std::vector<Point>& graph) {
  std::vector<Polyline> parts(1);
  for (const Point& p : graph) {
    if (std::isfinite(p.y))
      parts.back().points.push_back(p);
    else if (!parts.back().points.empty())
      parts.emplace_back();
  }
  return parts;
}

void draw_domain_ends(Page& page, const Domain& domain, const Range& window) {
  if (domain.type == Domain::Type::space) return;
  const bool ball = domain.type == Domain::Type::ball;
  const double lower = ball ? -domain.radius : domain.box.lower[0], upper = ball ? domain.radius : domain.box.upper[0];
  const Rectangle& plot = page.plot();
  const double left = page.to_page(std::max(lower, window.lower), 0).x, right = page.to_page(std::min(upper, window.upper), 0).x;
  for (const Rectangle& outside : {Rectangle{plot.left, plot.top, left - plot.left, plot.height}, Rectangle{right, plot.top, plot.right() - right, plot.height}})
    page.canvas().fill(outside, colours::outside);
  for (const double x : {left, right}) page.canvas().stroke(Polyline{{{x, plot.top}, {x, plot.bottom()}}}, {colours::faint_ink, 1.4});
}

void draw_graph(Page& page, const std::vector<Point>& graph) {
  const std::vector<Polyline> parts = finite_parts(graph);
  for (const Stroke& stroke : {Stroke{colours::paper, 5.5}, Stroke{colours::graph, 2.4}})
    for (const Polyline& part : parts) page.canvas().stroke(page.to_page(part), stroke);
}

void draw_critical_points(Page& page, const CertifyResult& result) {
  constexpr double half_tangent = 30;
  for (const CriticalPoint& point : result.critical_points) {
    const Point at = page.to_page(midpoint(point.box[0]), midpoint(point.value));
    page.canvas().stroke(Polyline{{{at.x - half_tangent, at.y}, {at.x + half_tangent, at.y}}}, {colours::ink, 1.3});
  }
  for (const CriticalPoint& point : result.critical_points)
    mark_critical_point(page.canvas(), page.to_page(midpoint(point.box[0]), midpoint(point.value)), point, 1);
}

}  // namespace

void draw_line_picture(const Chain& chain, const CertifyResult& result, const std::string& title, const std::string& path) {
  const std::vector<Range> window = picture_window(result);
  const std::vector<Point> graph = sample_graph(chain, window[0]);
  Page page(path,
            {.title = title,
             .x = window[0],
             .y = value_range(graph, result),
             .x_label = "x",
             .y_label = "Φ(x)",
             .plot_width = 760,
             .plot_height = 480,
             .legend = point_legend(result),
             .note = chain.dropped_sigmoid ? kLogitNote : ""},
            result);
  const auto areas = undecided_area(result.undecided, window, page.plot());
  {
    const ClipGuard clip(page.canvas(), page.plot());
    page.draw_tick_lines();
    draw_domain_ends(page, result.domain, window[0]);
    page.draw_zero_line();
    page.canvas().hatch(areas, {colours::undecided, 1.2});
    draw_graph(page, graph);
    draw_critical_points(page, result);
  }
  page.draw_surroundings();
  page.save();
}

}  // namespace narrows::plot
