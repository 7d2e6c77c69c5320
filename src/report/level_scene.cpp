#include "report/level_scene.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "plot/approximate.hpp"
#include "plot/colour_map.hpp"
#include "report/certificate_json.hpp"

namespace narrows::certified {
namespace {

using namespace plot;

const Stroke kGraph{colours::graph, 2.2};
const Stroke kLevel{colours::faint_ink, 1.4, {7, 4}};
constexpr std::size_t kSamples = 801;

/// The heights of a graph and of one more value, with a margin.
Range heights(const Polyline& graph, double also) {
  double low = also, high = also;
  for (const Point& p : graph.points) low = std::min(low, p.y), high = std::max(high, p.y);
  const double margin = high > low ? 0.08 * (high - low) : 1;
  return {low - margin, high + margin};
}

}  // namespace

std::string level_text(const Json& claim) {
  const Json& level = claim.at("level");
  const std::string exact =
      level.is_string() ? level.get<std::string>() : fmt::format("{}", level.get<double>());
  constexpr std::size_t longest = 20;
  return exact.size() <= longest ? exact : fmt::format("c ≈ {:.6g}", near(level));
}

Grid grid_about(const Chain& chain, const std::vector<Range>& window, double level) {
  Grid grid = sample_grid(chain, window);
  for (double& value : grid.values) value -= level;
  return grid;
}

Polyline graph_of(const Chain& chain, const Range& window) {
  const CompiledChain<double> function = compile_approx(chain);
  Polyline graph;
  for (std::size_t k = 0; k < kSamples; ++k) {
    const double x = window.lower + window.length() * static_cast<double>(k) / (kSamples - 1);
    const double y = value_approx(function, std::array{x});
    if (std::isfinite(y)) graph.points.push_back({x, y});
  }
  return graph;
}

Scene line_scene(const Document& document, const Range& x, Polyline graph, double level) {
  Scene scene;
  scene.content.title = document.title;
  scene.content.x = x;
  scene.content.y = heights(graph, level);
  scene.content.x_label = "x";
  scene.content.y_label = "Φ(x)";
  scene.content.plot_width = 700;
  scene.content.plot_height = 400;
  scene.tick_lines = true;
  scene.lines.push_back(
      {{{{x.lower, level}, {x.upper, level}}}, kLevel, false, fmt::format("level {:.6g}", level)});
  scene.lines.push_back({std::move(graph), kGraph, true, "Φ, sampled"});
  return scene;
}

Scene plane_scene(const Document& document, const std::vector<Range>& window) {
  Scene scene;
  scene.content = plane_content(window);
  scene.content.title = document.title;
  return scene;
}

void set_statement(Scene* scene, const Json& claim, const Domain& domain, const std::string& verdict,
                   const std::string& note) {
  scene->statement = {to_string(domain), verdict, verdict_of(claim), note};
}

}  // namespace narrows::certified
