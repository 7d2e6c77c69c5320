// Forward and backward passes of a chain over a box.
//
// The forward pass carries the state h_l and the slopes σ'(z) as affine forms over the box (with derivatives
// with respect to the box coordinates if asked for); the backward pass carries the row vector v_P = J_L ⋯
// J_{P+1}. A box may have two further coordinates after those of the state: the parameters ε and δ of all residual layers
// that are not fixed (model.hpp). The passes then speak of all networks of the family at once.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "checker/form.hpp"
#include "checker/model.hpp"

namespace narrows::checker {

/// A box of doubles; ends may be infinite only in the tail rule.
struct Box {
  std::vector<double> lo;
  std::vector<double> hi;
  [[nodiscard]] std::size_t dim() const { return lo.size(); }
};

/// The box of all (x, p), x in `box` and p in `cell`.
[[nodiscard]] Box joined(const Box& box, const Box& cell);
/// The point in the middle of a box, rounded to doubles.
[[nodiscard]] Box midpoint(const Box& box);

/// The slopes that one layer met: its own (activation) or those of its branch's layers (residual).
struct LayerTrace {
  std::vector<Dual> slopes;
  std::vector<LayerTrace> branch;
  std::vector<std::vector<Form>> flow;  ///< of an ode layer: the Jacobians of its steps, row by row
  std::optional<std::pair<Interval, Interval>>
      parameters;  ///< of a residual layer of a family: ranges of its skip and residual
};

/// What a pass carries besides the forms of the state and of v: nothing, their derivatives with respect to the
/// coordinates of the state in the box, or a symbol of its own for every nonlinear error (zonotopes: slower and tighter).
/// `state`: not even slopes, which are unknown (NaN): for values only.
enum class Carry { values, derivatives, symbols, state };

/// The symbols of one evaluation: d of the box, `used` in all.
struct Symbols {
  std::size_t box = 0;
  std::size_t used = 0;
  bool fresh = false;            ///< nonlinear errors get symbols
  bool slopes = true;            ///< σ'(z) is enclosed, too
  std::vector<Form> parameters;  ///< ε and δ, or nothing
};

/// The passes over one box, starting after `base` layers (the box is in the coordinates of h_base; then ε, δ).
class BoxPass {
 public:
  BoxPass(const std::vector<NumericLayer>& chain, std::size_t base, const Box& box, Precision p, Carry carry);

  /// Advances the forward pass by one layer and returns what the layer met.
  const LayerTrace& advance();
  /// Advances to the end and returns h_L.
  const std::vector<Dual>& finish();
  /// v_P with its derivatives, P >= base. Finishes the forward pass first.
  [[nodiscard]] std::vector<Dual> row_vector(std::size_t prefix);
  /// v_P·u.
  [[nodiscard]] Form row_vector_along(std::size_t prefix, const std::vector<Interval>& u);
  /// The same number as v_{P+1}·(J_{P+1} u), P < L: sharper where u undoes a badly conditioned matrix of layer P+1.
  [[nodiscard]] Form next_row_vector_along(std::size_t prefix, const std::vector<Interval>& u);

 private:
  const std::vector<NumericLayer>& chain_;
  std::size_t base_;
  Symbols symbols_;
  std::vector<Dual> state_;
  std::vector<LayerTrace> traces_;
};

}  // namespace narrows::checker
