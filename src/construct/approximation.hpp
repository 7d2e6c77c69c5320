// A target, its one-neuron ResNet, and everything that is known of their L1 distance.
#pragma once

#include <optional>
#include <string>

#include "base/cancellation.hpp"
#include "base/verdict.hpp"
#include "construct/block_network.hpp"
#include "construct/grid_claims.hpp"
#include "construct/grid_function.hpp"
#include "construct/point_check.hpp"
#include "construct/target.hpp"

namespace narrows {

struct ApproximationOptions {
  std::optional<std::size_t> n;       ///< cells per side; grids and images bring theirs
  std::optional<Rational> theta;      ///< 1/n unless given
  std::optional<Rational> l1_error;   ///< find n and θ for this error instead
  bool fold_free = false;             ///< Theorem 5, on the cube only
  std::size_t points = 1000;          ///< random points to test, of each kind
  std::size_t max_cells = 1 << 16;
  std::uint64_t seed = 1;
  StopToken stop;
};

struct Approximation {
  Verdict verdict = Verdict::undecided;  ///< proved: (i)-(iii) of the theorem hold exactly, and the exact error was computed and respects its bound
  std::string reason;
  GridFunction h;
  Rational theta;
  bool fold_free = false;
  OneNeuronNetwork net;
  std::size_t full_blocks = 0;         ///< of the theorem, before knots without a change of slope are left out
  std::optional<Rational> to_grid;     ///< ∫ |N − h|, over R^d (fold_free: over the cube)
  Interval to_target = Interval::entire();  ///< encloses ∫ |N − f|
  std::optional<Rational> to_target_exact;  ///< if f is a grid function
  Rational bound;                      ///< ω(h)(1 − (1−θ)^d)
  GridClaims claims;                   ///< (i)-(iii) of the theorem, decided from the network's own form
  std::size_t direct_corners = 0;      ///< corner evaluations that Lemma 4 takes piece by piece
  PointCheck check;
};

/// Exact errors of at most this many direct corner evaluations are part of certificates.
inline constexpr std::size_t kDirectCorners = 20'000'000;

/// Guarantee  `to_grid` is computed from the network's own blocks (its digit form), independently of the builder.
/// Errors     InputError if there are too many cells, θ is not in (0,1), or no n reaches l1_error.
[[nodiscard]] Approximation approximate(const TargetFunction& target, const ApproximationOptions& options);

}  // namespace narrows
