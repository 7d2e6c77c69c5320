// 0 in Clarke's subdifferential of a piecewise linear network: a convex combination of limiting gradients, exactly.
//
// Idea   For a direction r that lies in no kink, Φ is affine near x + t r for all small t > 0, with one gradient g_r, which is a limit of
//        gradients at x: an element of ∂_CΦ(x), like every convex combination of such gradients.
// T1's trap: that all layers are regular in the sense of Clarke makes Φ an open map, but does not keep 0 out of ∂_CΦ(x).
#pragma once

#include <optional>
#include <vector>

#include "polyhedral/witness.hpp"

namespace narrows {

/// The gradient of Φ at x + t r for all small t > 0. Exact.
/// Special    nothing if some neuron's argument is constant 0 along the ray but not near it: the direction lies in a kink.
/// Precondition  piecewise linear, without batch_norm; x and r have d entries.
[[nodiscard]] std::optional<RationalPoint> limiting_gradient(const Chain& chain, const RationalPoint& x,
                                                             const RationalPoint& r);

/// Σ weights_i g_i = 0, weights_i > 0, Σ weights_i = 1, with g_i the limiting gradient in direction i.
struct ClarkeHull {
  RationalPoint point;
  std::vector<RationalPoint> directions;
  std::vector<RationalPoint> gradients;
  std::vector<Rational> weights;
};

/// Looks for d + 1 or fewer of these directions whose limiting gradients have 0 in their hull; earlier directions stand for later ones with the
/// same gradient, and at most 24 gradients are looked at.
/// Guarantee  exact. Nothing found proves nothing.
/// Source     T1 (arXiv 2603.28591), trap; F. H. Clarke, Optimization and Nonsmooth Analysis.
[[nodiscard]] std::optional<ClarkeHull> clarke_hull(const Chain& chain, const RationalPoint& x,
                                                    const std::vector<RationalPoint>& directions);

}  // namespace narrows
