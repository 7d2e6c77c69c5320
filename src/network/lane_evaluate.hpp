// Forward and backward passes of a LaneChain over affine forms: evaluate.hpp for one box per lane.
//
// notation == meaning:  h_l the state after layer l, v_P = J_L⋯J_{P+1} the row vector of FORMAT.md.
// Guarantee  as evaluate.hpp over AffineForm: what the forms enclose, they enclose for every point of their boxes.
#pragma once

#include "network/lane_activation.hpp"

namespace narrows::NARROWS_ISA {

/// Scratch arrays of `widest` entries each, and the slopes that the forward pass leaves for the backward pass.
template <int D>
struct Scratch {
  Form<D>* inner[2];
  Term<D>* terms;
  Form<D>* slopes;
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

/// skip·x + residual·y.
template <int D>
NARROWS_INLINE Form<D> residual_sum(const LaneLayer& layer, const Form<D>& x, const Form<D>& y) {
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
NARROWS_INLINE void forward_plain(const LaneLayer& layer, const Form<D>* in, Form<D>* out, const Scratch<D>& scratch) {
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
[[gnu::noinline]] static void forward(const LaneLayer& layer, const Form<D>* in, Form<D>* out, const Scratch<D>& scratch) {
  if (layer.kind != LaneKind::residual) return forward_plain(layer, in, out, scratch);
  const Form<D>* state = in;
  for (std::size_t k = 0; k < layer.branch_count; ++k) {
    forward_plain(layer.branch[k], state, scratch.inner[k % 2], scratch);
    state = scratch.inner[k % 2];
  }
  for (std::size_t i = 0; i < layer.rows; ++i) out[i] = residual_sum(layer, in[i], state[i]);
}

/// v·J of a layer that is not residual.
template <int D>
NARROWS_INLINE void backward_plain(const LaneLayer& layer, const Form<D>* in, Form<D>* out, const Scratch<D>& scratch) {
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
[[gnu::noinline]] static void backward(const LaneLayer& layer, const Form<D>* in, Form<D>* out, const Scratch<D>& scratch) {
  if (layer.kind != LaneKind::residual) return backward_plain(layer, in, out, scratch);
  const Form<D>* v = in;
  for (std::size_t k = layer.branch_count, turn = 0; k-- > 0; ++turn) {
    backward_plain(layer.branch[k], v, scratch.inner[turn % 2], scratch);
    v = scratch.inner[turn % 2];
  }
  for (std::size_t i = 0; i < layer.cols; ++i) out[i] = residual_sum(layer, in[i], v[i]);
}

/// Lanes in which the Jacobian of `layer` is proved nonsingular for all slopes in their ranges (T2 on the reached box of
/// diagonals): det J is multi-affine in the slopes, so one strict sign at all vertices decides. `work` holds 2^slopes Lanes.
template <int D>
[[gnu::noinline]] static Mask regular_on_box(const LaneLayer& layer, const Form<D>* slopes, Lanes* work) {
  if (layer.regular_everywhere) return all_true();
  const Form<D>* s = slopes + layer.first_slope;
  if (layer.kind == LaneKind::activation) {
    Mask positive = all_true();
    for (std::size_t i = 0; i < layer.rows; ++i) positive &= s[i].lower > 0;
    return positive;
  }
  if (layer.kind != LaneKind::residual || layer.determinant == nullptr) return ~all_true();
  const std::size_t m = layer.slope_count, count = std::size_t{1} << m;
  // The error of an evaluation: a polynomial with coefficients >= 0 at the upper ends of the slopes.
  for (std::size_t k = 0; k < count; ++k) work[k] = broadcast(layer.determinant_error[k]);
  for (std::size_t i = m; i-- > 0;)
    for (std::size_t k = 0; k < (std::size_t{1} << i); ++k) work[k] = fma(work[k + (std::size_t{1} << i)], s[i].upper, work[k]);
  const Lanes error = work[0] * kInflate + kGuard;
  // All vertices at once: bit i of the index turns from "has the factor s_i" into "at the upper end of s_i".
  for (std::size_t k = 0; k < count; ++k) work[k] = broadcast(layer.determinant[k]);
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
  Mask positive = all_true(), negative = all_true();
  for (std::size_t k = 0; k < count; ++k) {
    positive &= work[k] > error;
    negative &= work[k] < -error;
  }
  return positive | negative;
}

}  // namespace narrows::NARROWS_ISA
