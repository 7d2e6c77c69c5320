// A piecewise linear chain near one point: the value and gradient of every neuron and of Φ in the linear region of the point.
#pragma once

#include <vector>

#include "polyhedral/witness.hpp"

namespace narrows {

/// A neuron's pre-activation and its gradient with respect to the input.
struct LocalNeuron {
  Rational value;
  RationalPoint gradient;
};

struct LocalMap {
  std::vector<LocalNeuron> neurons;  ///< in the order of evaluation
  Rational value;                    ///< Φ(x)
  RationalPoint gradient;            ///< of Φ in the region; a neuron at 0 is taken as inactive
};

/// Exact. Shape  x.size() == chain.input_dim. Precondition: piecewise linear, without batch_norm.
[[nodiscard]] LocalMap local_map(const Chain& chain, const RationalPoint& x);

}  // namespace narrows
