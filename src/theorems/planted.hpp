// Would a wrong constant be noticed? Each number and relation of a statement is replaced by wrong ones, and the checks are evaluated again
// on the answers that the instances gave.
#pragma once

#include <string>
#include <vector>

#include "theorems/instance_run.hpp"

namespace narrows::theorems {

/// One wrong constant and who notices it.
struct Plant {
  std::string constant;
  std::string change;      ///< "a third", "three times", "the other sign", "<= for <", …
  std::string noticed_by;  ///< the first instance with a check that is then certainly false; empty: nobody
};

/// Numbers (also in lists) become a third, three times and minus themselves, relations get or lose their equality sign. Only instances that ran
/// as expected are asked.
[[nodiscard]] std::vector<Plant> plant_wrong_constants(const Statement& statement,
                                                       const std::vector<InstanceResult>& results);

}  // namespace narrows::theorems
