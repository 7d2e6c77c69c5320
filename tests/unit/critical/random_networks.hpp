// Random smooth chains for property tests: dense and residual layers of every smooth activation.
#pragma once

#include "network/chain.hpp"
#include "support/random_cases.hpp"

namespace narrows::test {

inline AffineLayer random_affine(RandomCases& random, std::size_t rows, std::size_t cols) {
  AffineLayer layer{rows, cols, {}, {}};
  for (std::size_t i = 0; i < rows * cols; ++i) layer.weight.push_back(rational_exact(random.uniform(-1.5, 1.5)));
  for (std::size_t i = 0; i < rows; ++i) layer.bias.push_back(rational_exact(random.uniform(-1, 1)));
  return layer;
}

inline BatchNormLayer random_batch_norm(RandomCases& random, std::size_t n) {
  BatchNormLayer layer;
  for (std::size_t i = 0; i < n; ++i) {
    layer.scale.push_back(rational_exact(random.uniform(0.5, 1.5)));
    layer.bias.push_back(rational_exact(random.uniform(-0.5, 0.5)));
    layer.mean.push_back(rational_exact(random.uniform(-0.5, 0.5)));
    layer.variance.push_back(rational_exact(random.uniform(0.5, 2)));
  }
  layer.epsilon = rational_exact(1e-5);
  return layer;
}

inline ActivationLayer random_smooth_activation(RandomCases& random) {
  constexpr Activation smooth[] = {Activation::tanh, Activation::sigmoid, Activation::softplus, Activation::arctan,
                                   Activation::sin,  Activation::silu,    Activation::gelu,     Activation::tanh};
  return {smooth[random.integer(0, 7)], 0};
}

/// d inputs (1 to 3), up to five blocks of width d, one output.
inline Chain random_chain(RandomCases& random) {
  Network network;
  const std::size_t d = static_cast<std::size_t>(random.integer(1, 3));
  network.input_dim = d;
  if (random.integer(0, 1)) {
    network.layers.push_back({random_affine(random, d, d)});
    network.layers.push_back({random_smooth_activation(random)});
  }
  for (int blocks = random.integer(1, 5); blocks > 0; --blocks) {
    ResidualLayer block{rational_exact(random.uniform(-1, 1.5)), rational_exact(random.uniform(-1, 1)), {}};
    const std::size_t m = static_cast<std::size_t>(random.integer(1, 4));
    block.branch.push_back({random_affine(random, m, d)});
    if (random.integer(0, 3) == 0) block.branch.push_back({random_batch_norm(random, m)});
    block.branch.push_back({random_smooth_activation(random)});
    if (m != d || random.integer(0, 2) == 0) block.branch.push_back({random_affine(random, d, m)});
    network.layers.push_back({block});
  }
  network.layers.push_back({random_affine(random, 1, d)});
  return make_chain(network, {}, "random network");
}

}  // namespace narrows::test
