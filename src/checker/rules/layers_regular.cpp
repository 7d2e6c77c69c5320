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
bool vertices_have_one_sign(const NumericLayer& layer, const std::vector<Interval>& box) {
  bool positive = true, negative = true;
  std::vector<Interval> vertex = box;
  for (std::size_t bits = 0; bits < std::size_t{1} << box.size(); ++bits) {
    for (std::size_t k = 0; k < box.size(); ++k)
      vertex[k] = Interval((bits >> k & 1) != 0 ? box[k].hi : box[k].lo);
    const Interval det = determinant(residual_jacobian(layer, vertex));
    positive = positive && det.positive();
    negative = negative && det.negative();
    if (!positive && !negative) return false;
  }
  return true;
}

}  // namespace

std::vector<Interval> diagonals_of(const LayerTrace& trace) {
  std::vector<Interval> diagonals;
  for (const LayerTrace& step : trace.branch) {
    for (const Dual& slope : step.slopes) diagonals.push_back(slope.value.range);
  }
  return diagonals;
}

bool is_regular_for(const NumericLayer& layer, const std::vector<Interval>& diagonals) {
  const IntervalMatrix j = residual_jacobian(layer, diagonals);
  const auto guess = inverse_approx(j);
  if (guess && is_near_inverse(*guess, j, std::vector<double>(j.rows, 1))) return true;
  return diagonals.size() <= max_vertex_entries && vertices_have_one_sign(layer, diagonals);
}

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
  if (chain[l].kind == LayerKind::residual) return is_regular_for(chain[l], diagonals_of(trace));
  return chain[l].kind == LayerKind::activation &&
         std::all_of(trace.slopes.begin(), trace.slopes.end(),
                     [](const Dual& slope) { return slope.value.range.nonzero(); });
}

bool are_regular_on_box(const Setting& setting, const std::vector<NumericLayer>& chain, BoxPass& pass,
                        std::size_t prefix) {
  for (std::size_t l = setting.base(); l < prefix; ++l) {
    if (!is_regular_on_trace(setting, chain, l, pass.advance())) return false;
  }
  return true;
}

bool layers_regular_holds(const Leaf&, const Box& box, const Setting& setting) {
  for (const Carry carry : setting.order.next()) {
    BoxPass pass(setting.leaf_chain, setting.base(), box, leaf_precision, carry);
    if (are_regular_on_box(setting, setting.leaf_chain, pass, setting.chain.size())) return true;
    if (carry == Carry::values) setting.order.forms_failed();
  }
  return false;
}

}  // namespace narrows::checker
