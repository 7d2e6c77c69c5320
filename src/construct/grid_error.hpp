// The exact L1 distance of a one-neuron ResNet and a grid function on [0,1]^d (Lemma 4 of one-neuron.md).
//
// Idea: where φ and all s_i are affine, z = φ + Σ s_i is affine, and ∫ |G(z) − h| over a product of intervals is a sum over its corners of
// iterated antiderivatives. Summed by parts the other way round, the whole integral is Σ over levels h of Σ over kinks t of
// |G − h| of (change of slope) · F_h(t), where F_h(t) = Σ over corners c > t of (weight of c)·(c − t)^p: one polynomial in t that changes at
// corners. The corners of a cell are products of a few atoms per coordinate, so that the cost is about
// (cells · 3^d + kinks · d), all in integers.
#pragma once

#include <optional>

#include "base/cancellation.hpp"
#include "construct/digit_form.hpp"
#include "construct/grid_function.hpp"

namespace narrows {

/// ∫ over [0,1]^d of |N − h|, exactly. Nothing if `stop` asked for it.
[[nodiscard]] std::optional<Rational> grid_error_exact(const DigitForm& form, const GridFunction& h, const StopToken& stop = {});
/// About how many corners Lemma 4 takes piece by piece: Σ over pieces inside the cube of 2^d (1 + kinks of G in the range of z). Counting
/// ends beyond `most`.
[[nodiscard]] std::size_t direct_corners(const DigitForm& form, const GridFunction& h, std::size_t most);
/// d = 1.
[[nodiscard]] Rational grid_error_exact(const LineFunction& form, const GridFunction& h);

}  // namespace narrows
