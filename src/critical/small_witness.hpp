// Upper bounds of the critical ratio of a wide block, from sets of one and two neurons.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "arith/rational.hpp"
#include "network/model.hpp"

namespace narrows {

struct SmallWitness {
  Rational ratio;                    ///< det(I + ratio D G) <= 0, exactly, where D = s at `neurons` and 0 elsewhere
  std::vector<std::size_t> neurons;  ///< one or two
};

/// The best that sets of one or two neurons give for a branch of one activation layer with 0 <= σ' <= s and without batch_norm;
/// nothing if there is none.
[[nodiscard]] std::optional<SmallWitness> small_witness(const ResidualLayer& layer, std::size_t input_dim);

}  // namespace narrows
