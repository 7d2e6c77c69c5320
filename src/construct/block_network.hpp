// Residual networks whose blocks hold one ReLU neuron each, with a linear output: N(x) = L·(state after all blocks).
//
// notation == meaning:  block (u, v, b) maps x to x + v·relu(u·x + b); a *fold* is a block with u·v < −1.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "arith/rational.hpp"
#include "network/model.hpp"

namespace narrows {

struct OneNeuronBlock {
  std::vector<Rational> u, v;
  Rational b;
};

struct OneNeuronNetwork {
  std::size_t dim = 0;
  std::vector<OneNeuronBlock> blocks;
  std::vector<Rational> output;  ///< L
};

/// N(x). Exact. Shape  x.size() == dim.
[[nodiscard]] Rational value_exact(const OneNeuronNetwork& net, std::vector<Rational> x);

/// Blocks with u·v < −1.
[[nodiscard]] std::size_t count_folds(const OneNeuronNetwork& net);

/// Each block a residual layer with skip 1, residual 1 and branch affine (1 x d), relu, affine (d x 1); then L as an affine layer.
[[nodiscard]] Network to_network(const OneNeuronNetwork& net, const std::string& name);

/// The blocks of a network of that form. The residual factor and a bias at the branch's end are allowed (the bias becomes a
/// block with u = 0), and so is a bias of the output, which is returned in *output_bias.
/// Special  nothing if the network is not of this form; *why says which layer is not.
[[nodiscard]] std::optional<OneNeuronNetwork> one_neuron_network(const Network& network, Rational* output_bias, std::string* why);

}  // namespace narrows
