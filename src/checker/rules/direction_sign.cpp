// Rule `direction-sign`: if layers 1…P are regular on the box and u·v_P has a strict sign there, then v_P ≠ 0
// and the gradient ∇Φ = v_P·(J_P⋯J_1) does not vanish (T1).
#include "checker/rules/rules.hpp"

namespace narrows::checker {

void read_direction_sign(Leaf& leaf, const std::vector<Field>& entries, const Setting& setting) {
  leaf.prefix = entries[1].integer(setting.base(), setting.chain.size());
  for (const Rational& u : entries[2].exact_vector(setting.width(leaf.prefix))) {
    leaf.direction.push_back(enclose(u, leaf_precision));
  }
}

namespace {

bool has_strict_sign(const Leaf& leaf, const Box& box, const Setting& setting, Carry carry) {
  BoxPass pass(setting.leaf_chain, setting.base(), box, leaf_precision, carry);
  if (!are_regular_on_box(setting, setting.leaf_chain, pass, leaf.prefix)) return false;
  if (pass.row_vector_along(leaf.prefix, leaf.direction).range.nonzero()) return true;
  return leaf.prefix < setting.chain.size() && pass.next_row_vector_along(leaf.prefix, leaf.direction).range.nonzero();
}

}  // namespace

bool direction_sign_holds(const Leaf& leaf, const Box& box, const Setting& setting) {
  return has_strict_sign(leaf, box, setting, Carry::values) || has_strict_sign(leaf, box, setting, Carry::symbols);
}

}  // namespace narrows::checker
