// The batched kernels bound to a family of networks: leaf tests and values over joint boxes (x, ε, δ).
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "arith/interval.hpp"
#include "arith/isa.hpp"
#include "critical/lane_box_test.hpp"
#include "critical/lane_joint_values.hpp"
#include "network/lane_program.hpp"

namespace narrows {

/// Layout of boxes: box i has the sides [lower[i·n + k], upper[i·n + k]], k < n = inputs + 2; the last two are ε and δ.
/// Guarantee        the same bits on every instruction set, in every thread, in every rounding mode of the caller.
class JointEngine {
 public:
  /// nullopt if the kernels do not take the chain: an activation without kernel, more than kMaxLaneDim − kFreeFactors inputs or more than
  /// kMaxLaneWidth neurons in a layer. `regular_everywhere` has one entry per layer, false for those with free factors.
  [[nodiscard]] static std::optional<JointEngine> make(const CompiledChain<Interval>& family, const std::vector<bool>& regular_everywhere, Isa isa);

  /// The leaf tests of box_test.hpp, for all members of the cells; sensitivities follow the layout of boxes.
  void test(const double* lower, const double* upper, std::size_t count, LaneVerdict* verdicts) const;
  /// U·v_prefix, U row-major with one row per input and n_prefix columns; row k of box i at [i·inputs + k].
  void rows(std::size_t prefix, const double* u, const double* lower, const double* upper, std::size_t count, Interval* ranges) const;
  /// Φ_p(x) − Φ_p(x0).
  void differences(const double* x0, const double* lower, const double* upper, std::size_t count, Interval* ranges) const;

 private:
  JointEngine(LaneProgram program, Isa isa);
  LaneProgram program_;
  LaneBoxTests tests_;
  LaneJointValues values_;
  std::size_t symbols_ = 0;
};

}  // namespace narrows
