// A piecewise linear network, made homogeneous, in exact integers.
//
// A point of R^d is (x0; x1, …, xd) with x0 > 0 and stands for x/x0; x0 = 0 is the direction x at infinity. With every bias
// multiplied by x0 the network is positively homogeneous: N(x0; x) = x0·Φ(x/x0) for x0 > 0, and N(0; x) = lim Φ(tx)/t.
// f = N - c·x0 for the level c, so f > 0 says Φ > c at a point.
//
// Two points are *compatible* if no hidden neuron is positive at one and negative at the other. If all points of a list are
// compatible, N is linear on the cone that they span: layer by layer, each neuron keeps a weak sign there.
#pragma once

#include <cstdint>
#include <vector>

#include "checker/model.hpp"

namespace narrows::checker {

using Integer = mpz_class;
using IntegerPoint =
    std::vector<Integer>;  ///< (x0; x1, …, xd), x0 >= 0, not all 0; any positive multiple is the same
using Bits = std::vector<std::uint64_t>;

/// What the network does at one point.
struct Evaluation {
  Bits positive;  ///< one bit for each hidden neuron (of relu and leaky_relu): its argument is > 0
  Bits negative;  ///< … is < 0
  Integer value;  ///< f times a positive factor, the same for all points
};

/// An affine, activation or residual layer as a map of integers: `factor` times the true one.
struct IntegerLayer {
  LayerKind kind = LayerKind::affine;
  Matrix<Integer> weight;
  std::vector<Integer> bias;             ///< of x0
  bool counts = false;                   ///< the neurons of this activation are hidden neurons
  Integer when_positive, when_negative;  ///< activation: factors
  Integer skip, residual;
  std::vector<IntegerLayer> branch;
};

class HomogeneousNetwork {
 public:
  /// Rejects (rule `piecewise-linear`) a chain with other activations than relu, leaky_relu and identity, or with batch_norm.
  HomogeneousNetwork(const std::vector<Layer>& chain, const Rational& level);

  [[nodiscard]] Evaluation evaluate(const IntegerPoint& point) const;
  [[nodiscard]] std::size_t neurons() const { return neurons_; }
  /// f(point) is `value`/value_factor().
  [[nodiscard]] const Integer& value_factor() const { return factor_; }

 private:
  std::vector<IntegerLayer> layers_;
  std::size_t neurons_ = 0;
  Integer factor_ = 1;
  Integer level_factor_, level_shift_;
};

/// All of `more` set in `bits`.
void include(Bits& bits, const Bits& more);
/// No bit is set in both.
[[nodiscard]] bool disjoint(const Bits& a, const Bits& b);

}  // namespace narrows::checker
