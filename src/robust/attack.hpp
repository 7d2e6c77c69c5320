// Projected gradient ascent in plain doubles: candidates for points near a sample that the network takes for another class.
//
// Guarantee  none: a candidate is a guess, to be evaluated with intervals (robustness.hpp).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "robust/sparse_kernels.hpp"
#include "robust/sparse_network.hpp"

namespace narrows::robust {

struct AttackOptions {
  std::size_t steps = 20;    ///< each 2.5·radius/steps long in the sup norm, projected into the ball
  std::size_t restarts = 2;  ///< the first from the centre, the others from random corners
  std::uint64_t seed = 1;
};

/// For each of eight samples of one label the point with the smallest f_label − max f_j among those visited.
/// Shape   centre: kSamples numbers per input, sample by sample; so is the result.
/// Bounds  each entry differs from the centre's by at most radius[k]·(1 − 1e-12), up to rounding.
[[nodiscard]] std::vector<double> attack(const SparseNetwork& network, std::size_t label,
                                         const std::vector<double>& centre,
                                         const std::array<double, kSamples>& radius,
                                         const AttackOptions& options);

}  // namespace narrows::robust
