// test_box() for many boxes at once, on the fastest instruction set of the machine.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "arith/isa.hpp"
#include "critical/box_test.hpp"
#include "critical/lane_box_test.hpp"
#include "critical/problem.hpp"
#include "network/lane_program.hpp"

namespace narrows {

class BatchTest {
 public:
  /// nullopt if the batched engine does not take the problem: an activation without kernel, more than kMaxLaneDim inputs or
  /// more than kMaxLaneWidth neurons in a layer.
  [[nodiscard]] static std::optional<BatchTest> make(const Problem& problem, Isa isa);

  /// Shape      box i has the sides [lower[i·dim + k], upper[i·dim + k]], k < dim.
  /// Guarantee  as test_box(); the same bits on every instruction set and in every thread.
  void operator()(const double* lower, const double* upper, std::size_t count, BoxTest* findings) const;

 private:
  BatchTest(LaneProgram program, LaneBoxTest test, std::size_t dim, std::size_t bytes)
      : program_(std::move(program)), test_(test), dim_(dim), bytes_(bytes) {}
  [[nodiscard]] BoxTest translate(const LaneVerdict& verdict) const;
  [[nodiscard]] std::size_t width_after(std::size_t prefix) const;

  LaneProgram program_;
  LaneBoxTest test_;
  std::size_t dim_, bytes_;
};

}  // namespace narrows
