// The times on one arc at which a numerical trajectory stops: points of the output, and pieces between which events are looked for.
#pragma once

#include <cstddef>
#include <vector>

#include "ode/integrate.hpp"

namespace narrows::integration {

/// `time` since the start of the arc; `record`: a point of the trajectory.
struct Mark {
  Rational time;
  bool record = false;
};

/// In order, the last one the end of the arc. Without dense output at least 32 pieces per arc if there are events.
[[nodiscard]] std::vector<Mark> marks_on(const FlowNetwork& network, const IntegrationOptions& options,
                                         std::size_t arc);

/// Is the point at time 0 part of the trajectory?
[[nodiscard]] bool records_start(const IntegrationOptions& options);

}  // namespace narrows::integration
