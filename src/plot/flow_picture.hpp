// The flow of a planar grid: where it starts, how its points move, where it ends, and the proved box of the end.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ode/flow_grid.hpp"
#include "ode/tube.hpp"

namespace narrows {

/// Shape   `lines` as flow_of_grid_approx() returns them for a grid of `side` × `side` points; planar states. Those that are not
///         complete are left out.
/// Guarantee  the rectangle drawn for a closed tube is proved; all lines are approximate.
/// Errors  InputError for a bad ending of `path`, or if the file cannot be written.
void draw_flow_picture(const std::vector<FlowLine>& lines, std::size_t side, const std::optional<Tube>& tube,
                       const std::string& title, const std::string& path);

/// Errors  InputError unless inputs and states are planar and `path` ends in .svg or .png.
void require_flow_drawable(const FlowNetwork& network, const std::string& path);

}  // namespace narrows
