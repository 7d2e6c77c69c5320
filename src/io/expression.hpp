// Vector expressions in one input, and their lowering to the layers of the network model.
//
// A computation graph (ONNX) builds expressions node by node; residual blocks, SiLU and GELU are recognised
// as soon as the two sides of a sum or product meet. Lowering then reads the layers off the path from the
// input to the output.
//
// notation == meaning:  every expression other than the input has one *parent*; the path of parents from a
// sum skip·h + residual·F(h) leads through h, and F hangs off it as the branch.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "io/limits.hpp"
#include "network/model.hpp"

namespace narrows::io {

/// Builds expressions; an Id names one of them and stays valid as long as the graph. All arithmetic is exact.
///
/// Errors  every function may throw an InputError that names `where` (a node of the file).
class ExpressionGraph {
 public:
  using Id = std::size_t;

  /// The only input is a vector of `width` numbers; its Id is 0. Every number stored is taken from `budget`,
  /// which must outlive the graph.
  ExpressionGraph(std::size_t width, NumberBudget& budget);

  [[nodiscard]] std::size_t width(Id e) const { return nodes_[e].width; }

  /// factor · e
  [[nodiscard]] Id scale(Id e, const Rational& factor);
  /// (factor_i · e_i + shift_i)_i. Precondition: both vectors have width(e) entries.
  [[nodiscard]] Id diagonal(Id e, std::vector<Rational> factor, std::vector<Rational> shift,
                            const std::string& where);
  /// One layer applied to e. Precondition: it fits width(e) and is not a residual layer.
  [[nodiscard]] Id apply(Id e, Layer layer, const std::string& where);
  /// The error function of every entry; it exists only as a part of GELU.
  [[nodiscard]] Id erf(Id e);
  /// a + b, where one side is a multiple of a vector that the other side is computed from. Precondition:
  /// equal widths.
  [[nodiscard]] Id add(Id a, Id b, const std::string& where);
  /// a · b entry by entry, where it is a SiLU or a GELU. Precondition: equal widths.
  [[nodiscard]] Id multiply(Id a, Id b, const std::string& where);

  /// The layers from the input to `e`. Constant factors and shifts are merged into an affine layer right
  /// before them; elsewhere they become a diagonal affine layer. At least one layer (identity, if e is the
  /// input).
  [[nodiscard]] std::vector<Layer> layers(Id e, const std::string& where) const;

 private:
  struct Input {};
  struct Scale {
    Rational factor;
  };
  struct Diagonal {
    std::vector<Rational> factor, shift;
  };
  struct Erf {};
  struct Sum {
    Rational skip, residual;
    Id top;
  };  ///< skip·parent + residual·top
  struct Node {
    Id parent;
    std::size_t depth;  ///< number of steps from the input
    std::size_t width;
    std::variant<Input, Scale, Diagonal, Erf, Sum, Layer> value;
  };
  /// factor·of + shift; an empty shift is 0.
  struct Multiple {
    Rational factor;
    Id of;
    std::vector<Rational> shift;
  };

  Id append(Id parent, std::size_t width, decltype(Node::value) value);
  [[nodiscard]] std::vector<Multiple> multiples(Id e) const;
  [[nodiscard]] std::pair<Rational, Id> strip_scale(Id e) const;
  [[nodiscard]] Id ancestor(Id e, std::size_t depth) const;
  [[nodiscard]] bool passes_sum(Id from, Id to) const;
  [[nodiscard]] std::optional<Id> residual_sum(Id skip_side, Id branch_side, const std::string& where);
  [[nodiscard]] std::optional<Id> affine_sum(Id a, Id b, const std::string& where);
  [[nodiscard]] std::optional<Id> silu(Id a, Id b, const std::string& where);
  [[nodiscard]] std::optional<Id> gelu(Id a, Id b, const std::string& where);
  [[nodiscard]] std::vector<Layer> path(Id from, Id to, const std::string& where) const;

  NumberBudget& budget_;
  std::vector<Node> nodes_;
};

}  // namespace narrows::io
