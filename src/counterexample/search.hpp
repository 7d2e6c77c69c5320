// The search for a counterexample: random starts, a local optimiser, rounding to few bits, simplification, proof.
#pragma once

#include "counterexample/goal.hpp"

namespace narrows {

struct SearchReport {
  std::optional<Counterexample> found;
  std::size_t starts = 0;  ///< random starts
  std::size_t minima = 0;  ///< of them reached a contradiction in floating-point arithmetic
  std::size_t finds = 0;     ///< counterexamples proved; the simplest of them is `found`
  std::size_t exact = 0;   ///< exact tests of rounded or simplified networks
};

/// The same request with the same seed and enough time gives the same counterexample.
/// Guarantee  what is found contradicts the claim by the proofs that it holds.
[[nodiscard]] SearchReport find_counterexample(const Goal& goal);

}  // namespace narrows
