// Rule `sign-change`: in one dimension, v_P is a continuous number; with opposite signs at the ends of a box it vanishes inside, and there
// ∇Φ = v_P·J_P⋯J_1 = 0, whether the prefix is regular or not.
#include "checker/rules/regimes.hpp"

namespace narrows::checker {
namespace {

constexpr std::size_t max_cell_bisections = 14;

}  // namespace

bool has_sign_change(const Setting& setting, std::size_t prefix, const Box& box, const Box& cell) {
  const auto has_sign_at = [&](double end, bool positive) {
    const auto test = [&](const Box& piece) {
      const Interval v = BoxPass(setting.leaf_chain, 0, piece, leaf_precision, Carry::values)
                             .row_vector(prefix)[0]
                             .value.range;
      return positive ? v.positive() : v.negative();
    };
    return holds_on_pieces(test, joined({{end}, {end}}, cell), max_cell_bisections);
  };
  const double lo = box.lo[0], hi = box.hi[0];
  return (has_sign_at(lo, true) && has_sign_at(hi, false)) ||
         (has_sign_at(lo, false) && has_sign_at(hi, true));
}

}  // namespace narrows::checker
