// The rules of claims of the kind `robust`: interval-margin and lipschitz-margin. Networks of sparse affine maps and relu on boxes of
// doubles, which are wide (thousands of neurons) and shallow.
//
// Ranges are closed intervals with ends that are bounds each on its own: an end that is NaN is not known.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "checker/fields.hpp"

namespace narrows::checker {

struct Range {
  double lo = 0, hi = 0;
};

/// A number as a double and a bound of the distance from it.
struct Weight {
  double nearest = 0, radius = 0;
};
[[nodiscard]] Weight weight_of(const Rational& x);

/// y = W·x + b, row by row, without the entries that are 0.
class SparseMap {
 public:
  SparseMap() = default;
  SparseMap(std::size_t inputs, std::vector<Rational> weights) : inputs_(inputs), exact_(std::move(weights)) {
    for (const Rational& w : exact_) weights_.push_back(weight_of(w));
  }
  /// Appends a row of no entries; add() then gives it entries.
  void begin_row(const Rational& bias);
  void add(std::size_t column, std::size_t weight);

  [[nodiscard]] std::size_t inputs() const { return inputs_; }
  [[nodiscard]] std::size_t outputs() const { return rows_.size(); }
  [[nodiscard]] std::size_t taps() const { return taps_.size(); }
  /// W·x + b for all x in these ranges.
  [[nodiscard]] std::vector<Range> apply(const std::vector<Range>& x) const;
  /// v·W.
  [[nodiscard]] std::vector<Range> pull_back(const std::vector<Range>& v) const;
  /// Row i minus row k for each other row k.
  [[nodiscard]] SparseMap differences(std::size_t i) const;
  [[nodiscard]] bool operator==(const SparseMap& other) const;

 private:
  struct Tap {
    std::uint32_t column, weight;
    bool operator==(const Tap&) const = default;
  };
  struct Row {
    std::size_t first_tap = 0;
    Rational exact_bias;
    Weight bias;
  };
  [[nodiscard]] std::size_t end_of(std::size_t row) const {
    return row + 1 < rows_.size() ? rows_[row + 1].first_tap : taps_.size();
  }

  std::size_t inputs_ = 0;
  std::vector<Rational> exact_;
  std::vector<Weight> weights_;
  std::vector<Row> rows_;
  std::vector<Tap> taps_;
};

/// An affine map (dense or a convolution), relu, identity, or skip·x + residual·branch(x).
struct SparseLayer {
  enum class Kind { map, relu, identity, residual };
  Kind kind = Kind::identity;
  std::size_t outputs = 0;
  SparseMap map;
  Rational skip, residual;
  std::vector<SparseLayer> branch;
  bool operator==(const SparseLayer&) const = default;
};

/// A network of such layers; the last one is a map and no part of `layers`.
struct SparseNetwork {
  std::size_t input_dim = 0;
  std::vector<SparseLayer> layers;
  SparseMap last;
  [[nodiscard]] std::size_t taps() const;
  bool operator==(const SparseNetwork&) const = default;
};

/// A narrows-network/1 document with layers of the type `conv`. Rejects all that is not allowed for this kind of claim.
[[nodiscard]] SparseNetwork read_sparse_network(const Field& model);

/// What reaches the last layer from these inputs. `gates`: takes the arguments of each relu, in order of evaluation.
[[nodiscard]] std::vector<Range> propagate(const SparseNetwork& network, std::vector<Range> x,
                                           std::vector<std::vector<Range>>* gates);

/// f_label − f_j for each other class j, as a map of what reaches the last layer; made once for each label.
class Margins {
 public:
  explicit Margins(const SparseNetwork& network) : network_(network) {}
  [[nodiscard]] const SparseMap& of(std::size_t label);

 private:
  const SparseNetwork& network_;
  std::map<std::size_t, SparseMap> known_;
};

struct Image {
  std::vector<Range> centre;  ///< encloses x
  double radius = 0;
  std::size_t label = 0;
};

/// Encloses all x' with max |x' − x| <= radius.
[[nodiscard]] std::vector<Range> ball_of(const Image& image);

/// Rule `interval-margin`: f_label > f_j for all other j on the ball, by intervals from layer to layer.
[[nodiscard]] bool interval_margin_holds(const SparseNetwork& network, Margins& margins, const Image& image);
/// Rule `lipschitz-margin`: the same by the margins at the centre and Lipschitz constants on the ball.
[[nodiscard]] bool lipschitz_margin_holds(const SparseNetwork& network, Margins& margins, const Image& image);

/// Checks a claim of the kind `robust` about the model, which read_network cannot read, and returns the claim line.
[[nodiscard]] std::string check_robust_claim(const Field& claim, const Field& proof,
                                             const SparseNetwork& network);

}  // namespace narrows::checker
