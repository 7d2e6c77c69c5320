// Rule `fold`: two branches of opposite parity run into one event, and nothing comes out of it; or the other way round (FORMAT.md).
//
// Let q be the parameter at which slab j with the event E ends and a slab without events begins. A critical point of the member
// q in E is the point of a tube there. If that is joined to a tube of slab j, the point is outside of E, which meets no tube of its
// slab. So it is that of an unjoined tube that meets E; and such a tube's point is in E if no other event and no tube of slab j
// meets the tube.
#include <algorithm>

#include "checker/rules/branches.hpp"

namespace narrows::checker {
namespace {

std::size_t count_events(const Slab& slab, const Box& box) {
  const auto meets = [&](const Event& event) { return intersecting(event.box, box); };
  return static_cast<std::size_t>(std::count_if(slab.events.begin(), slab.events.end(), meets));
}

bool meets_tubes(const Slab& slab, const Box& box) {
  const auto meets = [&](const Tube& tube) { return intersecting(tube.zero.enclosure, box); };
  return std::any_of(slab.tubes.begin(), slab.tubes.end(), meets);
}

/// The tubes of slab j - 1 (`before`) or j + 1 that are not joined to slab j and meet the box.
std::vector<const Tube*> unjoined_tubes(const Track& track, std::size_t j, bool before, const Box& box) {
  std::vector<const Tube*> found;
  for (const Tube& tube : track.slabs[before ? j - 1 : j + 1].tubes) {
    const bool joined = before ? tube.next.has_value() : tube.previous.has_value();
    if (!joined && intersecting(tube.zero.enclosure, box)) found.push_back(&tube);
  }
  return found;
}

/// The two branches that end (`before`) or begin in the event of slab j, and no other does either; or nothing.
std::vector<Branch*> folded(Track& track, std::size_t j, const Event& event, bool before) {
  if (event.winding != 0 || !contained(event.box, track.domain)) return {};
  const auto tubes = unjoined_tubes(track, j, before, event.box);
  if (tubes.size() != 2 || !unjoined_tubes(track, j, !before, event.box).empty()) return {};
  std::vector<Branch*> two;
  for (const Tube* tube : tubes) {
    const Box& z = tube->zero.enclosure;
    if (!contained(z, track.domain) || meets_tubes(track.slabs[j], z) || count_events(track.slabs[j], z) != 1)
      return {};
    two.push_back(&track.branches[tube->branch]);
  }
  const auto &a = two[0]->morse_index, &b = two[1]->morse_index;
  return a && b && *a % 2 != *b % 2 ? two : std::vector<Branch*>{};
}

/// Of the tube of a branch beside slab j: a point in the domain would be known there.
BranchEnd beside(const Slab& slab, const Box& z) {
  return meets_tubes(slab, z) || count_events(slab, z) > 0 ? BranchEnd::event : BranchEnd::boundary;
}

}  // namespace

bool is_between_eventless(const Track& track, std::size_t j) {
  return j > 0 && j + 1 < track.slabs.size() && track.slabs[j - 1].events.empty() &&
         track.slabs[j + 1].events.empty();
}

std::size_t find_ends(Track& track) {
  const std::vector<Slab>& slabs = track.slabs;
  for (Branch& b : track.branches) {
    const Box &first = slabs[b.first_slab].tubes[b.first_tube].zero.enclosure,
              &last = slabs[b.last_slab].tubes[b.last_tube].zero.enclosure;
    b.begins = b.first_slab == 0 ? BranchEnd::path : beside(slabs[b.first_slab - 1], first);
    b.ends = b.last_slab + 1 == slabs.size() ? BranchEnd::path : beside(slabs[b.last_slab + 1], last);
  }
  std::size_t folds = 0;
  for (std::size_t j = 0; j < slabs.size(); ++j) {
    if (!is_between_eventless(track, j)) continue;
    for (const Event& event : slabs[j].events) {
      for (const bool before : {true, false}) {
        const auto two = folded(track, j, event, before);
        for (Branch* branch : two) (before ? branch->ends : branch->begins) = BranchEnd::fold;
        folds += two.size() / 2;
      }
    }
  }
  return folds;
}

}  // namespace narrows::checker
