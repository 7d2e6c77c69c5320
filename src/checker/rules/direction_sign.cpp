// Rule `direction-sign`: if layers 1…P are regular on the box and u·v_P has a strict sign there, then v_P ≠ 0
// and the gradient ∇Φ = v_P·(J_P⋯J_1) does not vanish (T1).
#include <memory>
#include <utility>

#include "checker/rules/regular_leaf.hpp"

namespace narrows::checker {

void read_direction_sign(Leaf& leaf, const std::vector<Field>& entries, const Setting& setting) {
  leaf.prefix = entries[1].integer(setting.base(), setting.chain.size());
  for (const Rational& u : entries[2].exact_vector(setting.width(leaf.prefix))) {
    leaf.direction.push_back(enclose(u, leaf_precision));
  }
}

namespace {

/// Passes over one box; no test does anything unless they prove the prefix to be regular.
class SignTest {
 public:
  virtual ~SignTest() = default;
  /// u·v_P has a strict sign.
  virtual bool along() = 0;
  /// The same by way of v_{P+1}.
  virtual bool next_along() = 0;
};

/// For flows and families, and in any precision.
class FormTest : public SignTest {
 public:
  FormTest(const Leaf& leaf, const Box& box, const Setting& setting, Precision p, Carry carry)
      : leaf_(leaf),
        chain_(p == leaf_precision ? setting.leaf_chain : setting.point_chain),
        pass_(chain_, setting.base(), box, p, carry),
        regular_(are_regular_on_box(setting, chain_, pass_, leaf.prefix)) {}
  bool along() override {
    return regular_ && pass_.row_vector_along(leaf_.prefix, leaf_.direction).range.nonzero();
  }
  bool next_along() override {
    return regular_ && leaf_.prefix < chain_.size() &&
           pass_.next_row_vector_along(leaf_.prefix, leaf_.direction).range.nonzero();
  }

 private:
  const Leaf& leaf_;
  const std::vector<NumericLayer>& chain_;
  BoxPass pass_;
  bool regular_;
};

/// For all other chains, in rows of doubles.
class RowTest : public SignTest {
 public:
  RowTest(const Leaf& leaf, const Box& box, const Setting& setting, Carry carry, Lines lines)
      : prefix_(leaf.prefix),
        last_(setting.leaf_layers.size()),
        u_(leaf.direction.begin(), leaf.direction.end()),
        pass_(setting.leaf_layers, setting.base(), LeafPass::Boxes{&box}, carry == Carry::symbols, lines),
        regular_(are_regular_on_leaf(setting, pass_, leaf.prefix)) {}
  bool along() override { return regular_ && pass_.row_vector_along(prefix_, u_).nonzero(); }
  bool next_along() override {
    return regular_ && prefix_ < last_ && pass_.next_row_vector_along(prefix_, u_).nonzero();
  }

 private:
  std::size_t prefix_, last_;
  std::vector<LeafInterval> u_;
  LeafPass pass_;
  bool regular_;
};

std::unique_ptr<SignTest> test_of(const Leaf& leaf, const Box& box, const Setting& setting, Carry carry,
                                  Lines lines) {
  if (!setting.in_rows(box))
    return std::make_unique<FormTest>(leaf, box, setting, leaf_precision, carry);
  return std::make_unique<RowTest>(leaf, box, setting, carry, lines);
}

}  // namespace

bool is_tiny(const Box& box) {
  bool tiny = true;
  for (std::size_t i = 0; i < box.dim(); ++i) tiny = tiny && box.hi[i] - box.lo[i] < 1e-6;
  return tiny;
}

Answers direction_sign_holds_quickly(const std::vector<Piece>& pieces, const Setting& setting) {
  const auto along = [&](const Piece& piece, Carry carry) {
    return test_of(*piece.leaf, *piece.box, setting, carry, usual_lines(carry))->along();
  };
  constexpr int skipped = 31;  // values are weak where leaves have a direction
  return ask_engines(pieces, pieces[0].leaf->prefix, setting, skipped, along);
}

bool direction_sign_holds(const Leaf& leaf, const Box& box, const Setting& setting) {
  constexpr std::pair<Carry, Lines> kinds[] = {
      {Carry::symbols, Lines::gentle}, {Carry::symbols, Lines::flat}, {Carry::values, Lines::steep}};
  for (const auto& [carry, lines] : kinds) {
    if (lines == Lines::flat && !setting.in_rows(box)) continue;
    const auto test = test_of(leaf, box, setting, carry, lines);
    if (test->along() || test->next_along()) return true;
  }
  if (!is_tiny(box)) return false;
  FormTest precise(leaf, box, setting, point_precision, Carry::values);
  return precise.along() || precise.next_along();
}

}  // namespace narrows::checker
