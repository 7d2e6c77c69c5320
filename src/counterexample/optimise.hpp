// Local minima of a score, by NLopt.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "base/cancellation.hpp"

namespace narrows {

using Score = std::function<double(const std::vector<double>&)>;

struct Minimum {
  std::vector<double> at;
  double score = 0;
};

struct OptimiseOptions {
  std::vector<double> lower, upper;  ///< bounds of every variable
  bool smooth = true;      ///< low-storage BFGS with central differences; else Subplex, which needs no slopes
  double good_enough = 0;  ///< stop at a score below this
  std::size_t max_scores = 20'000;  ///< evaluations of the score
  StopToken stop;
};

/// A point with a low score, reached from `start`; never worse than it. The same input gives the same point.
/// Special  a score that is not finite counts as very bad.
/// Source   S. G. Johnson, The NLopt nonlinear-optimization package (LD_LBFGS, LN_SBPLX).
[[nodiscard]] Minimum minimise(const Score& score, const std::vector<double>& start,
                               const OptimiseOptions& options);

}  // namespace narrows
