// The rule tables.
#include <algorithm>

#include "checker/rules/rules.hpp"

namespace narrows::checker {
namespace {

constexpr LayerRule layer_rules[] = {
    {"rank", test_rank},
    {"slope", test_slope},
    {"flow", test_flow},
    {"chain", test_chain},
    {"norm", test_norm},
    {"symmetric-part", test_symmetric_part},
    {"vertices", test_vertices},
};

void read_nothing(Leaf&, const std::vector<Field>&, const Setting&) {}
/// An undecided leaf proves nothing and always holds; the conclusion forbids it in complete claims.
bool undecided_holds(const Leaf&, const Box&, const Setting&) {
  return true;
}

constexpr LeafRule leaf_rules[] = {
    {"layers-regular", 0, read_nothing, layers_regular_holds, true, "regular layers on the box",
     layers_regular_holds_quickly},
    {"direction-sign", 2, read_direction_sign, direction_sign_holds, true,
     "regular prefix and a strict sign", direction_sign_holds_quickly},
    {"unique-zero", 1, read_unique_zero, unique_zero_holds, false, "a box inside the uniqueness box"},
    {"event", 1, read_event, event_holds, false, "a box inside the event"},
    {"outside-domain", 0, read_outside_domain, outside_domain_holds, false, "|x| > radius on the box"},
    {"undecided", 0, read_nothing, undecided_holds, false, "nothing"},
};

template <class Rules>
auto find_rule(const Rules& rules, std::string_view name) -> decltype(&rules[0]) {
  const auto* found =
      std::find_if(std::begin(rules), std::end(rules), [&](const auto& r) { return r.name == name; });
  return found == std::end(rules) ? nullptr : found;
}

}  // namespace

const LayerRule* find_layer_rule(std::string_view name) {
  return find_rule(layer_rules, name);
}
const LeafRule* find_leaf_rule(std::string_view name) {
  return find_rule(leaf_rules, name);
}

}  // namespace narrows::checker
