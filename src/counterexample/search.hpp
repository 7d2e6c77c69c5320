// The search for a counterexample: random starts, a local optimiser, rounding to few bits, simplification, proof.
#pragma once

#include <functional>

#include "counterexample/goal.hpp"

namespace narrows {

struct SearchReport {
  std::optional<Counterexample> found;
  std::size_t starts = 0;  ///< random starts
  std::size_t minima = 0;  ///< of them reached a contradiction in floating-point arithmetic
  std::size_t finds = 0;   ///< counterexamples proved; the simplest of them is `found`
  std::size_t exact = 0;   ///< exact tests of rounded or simplified networks
};

using SearchProgress = std::function<void(const SearchReport& so_far)>;

/// The same request with the same seed and enough time gives the same counterexample.
/// Guarantee  what is found contradicts the claim by the proofs that it holds.
/// @param progress  called after every start and every exact test with what there is so far; may be empty
[[nodiscard]] SearchReport find_counterexample(const Goal& goal, const SearchProgress& progress = {});

}  // namespace narrows
