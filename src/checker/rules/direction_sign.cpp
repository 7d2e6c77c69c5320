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

/// One pass over the box; neither test does anything unless it proves the prefix to be regular.
class SignTest {
 public:
  SignTest(const Leaf& leaf, const Box& box, const Setting& setting, Precision p, Carry carry)
      : leaf_(leaf),
        chain_(p == leaf_precision ? setting.leaf_chain : setting.point_chain),
        pass_(chain_, setting.base(), box, p, carry),
        regular_(are_regular_on_box(setting, chain_, pass_, leaf.prefix)) {}
  /// u·v_P has a strict sign.
  bool along() { return regular_ && pass_.row_vector_along(leaf_.prefix, leaf_.direction).range.nonzero(); }
  /// The same by way of v_{P+1}.
  bool next_along() {
    return regular_ && leaf_.prefix < chain_.size() &&
           pass_.next_row_vector_along(leaf_.prefix, leaf_.direction).range.nonzero();
  }

 private:
  const Leaf& leaf_;
  const std::vector<NumericLayer>& chain_;
  BoxPass pass_;
  bool regular_;
};

/// u·v_P has a strict sign.
bool holds_in_rows(const Leaf& leaf, const Box& box, const Setting& setting, Carry carry) {
  LeafPass pass(setting.leaf_layers, setting.base(), box, carry == Carry::symbols);
  const std::vector<LeafInterval> u(leaf.direction.begin(), leaf.direction.end());
  return are_regular_on_leaf(setting, pass, leaf.prefix) && pass.row_vector_along(leaf.prefix, u).nonzero();
}

}  // namespace

bool is_tiny(const Box& box) {
  bool tiny = true;
  for (std::size_t i = 0; i < box.dim(); ++i) tiny = tiny && box.hi[i] - box.lo[i] < 1e-6;
  return tiny;
}

bool direction_sign_holds_quickly(const Leaf& leaf, const Box& box, const Setting& setting) {
  const bool in_rows = !setting.leaf_layers.empty();
  for (const Carry carry : setting.order.next()) {
    if (in_rows ? holds_in_rows(leaf, box, setting, carry) : SignTest(leaf, box, setting, leaf_precision, carry).along()) return true;
    if (carry == Carry::symbols) return false;  // the forms would hardly prove more
    setting.order.forms_failed();
  }
  return false;
}

bool direction_sign_holds(const Leaf& leaf, const Box& box, const Setting& setting) {
  SignTest plain(leaf, box, setting, leaf_precision, Carry::values);
  if (plain.along()) return true;
  SignTest sharp(leaf, box, setting, leaf_precision, Carry::symbols);
  if (sharp.along() || plain.next_along() || sharp.next_along()) return true;
  SignTest ranges(leaf, box, setting, leaf_precision, Carry::ranges);
  if (ranges.next_along() || ranges.along()) return true;
  if (!is_tiny(box)) return false;
  SignTest precise(leaf, box, setting, point_precision, Carry::values);
  return precise.along() || precise.next_along();
}

}  // namespace narrows::checker
