#include "plot/flow_picture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/errors.hpp"
#include "plot/colour_map.hpp"
#include "plot/frame.hpp"

namespace narrows {
namespace {

using namespace plot;

const Stroke kStart{colours::faint_ink, 0.8, {3, 3}};
const Stroke kEnd{colours::graph, 1.3};
const Stroke kPath{{0.96, 0.60, 0.10, 0.75}, 0.9};
const Stroke kProved{colours::proved, 2};

Point first_of(const FlowLine& line) {
  return {line.states.front()[0], line.states.front()[1]};
}
Point last_of(const FlowLine& line) {
  return {line.states.back()[0], line.states.back()[1]};
}

/// The rows and columns of the grid, through the point that `place` takes of each trajectory.
template <class Place>
std::vector<Polyline> grid_lines(const std::vector<FlowLine>& lines, std::size_t side, Place place) {
  std::vector<Polyline> result;
  const auto add = [&](std::size_t first, std::size_t step) {  // broken where a trajectory is missing
    Polyline line;
    for (std::size_t j = 0; j < side; ++j) {
      const FlowLine& flow = lines[first + j * step];
      if (flow.complete) line.points.push_back(place(flow));
      if (flow.complete && j + 1 < side) continue;
      if (line.points.size() > 1) result.push_back(line);
      line.points.clear();
    }
  };
  for (std::size_t i = 0; i < side; ++i) {
    add(i * side, 1);
    add(i, side);
  }
  return result;
}

/// What all trajectories and the proved box cover, with a margin, as wide as high.
std::pair<Range, Range> window_of(const std::vector<FlowLine>& lines, const std::optional<Tube>& tube) {
  double low[2] = {kInfinity, kInfinity}, high[2] = {-kInfinity, -kInfinity};
  const auto cover = [&](int axis, double value) {
    if (!std::isfinite(value)) return;
    low[axis] = std::min(low[axis], value);
    high[axis] = std::max(high[axis], value);
  };
  for (int axis = 0; axis < 2; ++axis) {
    for (const FlowLine& line : lines)
      for (std::size_t k = 0; line.complete && k < line.states.size(); ++k)
        cover(axis, line.states[k][static_cast<std::size_t>(axis)]);
    if (tube && tube->closed) {
      cover(axis, tube->end[static_cast<std::size_t>(axis)].lower());
      cover(axis, tube->end[static_cast<std::size_t>(axis)].upper());
    }
  }
  const double half = 0.54 * std::max({high[0] - low[0], high[1] - low[1], 1e-6});
  const double x = 0.5 * (low[0] + high[0]), y = 0.5 * (low[1] + high[1]);
  return {{x - half, x + half}, {y - half, y + half}};
}

}  // namespace

void require_flow_drawable(const FlowNetwork& network, const std::string& path) {
  (void)picture_format(path);
  if (network.input_dim == 2 && network.dim == 2) return;
  throw InputError(path,
                   "only planar flows are drawn, this one goes from R^" + std::to_string(network.input_dim) +
                       " to R^" + std::to_string(network.dim),
                   "use --csv for the numbers", ExitCode::usage);
}

void draw_flow_picture(const std::vector<FlowLine>& lines, std::size_t side, const std::optional<Tube>& tube,
                       const std::string& title, const std::string& path) {
  const auto [x, y] = window_of(lines, tube);
  const bool proved = tube && tube->closed;
  Page::Content content;
  content.title = title;
  content.x = x;
  content.y = y;
  content.x_label = "h1";
  content.y_label = "h2";
  content.legend = {line_entry("grid at time 0", kStart), line_entry("trajectories", kPath),
                    line_entry("grid at time T", kEnd)};
  if (proved) content.legend.push_back(line_entry("proved box of the end", kProved));
  Page page(
      path, content,
      {"the plane of its states",
       proved ? fmt::format("The tube of the given {} in the proved box, {} steps.",
                            tube->active.empty() ? "point is closed: its end lies" : "box is closed: all ends of its points lie",
                            tube->steps.size())
              : "No tube is drawn.",
       proved ? Verdict::proved : Verdict::undecided,
       "The box is proved; grids and trajectories, which may start elsewhere, are approximate.", "The flow"});
  page.draw_tick_lines();
  {
    const ClipGuard clip(page.canvas(), page.plot());
    for (const Polyline& line : grid_lines(lines, side, first_of))
      page.canvas().stroke(page.to_page(line), kStart);
    for (const FlowLine& line : lines) {
      if (!line.complete) continue;
      Polyline path_of_point;
      for (const auto& state : line.states) path_of_point.points.push_back({state[0], state[1]});
      page.canvas().stroke(page.to_page(path_of_point), kPath);
    }
    for (const Polyline& line : grid_lines(lines, side, last_of))
      page.canvas().stroke(page.to_page(line), kEnd);
    if (proved) {
      const Point low = page.to_page(tube->end[0].lower(), tube->end[1].lower()),
                  high = page.to_page(tube->end[0].upper(), tube->end[1].upper());
      page.canvas().stroke(
          Rectangle{low.x, high.y, std::max(high.x - low.x, 1.0), std::max(low.y - high.y, 1.0)}, kProved);
    }
  }
  page.draw_surroundings();
  page.save();
}

}  // namespace narrows
