// Random chains of the kinds that the theorems on narrow networks speak of.
#pragma once

#include <utility>
#include <vector>

#include "network/chain.hpp"
#include "support/random_cases.hpp"

namespace narrows::test::narrow {

inline Rational small_rational(RandomCases& random) { return Rational(random.integer(-9, 9)) / random.integer(1, 7); }

inline AffineLayer random_affine(RandomCases& random, std::size_t rows, std::size_t cols) {
  AffineLayer layer{rows, cols, {}, {}};
  for (std::size_t k = 0; k < rows * cols; ++k) layer.weight.push_back(small_rational(random));
  for (std::size_t k = 0; k < rows; ++k) layer.bias.push_back(small_rational(random));
  return layer;
}

inline Chain chain_of(std::size_t dim, std::vector<Layer> layers) {
  const Network network{"", "", "", dim, std::move(layers)};
  return make_chain(network, OutputSelection{}, "test");
}

inline std::vector<Rational> random_point(RandomCases& random, std::size_t dim) {
  std::vector<Rational> x;
  for (std::size_t i = 0; i < dim; ++i) x.push_back(small_rational(random));
  return x;
}

/// Up to six layers of width d (shrink: at most d, anything down to 1) and a scalar output.
inline std::vector<Layer> fully_connected(RandomCases& random, std::size_t dim, const ActivationLayer& activation, bool shrink) {
  std::vector<Layer> layers;
  std::size_t width = dim;
  for (int k = random.integer(1, 6); k > 0; --k) {
    const std::size_t next = shrink ? static_cast<std::size_t>(random.integer(1, static_cast<int>(dim))) : dim;
    layers.push_back({random_affine(random, next, width)});
    layers.push_back({activation});
    width = next;
  }
  layers.push_back({random_affine(random, 1, width)});
  return layers;
}

}  // namespace narrows::test::narrow
