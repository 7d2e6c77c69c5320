// Witnesses of unbounded level sets: a path and a ray on which a piecewise linear network keeps its value.
//
// Theorem 9 (ReLU, no layer wider than the input): from every point x0 a polygonal path and then a ray lead to infinity on which Φ
// is constant. Go forward until a layer forgets a direction (a singular matrix, a neuron that ReLU holds at 0, the output
// row): from there a ray is known. Then pull path and ray back through the layers that were passed, which are one to
// one on the states in question. O(L d³) rational operations; nothing is enumerated.
// The variants 9'(a) and (b): leaky ReLU and one-neuron residual blocks x ↦ εx + δ(v σ(u·x+b) + c) with α u·v ≥ −1 are
// homeomorphisms of R^d (or fold at most half-spaces flat), whose piecewise linear inverses split the path where a neuron changes sign.
//
// notation == meaning:  Φ the chain's function;  path q_0 … q_p;  direction r ≠ 0;  ray {q_p + t r : t ≥ 0}.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "arith/rational.hpp"
#include "network/chain.hpp"

namespace narrows {

using RationalPoint = std::vector<Rational>;

struct LevelRay {
  std::vector<RationalPoint> path;  ///< at least one point; each has d coordinates
  RationalPoint direction;          ///< d coordinates, not all zero
};

struct RayAnswer {
  std::optional<LevelRay> ray;
  std::string why_not;  ///< if there is no ray: the layer where the theorem does not apply
};

/// A path from `from` and a ray on which Φ is constant.
///
/// Shape      from.size() == chain.input_dim.
/// Guarantee  exact: Φ(x) = Φ(from) at every point of path and ray, and on each piece every neuron keeps its sign (≥ 0 or ≤ 0).
/// Special    d = 1 (Φ is monotone then, hardly ever constant), layers wider than the input before any layer that forgets a direction,
///            folds (α u·v < −1), residual blocks with several neurons and decreasing activations: no ray, with the reason.
/// Errors     InputError if the chain is not piecewise linear or holds batch_norm layers (fold them first).
/// Source     one-neuron N9, N9p; N8 uses it.
[[nodiscard]] RayAnswer constant_ray(const Chain& chain, const RationalPoint& from);

}  // namespace narrows
