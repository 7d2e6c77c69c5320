#include "ode/flow_grid.hpp"

#include <cstdlib>

namespace narrows {

FlowLine flow_line_approx(const FlowNetwork& network, const std::vector<double>& x, std::size_t samples,
                          const StopToken& stop) {
  IntegrationOptions options;
  options.stop = stop;
  options.variational = false;
  options.samples = samples;
  options.tolerance = 1e-9;
  std::vector<Rational> exact;
  for (const double coordinate : x) exact.push_back(rational_exact(coordinate));
  const Integration run = integrate_flow_approx(network, exact, options);
  FlowLine line{x, {}, {}, run.finished};
  for (const FlowPoint& point : run.trajectory) {
    line.times.push_back(std::strtod(point.time.c_str(), nullptr));
    line.states.emplace_back();
    for (const std::string& h : point.state) line.states.back().push_back(std::strtod(h.c_str(), nullptr));
  }
  return line;
}

std::vector<FlowLine> flow_of_grid_approx(const FlowNetwork& network, const Box& box, std::size_t side,
                                          std::size_t samples, const StopToken& stop) {
  std::vector<FlowLine> lines;
  const auto at = [&](std::size_t axis, std::size_t k) {
    const double t = side > 1 ? static_cast<double>(k) / static_cast<double>(side - 1) : 0.5;
    return (1 - t) * box.lower[axis] + t * box.upper[axis];
  };
  for (std::size_t i = 0; i < side; ++i)
    for (std::size_t j = 0; j < side && !stop.stop_requested(); ++j)
      lines.push_back(flow_line_approx(network, {at(0, j), at(1, i)}, samples, stop));
  return lines;
}

}  // namespace narrows
