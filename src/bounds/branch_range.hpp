// Ranges of a residual branch f over a box in intervals: values, Jacobian, the flow's arcs, norms and logarithmic norms.
//
// Guarantee  everything is rounded outward; an unknown end is infinite.
#pragma once

#include <vector>

#include "arith/small_matrix.hpp"
#include "bounds/limit_network.hpp"

namespace narrows {

using IntervalBox = std::vector<Interval>;

/// f(box) and Df(box), row-major n × n (for kinked activations the Clarke Jacobians).
struct BranchRange {
  IntervalBox value;
  std::vector<Interval> jacobian;
};
[[nodiscard]] IntervalBox branch_value(const CompiledLayer<Interval>& block, const IntervalBox& box);
[[nodiscard]] BranchRange branch_range(const CompiledLayer<Interval>& block, const IntervalBox& box);

/// A box that holds the arcs of ḣ = f(h) over [0, α] from every point of `start`; `lipschitz` bounds f on all of R^n.
[[nodiscard]] IntervalBox flow_arcs(const CompiledLayer<Interval>& block, double lipschitz, const Interval& alpha, const IntervalBox& start);

/// sup |x|_∞.
[[nodiscard]] double size_upper(const IntervalBox& box);
/// sup ‖J‖_∞ over an interval matrix.
[[nodiscard]] double norm_upper(const std::vector<Interval>& jacobian, std::size_t n);
/// sup of the logarithmic ∞-norm max_i (sign·J_ii + Σ_{j≠i} |J_ij|); sign is 1 or −1. May be negative.
[[nodiscard]] double logarithmic_norm_upper(const std::vector<Interval>& jacobian, std::size_t n, int sign);
/// sup |J v|_∞.
[[nodiscard]] double image_upper(const std::vector<Interval>& jacobian, const IntervalBox& v);

/// box ± radius.
[[nodiscard]] IntervalBox widened(const IntervalBox& box, double radius);

}  // namespace narrows
