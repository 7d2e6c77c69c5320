// `threshold --restrict-domain`: regularity over the diagonals reached from a box, which allows larger ratios than all of R^n.
#pragma once

#include "critical/threshold.hpp"

namespace narrows {

/// Replaces what `result` says about all states by what holds at the states reached from options.domain, a box.
///
/// Guarantee  regular == regular: at all states reached from the box. critical->lower: at all of these states and all smaller ratios
///            of the same sign, the ratios of the other layers unchanged. A layer that is not regular over its global box of slopes
///            is undecided if nothing better is found, but a rank-deficient affine layer stays not regular. No upper ends.
/// Method     The box is cut in half along widest axes up to kMostHalvings times; slopes on each piece come from affine forms.
/// Source     T2 on reached boxes of diagonals, T5.
void restrict_to_domain(const Network& network, const ThresholdOptions& options, ThresholdResult* result);

/// Upper limit of the halvings; a certificate may ask for two more.
inline constexpr int kMostHalvings = 9;

}  // namespace narrows
