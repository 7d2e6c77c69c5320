// A function of two variables as a colour map over a window: what every picture in the plane starts with.
#pragma once

#include <string>
#include <vector>

#include "network/chain.hpp"
#include "plot/contours.hpp"
#include "plot/frame.hpp"
#include "plot/value_scale.hpp"

namespace narrows::plot {

/// Values of the chain, in floating point, on a grid over the window. Shape  chain.input_dim == window.size() == 2.
[[nodiscard]] Grid sample_grid(const Chain& chain, const std::vector<Range>& window);

/// One pixel of the image per pixel of the plot, each coloured by the value at its middle.
[[nodiscard]] Image colour_map(const Grid& grid, const ValueScale& scale, const Rectangle& plot);

/// The window, the labels x₁ and x₂, and a plot that keeps the window's shape unless it is very long.
[[nodiscard]] Page::Content plane_content(const std::vector<Range>& window);

/// A short line as the symbol.
[[nodiscard]] LegendEntry line_entry(const std::string& text, const Stroke& stroke);

}  // namespace narrows::plot
