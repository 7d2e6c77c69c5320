// The passes of pass.hpp for the leaves of trees, where most of the time goes: the same affine forms, in rows of doubles.
#pragma once

#include <vector>

#include "checker/leaf_rows.hpp"

namespace narrows::checker {

/// The same chain; nothing if it has flows or residual layers of a family. The chain is enclosed at
/// leaf_precision; numbers of another one would be unknown.
[[nodiscard]] std::vector<LeafLayer> leaf_layers(const std::vector<NumericLayer>& chain);

/// The passes over one box, starting after `base` layers: those of Carry::values or, with symbols, of Carry::symbols. A result that is not known is NaN or unbounded.
class LeafPass {
 public:
  LeafPass(const std::vector<LeafLayer>& chain, std::size_t base, const Box& box, bool symbols)
      : LeafPass(chain, base, box, symbols, symbols ? Lines::gentle : Lines::steep) {}
  LeafPass(const std::vector<LeafLayer>& chain, std::size_t base, const Box& box, bool symbols, Lines lines);

  /// Advances by one layer. Returns the ranges of the slopes that it met (of a residual layer: those of its branch), in order.
  std::vector<LeafInterval> advance();
  /// Encloses v_P·u, P >= base. Finishes the forward pass first.
  [[nodiscard]] LeafInterval row_vector_along(std::size_t prefix, const std::vector<LeafInterval>& u);
  /// The same number as v_{P+1}·(J_{P+1} u), P < L.
  [[nodiscard]] LeafInterval next_row_vector_along(std::size_t prefix, const std::vector<LeafInterval>& u);

 private:
  struct Trace {
    Rows preactivations{0, 1};  ///< of an activation layer; none of others
    std::vector<Linearisation<LeafInterval>> lines{};
    std::vector<LeafInterval> slopes{};  ///< their ranges
    std::vector<Trace> branch{};
  };

  Rows forward(const LeafLayer& layer, const Rows& h, Trace& trace);
  Rows backward(const LeafLayer& layer, const Trace& trace, const Rows& v);
  Rows tangent(const LeafLayer& layer, const Trace& trace, const Rows& t);
  Rows row_vector(std::size_t prefix);
  Rows activated(const Activation& activation, const Rows& z, Trace& trace);
  Rows scaled(const Rows& x, const Trace& trace);

  const std::vector<LeafLayer>& chain_;
  std::size_t base_;
  std::size_t dim_;
  std::size_t length_;              ///< of a row that knows all symbols so far
  std::size_t forward_length_ = 0;  ///< length_ after the forward pass, once that is finished
  bool fresh_;                      ///< nonlinear errors get symbols
  Lines lines_;
  Rows state_;
  std::vector<Trace> traces_;
};

}  // namespace narrows::checker
