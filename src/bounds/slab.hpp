// One slab of a track: all critical points in the domain, for all parameters of a short piece of the path at once.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "base/cancellation.hpp"
#include "bounds/parameter_path.hpp"
#include "bounds/tracked_zero.hpp"
#include "critical/proof_tree.hpp"

namespace narrows {

/// A box of x that no test decides over the whole slab: critical points meet or are born in it, if anywhere. `winding` is the winding
/// number of the gradient round the box (d = 2), or half the change of sign (d = 1: 1, 0, −1), the same for all parameters of the slab,
/// if it is proved.
struct SlabEvent {
  IntervalBox box;
  std::optional<int> winding;
};

struct Slab {
  double from = 0, to = 0;         ///< positions s on the path
  ParameterCell cell;
  std::vector<TrackedZero> zeros;  ///< disjoint enclosures
  std::vector<SlabEvent> events;   ///< disjoint boxes
  ProofTree tree;                  ///< over the domain box: leaves regular, direction_sign, unique_zero, undecided (inside an event)
  std::size_t boxes = 0;
};

struct SlabOptions {
  std::size_t max_boxes = 20'000;
  double smallest_share = 0x1p-14;  ///< of the domain's side: shorter boxes are failures
  double event_share = 0x1p-10;     ///< with allow_events: shorter boxes are events
  bool allow_events = false;
  StopToken stop = {};
};

/// Covers the domain over the slab.
///
/// @param guesses  critical points of the member in the middle of the slab; more are looked for where the cover fails
/// Guarantee  each critical point in the domain of each member p(s), from <= s <= to, is one of `zeros` (each is exactly one for
///            every p) or lies in one of the events. Nothing if that was not proved within the budget.
[[nodiscard]] std::optional<Slab> prove_slab(const JointProblem& problem, const CriticalGuess& newton, const IntervalBox& domain, const ParameterPath& path,
                                             double from, double to, const std::vector<std::vector<double>>& guesses, const SlabOptions& options);

[[nodiscard]] bool touches(const IntervalBox& a, const IntervalBox& b);
/// a ⊂ b.
[[nodiscard]] bool inside(const IntervalBox& a, const IntervalBox& b);

}  // namespace narrows
