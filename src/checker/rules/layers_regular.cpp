// Rule `layers-regular`: all layers are regular on the box, so v_L = 1 ≠ 0 is the only candidate for a zero
// (T1).
//
// Also regularity of one layer on a box, which every prefix needs. For a residual layer: the interval matrix
// of its Jacobians times an approximate inverse is near the identity, or else all vertices of the box of
// reached diagonals have one sign.
#include <algorithm>
#include <tuple>

#include "checker/rules/regimes.hpp"

namespace narrows::checker {
namespace {

constexpr std::size_t max_vertex_entries = 10;

/// All vertices of the box of diagonals give determinants of one strict sign.
template <class I>
bool vertices_have_one_sign(const BasicLayer<I>& layer, const std::vector<I>& box) {
  bool positive = true, negative = true;
  std::vector<I> vertex = box;
  for (std::size_t bits = 0; bits < std::size_t{1} << box.size(); ++bits) {
    for (std::size_t k = 0; k < box.size(); ++k) vertex[k] = I((bits >> k & 1) != 0 ? box[k].hi : box[k].lo);
    const I det = determinant(residual_jacobian(layer, vertex));
    positive = positive && det.positive();
    negative = negative && det.negative();
    if (!positive && !negative) return false;
  }
  return true;
}

}  // namespace

std::vector<Interval> diagonals_of(const LayerTrace& trace) {
  std::vector<Interval> diagonals;
  for (const Dual& slope : trace.slopes) diagonals.push_back(slope.value.range);
  for (const LayerTrace& step : trace.branch) {
    for (const Dual& slope : step.slopes) diagonals.push_back(slope.value.range);
  }
  return diagonals;
}

template <class I>
bool is_regular_for(const BasicLayer<I>& layer, const std::vector<I>& diagonals) {
  const Matrix<I> j = residual_jacobian(layer, diagonals);
  const auto guess = inverse_approx(j);
  if (guess && is_near_inverse(*guess, j, std::vector<double>(j.rows, 1))) return true;
  if (guess && has_full_row_rank(product(*guess, j))) return true;
  return diagonals.size() <= max_vertex_entries && vertices_have_one_sign(layer, diagonals);
}

template bool is_regular_for(const NumericLayer&, const std::vector<Interval>&);

namespace {

/// Layer l, of no family, is regular for all slopes in these ranges: its own, or those of its branch.
template <class I>
bool is_regular_for_slopes(const Setting& setting, const std::vector<BasicLayer<I>>& chain, std::size_t l,
                           const std::vector<I>& slopes) {
  if (setting.regular[l] != 0) return true;
  if (chain[l].kind == LayerKind::residual) return is_regular_for(chain[l], slopes);
  return chain[l].kind == LayerKind::activation &&
         std::all_of(slopes.begin(), slopes.end(), [](const I& slope) { return slope.nonzero(); });
}

}  // namespace

bool is_regular_on_trace(const Setting& setting, const std::vector<NumericLayer>& chain, std::size_t l,
                         const LayerTrace& trace) {
  if (setting.regular[l] != 0) return true;
  if (trace.parameters) {
    NumericLayer layer = chain[l];
    std::tie(layer.skip, layer.residual) = *trace.parameters;
    const std::vector<Interval> diagonals = diagonals_of(trace);
    if (is_regular_for(layer, diagonals)) return true;
    const auto polynomials = vertex_polynomials(layer, diagonals);
    return polynomials && are_regular(*polynomials, layer.skip, layer.residual);
  }
  return is_regular_for_slopes(setting, chain, l, diagonals_of(trace));
}

bool are_regular_on_box(const Setting& setting, const std::vector<NumericLayer>& chain, BoxPass& pass,
                        std::size_t prefix) {
  for (std::size_t l = setting.base(); l < prefix; ++l) {
    if (!is_regular_on_trace(setting, chain, l, pass.advance())) return false;
  }
  return true;
}

bool are_regular_on_leaf(const Setting& setting, LeafPass& pass, std::size_t prefix) {
  for (std::size_t l = setting.base(); l < prefix; ++l) {
    if (!is_regular_for_slopes(setting, setting.leaf_layers, l, pass.advance())) return false;
  }
  return true;
}

bool layers_regular_holds(const Leaf&, const Box& box, const Setting& setting) {
  for (const Carry carry : setting.order.next()) {
    if (setting.in_rows(box)) {
      LeafPass pass(setting.leaf_layers, setting.base(), box, carry == Carry::symbols);
      if (are_regular_on_leaf(setting, pass, setting.chain.size())) return true;
    } else {
      BoxPass pass(setting.leaf_chain, setting.base(), box, leaf_precision, carry);
      if (are_regular_on_box(setting, setting.leaf_chain, pass, setting.chain.size())) return true;
    }
    if (carry == Carry::values) setting.order.forms_failed();
  }
  return false;
}

}  // namespace narrows::checker
