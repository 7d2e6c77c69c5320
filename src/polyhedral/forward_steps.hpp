// A piecewise linear chain as the steps that a ray is pulled back through: affine maps, activations, one-neuron blocks.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "arith/rational_matrix.hpp"
#include "network/chain.hpp"

namespace narrows {

struct AffineStep {
  RationalMatrix weight;
  std::vector<Rational> bias;
};

/// σ(t) = t for t ≥ 0, slope·t for t < 0, on every coordinate.
struct ActivationStep {
  Rational slope;
};

/// x ↦ skip·(x + v σ(u·x + b)) + shift with skip ≠ 0: a residual block with one neuron.
struct OneNeuronStep {
  Rational skip;
  std::vector<Rational> u, v, shift;
  Rational b;
  Rational slope;  ///< of σ on the negative half-line
};

/// A residual block with several neurons, or several activation layers: no inverse is known here.
struct OtherStep {
  const ResidualLayer* block = nullptr;
};

struct ForwardStep {
  std::variant<AffineStep, ActivationStep, OneNeuronStep, OtherStep> value;
  std::size_t layer = 0;  ///< 1-based number in the chain, for messages
};

/// Blocks without skip or without residual, or with affine branches, become affine and activation steps.
/// Errors  InputError if an activation is not piecewise linear, or for batch_norm.
[[nodiscard]] std::vector<ForwardStep> forward_steps(const Chain& chain);

}  // namespace narrows
