// Is a fully connected network of width d+1 the one-neuron ResNet that it was made from? Decided from both networks' weights (Theorem 6).
//
// Idea: before hidden layer k, the state x of the ResNet is an affine function M h + c of the units h. The layer must then hold x + s, with a
// shift s that keeps it from being negative, and the next block's neuron t = relu(u·x + b); after it the state x + v t is affine in the new units.
#pragma once

#include <optional>
#include <string>

#include "construct/fully_connected.hpp"

namespace narrows {

/// Equality with N + bias on the box, or with `clamped` to (N + bias)(clamp(x)) on R^d.
///
/// Returns    nothing if proved, else which layer does not fit. Failure proves nothing.
/// Guarantee  every weight and bias of the network is compared exactly; that the states plus shifts are not negative is shown with exact intervals.
/// Shape      box.lower.size() == net.dim, lower <= upper.
[[nodiscard]] std::optional<std::string> difference_from_blocks(const FullyConnected& wide,
                                                                const OneNeuronNetwork& net,
                                                                const Rational& bias, const RationalBox& box,
                                                                bool clamped);

}  // namespace narrows
