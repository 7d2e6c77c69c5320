// The network as an exact continuous piecewise linear function: affine maps, kinks and residual blocks over the rationals.
//
// Idea: a chain whose activations are relu, leaky_relu or identity is piecewise linear, with every number rational. A
// batch_norm layer holds a square root; it is replaced by the diagonal affine layer with the nearest doubles, which is
// another network: `folded` says so, and whoever claims something must embed the folded network.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "arith/rational.hpp"
#include "network/chain.hpp"
#include "network/model.hpp"

namespace narrows {

struct PiecewiseLinearStep {
  enum class Kind { affine, activation, residual };
  Kind kind = Kind::affine;
  AffineLayer affine;               ///< kind affine
  Rational negative_slope = 0;      ///< kind activation: y = h for h >= 0, negative_slope·h else; 0 is relu; acts on all coordinates
  Rational skip, residual;          ///< kind residual: y = skip·h + residual·branch(h)
  std::vector<PiecewiseLinearStep> branch;
};

/// Φ : R^d → R. Identity activations leave no step.
struct PiecewiseLinear {
  std::size_t input_dim = 0;
  std::vector<PiecewiseLinearStep> steps;
  std::size_t neurons = 0;  ///< coordinates of all activation steps, those of the branches included
  bool folded = false;      ///< a batch_norm layer was replaced by one with rounded numbers
};

/// Every activation is relu, leaky_relu or identity.
[[nodiscard]] bool is_piecewise_linear(const std::vector<Layer>& layers);

/// `network` with every batch_norm layer replaced by the diagonal affine layer whose entries are the nearest doubles (within an ulp).
struct FoldedNetwork {
  Network network;
  bool folded = false;  ///< something was replaced
};
[[nodiscard]] FoldedNetwork fold_batch_norm(const Network& network);

/// Errors  InputError naming `where` and the first activation that is not piecewise linear.
[[nodiscard]] PiecewiseLinear make_piecewise_linear(const Chain& chain, const std::string& where);

}  // namespace narrows
