// Networks drawn from a seed, as narrows-network/1 documents.
#pragma once

#include <string>

#include "theorems/statement.hpp"

namespace narrows::theorems {

/// The network of `random`: the same for the same seed on every machine.
///
/// A "resnet" has `layers` blocks h ← skip·h + residual·(W̃ σ(W h + b) + b̃) on R^input_dim with `neurons` neurons each, an "mlp" has
/// `layers` hidden layers of `neurons` neurons; both end in one affine output. Weights are k/64, |k| ≤ 64·size, uniformly.
[[nodiscard]] std::string random_network_document(const RandomNetwork& random);

}  // namespace narrows::theorems
