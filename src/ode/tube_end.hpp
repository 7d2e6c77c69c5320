// What a finished tube says about the end of the flow.
#pragma once

#include "ode/taylor_model.hpp"
#include "ode/tube.hpp"

namespace narrows {

/// The inputs x_i over the box as models: constants, or coordinates ξ for the sides that are not points.
[[nodiscard]] std::vector<TaylorModel> box_coordinates(const TaylorAlgebra& algebra, const Box& box);

/// h(T) as models in ξ alone, with the error of the tube. Precondition: the tube has steps.
[[nodiscard]] std::vector<TaylorModel> end_models(const Tube& tube);

/// Dφ_T as models in ξ alone, with the error of the tube. Precondition: the tube has steps with Jacobians.
[[nodiscard]] std::vector<std::vector<TaylorModel>> end_jacobian_models(const Tube& tube);

/// Fills end, jacobian and determinant from the last step and sets `closed` (or a reason why not).
/// Each enclosure is widened by twice the error of the tube instead of once.
void enclose_end(Tube* tube);

}  // namespace narrows
