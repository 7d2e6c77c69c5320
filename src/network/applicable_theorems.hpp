// Which theorems of the tunnel page can be used on a network: their hypotheses on its shape and activations,
// checked.
//
// Division of labour: a hypothesis that can be read off the layers is checked here, exactly. What takes a
// proof of its own
// ("every layer is regular", "Φ has no local extremum") is named in the reason, and left to the command that
// proves it.
#pragma once

#include <string>
#include <vector>

#include "network/chain.hpp"

namespace narrows {

struct TheoremHypotheses {
  std::string id;  ///< "tunnel/T1", …, "tunnel/T10"
  bool applies = false;
  std::string reason;  ///< applies: what it then gives or still needs; else: the hypothesis that fails
};

/// One entry per theorem, in the order T1, …, T10.
/// Source  tunnel page (arXiv 2603.28591, 2405.09351; T3 is this project's).
[[nodiscard]] std::vector<TheoremHypotheses> check_theorem_hypotheses(const Chain& chain);

/// The identifiers of those that apply, in the same order.
[[nodiscard]] std::vector<std::string> applicable_theorems(const Chain& chain);

}  // namespace narrows
