// Constructed networks with every number rounded to a double, for formats that hold nothing else, and how far they are from the exact ones.
//
// Idea: a rounded one-neuron ResNet still has a digit form G̃(φ̃ + Σ s̃_i); its parts are compared with the exact ones as piecewise linear functions, so
// that large weights that cancel do no harm. Convolutional networks are compared layer by layer, by magnitudes and differences.
#pragma once

#include <optional>

#include "construct/block_network.hpp"
#include "construct/conv_resnet.hpp"

namespace narrows {

/// A nearest double. Precondition: the magnitude is at most the largest double.
[[nodiscard]] Rational nearest_double(const Rational& x);
[[nodiscard]] OneNeuronNetwork rounded(const OneNeuronNetwork& net);
[[nodiscard]] ConvResNet rounded(const ConvResNet& net);

/// An upper bound of sup |a − b| over [0,1]^d, exact arithmetic throughout: the supremum itself for d = 1, else
/// sup |G̃ − G| + Lip(G)(sup |φ̃ − φ| + Σ sup |s̃_i − s_i|).
/// Special    nothing if a network has no digit form.
[[nodiscard]] std::optional<Rational> distance_on_cube(const OneNeuronNetwork& a, const OneNeuronNetwork& b);

/// An upper bound of sup |a − b| over [0,1]^D, rounded up; +inf if nothing is known.
/// Precondition  networks of the same shape whose blocks read channel 0 and leave it alone.
[[nodiscard]] double distance_on_cube(const ConvResNet& a, const ConvResNet& b);

}  // namespace narrows
