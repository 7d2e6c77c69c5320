// Builders of small networks for the tests of this module.
#pragma once

#include <vector>

#include "network/chain.hpp"
#include "network/model.hpp"

namespace narrows::test {

using Rows = std::vector<std::vector<Rational>>;

[[nodiscard]] inline Layer affine(const Rows& weight, std::vector<Rational> bias = {}) {
  bias.resize(weight.size());
  AffineLayer layer{weight.size(), weight[0].size(), {}, bias};
  for (const auto& row : weight) layer.weight.insert(layer.weight.end(), row.begin(), row.end());
  return {layer};
}
/// rows x cols, ones on the diagonal.
[[nodiscard]] inline Layer shape(std::size_t rows, std::size_t cols) {
  Rows weight(rows, std::vector<Rational>(cols));
  for (std::size_t i = 0; i < rows && i < cols; ++i) weight[i][i] = 1;
  return affine(weight);
}
[[nodiscard]] inline Layer activation(Activation function, const Rational& alpha = 0) {
  return {ActivationLayer{function, alpha}};
}
[[nodiscard]] inline Layer residual(const Rational& skip, const Rational& factor,
                                    const std::vector<Layer>& branch) {
  return {ResidualLayer{skip, factor, branch}};
}
[[nodiscard]] inline Network network(std::size_t input_dim, const std::vector<Layer>& layers) {
  Network net;
  net.input_dim = input_dim;
  net.layers = layers;
  return net;
}
[[nodiscard]] inline Chain chain(std::size_t input_dim, const std::vector<Layer>& layers) {
  return make_chain(network(input_dim, layers), {}, "test");
}

}  // namespace narrows::test
