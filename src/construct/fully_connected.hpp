// A one-neuron ResNet as a fully connected ReLU network of width d+1 (one-neuron.md, Theorem 6).
//
// Idea: d neurons carry the state, shifted by a bound l^k so that ReLU does not touch it, and one neuron is the block's own. Before them, two
// layers of width d may clamp the input to the box: then the network is N(clamp(x)) on all of R^d, which is N if N = 0 off the box.
#pragma once

#include <string>
#include <vector>

#include "construct/block_network.hpp"

namespace narrows {

/// Affine maps with ReLU between them.
struct FullyConnected {
  std::vector<AffineLayer> layers;
};

/// A box with rational ends.
struct RationalBox {
  std::vector<Rational> lower, upper;
};

/// state ← a box that holds the states after the block, for all states of the box before it. Exact intervals; a block that acts on one coordinate by
/// itself gets its exact image.
void advance(const OneNeuronBlock& block, RationalBox* state);

/// Equal to N + bias on the box, or with `clamp` to (N + bias)(clamp(x)) everywhere. Depth m, or m + 2.
///
/// Guarantee  the shifts are lower bounds of the states, by advance(). Whether the result is what it should be is proved by difference_from_blocks().
[[nodiscard]] FullyConnected fully_connected(const OneNeuronNetwork& net, const Rational& bias, const RationalBox& box, bool clamp);

/// Exact. Shape  x.size() == layers[0].cols.
[[nodiscard]] Rational value_exact(const FullyConnected& net, std::vector<Rational> x);
[[nodiscard]] Network to_network(const FullyConnected& net, const std::string& name);
/// Neurons of the widest hidden layer; 0 if there is none.
[[nodiscard]] std::size_t width(const FullyConnected& net);
/// The longest numerator or denominator of a weight or bias, in bits.
[[nodiscard]] std::size_t longest_bits(const FullyConnected& net);

/// N = 0 off (0,1)^d, proved from the digit form (d >= 2) or the function itself (d = 1).
[[nodiscard]] bool vanishes_off_cube(const OneNeuronNetwork& net);

}  // namespace narrows
