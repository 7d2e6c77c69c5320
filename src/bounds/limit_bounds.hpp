// The a-priori bounds of T4 and T5 on the distance of a residual network from its limits, and their sharper versions.
//
// notation == meaning (page T4, T5; errors in the network's own scale, E_l >= |h_l − u_l|_∞, u_l the state of the limit):
//   T4  E_l = |ε_l| (e^{|α_l| K_l} E_{l−1} + α_l²/2 K_l S_l), which summed up is |e_{L+1}| Σ (α_l²/2) K_l S_l |e_l|^-1 exp(Σ_{j>l} |α_j| K_j)
//   T5  R_l = |ε_l| R_{l−1} + |δ_l| S_l,  E_l = |ε_l| R_{l−1} + |δ_l| K_l E_{l−1}
//   and the bound is ‖w‖_1 E_L. K_l, S_l: the constants of BlockConstants. Where no global S_l exists (softplus, ReLU, …), S_l is
//   enclosed on a convex set: a box that holds the states of the network and the arcs of the limit (T4), |h| <= R_{l−1} (T5).
// Sharper, on cells of the domain:
//   T4  α_l²/2 sup |Df_l f_l| over the flow's arc from the network's states, and e^{|α_l| μ_l} with μ_l the logarithmic norm of
//       sign(α_l) Df_l over a box that holds that arc and the arc of the limit. The logarithmic norm stands in the exponent only.
//   T5  the sizes of the enclosed states for R_{l−1}, and K_l = sup ‖Df_l‖ over a box with the states of both networks.
#pragma once

#include "base/cancellation.hpp"
#include "bounds/limit_network.hpp"
#include "network/domain.hpp"

namespace narrows {

struct LimitBounds {
  double theorem = kInfinity;   ///< rounded up; infinite: the theorem gives nothing
  double sharper = kInfinity;   ///< never above what its own recursion gives, but it may exceed `theorem` where boxes are poor
  bool closed_form = false;     ///< theorem needs norms of the weights only: all S_l are global, one activation layer per block
  double largest_exponent = 0;  ///< T4: Σ |α_j| K_j over all blocks, what makes the theorem's number large
};

/// Precondition  !violated_hypothesis(network, limit).
/// Guarantee     sup over the box of |Φ_network − Φ_limit| is at most `theorem`, and at most `sharper`.
/// work          blocks times cells for `sharper`: the domain is cut into at most work / L cells (16 if that is less)
/// stop          asked to stop, `sharper` is infinite.
/// Source        T4, T5 (arXiv 2603.28591, with the corrections of the project's statements: absolute values of the ratios, constants on
///               convex sets that hold the flow).
[[nodiscard]] LimitBounds limit_bounds(const LimitNetwork& network, Limit limit, const Box& box, std::size_t work = 1600,
                                       const StopToken& stop = {});

/// The a-priori bound for all networks with the same layers outside the blocks, the same factors ε_l, δ_l and activations, and in every
/// block ‖·‖_∞ <= weight_bound for each matrix, |·|_∞ <= weight_bound for each bias.
/// Errors  InputError naming `where` if an activation is unbounded (S_l then has no uniform bound for T4) or batch_norm is in a branch.
[[nodiscard]] double uniform_bound(const LimitNetwork& network, Limit limit, const Box& box, double weight_bound, const std::string& where);

}  // namespace narrows
