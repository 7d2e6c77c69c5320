// The rules of narrows-certificate/1: one file per rule, named after it, and one table.
//
// Layer rules   prove that a layer's Jacobian is regular on all of R^n (`proof.layers`).
// Leaf rules    settle one box of the tree.
// Other rules   krawczyk-zero (`proof.zeros`), tail (`proof.core`), reduction, morse-index (the claim's
// points). All tests are one-sided: "true" means proved, "false" means nothing.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "checker/document.hpp"
#include "checker/leaf_pass.hpp"

namespace narrows::checker {

// ---- layer rules
// -----------------------------------------------------------------------------------------------

enum class TestResult { proved, not_proved, inapplicable };

/// Tests one layer of a network of the given smoothness.
using LayerTest = TestResult (*)(const Layer& layer, Smoothness network);

struct LayerRule {
  std::string_view name;
  LayerTest test;
};

[[nodiscard]] TestResult test_rank(const Layer& layer, Smoothness network);
[[nodiscard]] TestResult test_slope(const Layer& layer, Smoothness network);
[[nodiscard]] TestResult test_flow(const Layer& layer, Smoothness network);
[[nodiscard]] TestResult test_chain(const Layer& layer, Smoothness network);
[[nodiscard]] TestResult test_norm(const Layer& layer, Smoothness network);
[[nodiscard]] TestResult test_symmetric_part(const Layer& layer, Smoothness network);
[[nodiscard]] TestResult test_vertices(const Layer& layer, Smoothness network);

/// The layer rule of that name, or nullptr.
[[nodiscard]] const LayerRule* find_layer_rule(std::string_view name);

/// A residual branch with exactly one activation layer: J = εI + δ·after·diag(σ')·before.
struct OneActivationBranch {
  IntervalMatrix before;  ///< W, m x n
  IntervalMatrix after;   ///< W̃, n x m
  Activation activation;
  Interval ratio;        ///< α = δ/ε
  std::size_t position;  ///< of the activation layer in the branch
};

/// Splits the branch at exact_precision; nothing unless the layer is a residual layer of that shape with ε ≠
/// 0.
[[nodiscard]] std::optional<OneActivationBranch> split_branch(const Layer& layer);

// ---- the same at other ratios, for claims about channel ratios
// ----------------------------------------------------------------

using Indices = std::vector<std::size_t>;
inline constexpr std::size_t max_neurons = 20;  ///< of the exact tests

/// 0, 1, …, n − 1.
[[nodiscard]] Indices numbers_to(std::size_t n);
/// The entries of W W̃ for these neurons, exactly; nothing with batch_norm. `position`: of the
/// one activation layer.
[[nodiscard]] std::optional<RationalMatrix> exact_gram(const Layer& layer, std::size_t position, const Indices& neurons);

/// one·I + diag(factors)·gram.
template <class T>
[[nodiscard]] Matrix<T> member(Matrix<T> gram, double one, const std::vector<T>& factors) {
  for (std::size_t i = 0; i < gram.rows; ++i) {
    for (std::size_t j = 0; j < gram.cols; ++j) gram.at(i, j) = factors[i] * gram.at(i, j);
    gram.at(i, i) = T(one) + gram.at(i, i);
  }
  return gram;
}

/// Rule `p-matrix`: with δ/ε = α, no determinant at a vertex of the box of slopes, widened to contain 0, is negative (strict: all
/// are positive). `at_infinity`: at no ratio between 0 and ±∞, the sign of α. `order`: of branching; empty: the natural one.
[[nodiscard]] TestResult test_minors(const Layer& layer, bool at_infinity, bool strict, Indices order);

/// Rule `symmetric-part` with Λ = diag(scaling) (empty: the identity). `at_infinity`: Λ sαWW̃ without the identity.
[[nodiscard]] TestResult test_definite(const Layer& layer, bool at_infinity,
                                       const std::vector<Rational>& scaling);

/// Rule `vertex`: sign of det(I + αDWW̃) where the slopes of `upper` are at the upper end of their range and the others at the
/// lower end; `widened`: of the range widened to contain 0. Nothing if it is not decided.
[[nodiscard]] std::optional<int> vertex_sign(const Layer& layer, const Indices& upper, bool widened);

// ---- the setting in which boxes are checked
// --------------------------------------------------------------------

/// The first `drop` layers as a diffeomorphism of R^d onto an open box.
struct Reduction {
  std::size_t drop = 0;
  Box image;
  Function activation = Function::tanh;
  RationalMatrix inverse;        ///< of the affine part x -> A x + b
  std::vector<Rational> offset;  ///< b
};

/// Which engine is tried first on leaves: a matter of time only. Leaves near one another are alike: where the forms without symbols
/// (which are cheap) did not do, they are not asked again for the next few times.
struct EngineOrder {
  int skipped = 0;  ///< times at which only symbols are tried

