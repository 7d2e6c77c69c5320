// Rule `unique-zero`: the box lies in the uniqueness box of a zero, so its critical points are at most that
// one (T8).
#include "checker/rules/rules.hpp"

namespace narrows::checker {

void read_unique_zero(Leaf& leaf, const std::vector<Field>& entries, const Setting& setting) {
  if (setting.zeros.empty()) entries[1].fail(Reason::out_of_range, "a zero", "an entry of proof.zeros");
  leaf.entry = entries[1].integer(0, setting.zeros.size() - 1);
}

bool unique_zero_holds(const Leaf& leaf, const Box& box, const Setting& setting) {
  return contained(box, setting.zeros[leaf.entry].box);
}

}  // namespace narrows::checker
