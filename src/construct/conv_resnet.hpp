// Convolutional residual networks as in convresnet.md, section 1: zero-padded one-sided convolutions, ReLU after every layer of a block.
//
// notation == meaning:  D positions, C channels, state Z in R^{D x C};  P(x) = [x, 0, …, 0];  f(x) = ⟨W_out, Q(x)⟩ + b with
// Q = (Conv_M + id) ∘ … ∘ (Conv_1 + id) ∘ P.  The constructions use C = 3: the input, and what is added to and subtracted from the output.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "network/model.hpp"

namespace narrows {

/// y_{i,j} = relu(bias_j + Σ_{k,l} weight[j][l][k] · z_{i+k,l}), k = 0 … taps−1, z = 0 beyond the last position.
struct ConvLayer {
  std::size_t inputs = 0, outputs = 0, taps = 1;
  std::vector<Rational> weight;  ///< [outputs][inputs][taps]
  std::vector<Rational> bias;    ///< one per output channel
};

struct ConvResNet {
  std::size_t positions = 1, channels = 3;
  std::vector<std::vector<ConvLayer>> blocks;  ///< each maps `channels` to `channels`
  std::vector<Rational> output;                ///< W_out by channel and position: output[c * positions + i]
  Rational bias;
};

/// The class C(M, L, J, K, κ1, κ2) that the network is in, read off its weights.
struct ConvClass {
  std::size_t M = 0, L = 0, J = 0, K = 0;
  Rational kappa1, kappa2;
};
/// Errors  std::logic_error if shapes do not fit (a defect of a construction).
[[nodiscard]] ConvClass class_of(const ConvResNet& net);

struct ValueAndSlope {
  Rational value, slope;
};
/// f(x) and the one-sided derivative of f at x in a direction, exactly: relu moves with t where z > 0, with max(t, 0) where z = 0.
[[nodiscard]] ValueAndSlope value_and_slope(const ConvResNet& net, const std::vector<Rational>& x, const std::vector<Rational>& direction);

/// narrows-network/1 with `conv` layers; it reads back as to_network().
[[nodiscard]] std::string to_json(const ConvResNet& net, const std::string& name);

/// The widths of the layers: without lowering anything.
[[nodiscard]] std::vector<std::size_t> widths(const ConvResNet& net);

}  // namespace narrows