  /// The engines for the next time: Carry::values and symbols, or symbols.
  [[nodiscard]] std::vector<Carry> next() {
    if (skipped == 0) return {Carry::values, Carry::symbols};
    --skipped;
    return {Carry::symbols};
  }
};

/// What the checks need, and what they have established so far. Layers are numbered from 1 in certificates
/// and from 0 here.
struct Setting {
  std::vector<Layer> chain;
  std::size_t dim = 0;  ///< of the input, and of the working coordinates h_base
  Domain domain;
  Smoothness smoothness = Smoothness::smooth;
  std::vector<char> regular;              ///< layer l is proved to be regular at every state
  std::vector<NumericLayer> leaf_chain;   ///< at leaf_precision; empty before prepare_for_boxes
  std::vector<LeafLayer> leaf_layers;     ///< leaf_chain for LeafPass, or nothing
  std::vector<NumericLayer> point_chain;  ///< at point_precision
  std::optional<Reduction> reduction;
  std::vector<Zero> zeros;
  std::vector<Box> events;         ///< of a slab: boxes of which the tree says nothing
  bool all_layers_listed = false;  ///< proof.layers holds every layer
  bool tree_complete = false;      ///< a tree without undecided leaves
  mutable EngineOrder order;
  mutable std::vector<std::vector<LeafInterval>> corners;  ///< det J of each residual layer at the corners of rule layers-regular, once known

