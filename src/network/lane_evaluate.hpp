// Forward and backward passes of a LaneChain over affine forms: evaluate.hpp for one box per lane.
//
// notation == meaning:  h_l the state after layer l, v_P = J_L⋯J_{P+1} the row vector of FORMAT.md.
// Guarantee  as evaluate.hpp over AffineForm: what the forms enclose, they enclose for every point of their boxes.
#pragma once

#include "network/lane_activation.hpp"

namespace narrows::NARROWS_ISA {

/// The free factors (ε, δ) of a family: their forms, and their exact ranges.
template <int D>
struct LaneFactors {
  Form<D> form[2];
  Lanes lower[2], upper[2];
};

/// Scratch arrays of `widest` entries each, and the slopes that the forward pass leaves for the backward pass.
template <int D>
struct Scratch {
  Form<D>* inner[2];
  Term<D>* terms;
  Form<D>* slopes;
  const LaneFactors<D>* factors = nullptr;  ///< null: there are none
};

template <int D>
NARROWS_INLINE Form<D> row_of(const double* weight, const double* radius, std::size_t stride, const Term<D>* terms, std::size_t count, double bias,
                              double bias_radius) {
  RowSum<D> row = start_row<D>(bias, bias_radius, rounding_share(count));
  for (std::size_t j = 0; j < count; ++j) add_term(&row, broadcast(weight[j * stride]), terms[j]);
  if (radius != nullptr)
    for (std::size_t j = 0; j < count; ++j) add_weight_radius(&row, radius[j * stride], terms[j]);
  return finish_row(row);
}

/// w·x + b with w in weight ± radius.
template <int D>
NARROWS_INLINE Form<D> scaled(const Form<D>& x, double weight, double radius, double bias, double bias_radius) {
  const Term<D> term = prepare(x, rounding_share(1));
  return row_of(&weight, radius == 0 ? nullptr : &radius, 1, &term, 1, bias, bias_radius);
}

template <int D>
NARROWS_INLINE Form<D> free_factor(const Form<D>& factor, double given, double radius) {
  return given == 1 && radius == 0 ? factor : scaled(factor, given, radius, 0, 0);
}

/// skip·x + residual·y, times the free factors if there are any.
template <int D>
NARROWS_INLINE Form<D> residual_sum(const LaneLayer& layer, const Form<D>& x, const Form<D>& y, const LaneFactors<D>* factors = nullptr) {
  if (factors != nullptr)
    return sum(product(free_factor(factors->form[0], layer.skip, layer.skip_radius), x), product(free_factor(factors->form[1], layer.residual, layer.residual_radius), y));
  const double share = rounding_share(2);
  const Term<D> tx = prepare(x, share), ty = prepare(y, share);
  RowSum<D> row = start_row<D>(0, 0, share);
  add_term(&row, broadcast(layer.skip), tx);
  add_term(&row, broadcast(layer.residual), ty);
  if (layer.skip_radius != 0) add_weight_radius(&row, layer.skip_radius, tx);
  if (layer.residual_radius != 0) add_weight_radius(&row, layer.residual_radius, ty);
  return finish_row(row);
}

/// A layer that is not residual: out = layer(in). `in` and `out` are different arrays.
template <int D>
NARROWS_SHARED void forward_plain(const LaneLayer& layer, const Form<D>* in, Form<D>* out, const Scratch<D>& scratch) {
  if (layer.kind == LaneKind::affine) {
    for (std::size_t j = 0; j < layer.cols; ++j) scratch.terms[j] = prepare(in[j], rounding_share(layer.cols));
    for (std::size_t i = 0; i < layer.rows; ++i)
      out[i] = row_of(layer.weight + i * layer.cols, layer.weight_radius ? layer.weight_radius + i * layer.cols : nullptr, 1, scratch.terms,
                      layer.cols, layer.bias[i], layer.bias_radius ? layer.bias_radius[i] : 0);
  } else if (layer.kind == LaneKind::diagonal) {
    for (std::size_t i = 0; i < layer.rows; ++i)
      out[i] = scaled(in[i], layer.weight[i], layer.weight_radius ? layer.weight_radius[i] : 0, layer.bias[i],
                      layer.bias_radius ? layer.bias_radius[i] : 0);
  } else {
    for (std::size_t i = 0; i < layer.rows; ++i) activate(layer.function, in[i], &out[i], &scratch.slopes[layer.first_slope + i]);
  }
}

template <int D>
NARROWS_SHARED void forward(const LaneLayer& layer, const Form<D>* in, Form<D>* out, const Scratch<D>& scratch) {
  if (layer.kind != LaneKind::residual) return forward_plain(layer, in, out, scratch);
  const Form<D>* state = in;
  for (std::size_t k = 0; k < layer.branch_count; ++k) {
    forward_plain(layer.branch[k], state, scratch.inner[k % 2], scratch);
    state = scratch.inner[k % 2];
  }
  for (std::size_t i = 0; i < layer.rows; ++i) out[i] = residual_sum(layer, in[i], state[i], scratch.factors);
}

/// v·J of a layer that is not residual.
template <int D>
NARROWS_SHARED void backward_plain(const LaneLayer& layer, const Form<D>* in, Form<D>* out, const Scratch<D>& scratch) {
  if (layer.kind == LaneKind::affine) {
    for (std::size_t i = 0; i < layer.rows; ++i) scratch.terms[i] = prepare(in[i], rounding_share(layer.rows));
    for (std::size_t j = 0; j < layer.cols; ++j)
      out[j] = row_of(layer.weight + j, layer.weight_radius ? layer.weight_radius + j : nullptr, layer.cols, scratch.terms, layer.rows, 0, 0);
  } else if (layer.kind == LaneKind::diagonal) {
    for (std::size_t i = 0; i < layer.rows; ++i) out[i] = scaled(in[i], layer.weight[i], layer.weight_radius ? layer.weight_radius[i] : 0, 0, 0);
  } else {
    for (std::size_t i = 0; i < layer.rows; ++i) out[i] = product_nonnegative(in[i], scratch.slopes[layer.first_slope + i]);
  }
}

template <int D>
NARROWS_SHARED void backward(const LaneLayer& layer, const Form<D>* in, Form<D>* out, const Scratch<D>& scratch) {
  if (layer.kind != LaneKind::residual) return backward_plain(layer, in, out, scratch);
  const Form<D>* v = in;
  for (std::size_t k = layer.branch_count, turn = 0; k-- > 0; ++turn) {
    backward_plain(layer.branch[k], v, scratch.inner[turn % 2], scratch);
    v = scratch.inner[turn % 2];
  }
  for (std::size_t i = 0; i < layer.cols; ++i) out[i] = residual_sum(layer, in[i], v[i], scratch.factors);
}

/// A multi-affine polynomial in `m` slopes at the vertices of their ranges: bit i of the index says that s_i is at its upper end. `work`
/// holds the coefficients in doubles and becomes the values.
template <int D>
NARROWS_INLINE void at_vertices(const double* coefficient, const Form<D>* s, std::size_t m, Lanes* work) {
  const std::size_t count = std::size_t{1} << m;
  for (std::size_t k = 0; k < count; ++k) work[k] = broadcast(coefficient[k]);
  // Bit i of the index turns from "has the factor s_i" into "at the upper end of s_i".
  for (std::size_t i = 0; i < m; ++i) {
    const std::size_t bit = std::size_t{1} << i;
    const Lanes low = max(s[i].lower, Lanes{}), high = s[i].upper;
    for (std::size_t k = 0; k < count; ++k) {
      if (k & bit) continue;
      const Lanes without = work[k], with = work[k | bit];
      work[k] = fma(with, low, without);
      work[k | bit] = fma(with, high, without);
    }
  }
}

/// The error of such an evaluation: a polynomial with coefficients >= 0 at the upper ends of the slopes. `work` is overwritten.
template <int D>
NARROWS_INLINE Lanes vertex_error(const double* coefficient_error, const Form<D>* s, std::size_t m, Lanes* work) {
  for (std::size_t k = 0; k < (std::size_t{1} << m); ++k) work[k] = broadcast(coefficient_error[k]);
  for (std::size_t i = m; i-- > 0;)
    for (std::size_t k = 0; k < (std::size_t{1} << i); ++k) work[k] = fma(work[k + (std::size_t{1} << i)], s[i].upper, work[k]);
  return work[0] * kInflate + kGuard;
}

/// The cone of the factors (ε, δ) of a family, both >= 0 and not both 0: its rays, a towards δ and b towards ε.
struct FactorCone {
  Lanes a_skip, a_residual, b_skip, b_residual;
  Mask known;
};

/// Products of two such numbers do not underflow.
NARROWS_INLINE Mask is_zero_or_normal(Lanes x) { return (x == 0) | (abs(x) > 0x1p-200); }

template <int D>
NARROWS_INLINE FactorCone factor_cone(const LaneLayer& layer, const LaneFactors<D>& p) {
  FactorCone cone{p.lower[0] * layer.skip, p.upper[1] * layer.residual, p.upper[0] * layer.skip, p.lower[1] * layer.residual, all_true()};
  cone.known = (p.lower[0] >= 0) & (p.lower[1] >= 0) & ((p.lower[0] > 0) | (p.lower[1] > 0)) & is_zero_or_normal(cone.a_skip) & is_zero_or_normal(cone.b_skip) &
               is_zero_or_normal(cone.a_residual) & is_zero_or_normal(cone.b_residual);
  return cone;
}

/// regular_on_box() for all factors of a family: on the segment from ray a to ray b, det(εI + δB) is a polynomial of degree 1 or 2
/// with the Bernstein coefficients below; its sign is that on the whole cone, and one sign at all vertices of the slopes decides.
/// Rounding   every coefficient is a sum of at most 4 terms, each a product of at most 4 factors: 8 roundings of its magnitude.
template <int D>
NARROWS_SHARED Mask regular_with_free_factors(const LaneLayer& layer, const Form<D>* slopes, const LaneFactors<D>& factors, Lanes* work) {
  if (layer.minor_sums == nullptr) return ~all_true();
  const Form<D>* s = slopes + layer.first_slope;
  const std::size_t m = layer.slope_count, count = std::size_t{1} << m;
  const FactorCone cone = factor_cone(layer, factors);
  const Lanes share = broadcast(16 * kUnit);
  Mask positive = cone.known, negative = cone.known;
  if (layer.cols == 1) {
    const Lanes error = vertex_error(layer.minor_sums_error, s, m, work);
    at_vertices(layer.minor_sums, s, m, work);
    for (std::size_t k = 0; k < count; ++k) {
      const Lanes size = abs(work[k]);
      const Lanes first = fma(work[k], cone.a_residual, cone.a_skip), last = fma(work[k], cone.b_residual, cone.b_skip);
      const Lanes first_error = fma(abs(cone.a_residual), fma(share, size, error), share * abs(cone.a_skip)) * kInflate + kGuard;
      const Lanes last_error = fma(abs(cone.b_residual), fma(share, size, error), share * abs(cone.b_skip)) * kInflate + kGuard;
      positive &= (first > first_error) & (last > last_error);
      negative &= (first < -first_error) & (last < -last_error);
    }
    return positive | negative;
  }
  Lanes *trace = work, *det = work + count;
  const Lanes trace_error = vertex_error(layer.minor_sums_error, s, m, work), det_error = vertex_error(layer.minor_sums_error + count, s, m, work);
  at_vertices(layer.minor_sums, s, m, trace);
  at_vertices(layer.minor_sums + count, s, m, det);
  // Σ = p·1 + q·e_1 + r·e_2 for each coefficient.
  const Lanes p[3] = {cone.a_skip * cone.a_skip, 2 * cone.a_skip * cone.b_skip, cone.b_skip * cone.b_skip};
  const Lanes q[3] = {cone.a_skip * cone.a_residual, cone.a_skip * cone.b_residual + cone.b_skip * cone.a_residual, cone.b_skip * cone.b_residual};
  const Lanes q_size[3] = {abs(q[0]), abs(cone.a_skip * cone.b_residual) + abs(cone.b_skip * cone.a_residual), abs(q[2])};
  const Lanes r[3] = {cone.a_residual * cone.a_residual, 2 * cone.a_residual * cone.b_residual, cone.b_residual * cone.b_residual};
  for (std::size_t k = 0; k < count; ++k) {
    Lanes low[3], high[3];
    for (int i = 0; i < 3; ++i) {
      const Lanes value = fma(q[i], trace[k], fma(r[i], det[k], p[i]));
      const Lanes error = fma(q_size[i], fma(share, abs(trace[k]), trace_error), fma(abs(r[i]), fma(share, abs(det[k]), det_error), share * abs(p[i]))) * kInflate + kGuard;
      low[i] = value - error * kInflate - abs(value) * (2 * kUnit);
      high[i] = value + error * kInflate + abs(value) * (2 * kUnit);
    }
    // Both ends of one sign, and the middle too, or the discriminant q_1² − 4 q_0 q_2 negative.
    const Lanes reach = max(abs(low[1]), abs(high[1])) + 0 * (low[1] + high[1]);
    const Lanes square = reach * reach * (1 + 0x1p-40) + kGuard;
    positive &= (low[0] > 0) & (low[2] > 0) & ((low[1] >= 0) | (square < 4 * (1 - 0x1p-40) * low[0] * low[2]));
    negative &= (high[0] < 0) & (high[2] < 0) & ((high[1] <= 0) | (square < 4 * (1 - 0x1p-40) * high[0] * high[2]));
  }
  return positive | negative;
}

/// Lanes in which the Jacobian of `layer` is proved nonsingular for all slopes in their ranges (T2 on the reached box of
/// diagonals): det J is multi-affine in the slopes, so one strict sign at all vertices decides. `work` holds 2·2^slopes Lanes.
template <int D>
NARROWS_SHARED Mask regular_on_box(const LaneLayer& layer, const Form<D>* slopes, Lanes* work, const LaneFactors<D>* factors = nullptr) {
  if (layer.regular_everywhere) return all_true();
  const Form<D>* s = slopes + layer.first_slope;
  if (layer.kind == LaneKind::activation) {
    Mask positive = all_true();
    for (std::size_t i = 0; i < layer.rows; ++i) positive &= s[i].lower > 0;
    return positive;
  }
  if (layer.kind == LaneKind::residual && factors != nullptr) return regular_with_free_factors(layer, slopes, *factors, work);
  if (layer.kind != LaneKind::residual || layer.determinant == nullptr) return ~all_true();
  const std::size_t m = layer.slope_count, count = std::size_t{1} << m;
  const Lanes error = vertex_error(layer.determinant_error, s, m, work);
  at_vertices(layer.determinant, s, m, work);
  Mask positive = all_true(), negative = all_true();
  for (std::size_t k = 0; k < count; ++k) {
    positive &= work[k] > error;
    negative &= work[k] < -error;
  }
  return positive | negative;
}

}  // namespace narrows::NARROWS_ISA
