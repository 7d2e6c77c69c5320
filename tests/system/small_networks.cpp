#include "small_networks.hpp"

#include <algorithm>

#include "unit/network/layers.hpp"

namespace narrows::test {
namespace {

void reverse_units(Layer* layer, bool first, bool last) {
  if (auto* map = std::get_if<AffineLayer>(&layer->value)) {
    const AffineLayer before = *map;
    for (std::size_t i = 0; i < map->rows; ++i) {
      const std::size_t row = last ? i : map->rows - 1 - i;
      map->bias[i] = before.bias[row];
      for (std::size_t j = 0; j < map->cols; ++j) map->weight[i * map->cols + j] = before.weight[row * map->cols + (first ? j : map->cols - 1 - j)];
    }
  } else if (auto* norm = std::get_if<BatchNormLayer>(&layer->value)) {
    for (auto* numbers : {&norm->scale, &norm->bias, &norm->mean, &norm->variance}) std::reverse(numbers->begin(), numbers->end());
  } else if (auto* block = std::get_if<ResidualLayer>(&layer->value)) {
    for (Layer& inner : block->branch) reverse_units(&inner, false, false);
  }
}

}  // namespace

Network bump(const std::vector<Rational>& centre, const Rational& inner_scale, const Rational& outer_scale) {
  const std::size_t d = centre.size();
  Rows weight(2 * d, std::vector<Rational>(d));
  std::vector<Rational> bias, signs;
  for (std::size_t i = 0; i < d; ++i) {
    weight[2 * i][i] = weight[2 * i + 1][i] = inner_scale;
    bias.push_back(inner_scale * (1 - centre[i]));
    bias.push_back(inner_scale * (-1 - centre[i]));
    signs.push_back(outer_scale);
    signs.push_back(-outer_scale);
  }
  return network(d, {affine(weight, bias), activation(Activation::tanh), affine({signs})});
}

Network line_block(const Rational& skip, const Rational& factor, Activation function, const std::vector<Rational>& w,
                   const std::vector<Rational>& b, const std::vector<Rational>& v) {
  Rows column;
  for (const Rational& entry : w) column.push_back({entry});
  return network(1, {residual(skip, factor, {affine(column, b), activation(function, 1), affine({v})})});
}

Network random_network(std::size_t d, std::size_t hidden, Activation function, RandomCases* random) {
  const auto numbers = [random](std::size_t count) {
    std::vector<Rational> list;
    for (std::size_t k = 0; k < count; ++k) list.emplace_back(random->integer(-16, 16), 8);
    return list;
  };
  const auto matrix = [&](std::size_t rows, std::size_t cols) {
    return Layer{AffineLayer{rows, cols, numbers(rows * cols), numbers(rows)}};
  };
  std::vector<Layer> layers{matrix(d, d)};
  for (int k = 0; k < 2; ++k) layers.push_back(residual(1, k == 0 ? 1 : -1, {matrix(hidden, d), activation(function), matrix(d, hidden)}));
  layers.push_back(matrix(1, d));
  return network(d, layers);
}

Network scaled(Network network, const Rational& factor) {
  auto& last = std::get<AffineLayer>(network.layers.back().value);
  for (auto* numbers : {&last.weight, &last.bias})
    for (Rational& number : *numbers) number *= factor;
  return network;
}

Network reversed_units(Network network) {
  for (std::size_t l = 0; l < network.layers.size(); ++l) reverse_units(&network.layers[l], l == 0, l + 1 == network.layers.size());
  return network;
}

Network with_idle_blocks(Network network) {
  const std::size_t n = std::get<AffineLayer>(network.layers.back().value).cols;
  network.layers.insert(network.layers.end() - 1, residual(1, 0, {shape(n, n), activation(Activation::sigmoid)}));
  network.layers.insert(network.layers.end() - 1, shape(n, n));
  return network;
}

Network rotated(Network network) {
  Rows rotation(network.input_dim, std::vector<Rational>(network.input_dim));
  for (std::size_t i = 2; i < network.input_dim; ++i) rotation[i][i] = 1;
  rotation[0][0] = rotation[1][1] = Rational(3, 5);
  rotation[0][1] = Rational(-4, 5);
  rotation[1][0] = Rational(4, 5);
  network.layers.insert(network.layers.begin(), affine(rotation));
  return network;
}

}  // namespace narrows::test
