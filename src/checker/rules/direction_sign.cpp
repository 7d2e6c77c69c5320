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

bool has_strict_sign(const Leaf& leaf, const Box& box, const Setting& setting, Precision p, Carry carry) {
  const std::vector<NumericLayer>& chain = p == leaf_precision ? setting.leaf_chain : setting.point_chain;
  BoxPass pass(chain, setting.base(), box, p, carry);
  if (!are_regular_on_box(setting, chain, pass, leaf.prefix)) return false;
  if (pass.row_vector_along(leaf.prefix, leaf.direction).range.nonzero()) return true;
  return leaf.prefix < chain.size() && pass.next_row_vector_along(leaf.prefix, leaf.direction).range.nonzero();
}

/// Beside a degenerate critical point v_P is smaller than leaf_precision tells from 0.
bool is_tiny(const Box& box) {
  bool tiny = true;
  for (std::size_t i = 0; i < box.dim(); ++i) tiny = tiny && box.hi[i] - box.lo[i] < 1e-6;
  return tiny;
}

}  // namespace

bool direction_sign_holds(const Leaf& leaf, const Box& box, const Setting& setting) {
  return has_strict_sign(leaf, box, setting, leaf_precision, Carry::values) ||
         has_strict_sign(leaf, box, setting, leaf_precision, Carry::symbols) ||
         (is_tiny(box) && has_strict_sign(leaf, box, setting, point_precision, Carry::values));
}

}  // namespace narrows::checker
