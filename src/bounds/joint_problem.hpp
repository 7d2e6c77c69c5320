// What the regime map works on: the family's chain, compiled, and which of its layers are regular whatever the parameters.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "bounds/family_regularity.hpp"
#include "critical/joint_engine.hpp"
#include "network/evaluate.hpp"

namespace narrows {

using IntervalBox = std::vector<Interval>;

/// A joint box is a vector of dim + 2 intervals: x, ε, δ.
struct JointProblem {
  /// lanes: use the batched kernels where they apply; otherwise scalar affine forms, the oracle of the other.
  JointProblem(Chain family_chain, const StopToken& stop = {}, bool use_lanes = true, Isa isa = best_isa())
      : family(std::move(family_chain)), fast(compile(family)), regularity(family, stop), dim(family.input_dim) {
    if (use_lanes) lanes = JointEngine::make(fast, regularity.fixed_layers(), isa);
  }

  Chain family;
  CompiledChain<Interval> fast;
  FamilyRegularity regularity;
  std::optional<JointEngine> lanes;
  std::size_t dim = 0;

  [[nodiscard]] std::size_t depth() const { return fast.layers.size(); }
};

[[nodiscard]] inline IntervalBox joint_box(IntervalBox x, const ParameterCell& cell) {
  x.push_back(cell.skip);
  x.push_back(cell.residual);
  return x;
}

}  // namespace narrows
