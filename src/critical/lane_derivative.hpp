// v_P and its Jacobian over many boxes at once, in affine forms: what the Krawczyk operator and the winding number ask.
#pragma once

#include <cstddef>
#include <cstdint>

#include "critical/lane_box_test.hpp"
#include "network/lane_chain.hpp"

namespace narrows {

/// Enclosures of Φ, v_P and its Jacobian over one box; [2i] the lower and [2i + 1] the upper bound of entry i. A bound may be NaN: nothing is known then.
struct LaneDerivative {
  std::uint16_t regular_prefix = 0;  ///< layers first+1 … regular_prefix are proved regular on the box
  double output[2] = {};  ///< Φ
  double value[2 * kMaxLaneDim] = {};
  double jacobian[2 * kMaxLaneDim * kMaxLaneDim] = {};  ///< ∂(v_P)_j/∂x_k is entry j·dim + k
};

/// u with u·v_P > 0 on the box; all zeros if none was found.
struct LaneHalfSpace {
  double direction[kMaxLaneDim] = {};
};

/// Layout of boxes and workspace as in LaneBoxTest; n_prefix == dim.
using LaneDerivativeOn = void (*)(const LaneChain& chain, std::size_t prefix, const double* lower, const double* upper, std::size_t count,
                                  LaneDerivative* results, void* workspace);
using LaneHalfSpaceOn = void (*)(const LaneChain& chain, std::size_t prefix, const double* lower, const double* upper, std::size_t count,
                                 LaneHalfSpace* results, void* workspace);

/// Index dim − 1.
struct LaneDerivatives {
  LaneDerivativeOn derivative[kMaxLaneDim];
  LaneHalfSpaceOn half_space[kMaxLaneDim];
  std::size_t (*workspace_bytes)(const LaneChain& chain, std::size_t dim);
};

namespace portable {
LaneDerivatives lane_derivatives();
}
namespace avx2 {
LaneDerivatives lane_derivatives();
}
namespace avx512 {
LaneDerivatives lane_derivatives();
}

}  // namespace narrows
