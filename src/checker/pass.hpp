// Forward and backward passes of a chain over a box.
//
// The forward pass carries the state h_l and the slopes σ'(z) as affine forms over the box (with derivatives with
// respect to the box coordinates if asked for); the backward pass carries the row vector v_P = J_L ⋯ J_{P+1}.
#pragma once

#include <vector>

#include "checker/form.hpp"
#include "checker/matrix.hpp"
#include "checker/model.hpp"

namespace narrows::checker {

/// A box of doubles; ends may be infinite only in the tail rule.
struct Box {
  std::vector<double> lo;
  std::vector<double> hi;
  [[nodiscard]] std::size_t dim() const { return lo.size(); }
};

/// A layer with its numbers enclosed in intervals of one precision.
struct NumericLayer {
  Layer::Kind kind = Layer::Kind::affine;
  std::size_t outputs = 0;
  IntervalMatrix weight;                       ///< affine
  std::vector<Interval> bias;                  ///< affine, batch_norm
  Activation activation;                       ///< activation
  std::vector<Interval> factor, mean;          ///< batch_norm: γ/√(v+e), μ
  std::vector<Interval> skip_and_residual;     ///< residual: ε, δ
  std::vector<NumericLayer> branch;            ///< residual
};

[[nodiscard]] NumericLayer enclose(const Layer& layer, Precision p);
[[nodiscard]] std::vector<NumericLayer> enclose(const std::vector<Layer>& chain, Precision p);

/// The slopes that one layer met: its own (activation) or those of its branch's layers (residual).
struct LayerTrace {
  std::vector<Dual> slopes;
  std::vector<LayerTrace> branch;
};

/// The passes over one box, starting after `base` layers (the box is in the coordinates of h_base).
class BoxPass {
 public:
  /// `derivatives`: carry the derivatives with respect to the box coordinates too.
  BoxPass(const std::vector<NumericLayer>& chain, std::size_t base, const Box& box, Precision p, bool derivatives);

  /// Advances the forward pass by one layer and returns what the layer met.
  const LayerTrace& advance();
  /// Advances to the end and returns h_L.
  const std::vector<Dual>& finish();
  /// v_P with its derivatives, P >= base. Finishes the forward pass first.
  [[nodiscard]] std::vector<Dual> row_vector(std::size_t prefix);

 private:
  const std::vector<NumericLayer>& chain_;
  std::size_t base_;
  std::vector<Dual> state_;
  std::vector<LayerTrace> traces_;
};

/// J = εI + δ J_branch of a residual layer for given values of all diagonal entries, in branch order.
[[nodiscard]] IntervalMatrix residual_jacobian(const NumericLayer& layer, const std::vector<Interval>& diagonals);

/// All diagonal entries that a residual layer met.
[[nodiscard]] std::vector<const Form*> met_diagonals(const LayerTrace& trace);

/// det J as an affine form over the box, for residual layers of at most three components.
[[nodiscard]] Form residual_determinant(const NumericLayer& layer, const LayerTrace& trace);

}  // namespace narrows::checker
