// What the search left undecided, as rectangles of the page.
#pragma once

#include <vector>

#include "arith/interval.hpp"
#include "plot/geometry.hpp"

namespace narrows::plot {

/// The boxes (one or two sides each) that meet the plot, cut off at its border, and widened to at least 5 pixels so that
/// none is overlooked. One side: a band over the full height. Many boxes (more than 300) are merged on a raster of
/// 2 pixels, which keeps files small; the area is then rounded up, never down.
///
/// Shape  boxes[k].size() == window.size(), 1 or 2; infinite sides are allowed.
[[nodiscard]] std::vector<Rectangle> undecided_area(const std::vector<std::vector<Interval>>& boxes, const std::vector<Range>& window,
                                                    const Rectangle& plot);

}  // namespace narrows::plot
