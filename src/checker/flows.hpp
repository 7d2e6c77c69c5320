// Forms through an ode layer: the state at its end over a box, and the products of a row or a column with its Jacobian.
#pragma once

#include "checker/pass.hpp"

namespace narrows::checker {

/// The chain in intervals; ode layers are cut into steps in time. Rejects layers that are too large to be followed.
[[nodiscard]] std::vector<NumericLayer> enclose_with_flows(const std::vector<Layer>& chain, Precision p);

/// φ_T(h); `trace` takes the Jacobians of the steps, if slopes are wanted. Unknown for duals with derivatives.
[[nodiscard]] std::vector<Dual> flow_forward(const NumericLayer& layer, const std::vector<Dual>& h,
                                             LayerTrace& trace, Symbols& symbols);
/// v·Dφ_T and Dφ_T·v from these Jacobians.
[[nodiscard]] std::vector<Dual> flow_backward(const LayerTrace& trace, std::vector<Dual> v, Symbols& symbols);
[[nodiscard]] std::vector<Dual> flow_tangent(const LayerTrace& trace, std::vector<Dual> v, Symbols& symbols);

}  // namespace narrows::checker
