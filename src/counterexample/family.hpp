// Families of small networks with real parameters: what a search for a counterexample moves through.
//
// notation == meaning:  d inputs, L blocks, m neurons in a block;  block l has W (m x d), b (m) and W̃ (d x m);
//   residual  h_l = h_{l-1} + δ W̃ σ(W h_{l-1} + b), h_0 = x, the channel ratio is α = δ;
//   dense     h_l = σ(W h_{l-1} + b) with m = d, no W̃;
//   Φ(x) = w·h_L.  A *tensor* is one W, b, W̃ or w; parameters are stored tensor by tensor, matrices by rows.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "network/model.hpp"

namespace narrows {

struct Family {
  std::size_t dim = 2;
  std::size_t blocks = 1;
  std::size_t neurons = 2;
  Activation activation = Activation::tanh;
  bool residual = true;
  bool shared = false;      ///< all blocks have the same W, b, W̃: Euler steps of one autonomous flow
  bool biases = true;       ///< else every b is 0
  bool free_output = true;  ///< else w = (1, …, 1)
  Rational ratio = 1;       ///< δ
};

struct Tensor {
  enum class Kind { inner, bias, outer, output };  ///< W, b, W̃, w
  Kind kind = Kind::inner;
  std::size_t block = 0;
  std::size_t begin = 0, size = 0;  ///< its place among the parameters
};

/// The tensors that have parameters, in their order; with shared weights there is one block of them.
[[nodiscard]] std::vector<Tensor> tensors_of(const Family& family);
[[nodiscard]] std::size_t parameter_count(const Family& family);

/// A network of the family, and a point of interest in R^d.
struct Candidate {
  Family family;
  std::vector<double> weights;
  std::vector<double> point;
};

/// The candidate without block `block`. Precondition: more than one block, not shared.
[[nodiscard]] Candidate without_block(const Candidate& candidate, std::size_t block);

/// The network with exactly these numbers; each block is one residual layer (dense: an affine and an activation layer).
[[nodiscard]] Network network_of(const Candidate& candidate, const std::string& name);

/// Φ(x) and, if `gradient` is not null, ∇Φ(x) (d numbers), in floating-point arithmetic: guides the search, proves nothing.
[[nodiscard]] double value_approx(const Candidate& candidate, std::span<const double> x,
                                  std::vector<double>* gradient);

/// Sign bit plus magnitude: the least b such that every tensor is a power of two times integers below 2^(b−1) in magnitude.
[[nodiscard]] int weight_bits(const Candidate& candidate);
[[nodiscard]] std::size_t nonzero_weights(const Candidate& candidate);

}  // namespace narrows
