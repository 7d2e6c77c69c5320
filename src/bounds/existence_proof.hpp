// Proofs that every member of a cell has a critical point in a box B, from what happens on the boundary of B. None uses derivatives
// of v_P, so that zeros may be born, meet and vanish inside B.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "bounds/joint_problem.hpp"
#include "network/domain.hpp"

namespace narrows {

enum class ExistenceRule : std::uint8_t {
  sign_change,     ///< d = 1: v_P has opposite strict signs at the ends of B
  opposite_faces,  ///< (U v_P)_i has opposite strict signs on the faces x_i = lo_i and x_i = hi_i, for all i (Poincaré-Miranda)
  winding,         ///< d = 2: the winding number of v_P round the boundary of B is not 0
  minimum,         ///< Φ on the boundary of B is greater than at x0 inside
  maximum
};

struct ExistenceProof {
  ExistenceRule rule = ExistenceRule::sign_change;
  std::size_t prefix = 0;
  Box box;                      ///< B, in the interior of the domain
  std::vector<double> numbers;  ///< opposite_faces: U, d × d, row-major, nonsingular; minimum and maximum: x0
};

/// Guarantee  true is a proof: every member of the cell has a critical point in `proof.box`. Precondition: what the rule says about
///            dimensions. `budget` limits the boundary pieces.
[[nodiscard]] bool proves_existence(const JointProblem& problem, const ParameterCell& cell, const ExistenceProof& proof, std::size_t budget);

}  // namespace narrows
