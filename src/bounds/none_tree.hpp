// A proof that no member of a cell has a critical point in the domain box: branch and bound over the joint box (x, ε, δ).
#pragma once

#include <cstddef>
#include <optional>

#include "base/cancellation.hpp"
#include "bounds/joint_problem.hpp"
#include "critical/proof_tree.hpp"

namespace narrows {

/// Splits run over all dim + 2 axes; leaves are layers_regular and direction_sign only.
///
/// @param boxes  is increased by the number of boxes tested
/// @returns  nothing if `max_boxes` were tested, a box got too small, or a stop was requested
[[nodiscard]] std::optional<ProofTree> prove_none(const JointProblem& problem, const IntervalBox& root, std::size_t max_boxes, const StopToken& stop,
                                                  std::size_t* boxes);

}  // namespace narrows
