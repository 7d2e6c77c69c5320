// The difference of distance_kernel.hpp on one box, over affine_form.hpp: every activation, any dimension.
#pragma once

#include <span>

#include "bounds/distance_kernel.hpp"
#include "network/compiled.hpp"

namespace narrows {

/// The largest order K for these blocks: 8, 4 if a function has no series of its own (gelu), 2 if one is only C¹ (elu).
[[nodiscard]] std::size_t largest_flow_order(std::span<const CompiledLayer<Interval>> layers);

/// Shape      lower and upper: one end per input.
/// Guarantee  (h − u)·w lies in the result for every point of the box (T4's and T5's difference, Φ of the network minus Φ of the limit).
[[nodiscard]] Interval form_distance(const DistanceProgram<CompiledLayer<Interval>>& program, std::span<const double> lower, std::span<const double> upper);

}  // namespace narrows
