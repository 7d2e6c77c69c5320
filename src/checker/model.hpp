// The network of a certificate: reading, comparing, and folding the selected output into a chain.
#pragma once

#include <memory>
#include <vector>

#include "checker/activation.hpp"
#include "checker/fields.hpp"
#include "checker/matrix.hpp"

namespace narrows::checker {

enum class LayerKind { affine, activation, batch_norm, residual, ode };

/// What skip and residual of a residual layer are: its own, the two parameters, or its own times the parameters.
enum class Family { fixed, shared, scaled };

/// One layer R^inputs -> R^outputs. Only the members of its kind are used.
template <class Number>
struct BasicLayer {
  using Kind = LayerKind;

  Kind kind = Kind::affine;
  std::size_t inputs = 0;
  std::size_t outputs = 0;
  Matrix<Number> weight;                      ///< affine: W, outputs x inputs
  std::vector<Number> bias;                   ///< affine: b; batch_norm: β
  Activation activation;                      ///< activation: σ
  std::vector<Number> scale, mean, variance;  ///< batch_norm: γ, μ, v + e (> 0)
  Number skip, residual;                      ///< residual: ε, δ
  Family family = Family::fixed;              ///< residual
  std::vector<BasicLayer> branch;             ///< residual
  std::vector<std::vector<BasicLayer>> branches;  ///< ode: branch i holds for i·T/k <= t <= (i+1)T/k; never Lipschitz only
  bool linear = false;                            ///< ode: branch i holds at i·T/(k-1), those between are interpolated; they are built alike
  Number duration;                                ///< ode: T > 0

  /// Equal steps in time: f(t, ·) at the start, the change per unit of time (no layers: none), and f(t, ·) for all times of a step.
  struct Step {
    std::vector<BasicLayer> at, rate, during;
    Number duration;
    std::size_t count;
  };
  std::shared_ptr<const std::vector<Step>> steps;  ///< ode, where it is enclosed (flows.hpp), in place of branches

  bool operator==(const BasicLayer&) const = default;
};

/// A layer as it stands in the certificate.
using Layer = BasicLayer<Rational>;
/// Enclosed in intervals of one precision. A batch_norm layer is y = scale·h + bias here, without mean and
/// variance.
using NumericLayer = BasicLayer<Interval>;

/// Rejects an ode layer: passes cannot treat it.
[[nodiscard]] NumericLayer enclose(const Layer& layer, Precision p);
[[nodiscard]] std::vector<NumericLayer> enclose(const std::vector<Layer>& chain, Precision p);

/// A residual layer's J = εI + δ J_branch for given values of all diagonal entries, in branch order. For
/// rationals: without batch_norm.
template <class Number>
[[nodiscard]] Matrix<Number> residual_jacobian(const BasicLayer<Number>& layer,
                                               const std::vector<Number>& diagonals) {
  auto diagonal = diagonals.begin();
  Matrix<Number> m = identity_matrix<Number>(layer.inputs);
  for (const BasicLayer<Number>& step : layer.branch) {
    if (step.kind == LayerKind::affine) {
      m = &step == &layer.branch[0] ? step.weight : product(step.weight, m);
      continue;
    }
    for (std::size_t i = 0; i < m.rows; ++i) {
      const Number& factor = step.kind == LayerKind::activation ? *diagonal++ : step.scale[i];
      for (std::size_t j = 0; j < m.cols; ++j) m.at(i, j) = factor * m.at(i, j);
    }
  }
  for (Number& x : m.entries) x = layer.residual * x;
  for (std::size_t i = 0; i < m.rows; ++i) m.at(i, i) = layer.skip + m.at(i, i);
  return m;
}

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

/// The chain of Φ (see FORMAT.md): a final sigmoid is dropped and the output is folded into the last affine
/// layer or appended as one. The last layer of the result has one output. `drop_sigmoid` = false: nothing is dropped.
[[nodiscard]] std::vector<Layer> fold_output(const Network& network, const Output& output, bool drop_sigmoid = true);

/// "shared" or "scaled".
[[nodiscard]] Family read_family(const Field& at);
/// Makes all residual layers of the chain those of the family.
void set_family(std::vector<Layer>& chain, Family family);
/// The member with these parameters of the family that the residual layers are of.
[[nodiscard]] std::vector<Layer> member_of(std::vector<Layer> chain, const Rational& skip,
                                           const Rational& residual);

/// The weakest smoothness of all activations.
[[nodiscard]] Smoothness smoothness(const std::vector<Layer>& layers);

}  // namespace narrows::checker
