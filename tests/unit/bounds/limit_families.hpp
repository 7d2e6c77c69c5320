// Residual networks for the tests of limits, and their difference from the limit by a method of its own: Runge and Kutta in long double.
#pragma once

#include <cmath>
#include <random>
#include <vector>

#include "bounds/limit_network.hpp"
#include "families.hpp"

namespace narrows::test {

inline Layer affine(std::size_t rows, std::size_t cols, const std::vector<double>& weight, const std::vector<double>& bias) {
  AffineLayer layer{rows, cols, {}, {}};
  for (const double w : weight) layer.weight.push_back(rational_exact(w));
  for (const double b : bias) layer.bias.push_back(rational_exact(b));
  return {layer};
}

/// One neuron on the line: h ← skip·h + residual·(v σ(w h + b) + c).
struct LineBlock {
  double skip, residual, v, w, b = 0, c = 0;
};
inline LimitNetwork line_network(const std::vector<LineBlock>& blocks, Activation function = Activation::tanh) {
  Network network;
  network.input_dim = 1;
  for (const LineBlock& k : blocks) {
    ResidualLayer block{rational_exact(k.skip), rational_exact(k.residual), {}};
    block.branch.push_back(affine(1, 1, {k.w}, {k.b}));
    block.branch.push_back({ActivationLayer{function, 1}});
    block.branch.push_back(affine(1, 1, {k.v}, {k.c}));
    network.layers.push_back({block});
  }
  network.layers.push_back(affine(1, 1, {1}, {0}));
  return make_limit_network(make_chain(network, {}, "test"), "test");
}

struct RandomShape {
  std::size_t dim = 2, width = 2, blocks = 4;
  Activation function = Activation::tanh;
  double skip = 1, residual = 0.25, scale = 1;
  bool second_activation = false;
};
inline LimitNetwork random_network(std::mt19937_64& source, const RandomShape& shape) {
  std::normal_distribution<double> normal(0, shape.scale);
  const auto map = [&](std::size_t rows, std::size_t cols) {
    std::vector<double> weight(rows * cols), bias(rows);
    for (double& w : weight) w = normal(source) / std::sqrt(static_cast<double>(cols));
    for (double& b : bias) b = 0.5 * normal(source);
    return affine(rows, cols, weight, bias);
  };
  Network network;
  network.input_dim = shape.dim;
  network.layers.push_back(map(shape.dim, shape.dim));
  for (std::size_t l = 0; l < shape.blocks; ++l) {
    const double sign = l % 3 == 2 ? -1 : 1;  // negative ratios, too
    ResidualLayer block{rational_exact(shape.skip), rational_exact(sign * shape.residual), {}};
    block.branch.push_back(map(shape.width, shape.dim));
    block.branch.push_back({ActivationLayer{shape.function, 1}});
    if (shape.second_activation) {
      block.branch.push_back(map(shape.width, shape.width));
      block.branch.push_back({ActivationLayer{shape.function, 1}});
    }
    block.branch.push_back(map(shape.dim, shape.width));
    network.layers.push_back({block});
  }
  network.layers.push_back(map(1, shape.dim));
  return make_limit_network(make_chain(network, {}, "test"), "test");
}

using Reals = std::vector<long double>;

inline long double real(const Rational& x) {
  const double head = mpq_get_d(x.backend().data());
  return static_cast<long double>(head) + static_cast<long double>(mpq_get_d(Rational(x - rational_exact(head)).backend().data()));
}

inline long double activation_value(const ActivationLayer& layer, long double z) {
  switch (layer.function) {
    case Activation::tanh: return std::tanh(z);
    case Activation::sigmoid: return 1 / (1 + std::exp(-z));
    case Activation::softplus: return z > 0 ? z + std::log1p(std::exp(-z)) : std::log1p(std::exp(z));
    case Activation::arctan: return std::atan(z);
    case Activation::sin: return std::sin(z);
    case Activation::silu: return z / (1 + std::exp(-z));
    case Activation::gelu: return z * std::erfc(-z / std::sqrt(2.0L)) / 2;
    case Activation::elu: return z >= 0 ? z : real(layer.alpha) * std::expm1(z);
    case Activation::relu: return z > 0 ? z : 0;
    case Activation::leaky_relu: return z > 0 ? z : real(layer.alpha) * z;
    case Activation::identity: break;
  }
  return z;
}

inline Reals apply_plain(const Layer& layer, const Reals& x) {
  if (const auto* activation = std::get_if<ActivationLayer>(&layer.value)) {
    Reals y;
    for (const long double z : x) y.push_back(activation_value(*activation, z));
    return y;
  }
  const auto& map = std::get<AffineLayer>(layer.value);
  Reals y(map.rows);
  for (std::size_t i = 0; i < map.rows; ++i) {
    y[i] = real(map.bias[i]);
    for (std::size_t j = 0; j < map.cols; ++j) y[i] += real(map.weight[i * map.cols + j]) * x[j];
  }
  return y;
}

inline Reals branch_at(const ResidualLayer& block, Reals x) {
  for (const Layer& layer : block.branch) x = apply_plain(layer, x);
  return x;
}

inline Reals combined(long double a, const Reals& x, long double b, const Reals& y) {
  Reals z(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) z[i] = a * x[i] + b * y[i];
  return z;
}

inline Reals flow(const ResidualLayer& block, Reals x, long double time, int steps) {
  const long double h = time / steps;
  for (int k = 0; k < steps; ++k) {
    const Reals a = branch_at(block, x), b = branch_at(block, combined(1, x, h / 2, a)), c = branch_at(block, combined(1, x, h / 2, b)), d = branch_at(block, combined(1, x, h, c));
    for (std::size_t i = 0; i < x.size(); ++i) x[i] += h / 6 * (a[i] + 2 * b[i] + 2 * c[i] + d[i]);
  }
  return x;
}

/// Φ_network(x) − Φ_limit(x); `steps` of the classical method for each arc.
inline long double difference_by_runge_kutta(const LimitNetwork& network, Limit limit, const std::vector<double>& x, int steps = 100) {
  Reals h(x.begin(), x.end());
  for (std::size_t l = 0; l < network.first_block; ++l) h = apply_plain(network.chain.layers[l], h);
  Reals u = h;
  for (std::size_t l = 0; l < network.blocks; ++l) {
    const ResidualLayer& block = network.block(l);
    const long double skip = real(block.skip), residual = real(block.residual);
    h = combined(skip, h, residual, branch_at(block, h));
    if (limit == Limit::ode)
      u = flow(block, u, residual / skip, steps), u = combined(skip, u, 0, u);
    else
      u = combined(0, u, residual, branch_at(block, u));
  }
  return apply_plain(network.chain.layers.back(), h)[0] - apply_plain(network.chain.layers.back(), u)[0];
}

}  // namespace narrows::test
