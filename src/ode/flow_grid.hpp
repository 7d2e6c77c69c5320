// The flow of a planar grid, for pictures and tables: approximate trajectories of many points.
#pragma once

#include <cstddef>
#include <vector>

#include "base/cancellation.hpp"
#include "network/domain.hpp"
#include "ode/integrate.hpp"

namespace narrows {

/// A point of the plane at successive times, times[k] belonging to states[k]; states have the dimension of h.
struct FlowLine {
  std::vector<double> start;  ///< x
  std::vector<double> times;
  std::vector<std::vector<double>> states;
  bool complete = true;  ///< false: it overflowed on its way, or was stopped
};

/// The trajectories of `side` × `side` grid points of a planar box (those of a side that is a point coincide), row by row, with
/// `samples` times after the start on each branch.
/// Shape  box.dim() == network.input_dim == 2. When asked to stop: with fewer lines.
[[nodiscard]] std::vector<FlowLine> flow_of_grid_approx(const FlowNetwork& network, const Box& box,
                                                        std::size_t side, std::size_t samples,
                                                        const StopToken& stop);

/// One trajectory in double.
[[nodiscard]] FlowLine flow_line_approx(const FlowNetwork& network, const std::vector<double>& x,
                                        std::size_t samples, const StopToken& stop);

}  // namespace narrows
