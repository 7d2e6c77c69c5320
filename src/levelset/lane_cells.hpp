// What the subdivision asks of Φ, for many boxes at once: value, gradient, a direction of increase and the affine part.
#pragma once

#include <cstddef>

#include "network/lane_chain.hpp"

namespace narrows {

inline constexpr std::size_t kMaxCellDim = 2;  ///< input dimensions of level curves

/// The gradient is left out for groups of boxes on which Φ avoids [level_lower, level_upper] altogether.
struct LaneCellQuestion {
  bool gradient = true;
  double level_lower = 0, level_upper = 0;
};

/// Over one box; [2i] the lower and [2i + 1] the upper bound. A bound may be NaN: nothing is known then.
struct LaneCell {
  bool has_gradient = false;
  double value[2] = {};
  double gradient[2 * kMaxCellDim] = {};
  double direction[kMaxCellDim] = {};  ///< u with u·∇Φ > 0 on the box; all zeros if none was found
  /// Φ(x) lies in centre + Σ slope_i (x_i − middle_i)/half_i + [−error, error] for every x of the box.
  double middle[kMaxCellDim] = {}, half[kMaxCellDim] = {};
  double centre = 0, slope[kMaxCellDim] = {}, error = 0;
};

/// Layout     box i has the sides [lower[i·dim + k], upper[i·dim + k]]; a side may be a point.
/// Workspace  workspace_bytes() bytes, aligned to 64.
using LaneCellsOn = void (*)(const LaneChain& chain, const LaneCellQuestion& question, const double* lower,
                             const double* upper, std::size_t count, LaneCell* results, void* workspace);

/// Index dim − 1.
struct LaneCells {
  LaneCellsOn on_boxes[kMaxCellDim];
  std::size_t (*workspace_bytes)(const LaneChain& chain, std::size_t dim);
};

namespace portable {
LaneCells lane_cells();
}
namespace avx2 {
LaneCells lane_cells();
}
namespace avx512 {
LaneCells lane_cells();
}

}  // namespace narrows
