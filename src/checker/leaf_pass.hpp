// The passes of pass.hpp for the leaves of trees, where most of the time goes: the same affine forms, as rows of doubles.
//
// A row holds the centre, the slopes of all symbols, a radius and a range. Everything is computed to nearest, u = 2^-53, and the
// rounding errors are bounded for a whole sum at once: in a sum of k products that starts at 0, each takes part in at most k
// roundings, so the error is at most k·u/(1 - k·u) times the sum of the magnitudes, and (k + 1)·u is more. One bound of
// |centre| + Σ|slope| for each row makes up for all its coefficients. What subnormal products lose is less than what ErrorSum adds
// for each of its terms.
#pragma once

#include <utility>
#include <vector>

#include "checker/pass.hpp"

namespace narrows::checker {

using LeafLayer = BasicLayer<LeafInterval>;

/// The same chain; nothing if it has flows or residual layers of a family. The chain is enclosed at
/// leaf_precision; numbers of another one would be unknown.
[[nodiscard]] std::vector<LeafLayer> leaf_layers(const std::vector<NumericLayer>& chain);

/// Affine forms of doubles over the same symbols.
struct Rows {
  struct Rest {
    double radius = 0, lo = 0, hi = 0;
  };
  std::size_t length;                ///< 1 + the number of symbols
  std::vector<double> coefficients;  ///< centre and slopes, row after row
  std::vector<Rest> rest;

  Rows(std::size_t rows, std::size_t coefficients_each)
      : length(coefficients_each), coefficients(rows * coefficients_each), rest(rows) {}
  [[nodiscard]] std::size_t size() const { return rest.size(); }
  [[nodiscard]] double* at(std::size_t i) { return coefficients.data() + i * length; }
  [[nodiscard]] const double* at(std::size_t i) const { return coefficients.data() + i * length; }
  [[nodiscard]] LeafInterval range(std::size_t i) const { return LeafInterval(rest[i].lo, rest[i].hi); }
};

/// How a slope enters the backward pass: as it depends on the box, or as its range with one symbol (exact where v is linear in the
/// slopes).
enum class SlopeForm { affine, whole };

/// The passes over one box, starting after `base` layers: those of Carry::values or, with symbols, of symbols and ranges.
class LeafPass {
 public:
  LeafPass(const std::vector<LeafLayer>& chain, std::size_t base, const Box& box, bool symbols);

  /// Advances by one layer. Returns the ranges of the slopes that it met (of a residual layer: those of its branch), in order.
  std::vector<LeafInterval> advance();
  /// Encloses v_P·u, P >= base. Finishes the forward pass first.
  [[nodiscard]] LeafInterval row_vector_along(std::size_t prefix, const std::vector<LeafInterval>& u, SlopeForm form);
  /// The same number as v_{P+1}·(J_{P+1} u), P < L.
  [[nodiscard]] LeafInterval next_row_vector_along(std::size_t prefix, const std::vector<LeafInterval>& u, SlopeForm form);

 private:
  struct Trace {
    std::vector<Rows> slopes;  ///< of the activation layer; none for others
    std::vector<Trace> branch;
  };

  Rows forward(const LeafLayer& layer, const Rows& h, Trace& trace);
  Rows backward(const LeafLayer& layer, const Trace& trace, const Rows& v, SlopeForm form);
  Rows tangent(const LeafLayer& layer, const Trace& trace, const Rows& t, SlopeForm form);
  Rows row_vector(std::size_t prefix, SlopeForm form);
  std::pair<Rows, Rows> activated(const Activation& activation, const Rows& z);
  Rows scaled(const Rows& x, const Rows& slopes, SlopeForm form);

  const std::vector<LeafLayer>& chain_;
  std::size_t base_;
  std::size_t dim_;
  std::size_t length_;  ///< of a row that knows all symbols so far
  std::size_t forward_length_ = 0;  ///< length_ after the forward pass, once that is finished
  bool fresh_;  ///< nonlinear errors get symbols
  Rows state_;
  std::vector<Trace> traces_;
};

}  // namespace narrows::checker
