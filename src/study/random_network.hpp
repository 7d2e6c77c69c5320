// The network that the parameters of a family and a seed stand for.
#pragma once

#include <string>

#include "study/plan.hpp"

namespace narrows {

/// d inputs, `depth` blocks, then a row with bias to one output. resnet: residual blocks of d neurons whose branch has `width` of them
/// (outer: d); mlp: affine layers to `width` neurons, each followed by the activation.
///
/// Guarantee  the same everywhere and always for equal parameters. The draws depend on the seed, on architecture, dimensions and activation, and,
///            unless the family has `same_weights`, on ε and δ.
[[nodiscard]] Network random_network(const NetworkParameters& parameters, const StudyFamily& family);

/// A few bytes that two networks of families have in common exactly if they are the same network (SHA-256 taken to be without collisions). Much
/// cheaper than the network.
[[nodiscard]] std::string random_network_key(const NetworkParameters& parameters, const StudyFamily& family);

}  // namespace narrows
