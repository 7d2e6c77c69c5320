// The batched kernels bound to one network: leaf tests, derivatives and half-spaces for many boxes at once.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "arith/isa.hpp"
#include "critical/lane_box_test.hpp"
#include "critical/lane_derivative.hpp"
#include "network/lane_program.hpp"

namespace narrows {

/// Layout of boxes: box i has the sides [lower[i·dim + k], upper[i·dim + k]], k < dim.
/// Guarantee        the same bits on every instruction set, in every thread, in every rounding mode of the caller.
class LaneEngine {
 public:
  /// nullopt if the kernels do not take the chain: an activation without kernel, more than kMaxLaneDim inputs or more than
  /// kMaxLaneWidth neurons in a layer. `regular_everywhere` has one entry per layer.
  [[nodiscard]] static std::optional<LaneEngine> make(const CompiledChain<Interval>& chain, const std::vector<bool>& regular_everywhere, Isa isa);

  /// From now on layers 1…first are dropped: the variable is the state after them.
  void drop(std::size_t first, std::size_t dim);

  /// The leaf tests of box_test.hpp.
  void test(const double* lower, const double* upper, std::size_t count, LaneVerdict* verdicts) const;
  /// False for chains with too many neurons for symbols: their memory is quadratic, and sums of more than 2^10 rounded terms
  /// would outgrow the inflation that pays for them (kInflate of lane_affine.hpp).
  [[nodiscard]] bool has_stubborn_test() const;
  /// Precondition has_stubborn_test(). The same in a sharper form, for boxes that test() left open: several times slower; outcome, prefix and direction only.
  void test_stubborn(SharpForm form, const double* lower, const double* upper, std::size_t count, LaneVerdict* verdicts) const;
  /// About how many times as long as test() a test in this form takes: from the sizes of the network alone, so that what depends on it is
  /// the same on every machine.
  [[nodiscard]] double cost(SharpForm form) const;
  /// v_prefix and its Jacobian.
  void derivative(std::size_t prefix, const double* lower, const double* upper, std::size_t count, LaneDerivative* results) const;
  /// Half-spaces that hold v_prefix.
  void half_space(std::size_t prefix, const double* lower, const double* upper, std::size_t count, LaneHalfSpace* results) const;

 private:
  LaneEngine(LaneProgram program, Isa isa);
  LaneProgram program_;
  LaneBoxTests tests_;
  LaneSharpTests sharp_tests_;
  LaneDerivatives derivatives_;
  std::size_t dim_ = 0;
};

}  // namespace narrows
