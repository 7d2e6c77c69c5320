// Φ over many affine images of cubes at once, by the batched kernels: what form_values.cpp calls, and what each instruction set provides.
#pragma once

#include <cstddef>

#include "network/lane_chain.hpp"

namespace narrows {

inline constexpr std::size_t kMaxValueSymbols = 3;  ///< symbols of an image that the kernels take

/// Layout, D symbols: an input is n blocks of D + 2 doubles, n the width that the chain starts from: centre, D coefficients, radius (>= 0, an upper
/// bound of all that is not affine). A result is D + 4 doubles: centre, D coefficients, radius, lower, upper end of Φ. NaN: nothing is known.
using LaneValuesOn = void (*)(const LaneChain& chain, std::size_t width, const double* inputs,
                              std::size_t count, double* results, void* workspace);

/// Index D − 1.
struct LaneValues {
  LaneValuesOn by_symbols[kMaxValueSymbols];
  std::size_t (*workspace_bytes)(const LaneChain& chain, std::size_t symbols);
};

namespace portable {
LaneValues lane_values();
}
namespace avx2 {
LaneValues lane_values();
}
namespace avx512 {
LaneValues lane_values();
}

}  // namespace narrows
