// A compiled chain made ready for the batched kernels: owns the arrays that a LaneChain points to.
#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "network/compiled.hpp"
#include "network/lane_chain.hpp"

namespace narrows {

class LaneProgram {
 public:
  [[nodiscard]] const LaneChain& chain() const { return chain_; }

  /// From now on layers below `first` are dropped.
  void drop(std::size_t first) { chain_.first = first; }

  LaneProgram() = default;
  LaneProgram(LaneProgram&&) = default;
  LaneProgram& operator=(LaneProgram&&) = default;
  LaneProgram(const LaneProgram&) = delete;
  LaneProgram& operator=(const LaneProgram&) = delete;

 private:
  friend class LaneProgramBuilder;
  LaneChain chain_;
  std::deque<std::vector<double>> numbers_;
  std::deque<std::vector<LaneLayer>> layers_;
};

/// Shape      regular_everywhere has one entry per layer; layers below `first` are dropped.
/// Guarantee  weights are enclosed (middle ± radius), determinants of residual layers as well.
/// nullopt    if an activation has no batched kernel (all but tanh, sigmoid, softplus, identity), or a weight is not finite.
[[nodiscard]] std::optional<LaneProgram> make_lane_program(const CompiledChain<Interval>& chain, const std::vector<bool>& regular_everywhere,
                                                           std::size_t first);

/// The same for a family: the factors of all residual layers are multiplied by two more symbols. Determinants are enclosed for
/// layers of at most kMaxFreeColumns columns.
inline constexpr std::size_t kMaxFreeColumns = 2;
[[nodiscard]] std::optional<LaneProgram> make_family_program(const CompiledChain<Interval>& chain, const std::vector<bool>& regular_everywhere);

}  // namespace narrows
