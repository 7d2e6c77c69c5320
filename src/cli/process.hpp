// Runs this very program again with other arguments, and waits for it.
#pragma once

#include <string>
#include <vector>

#include "theorems/instance_run.hpp"

namespace narrows::cli {

/// Runs `narrows WORDS…` (the running executable) in `folder` with empty standard input.
///
/// Guarantee  ends after about `timeout` seconds or an interruption: the child is then told to stop, and killed two seconds later.
/// Special    a child that a signal ended has the exit code 128 + signal.
/// Errors     std::runtime_error if no process can be started.
[[nodiscard]] theorems::CommandOutcome run_narrows(const std::string& folder,
                                                   const std::vector<std::string>& words, double timeout);

}  // namespace narrows::cli
