// T2, exact part: the signs of det J(D) at the vertices of the box of all slopes, and what follows for the
// whole box.
#pragma once

#include <cstddef>

#include "network/chain.hpp"
#include "network/model.hpp"

namespace narrows {

enum class VertexOutcome {
  regular,      ///< proved: J(D) is regular for every D in the box
  not_regular,  ///< proved: J(D) is singular for some D of slopes that are attained (not necessarily at a state
                ///< that is reached)
  undecided,  ///< a sign is undecided (batch_norm, enclosed slope ranges), or the budget of exact arithmetic
              ///< is spent
  too_many    ///< more than kMaxVertexEntries slopes, or too much work; nothing was tried
};

inline constexpr std::size_t kMaxVertexEntries = 16;

/// Decides whether the Jacobian of a residual layer is regular over the box of all its slopes.
///
/// Shape      the layer maps R^input_dim to itself; ε = 0, ε < 0 and several activation layers are allowed.
/// Guarantee  `regular` and `not_regular` are proofs: rationals, or outward-rounded intervals decided by
/// their signs. Special    `network` == lipschitz: `regular` is proved over closed ranges of slopes, as T1
/// needs for Clarke Jacobians. Cost       exponential in the number of slopes: 16 of them take about 60 ms. Source     T2
/// (arXiv 2603.28591); FORMAT.md, "vertices".
[[nodiscard]] VertexOutcome decide_by_vertices(const ResidualLayer& layer, std::size_t input_dim,
                                               Smoothness network);

}  // namespace narrows
