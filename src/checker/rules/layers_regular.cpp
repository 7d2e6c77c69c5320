// Rule `layers-regular`: all layers are regular on the box, so v_L = 1 ≠ 0 is the only candidate for a zero (T1).
//
// Also regularity of one layer on a box, which every prefix needs. For a residual layer, in this order: the determinant
// of the interval Jacobian (n <= 3), the preconditioned interval matrix, the vertices of the box of reached diagonals,
// the determinant as an affine form (n <= 3), which knows how the diagonals depend on each other.
#include <algorithm>

#include "checker/rules/rules.hpp"

namespace narrows::checker {
namespace {

constexpr std::size_t max_vertex_entries = 10;

/// All vertices of the box of diagonals give determinants of one strict sign.
bool vertices_have_one_sign(const NumericLayer& layer, const std::vector<Interval>& box) {
  bool positive = true, negative = true;
  std::vector<Interval> vertex = box;
  for (std::size_t bits = 0; bits < std::size_t{1} << box.size(); ++bits) {
    for (std::size_t k = 0; k < box.size(); ++k) vertex[k] = Interval((bits >> k & 1) != 0 ? box[k].hi : box[k].lo);
    const Interval det = determinant(residual_jacobian(layer, vertex));
    positive = positive && det.positive();
    negative = negative && det.negative();
    if (!positive && !negative) return false;
  }
  return true;
}

bool is_residual_regular(const NumericLayer& layer, const LayerTrace& trace) {
  const std::vector<const Form*> met = met_diagonals(trace);
  std::vector<Interval> diagonals;
  for (const Form* form : met) diagonals.push_back(form->range);
  const IntervalMatrix j = residual_jacobian(layer, diagonals);
  if (j.rows <= 3 && determinant(j).nonzero()) return true;
  if (j.rows > 3) {
    const auto inverse = inverse_approx(j);
    if (inverse && is_near_inverse(*inverse, j, std::vector<double>(j.rows, 1.0))) return true;
  }
  if (diagonals.size() <= max_vertex_entries && vertices_have_one_sign(layer, diagonals)) return true;
  return j.rows <= 3 && residual_determinant(layer, trace).range.nonzero();
}

}  // namespace

bool is_regular_on_trace(const Setting& setting, const std::vector<NumericLayer>& chain, std::size_t l,
                         const LayerTrace& trace) {
  if (setting.everywhere_regular[l]) return true;
  switch (chain[l].kind) {
    case Layer::Kind::affine:
    case Layer::Kind::batch_norm: return setting.constant_regular[l] != 0;
    case Layer::Kind::activation:
      return std::all_of(trace.slopes.begin(), trace.slopes.end(),
                         [](const Dual& slope) { return slope.value.range.nonzero(); });
    case Layer::Kind::residual: return is_residual_regular(chain[l], trace);
  }
  return false;
}

bool are_regular_on_box(const Setting& setting, const std::vector<NumericLayer>& chain, BoxPass& pass,
                        std::size_t prefix) {
  for (std::size_t l = setting.base; l < prefix; ++l) {
    if (!is_regular_on_trace(setting, chain, l, pass.advance())) return false;
  }
  return true;
}

bool layers_regular_holds(const Leaf&, const Box& box, const Setting& setting) {
  BoxPass pass(setting.leaf_chain, setting.base, box, leaf_precision, false);
  return are_regular_on_box(setting, setting.leaf_chain, pass, setting.chain.size());
}

}  // namespace narrows::checker
