// A counterexample in one paragraph, ready for a paper.
#pragma once

#include <string>
#include <vector>

#include "counterexample/goal.hpp"

namespace narrows {

enum class Markup { markdown, latex };

/// What the network is, exactly, which claim it refutes, and what is proved. Formulas are LaTeX between dollar signs in both markups.
///
/// @param certificates  names of the certificate files, to be cited; may be empty
[[nodiscard]] std::string counterexample_statement(const Counterexample& found, Markup markup,
                                                   const std::vector<std::string>& certificates);

/// What is proved, in one sentence of plain text.
[[nodiscard]] std::string counterexample_finding(const Counterexample& found);

/// The blocks whose ratio is certified to exceed their critical ratio α*, by the certificate of thresholds: α* is at least the Lipschitz
/// ratio (T2, T3), so these exceed it, too. Blocks of more than 20 neurons, which that certificate need not cover, do not count.
[[nodiscard]] std::size_t blocks_above_critical_ratio(const Counterexample& found);

/// What is only sampled, not proved, in one sentence of plain text; "" if nothing is.
[[nodiscard]] std::string counterexample_sampled(const Counterexample& found);

}  // namespace narrows
