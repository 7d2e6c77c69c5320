// Rule `sign-change`: in one dimension, v_P is a continuous number; with opposite signs at the ends of a box it vanishes inside, and there
// ∇Φ = v_P·J_P⋯J_1 = 0, whether the prefix is regular or not.
#include "checker/rules/regimes.hpp"

namespace narrows::checker {
namespace {

constexpr std::size_t max_cell_bisections = 6;

}  // namespace

std::optional<int> half_change_of_sign(const Setting& setting, std::size_t prefix, const Box& box,
                                       const Box& cell) {
  const auto has_sign_at = [&](double end, int sign) {
    const auto test = [&](const Box& piece) {
      const Interval v = BoxPass(setting.leaf_chain, 0, piece, leaf_precision, Carry::values)
                             .row_vector(prefix)[0]
                             .value.range;
      return sign > 0 ? v.positive() : v.negative();
    };
    return holds_on_pieces(test, joined({{end}, {end}}, cell), max_cell_bisections);
  };
  for (const int lower : {1, -1}) {
    if (!has_sign_at(box.lo[0], lower)) continue;
    for (const int upper : {1, -1}) {
      if (has_sign_at(box.hi[0], upper)) return (upper - lower) / 2;
    }
  }
  return std::nullopt;
}

}  // namespace narrows::checker
