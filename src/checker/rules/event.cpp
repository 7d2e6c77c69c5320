// Rule `event`: the box lies in an event box of the slab, about which the tree claims nothing.
#include "checker/rules/rules.hpp"

namespace narrows::checker {

void read_event(Leaf& leaf, const std::vector<Field>& entries, const Setting& setting) {
  if (setting.events.empty())
    entries[1].fail(Reason::out_of_range, "an event", "an entry of the slab's events");
  leaf.entry = entries[1].integer(0, setting.events.size() - 1);
}

bool event_holds(const Leaf& leaf, const Box& box, const Setting& setting) {
  return contained(box, setting.events[leaf.entry]);
}

}  // namespace narrows::checker
