// Rules `opposite-faces` and `sign-change`: if the component i of U·v_P has opposite strict signs on the two faces of a box across axis i, for each i,
// U·v_P vanishes inside (Poincaré and Miranda); so does v_P, U being regular, and there ∇Φ = v_P·J_P⋯J_1 = 0, whether the prefix is
// regular or not. In one dimension this is the intermediate value theorem.
#include "checker/rules/regimes.hpp"

namespace narrows::checker {
namespace {

/// u·v_P over the joint box, by zonotopes where plain forms do not tell its sign.
Interval component_over(const Setting& setting, std::size_t prefix, const std::vector<Interval>& u,
                        const Box& box) {
  Interval value;
  for (const Carry carry : {Carry::values, Carry::symbols}) {
    BoxPass pass(setting.leaf_chain, 0, box, leaf_precision, carry);
    value = pass.row_vector_along(prefix, u).range;
    if (value.nonzero()) break;
  }
  return value;
}

/// The strict sign of u·v_P on the face for all p, or 0.
int sign_on(const Setting& setting, std::size_t prefix, const std::vector<Interval>& u, const Box& face) {
  bool above = false, below = false;
  const auto has_sign = [&](const Box& piece) {
    const Interval value = component_over(setting, prefix, u, piece);
    above = above || value.positive();
    below = below || value.negative();
    return value.nonzero();
  };
  if (!holds_on_shares(has_sign, face, setting.dim) || above == below) return 0;
  return above ? 1 : -1;
}

}  // namespace

bool has_opposite_faces(const Setting& setting, std::size_t prefix, const Box& box, const RationalMatrix& u,
                        const Box& cell) {
  if (!has_full_row_rank(u)) return false;
  for (std::size_t i = 0; i < box.dim(); ++i) {
    std::vector<Interval> row;
    for (std::size_t j = 0; j < u.cols; ++j) row.push_back(enclose(u.at(i, j), leaf_precision));
    Box low = joined(box, cell), high = low;
    low.hi[i] = box.lo[i];
    high.lo[i] = box.hi[i];
    const int sign = sign_on(setting, prefix, row, low);
    if (sign == 0 || sign_on(setting, prefix, row, high) != -sign) return false;
  }
  return true;
}

}  // namespace narrows::checker
