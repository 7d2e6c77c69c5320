// Pulling a path with a ray back through one step of a network.
#pragma once

#include "polyhedral/forward_steps.hpp"
#include "polyhedral/witness.hpp"

namespace narrows {

/// p ↦ inverse (p − bias).
void pull_back_affine(const RationalMatrix& inverse, const std::vector<Rational>& bias, LevelRay& ray);

/// Through ReLU on all coordinates, which is the identity where the path starts: in the open positive orthant. Where the path
/// leaves it through a facet {y_i = 0} it ends, and a ray along −e_i, which ReLU does not see, takes over.
void pull_back_relu(LevelRay& ray);

/// Through σ(t) = t, slope·t for t < 0, slope > 0, on all coordinates: splits the path where a coordinate changes sign.
void pull_back_leaky(const Rational& slope, LevelRay& ray);

/// Through a one-neuron block that does not fold: 1 + u·v ≥ 0 and 1 + slope·u·v ≥ 0. If one of them is 0, the path must start off that
/// flat half-space; where it enters it, it ends, and the flat direction takes over.
void pull_back_block(const OneNeuronStep& block, LevelRay& ray);

/// u·v of a block, and u·h + b.
[[nodiscard]] Rational gain_of(const OneNeuronStep& block);
[[nodiscard]] Rational activation_at(const OneNeuronStep& block, const RationalPoint& h);

/// A direction along which the block is constant from a state of a flat half-space (1 + gain == 0, neuron ≥ 0; or 1 + slope·gain == 0,
/// neuron ≤ 0).
[[nodiscard]] RationalPoint flat_direction(const OneNeuronStep& block, bool positive_side);

}  // namespace narrows