  Setting(std::vector<Layer> layers, std::size_t d, Domain claimed);
  /// The number of layers that the reduction drops.
  [[nodiscard]] std::size_t base() const { return reduction ? reduction->drop : 0; }
  /// The passes over the box may be those in rows: there are no parameters, and all layers can be treated.
  [[nodiscard]] bool in_rows(const Box& box) const {
    return base() < leaf_layers.size() && box.dim() == leaf_layers[base()].inputs;
  }
  /// n_l: dimension after l layers.
  [[nodiscard]] std::size_t width(std::size_t l) const { return l == 0 ? dim : chain[l - 1].outputs; }
};

/// Encloses the chain, and marks the layers whose Jacobian is constant and regular, and flows. Rejects flows unless they are allowed.
void prepare_for_boxes(Setting& setting, bool with_flows = false);

/// Proved: the Jacobian of layer `l` (0-based) is regular wherever the pass met it. `chain` is one of the
/// setting's.
[[nodiscard]] bool is_regular_on_trace(const Setting& setting, const std::vector<NumericLayer>& chain,
                                       std::size_t l, const LayerTrace& trace);
/// Proved: layers base..prefix-1 are regular on the box of the fresh pass. Advances the pass.
[[nodiscard]] bool are_regular_on_box(const Setting& setting, const std::vector<NumericLayer>& chain,
                                      BoxPass& pass, std::size_t prefix);

/// The ranges of all slopes that a layer met, or its branch did, in order.
[[nodiscard]] std::vector<Interval> diagonals_of(const LayerTrace& trace);
/// Proved: det J of the residual layer does not vanish for any diagonals in these ranges.
template <class I>
[[nodiscard]] bool is_regular_for(const BasicLayer<I>& layer, const std::vector<I>& diagonals);

/// The closed halves of the box along axis i; nothing if the midpoint is not strictly between the ends.
[[nodiscard]] std::optional<std::pair<Box, Box>> halves(const Box& box, std::size_t i);
[[nodiscard]] std::size_t widest_axis(const Box& box);
/// The test holds on the box, or on both halves of it along a widest axis, at most `depth` levels down.
[[nodiscard]] bool holds_on_pieces(const std::function<bool(const Box&)>& test, const Box& box,
                                   std::size_t depth);

inline constexpr std::size_t max_bisections = 12;  ///< of leaves

/// Beside a degenerate critical point or a level v_P or Φ − c is smaller than leaf_precision tells from 0.
[[nodiscard]] bool is_tiny(const Box& box);

/// Rule `reached`: layer `l` is regular at all states reached from the box; `star`: with all smaller ratios of
/// its sign, too; for a branch with exactly one activation layer only.
[[nodiscard]] bool is_regular_on_reached(const Setting& setting, std::size_t l, bool star, const Box& box);

// ---- leaf rules
// ------------------------------------------------------------------------------------------------

struct LeafRule;

/// A leaf of the tree with its parameters.
struct Leaf {
  const LeafRule* rule = nullptr;
  std::size_t prefix = 0;
  std::vector<Interval> direction;
  std::size_t entry = 0;  ///< of zeros or events
};

/// A box of a leaf, or a part of it.
struct Piece {
  const Leaf* leaf;
  const Box* box;
};
using Answers = std::array<bool, lane_count>;

struct LeafRule {
  std::string_view name;
  std::size_t parameters;  ///< entries after the name
  void (*read)(Leaf& leaf, const std::vector<Field>& entries, const Setting& setting);
  bool (*holds)(const Leaf& leaf, const Box& box, const Setting& setting);
  bool bisect;  ///< worth trying again on halves
  const char* expected;
  /// A test that is cheaper than `holds` and implies it, tried first on the box and on pieces of it, or nullptr: for which of at
  /// most lane_count pieces of leaves with this rule and equal prefixes it holds.
  Answers (*quick)(const std::vector<Piece>& pieces, const Setting& setting) = nullptr;
};

/// Asks the engines about pieces of leaves with equal prefixes P, whose layers before `prefix` must be regular and, if they have
/// directions u, u·v_P of one sign. `one`: whether an engine proves it of one piece; `skipped`: how often values are not asked after
/// they failed.
[[nodiscard]] Answers ask_engines(const std::vector<Piece>& pieces, std::size_t prefix, const Setting& setting, int skipped,
                                  const std::function<bool(const Piece&, Carry)>& one);

[[nodiscard]] Answers layers_regular_holds_quickly(const std::vector<Piece>& pieces, const Setting& setting);
[[nodiscard]] bool layers_regular_holds(const Leaf& leaf, const Box& box, const Setting& setting);
void read_direction_sign(Leaf& leaf, const std::vector<Field>& entries, const Setting& setting);
[[nodiscard]] bool direction_sign_holds(const Leaf& leaf, const Box& box, const Setting& setting);
[[nodiscard]] Answers direction_sign_holds_quickly(const std::vector<Piece>& pieces, const Setting& setting);
void read_unique_zero(Leaf& leaf, const std::vector<Field>& entries, const Setting& setting);
[[nodiscard]] bool unique_zero_holds(const Leaf& leaf, const Box& box, const Setting& setting);
void read_event(Leaf& leaf, const std::vector<Field>& entries, const Setting& setting);
[[nodiscard]] bool event_holds(const Leaf& leaf, const Box& box, const Setting& setting);
void read_outside_domain(Leaf& leaf, const std::vector<Field>& entries, const Setting& setting);
[[nodiscard]] bool outside_domain_holds(const Leaf& leaf, const Box& box, const Setting& setting);

[[nodiscard]] const LeafRule* find_leaf_rule(std::string_view name);

// ---- other rules
// -----------------------------------------------------------------------------------------------

/// Rejects (at `step`) unless the entry has exactly one zero of v_prefix in its box, and that in its
/// enclosure, for all parameters of the cell (of a setting without parameters: {}).
void check_krawczyk_zero(const Setting& setting, const Zero& zero, const std::string& step,
                         const Box& cell = {});
/// Its last part, K(Z) ⊂ int Z: v_prefix has a zero in `z` for all parameters of the cell. Precondition: n_P = d.
[[nodiscard]] bool maps_into_interior(const Setting& setting, std::size_t prefix, const Box& z,
                                      const Box& cell,
                                      Precision precision = point_precision);

/// Rejects unless all layers are regular on (-inf, lo] and on [hi, inf), d = 1.
void check_tail(const Setting& setting, double lo, double hi);

/// Rejects unless the first `drop` layers have that shape.
[[nodiscard]] Reduction check_reduction(const std::vector<Layer>& chain, std::size_t drop, std::size_t dim);
/// Encloses the points x that are mapped into `box`, which must lie in the open box; else nothing.
[[nodiscard]] std::optional<std::vector<Interval>> preimage(const Reduction& reduction, const Box& box);

/// The Morse index of Φ over the box (working coordinates), if it is proved to be constant and nondegenerate.
[[nodiscard]] std::optional<std::size_t> morse_index(const Setting& setting, const Box& box);

}  // namespace narrows::checker
