// Small networks whose critical points are known, and transformations that move or keep them in a known way.
#pragma once

#include "support/random_cases.hpp"
#include "support.hpp"

namespace narrows::test {

/// Φ(x) = Σ_i f(x_i − c_i), f(t) = tanh(t+1) − tanh(t−1): one critical point, the maximum at c.
[[nodiscard]] Network bump(const std::vector<Rational>& centre, const Rational& inner_scale = 1, const Rational& outer_scale = 1);
/// One block εx + δ Σ_j v_j σ(w_j x + b_j) on the line.
[[nodiscard]] Network line_block(const Rational& skip, const Rational& residual, Activation function, const std::vector<Rational>& w = {1},
                                 const std::vector<Rational>& b = {0}, const std::vector<Rational>& v = {1});
/// affine, two residual blocks of `hidden` units, affine; d inputs; weights are multiples of 1/8, at most 2 in size.
[[nodiscard]] Network random_network(std::size_t d, std::size_t hidden, Activation function, RandomCases* random);

/// Φ · factor.
[[nodiscard]] Network scaled(Network network, const Rational& factor);
/// The units of every hidden layer in reverse order. The first and the last layer must be affine.
[[nodiscard]] Network reversed_units(Network network);
/// Blocks that do nothing before the last layer: skip 1 with residual 0, and an identity matrix.
[[nodiscard]] Network with_idle_blocks(Network network);
/// Φ(R y) for the rotation R by the angle with cosine 3/5 and sine 4/5 in the first two inputs.
[[nodiscard]] Network rotated(Network network);

}  // namespace narrows::test
