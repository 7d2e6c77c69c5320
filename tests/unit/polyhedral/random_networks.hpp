// Random piecewise linear networks with small rational weights (so that coincidences are common), and a plain evaluation.
#pragma once

#include <string>
#include <vector>

#include "network/chain.hpp"
#include "support/random_cases.hpp"

namespace narrows::test {

inline Rational small_rational(RandomCases& random) {
  return Rational(random.integer(-4, 4)) / Rational(random.integer(0, 2) == 0 ? random.integer(1, 3) : 1);
}

inline Layer random_affine(RandomCases& random, std::size_t rows, std::size_t cols) {
  AffineLayer layer{rows, cols, {}, {}};
  for (std::size_t i = 0; i < rows * cols; ++i) layer.weight.push_back(small_rational(random));
  for (std::size_t i = 0; i < rows; ++i) layer.bias.push_back(small_rational(random));
  return Layer{layer};
}

inline Layer random_kink(RandomCases& random) {
  ActivationLayer layer;
  layer.function = random.integer(0, 3) == 0 ? Activation::leaky_relu : Activation::relu;
  layer.alpha = Rational(1) / Rational(random.integer(2, 5));
  return Layer{layer};
}

/// d inputs, one output: dense layers and residual blocks with one or two hidden layers in the branch.
inline Network random_piecewise_linear(RandomCases& random, std::size_t d, int depth, std::size_t width) {
  Network net;
  net.input_dim = d;
  std::size_t n = d;
  for (int l = 0; l < depth; ++l) {
    const auto hidden = static_cast<std::size_t>(random.integer(1, static_cast<int>(width)));
    if (random.integer(0, 2) == 0) {
      ResidualLayer block{small_rational(random), small_rational(random), {}};
      block.branch.push_back(random_affine(random, hidden, n));
      block.branch.push_back(random_kink(random));
      std::size_t inner = hidden;
      if (random.integer(0, 3) == 0) {
        block.branch.push_back(random_affine(random, 2, inner));
        block.branch.push_back(random_kink(random));
        inner = 2;
      }
      block.branch.push_back(random_affine(random, n, inner));
      net.layers.push_back(Layer{block});
    } else {
      net.layers.push_back(random_affine(random, hidden, n));
      net.layers.push_back(random_kink(random));
      n = hidden;
    }
  }
  net.layers.push_back(random_affine(random, 1, n));
  return net;
}

/// The layers one by one over the rationals: independent of stages and scaling.
inline std::vector<Rational> plain_value(const std::vector<Layer>& layers, std::vector<Rational> h) {
  for (const Layer& layer : layers) {
    if (const auto* affine = std::get_if<AffineLayer>(&layer.value)) {
      std::vector<Rational> y = affine->bias;
      for (std::size_t i = 0; i < affine->rows; ++i)
        for (std::size_t j = 0; j < affine->cols; ++j) y[i] += affine->weight[i * affine->cols + j] * h[j];
      h = y;
    } else if (const auto* kink = std::get_if<ActivationLayer>(&layer.value)) {
      for (Rational& x : h)
        if (x < 0 && kink->function != Activation::identity) x *= kink->function == Activation::relu ? Rational(0) : kink->alpha;
    } else {
      const auto& block = std::get<ResidualLayer>(layer.value);
      const std::vector<Rational> branch = plain_value(block.branch, h);
      for (std::size_t i = 0; i < h.size(); ++i) h[i] = block.skip * h[i] + block.residual * branch[i];
    }
  }
  return h;
}

inline Chain chain_of(const Network& net) { return make_chain(net, {}, "test"); }

}  // namespace narrows::test
