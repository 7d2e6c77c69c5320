// One-neuron ResNets that equal a grid function on every core (one-neuron.md, Theorems 1, 2 and 5).
//
// Idea (d >= 2): x_d becomes the number of the cell, because every other coordinate adds its digit times a power of n through steep
// staircases; then x_1 is erased, and in it the values are laid out along that one number. (d = 1): valleys are folded up one
// after the other, so that the function grows from left to right and what is done stays.
#pragma once

#include "construct/block_network.hpp"
#include "construct/grid_function.hpp"

namespace narrows {

/// Theorem 1 (d >= 2): N = h on every closed core, N = 0 off (0,1)^d, min(0,min h) <= N <= max(0,max h). At most
/// 2n^d + 2n(d−1) + 4 blocks; knots without a change of slope are left out. Precondition: 0 < θ < 1.
[[nodiscard]] OneNeuronNetwork digit_network(const GridFunction& h, const Rational& theta);

/// Theorem 2 (d = 1): the same with 4n + 7 blocks and O(n) linear pieces.
[[nodiscard]] OneNeuronNetwork line_network(const GridFunction& h, const Rational& theta);

/// Theorem 5 (d >= 2): without folds (u·v in {0, −1}); N = h on the cores and min h <= N <= max h on [0,1]^d, nothing is said outside.
[[nodiscard]] OneNeuronNetwork fold_free_network(const GridFunction& h, const Rational& theta);

/// 2n^d + 2n(d−1) + 4, 4n + 7, or 2n^d + 2(n−1)(d−1) + 1: before knots are left out.
[[nodiscard]] std::size_t full_block_count(const GridFunction& h, bool fold_free);

}  // namespace narrows
