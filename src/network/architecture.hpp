// What kind of network this is: its class, a summary of its layers, and which theorems can be used on it.
//
// notation == meaning:  n_0, n_1, …, n_L == the widths that the state passes through, see state_widths().
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "network/chain.hpp"
#include "network/model.hpp"

namespace narrows {

/// Exactly one holds for every sequence of widths n_0, …, n_L (arXiv 2405.09351, 2603.28591):
///   bottleneck     some width has wider ones before and after it: n_i > n_j < n_k with i < j < k;
///   augmented      not so, and some width is larger than n_0: the widths rise above the input's, then fall;
///   non_augmented  the widths never increase, so all are <= n_0.
enum class ArchitectureClass { non_augmented, augmented, bottleneck };

/// "non-augmented", "augmented" or "bottleneck".
[[nodiscard]] std::string_view to_string(ArchitectureClass architecture);

/// Precondition: `widths` is not empty.
[[nodiscard]] ArchitectureClass classify(const std::vector<std::size_t>& widths);

/// n_0, …, n_L with L counting what the state passes through. A residual layer with ε ≠ 0 keeps its input, so
/// the width inside its branch does not count; with ε = 0 it is a plain part of an MLP and the widths in its
/// branch count.
[[nodiscard]] std::vector<std::size_t> state_widths(const Chain& chain);

[[nodiscard]] ArchitectureClass classify(const Chain& chain);

/// One layer, as `info` shows it.
struct LayerSummary {
  std::string kind;                  ///< "affine", "activation", "batch_norm", "residual" or "ode"
  std::size_t width = 0;             ///< numbers after the layer
  std::optional<Rational> skip;      ///< ε, residual layers only
  std::optional<Rational> residual;  ///< δ, residual layers only
  std::optional<Rational> ratio;     ///< α = δ/ε exactly; nothing if ε = 0
  std::optional<Rational> time;      ///< T, ode layers only
  std::string activation;            ///< "tanh"; several in a branch: "tanh, relu"; none: empty
};

[[nodiscard]] std::vector<LayerSummary> summarize_layers(const Network& network);

}  // namespace narrows
