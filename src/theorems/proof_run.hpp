// All instances of all theorems, in parallel, and what they add up to.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/cancellation.hpp"
#include "base/verdict.hpp"
#include "theorems/instance_run.hpp"
#include "theorems/planted.hpp"
#include "theorems/statement.hpp"

namespace narrows::theorems {

struct RunOptions {
  std::string scratch;  ///< existing folder; each instance gets PAPER/ID/INSTANCE in it
  bool quick = false;   ///< only instances marked quick (the first one of a theorem that has none)
  std::size_t threads = 1;
  /// Called after each instance, from one thread at a time.
  std::function<void(const Statement&, const Instance&, const InstanceResult&, std::size_t done,
                     std::size_t all)>
      progress;
};

struct TheoremResult {
  const Statement* statement = nullptr;
  std::vector<InstanceResult>
      instances;              ///< one per instance of the statement; `ran` is false for those left out
  std::vector<Plant> plants;  ///< would a wrong constant be noticed?

  /// proved: all that ran are as expected, and at least one ran; refuted: one is certainly not.
  [[nodiscard]] Verdict verdict() const;
  [[nodiscard]] std::size_t instances_run() const;
  [[nodiscard]] double cpu_seconds() const;
};

/// Runs the instances of `statements`, which must outlive the results.
/// Guarantee  a stop request ends the run early; what did not run leaves its theorem undecided.
[[nodiscard]] std::vector<TheoremResult> run_theorems(const std::vector<Statement>& statements,
                                                      const RunOptions& options, const Executive& executive,
                                                      const StopToken& stop);

/// refuted if one theorem is, else undecided if one is, else proved.
[[nodiscard]] Verdict overall(const std::vector<TheoremResult>& results);

}  // namespace narrows::theorems
