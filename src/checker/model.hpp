// The network of a certificate, exactly: reading, comparing, and folding the selected output into a chain.
#pragma once

#include <string_view>
#include <vector>

#include "checker/activation.hpp"
#include "checker/fields.hpp"
#include "checker/rational.hpp"

namespace narrows::checker {

/// One layer R^inputs -> R^outputs. Only the members of its kind are used.
struct Layer {
  enum class Kind { affine, activation, batch_norm, residual };

  Kind kind = Kind::affine;
  std::size_t inputs = 0;
  std::size_t outputs = 0;
  RationalMatrix weight;                              ///< affine: W, outputs x inputs
  std::vector<Rational> bias;                         ///< affine: b; batch_norm: β
  Activation activation;                              ///< activation: σ
  std::vector<Rational> scale, mean, variance;        ///< batch_norm: γ, μ, v + e (> 0)
  Rational skip, residual;                            ///< residual: ε, δ
  std::vector<Layer> branch;                          ///< residual

  bool operator==(const Layer&) const = default;
};

struct Network {
  std::size_t input_dim = 0;
  std::vector<Layer> layers;
  bool operator==(const Network&) const = default;
};

/// The output of the claim: component `first`, or component `first` minus component `second`.
struct Output {
  bool margin = false;
  std::size_t first = 0;
  std::size_t second = 0;
};

/// A narrows-network/1 document. Rejects anything else.
[[nodiscard]] Network read_network(const Field& model);

/// The chain of Φ (see FORMAT.md): a final sigmoid is dropped and the output is folded into the last affine layer or
/// appended as one. The last layer of the result has one output.
[[nodiscard]] std::vector<Layer> fold_output(const Network& network, const Output& output);

/// The weakest smoothness of all activations.
[[nodiscard]] Smoothness smoothness(const std::vector<Layer>& layers);

/// "layer 3 activation" and the like use this name of the kind.
[[nodiscard]] const char* name_of(Layer::Kind kind);

}  // namespace narrows::checker
