// Networks as flows: the one ode layer of a network with what stands round it, and the neural ODE that a residual network
// approximates.
#pragma once

#include <string>
#include <vector>

#include "network/model.hpp"

namespace narrows {

/// h(0) = before(x), ḣ = flow, and `after` of h(T): what follows is not spoken of by claims about the flow.
struct FlowNetwork {
  std::size_t input_dim = 0;
  std::vector<Layer> before;
  OdeLayer flow;
  std::size_t dim = 0;  ///< of h
  std::vector<Layer> after;

  [[nodiscard]] bool is_linear() const { return flow.interpolation == Interpolation::linear; }
  /// The time axis is cut into arcs of equal length on which the field is smooth in time.
  [[nodiscard]] std::size_t arcs() const { return flow.branches.size() - (is_linear() ? 1 : 0); }
  [[nodiscard]] Rational arc() const { return flow.time / Rational(arcs()); }
  /// The branches that hold at the start and at the end of an arc.
  [[nodiscard]] const std::vector<Layer>& from(std::size_t arc) const { return flow.branches[arc]; }
  [[nodiscard]] const std::vector<Layer>& to(std::size_t arc) const {
    return flow.branches[arc + (is_linear() ? 1 : 0)];
  }
};

/// Errors  InputError if the network has no ode layer or more than one, or kinked activations before it.
///         For linear interpolation: also if there is one branch only, or if branches differ in more than the numbers of their layers.
[[nodiscard]] FlowNetwork as_flow(const Network& network, const std::string& where);

/// The neural ODE of a residual network, as a network with one ode layer: with e_1 = 1, e_{l+1} = ε_l e_l and α_l = δ_l/ε_l, the
/// blocks become ẏ = α_l e_l^{-1} f_l(e_l y) on unit arcs [l − 1, l] (the page's arcs of signed length α_l, run at speed α_l),
/// followed by the factor e_{L+1} and the layers after the last block.
///
/// With linear interpolation block l holds at time l − 1, as in Euler's steps, and the last one, which is repeated, on [L − 1, L].
///
/// Shape   layers without residual, then residual blocks next to one another, then layers without residual.
/// Errors  InputError naming the layer: no block, blocks not next to one another, ε_l = 0, kinked activations in a branch.
/// Source  T4 (arXiv 2603.28591). Exact: every factor is a rational number.
[[nodiscard]] Network neural_ode_limit(const Network& network, const std::string& where,
                                       Interpolation interpolation = Interpolation::constant);

}  // namespace narrows
