// The range of σ' over all of R, for each activation: what the theorems T2, T3 and T9 ask of it.
//
// notation == meaning:  s⁻ == low = inf σ';  s⁺ == high = sup σ' (for kinked activations: of the Clarke
// slopes).
#pragma once

#include "network/model.hpp"

namespace narrows {

/// Which end points σ' reaches: half_open (low, high], open (low, high), or closed [low, high].
enum class RangeEnds { half_open, open, closed };

struct SlopeRange {
  Rational low;
  Rational high;
  RangeEnds ends = RangeEnds::closed;
  bool sharp = true;  ///< false: [low, high] encloses the range and is up to 1e-9 wider (silu, gelu)
};

[[nodiscard]] SlopeRange slope_range(const ActivationLayer& activation);

/// True iff every slope is > 0: the activation has no critical point, and no Clarke slope vanishes.
[[nodiscard]] bool slope_is_positive(const ActivationLayer& activation);

/// s = sup |σ'|, or an upper bound of it.
[[nodiscard]] Rational largest_slope(const SlopeRange& range);

}  // namespace narrows
