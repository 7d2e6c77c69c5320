// R^d made bounded: layers "affine, then tanh or sigmoid" map R^d one to one onto an open cube.
#pragma once

#include <optional>
#include <vector>

#include "arith/interval.hpp"
#include "critical/problem.hpp"

namespace narrows {

/// The first two layers of a chain, x ↦ σ(A x + a) with A square and nonsingular and σ = tanh or sigmoid: a diffeomorphism of
/// R^d onto the open cube (−1,1)^d or (0,1)^d. Critical points of Φ correspond to those of the remaining layers on the cube.
struct Reduction {
  static constexpr std::size_t kDroppedLayers = 2;
  std::vector<Interval> cube;  ///< the closed cube
  /// Enclosure of the preimage of a box of the cube; sides are unbounded where the box reaches the cube's boundary.
  [[nodiscard]] std::vector<Interval> preimage(const std::vector<Interval>& box) const;

  Activation function = Activation::tanh;
  std::vector<Interval> inverse;  ///< encloses A⁻¹, row-major
  std::vector<Interval> bias;     ///< encloses a
};

/// nullopt if the chain does not start that way.
[[nodiscard]] std::optional<Reduction> find_reduction(const Problem& problem);

}  // namespace narrows
