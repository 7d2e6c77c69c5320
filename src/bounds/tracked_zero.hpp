// A critical point of all members of a cell at once: the Krawczyk operator with the parameters as intervals.
#pragma once

#include <optional>
#include <vector>

#include "bounds/critical_guess.hpp"
#include "bounds/joint_problem.hpp"

namespace narrows {

/// For every p in the cell: v_prefix has exactly one zero in `box`, it lies in `enclosure`, and layers 1…prefix are regular on
/// `box`, so that the zero is the only critical point of Φ_p there. enclosure ⊂ box.
struct TrackedZero {
  std::size_t prefix = 0;
  IntervalBox box, enclosure;
};

/// Tries to prove that for the critical point that `guess` describes for some member of the cell.
///
/// Guarantee  a result is a proof: K(Z; p) ⊂ int Z strictly for all p at once, and I − C Dv contracts on `box`.
/// Source     T8 with parameters.
[[nodiscard]] std::optional<TrackedZero> isolate_over_cell(const JointProblem& problem, const ParameterCell& cell, const Guess& guess);

/// Existence alone: for every p in the cell v_prefix vanishes somewhere in `enclosure`, which `box` repeats; nothing is said about other
/// zeros or about the layers before.
[[nodiscard]] std::optional<TrackedZero> enclose_over_cell(const JointProblem& problem, const ParameterCell& cell, const Guess& guess);

}  // namespace narrows
