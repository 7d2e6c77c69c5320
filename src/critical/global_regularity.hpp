// T2: is a layer regular for *every* state, decided exactly on the box of diagonals.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "network/chain.hpp"
#include "network/model.hpp"

namespace narrows {

/// Which test proved a layer regular, cheapest first; the names of the certificate format.
enum class RegularityTest { none, rank, slope, chain, norm, symmetric_part, vertices, flow };

[[nodiscard]] std::string_view to_string(RegularityTest test);

/// Proves that the Jacobian of `layer` has full row rank at every state of R^input_dim (for kinked
/// activations: every element of the closed Clarke box of diagonals has).
///
/// Guarantee  a result other than `none` is a proof: exact rationals; where batch_norm makes factors
/// irrational,
///            outward-rounded intervals of high precision. `none` promises nothing.
/// Special    `network` is the smoothness of the whole chain: where some other layer has kinks, Clarke's
/// calculus needs
///            closed ranges of slopes here too. Layers with kinks of their own need no hint.
/// Cost       `vertices` is exponential in the number M of activations in the layer and is tried for M <= 16.
/// Source     T2, and T10 for ode layers (arXiv 2603.28591); FORMAT.md, "proof.layers".
[[nodiscard]] RegularityTest prove_layer_regular(const Layer& layer, std::size_t input_dim,
                                                 Smoothness network = Smoothness::smooth);

/// One entry per layer of the chain. If all of them are proved, Φ has no critical point (smooth and C¹
/// chains) or no local extremum (kinked ones: 0 may still lie in Clarke's generalised gradient, so no more is
/// claimed); T1.
[[nodiscard]] std::vector<RegularityTest> prove_layers_regular(const Chain& chain);

/// A short reason why prove_layer_regular() gave none, for the user's eyes; empty if it gave a proof.
[[nodiscard]] std::string why_not_regular(const Layer& layer, std::size_t input_dim,
                                          Smoothness network = Smoothness::smooth);

}  // namespace narrows
