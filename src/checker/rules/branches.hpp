// What a claim of the kind `branches` rests on: tubes of critical points over slabs of a path of parameters, and how they are joined.
#pragma once

#include <optional>
#include <vector>

#include "checker/rules/rules.hpp"

namespace narrows::checker {

/// One critical point for each parameter of a slab.
struct Tube {
  Zero zero;
  std::optional<std::size_t> previous,
      next;  ///< tubes of the slabs before and after with the same point at the common parameter
  std::size_t branch = 0;
};

/// A box about whose inside nothing is known. With a winding number: ∇Φ ≠ 0 on its boundary, and it meets no tube of the slab.
struct Event {
  Box box;
  std::optional<int> winding;
};

/// A piece of the path. Every critical point in the domain is that of a tube or lies in an event, for every parameter.
struct Slab {
  double from = 0, to = 0;
  Box cell;  ///< of its parameters
  std::vector<Tube> tubes;
  std::vector<Event> events;
};

/// How a branch begins or ends: with the path, outside of the domain, in a fold, or in an unexplained event.
enum class BranchEnd { path, boundary, fold, event };

/// A maximal chain of joined tubes.
struct Branch {
  std::size_t first_slab = 0, first_tube = 0, last_slab = 0, last_tube = 0;
  std::optional<std::size_t> morse_index;
  BranchEnd begins = BranchEnd::event, ends = BranchEnd::event;
};

struct Track {
  Box domain;
  std::vector<Slab> slabs;
  std::vector<Branch> branches;
};

/// Finds out how the branches begin and end. Returns the number of folds.
std::size_t find_ends(Track& track);

/// Slab j has neighbours on both sides, neither of which has events.
[[nodiscard]] bool is_between_eventless(const Track& track, std::size_t j);

}  // namespace narrows::checker
