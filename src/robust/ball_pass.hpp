// Interval passes through a ReLU classifier, forward and backward, eight samples at a time, as centres and radii.
//
// Idea: |fl(Σ w c) − Σ w x| <= Σ |w| s with s = ρ + g(|c| + ρ): the radius ρ of x round c, and a share g for all roundings, of the sum and of
// the stored w. So one plain product for the centres and one for the radii enclose a layer, without any directed rounding; the
// radius sum is itself rounded and gets the share g once more. g is more than twice what Higham's bound n u asks for.
//
// Semantics  entry i of sample k stands for the reals x with |x − centre[8i + k]| <= radius[8i + k]. Numbers are finite, except that a radius
//            may be infinite (then the centre is 0): nothing is known. There is no NaN.
// Guarantee  what follows is enclosed for every x in the input balls, each sample on its own.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "robust/sparse_kernels.hpp"
#include "robust/sparse_network.hpp"

namespace narrows::robust {

struct Balls {
  std::vector<double> centre, radius;  ///< kSamples numbers per entry
  Balls() = default;
  explicit Balls(std::size_t entries) : centre(kSamples * entries), radius(kSamples * entries) {}
  [[nodiscard]] std::size_t entries() const { return centre.size() / kSamples; }
};

/// Lower and upper bounds of entry i of sample k.
[[nodiscard]] double lower(const Balls& x, std::size_t i, std::size_t k);
[[nodiscard]] double upper(const Balls& x, std::size_t i, std::size_t k);

/// Holds what the last forward pass found. One object per thread; the network must outlive it.
class BallPass {
 public:
  explicit BallPass(const SparseNetwork& network) : net_(network) {}

  /// Natural interval extension from the input to the last layer.
  void forward(const Balls& input);

  /// f_label − f_j for all j, over the balls of the last forward pass; entry `label` is 0. The rows are subtracted before the product.
  [[nodiscard]] Balls margins(std::size_t label) const;

  /// The Clarke gradients of f_label − f_j over the balls of the last forward pass: one entry per input. A relu whose argument may be 0
  /// has any slope in [0, 1].
  [[nodiscard]] Balls gradient(std::size_t label, std::size_t j) const;

 private:
  enum class Gate : std::uint8_t { closed, open, any };
  [[nodiscard]] static Balls relu(Balls x, std::vector<Gate>* gates);
  [[nodiscard]] static Balls gated(Balls v, const std::vector<Gate>& gates);

  const SparseNetwork& net_;
  Balls features_;
  std::vector<std::vector<Gate>> gates_;  ///< one per relu
};

/// Σ over the entries of sup |x_i| and of inf |x_i| for sample k: bounds of the l1 norm.
[[nodiscard]] double norm_upper(const Balls& x, std::size_t k);
[[nodiscard]] double norm_lower(const Balls& x, std::size_t k);

}  // namespace narrows::robust
