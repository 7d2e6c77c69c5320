// T3: the sharp critical ratio of a residual block, bracketed by exact proofs; and T2 at a given ratio.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "base/cancellation.hpp"
#include "critical/channel_block.hpp"
#include "critical/principal_minors.hpp"

namespace narrows {

/// t* = sup{t >= 0 : I + t' D G is regular for all t' <= t and all D in the closed box of slopes, widened to contain 0}.
struct CriticalRatio {
  enum class Status {
    bracket,     ///< lower <= t* <= upper, (upper − lower) <= 1e-12 upper
    infinite,    ///< t* = ∞ is proved; lower is 0
    lower_bound  ///< lower <= t*; t* <= upper if there is one
  };
  Status status = Status::lower_bound;
  Rational lower = 0;
  std::optional<Rational> upper;
  /// upper: det(I + upper D G) <= 0 where D has its upper end at these neurons and its lower end at the others.
  std::vector<std::size_t> witness;
  /// The order of branching in which the minors at `lower` (infinite: those of G) are quickly found to be nonnegative.
  std::vector<std::size_t> order;
};

/// The critical ratio of `block` in the direction of the sign of its present ratio.
///
/// Guarantee  as stated for each status; every bound is an exact proof. At `lower` no determinant is negative, at every smaller
///            ratio all are positive. For ranges that contain 0 (all but leaky_relu with a > 0), every ratio above t* is not
///            regular, too.
/// Method     Determinants at the vertices of the box are polynomials in t. A vertex that fails at some t bounds t* by its first
///            root, which bisection with exact signs finds; the next failing vertex is looked for just below it, until there is none.
/// Source     T3.
[[nodiscard]] CriticalRatio critical_ratio(const ChannelBlock& block, const StopToken& stop = {});

enum class Regularity { regular, not_regular, undecided };

/// T2, exact: is the block regular over its box of diagonals at the ratio t (>= 0, in the direction of the present one)?
/// regular is proved over the box with its `block.ends`, not_regular by slopes that are attained (`block.attained`).
[[nodiscard]] Regularity decide_regularity(const ChannelBlock& block, const Rational& t, const StopToken& stop = {});

/// Two vertices of the box of slopes at which det(I + t D G) has not the same strict sign; a vertex is named by the neurons whose
/// slope is at its upper end.
struct FailingVertices {
  std::vector<std::size_t> upper;    ///< the determinant is negative or zero here, or unlike that at `against`
  std::vector<std::size_t> against;
};
/// What proves decide_regularity() == not_regular. Nothing if it is something else.
[[nodiscard]] std::optional<FailingVertices> failing_vertices(const ChannelBlock& block, const Rational& t);

/// Sign of det(I + t D G), D at its upper end of `box` for the neurons `upper` and at its lower end elsewhere.
[[nodiscard]] std::optional<int> vertex_sign(const ChannelBlock& block, const SlopeBox& box, const Rational& t,
                                             const std::vector<std::size_t>& upper);

}  // namespace narrows
