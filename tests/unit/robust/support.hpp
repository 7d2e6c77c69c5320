// Small random classifiers and their exact evaluation.
#pragma once

#include <catch2/catch.hpp>
#include <vector>

#include "network/model.hpp"
#include "support/random_cases.hpp"

namespace narrows::test {

/// Exact value and Jacobian (rows: outputs) of affine, relu and residual layers; at a kink the slope is `at_kink`.
struct Exact {
  std::vector<Rational> value;
  std::vector<std::vector<Rational>> jacobian;
};

inline Exact exact(const std::vector<Layer>& layers, Exact h, const Rational& at_kink) {
  for (const Layer& layer : layers) {
    if (const auto* affine = std::get_if<AffineLayer>(&layer.value)) {
      Exact y{affine->bias,
              std::vector<std::vector<Rational>>(affine->rows, std::vector<Rational>(h.jacobian[0].size()))};
      for (std::size_t i = 0; i < affine->rows; ++i) {
        for (std::size_t j = 0; j < affine->cols; ++j) {
          const Rational& w = affine->weight[i * affine->cols + j];
          y.value[i] += w * h.value[j];
          for (std::size_t k = 0; k < y.jacobian[i].size(); ++k) y.jacobian[i][k] += w * h.jacobian[j][k];
        }
      }
      h = std::move(y);
    } else if (const auto* residual = std::get_if<ResidualLayer>(&layer.value)) {
      Exact y = exact(residual->branch, h, at_kink);
      for (std::size_t i = 0; i < y.value.size(); ++i) {
        y.value[i] = residual->skip * h.value[i] + residual->residual * y.value[i];
        for (std::size_t k = 0; k < y.jacobian[i].size(); ++k)
          y.jacobian[i][k] = residual->skip * h.jacobian[i][k] + residual->residual * y.jacobian[i][k];
      }
      h = std::move(y);
    } else {
      for (std::size_t i = 0; i < h.value.size(); ++i) {
        const Rational slope = h.value[i] > 0 ? Rational(1) : h.value[i] < 0 ? Rational(0) : at_kink;
        for (Rational& entry : h.jacobian[i]) entry *= slope;
        if (h.value[i] < 0) h.value[i] = 0;
      }
    }
  }
  return h;
}

inline Exact exact_at(const Network& network, const std::vector<Rational>& x, const Rational& at_kink = 0) {
  Exact h{x, std::vector<std::vector<Rational>>(x.size(), std::vector<Rational>(x.size()))};
  for (std::size_t i = 0; i < x.size(); ++i) h.jacobian[i][i] = 1;
  return exact(network.layers, std::move(h), at_kink);
}

inline Rational random_number(RandomCases& random) {
  switch (random.integer(0, 9)) {
    case 0:
      return 0;
    case 1:
      return Rational(random.integer(-5, 5), 3);  // no double
    case 2:
      return random.integer(-2, 2);
    default:
      return rational_exact(random.uniform(-1, 1));
  }
}

inline AffineLayer random_affine(RandomCases& random, std::size_t rows, std::size_t cols) {
  AffineLayer layer{rows, cols, {}, {}};
  for (std::size_t i = 0; i < rows * cols; ++i) layer.weight.push_back(random_number(random));
  for (std::size_t i = 0; i < rows; ++i) layer.bias.push_back(random_number(random));
  return layer;
}

/// relu layers, residual blocks with factors that need not be doubles, and a last affine layer.
inline Network random_classifier(RandomCases& random, std::size_t inputs, std::size_t classes) {
  const Layer relu{ActivationLayer{Activation::relu, 0}};
  Network network;
  network.input_dim = inputs;
  const auto width = static_cast<std::size_t>(random.integer(2, 5));
  network.layers = {{random_affine(random, width, inputs)}, relu};
  for (int blocks = random.integer(1, 2); blocks > 0; --blocks) {
    const auto inner = static_cast<std::size_t>(random.integer(1, 4));
    const bool plain = random.integer(0, 2) > 0;
    network.layers.push_back({ResidualLayer{
        plain ? Rational(1) : random_number(random),
        plain ? Rational(1) : random_number(random),
        {{random_affine(random, inner, width)}, relu, {random_affine(random, width, inner)}, relu}}});
  }
  network.layers.push_back({random_affine(random, classes, width)});
  return network;
}

}  // namespace narrows::test
