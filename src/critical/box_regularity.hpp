// Regularity of a layer on a box, from the slopes reached on it (T2 on the reached box of diagonals).
#pragma once

#include "network/evaluate.hpp"

namespace narrows {

/// True if the Jacobian of `layer` is proved nonsingular for every diagonal in the ranges of `trace` (the slopes reached
/// on a box). Affine layers are decided globally (exactly) elsewhere: false here.
///
/// Method     det is affine in each diagonal entry: one strict sign at all 2^M vertices (M <= 10); larger layers by the
///            interval-matrix test ‖I − C·J‖ < 1.
/// Source     T2, T5; FORMAT.md "regular on a box".
[[nodiscard]] bool regular_on_box(const CompiledLayer<Interval>& layer, const LayerTrace<AffineForm>& trace, std::size_t dim);
[[nodiscard]] bool regular_on_box(const CompiledLayer<Interval>& layer, const LayerTrace<Interval>& trace, std::size_t dim);

}  // namespace narrows
