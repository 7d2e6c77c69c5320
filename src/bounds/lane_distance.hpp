// The difference of distance_kernel.hpp over many boxes at once: what each instruction set provides.
#pragma once

#include <cstddef>

#include "bounds/distance_kernel.hpp"
#include "network/lane_chain.hpp"

namespace narrows {

inline constexpr std::size_t kMaxLaneDistanceDim = 3;     ///< input dimensions that the batched kernel takes
inline constexpr std::size_t kMaxLaneDistanceWidth = 16;  ///< widest layer that it takes

/// Boxes as in lane_derivative.hpp. ends[2i], ends[2i + 1]: lower and upper bound of the difference on box i; either may be NaN,
/// nothing is known then. `workspace` points to workspace_bytes bytes, aligned to 64. Rounding must be to nearest.
using LaneDistanceOn = void (*)(const DistanceProgram<LaneLayer>& program, const double* lower, const double* upper, std::size_t count, double* ends,
                                void* workspace);

/// Index dim − 1. Quadratic forms cost a few times as much, and lose cubes of a width where affine ones lose squares.
struct LaneDistances {
  LaneDistanceOn on[kMaxLaneDistanceDim];            ///< by affine forms
  LaneDistanceOn quadratic_on[kMaxLaneDistanceDim];  ///< by quadratic forms, for boxes of some width; null: not offered
  std::size_t (*workspace_bytes)(const DistanceProgram<LaneLayer>& program);
};

namespace portable {
LaneDistances lane_distances();
}
namespace avx2 {
LaneDistances lane_distances();
}
namespace avx512 {
LaneDistances lane_distances();
}

}  // namespace narrows
