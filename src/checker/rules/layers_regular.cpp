// Rule `layers-regular`: all layers are regular on the box, so v_L = 1 ≠ 0 is the only candidate for a zero
// (T1).
//
// Also regularity of one layer on a box, which every prefix needs. For a residual layer: the interval matrix
// of its Jacobians times an approximate inverse is near the identity, or else all vertices of the box of
// reached diagonals have one sign.
#include <algorithm>
#include <tuple>

#include "checker/rules/regimes.hpp"
#include "checker/rules/regular_leaf.hpp"

namespace narrows::checker {
namespace {

constexpr std::size_t max_vertex_entries = 10;

/// The strict sign of det J for all diagonals in the box, or 0: if need be by those at both ends of an entry, in which det J is affine.
template <class I>
int sign_of_determinant(const BasicLayer<I>& layer, const std::vector<I>& box) {
  const I det = determinant(residual_jacobian(layer, box));
  if (det.nonzero()) return det.positive() ? 1 : -1;
  std::size_t widest = 0;
  const auto width = [&](std::size_t k) { return box[k].hi.approx() - box[k].lo.approx(); };
  for (std::size_t k = 1; k < box.size(); ++k) {
    if (width(k) > width(widest)) widest = k;
  }
  if (box.empty() || !(width(widest) > 0)) return 0;
  std::vector<I> end = box;
  end[widest] = I(box[widest].lo);
  const int sign = sign_of_determinant(layer, end);
  end[widest] = I(box[widest].hi);
  return sign != 0 && sign_of_determinant(layer, end) == sign ? sign : 0;
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
  return diagonals.size() <= max_vertex_entries && sign_of_determinant(layer, diagonals) != 0;
}

template bool is_regular_for(const NumericLayer&, const std::vector<Interval>&);

template <class I>
bool is_regular_for_slopes(const Setting& setting, const std::vector<BasicLayer<I>>& chain, std::size_t l,
                           const std::vector<I>& slopes) {
  if (setting.regular[l] != 0) return true;
  if (chain[l].kind == LayerKind::residual) return is_regular_for(chain[l], slopes);
  return chain[l].kind == LayerKind::activation &&
         std::all_of(slopes.begin(), slopes.end(), [](const I& slope) { return slope.nonzero(); });
}

template bool is_regular_for_slopes(const Setting&, const std::vector<LeafLayer>&, std::size_t,
                                    const std::vector<LeafInterval>&);

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

std::vector<LeafInterval> corner_determinants(const LeafLayer& layer, std::size_t entries) {
  std::vector<LeafInterval> values, at(entries);
  for (std::size_t bits = 0; bits < std::size_t{1} << entries; ++bits) {
    for (std::size_t k = 0; k < entries; ++k) at[k] = (bits >> k & 1) != 0 ? corner::high : corner::low;
    values.push_back(determinant(residual_jacobian(layer, at)));
  }
  return values;
}

namespace {

bool are_all_regular(const Box& box, const Setting& setting, Carry carry) {
  const std::size_t last = setting.chain.size();
  if (setting.in_rows(box)) {
    LeafPass pass(setting.leaf_layers, setting.base(), box, carry == Carry::symbols);
    return are_regular_on_leaf(setting, pass, last);
  }
  BoxPass pass(setting.leaf_chain, setting.base(), box, leaf_precision, carry);
  return are_regular_on_box(setting, setting.leaf_chain, pass, last);
}

}  // namespace

Answers layers_regular_holds_quickly(const std::vector<Piece>& pieces, const Setting& setting) {
  const auto regular = [&](const Piece& piece, Carry carry) { return are_all_regular(*piece.box, setting, carry); };
  return ask_engines(pieces, setting.chain.size(), setting, 7, regular);
}

bool layers_regular_holds(const Leaf&, const Box& box, const Setting& setting) {
  return are_all_regular(box, setting, Carry::values) || are_all_regular(box, setting, Carry::symbols);
}

}  // namespace narrows::checker
