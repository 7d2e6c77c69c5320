// What a narrow piecewise linear network cannot do, with certificates of a few rational numbers (Theorems 7 and 8).
//
// Both start from a constant ray (witness.hpp). Two points: the ray leaves a box K through y with Φ(y) = Φ(x), x inside: whatever f is,
// the larger of |f − Φ| at x and y is at least |f(x) − f(y)|/2. Growth: beside a ray on which Φ = c ≠ 0 there is a tube of positive
// width on which |Φ| ≥ |c|/2, so that ∫ |f − Φ| over [−R,R]^d grows linearly in R for every f of bounded support.
//
// notation == meaning:  ρ the support of f is in [−ρ,ρ]^d;  η the tube is point + [−η,η]^d + R₊ direction.
#pragma once

#include <optional>

#include "network/domain.hpp"
#include "polyhedral/witness.hpp"

namespace narrows {

/// Φ(inside) = Φ(boundary); inside in the interior of the box, boundary on its boundary.
struct TwoPoints {
  RationalPoint inside, boundary;
  Rational value;
};

/// Guarantee  exact. Nothing if `inside` is not in the interior of the box. The path of `ray` must start at `inside`.
/// Source     one-neuron N7.
[[nodiscard]] std::optional<TwoPoints> two_points(const Chain& chain, const LevelRay& ray, const Box& box);

/// Every neuron keeps a strict sign on the tube (or does not depend on the input), Φ = value ≠ 0 along its axis.
struct GrowthCertificate {
  RationalPoint point, direction;
  Rational half_width;  ///< η > 0
  Rational value;       ///< c
  Rational support;     ///< ρ

  /// A lower bound of ∫ |f − Φ| over [−R,R]^d for all f with support in [−ρ,ρ]^d. 0 if the tube's start is outside.
  [[nodiscard]] Rational error_at(const Rational& R) const;
  /// An R with error_at(R) > error.
  [[nodiscard]] Rational radius_for(const Rational& error) const;
};

/// Guarantee  exact. Nothing if Φ(near) = 0, or no tube was found after some perturbations of `near` (seeded, reproducible).
/// Source     one-neuron N8, "Certified growth".
[[nodiscard]] std::optional<GrowthCertificate> growth_certificate(const Chain& chain, const RationalPoint& near, const Rational& support);

}  // namespace narrows
