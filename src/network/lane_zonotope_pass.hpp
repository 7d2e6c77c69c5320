// Forward and backward passes of a LaneChain over zonotopes and polynomial zonotopes.
//
// Guarantee  as lane_evaluate.hpp; the symbols are shared by all forms of one pair of passes.
#pragma once

#include "network/lane_polynomial.hpp"

namespace narrows::NARROWS_ISA {

template <int D>
NARROWS_SHARED void forward_plain(const LaneLayer& layer, const ZonotopeVector<D>& in, ZonotopeVector<D>* out, ZonotopeScratch<D>* scratch) {
  if (layer.kind == LaneKind::affine)
    linear_map(layer.weight, layer.weight_radius, layer.rows, layer.cols, layer.cols, 1, layer.bias, layer.bias_radius, in, out, *scratch);
  else if (layer.kind == LaneKind::diagonal)
    diagonal_map(layer, true, in, out, *scratch);
  else if (scratch->polynomial)
    activate_polynomial(layer, in, out, scratch);
  else
    activate_all(layer, in, out, scratch);
}

template <int D>
NARROWS_SHARED void backward_plain(const LaneLayer& layer, const ZonotopeVector<D>& in, ZonotopeVector<D>* out, ZonotopeScratch<D>* scratch) {
  if (layer.kind == LaneKind::affine)
    linear_map<D>(layer.weight, layer.weight_radius, layer.cols, layer.rows, 1, layer.cols, nullptr, nullptr, in, out, *scratch);
  else if (layer.kind == LaneKind::diagonal)
    diagonal_map(layer, false, in, out, *scratch);
  else if (scratch->polynomial)
    multiply_polynomial(layer, in, out, scratch);
  else
    multiply_slopes(layer, in, out, scratch);
}

template <int D>
NARROWS_SHARED void forward(const LaneLayer& layer, const ZonotopeVector<D>& in, ZonotopeVector<D>* out, ZonotopeScratch<D>* scratch) {
  if (layer.kind != LaneKind::residual) return forward_plain(layer, in, out, scratch);
  const ZonotopeVector<D>* state = &in;
  for (std::size_t k = 0; k < layer.branch_count; ++k) {
    forward_plain(layer.branch[k], *state, &scratch->inner[k % 2], scratch);
    state = &scratch->inner[k % 2];
  }
  residual_sum(layer, layer.rows, in, *state, out, *scratch);
}

/// v·J·U for a residual layer with a basis U, from v and the row vector a that reaches the branch's first layer.
template <int D>
NARROWS_INLINE void change_basis(const LaneLayer& layer, const ZonotopeVector<D>& v, const ZonotopeVector<D>& a, ZonotopeScratch<D>* scratch) {
  const std::size_t n = layer.cols, capacity = scratch->capacity;
  ZonotopeVector<D>& out = scratch->in_basis;
  const double share = rounding_share(2 * n + 2);
  prepare_all(v, n, share, scratch->terms);
  prepare_all(a, n, share, scratch->terms + n);
  out.count = v.count > a.count ? v.count : a.count;
  for (std::size_t i = 0; i < n; ++i) {
    RowSum<D> row = start_row<D>(0, 0, share);
    Lanes weight_v[kMaxZonotopeWidth], weight_a[kMaxZonotopeWidth];
    for (std::size_t j = 0; j < n; ++j) {
      // Products of two weights, rounded once; the error goes to the weight's radius.
      const double wv = layer.skip * layer.basis[j * n + i], wa = layer.residual * layer.basis_image[j * n + i];
      weight_v[j] = broadcast(wv);
      weight_a[j] = broadcast(wa);
      add_term(&row, weight_v[j], scratch->terms[j]);
      add_term(&row, weight_a[j], scratch->terms[n + j]);
      const double size_basis = layer.basis[j * n + i] < 0 ? -layer.basis[j * n + i] : layer.basis[j * n + i];
      const double size_image = layer.basis_image[j * n + i] < 0 ? -layer.basis_image[j * n + i] : layer.basis_image[j * n + i];
      const double image_radius = layer.basis_image_radius != nullptr ? layer.basis_image_radius[j * n + i] : 0;
      const double size_residual = layer.residual < 0 ? -layer.residual : layer.residual;
      add_weight_radius(&row, (layer.skip_radius * size_basis + (wv < 0 ? -wv : wv) * kUnit) * kInflate + kGuard, scratch->terms[j]);
      add_weight_radius(&row,
                        (layer.residual_radius * (size_image + image_radius) + size_residual * image_radius + (wa < 0 ? -wa : wa) * kUnit) * kInflate + kGuard,
                        scratch->terms[n + j]);
    }
    for (std::size_t s = 0; s < out.count; ++s) {
      Lanes sum = Lanes{};
      for (std::size_t j = 0; s < v.count && j < n; ++j) sum = fma(weight_v[j], v.noise[j * capacity + s], sum);
      for (std::size_t j = 0; s < a.count && j < n; ++j) sum = fma(weight_a[j], a.noise[j * capacity + s], sum);
      out.noise[i * capacity + s] = sum;
    }
    finish_entry(row, out, i, *scratch);
  }
}

template <int D>
NARROWS_SHARED void backward(const LaneLayer& layer, const ZonotopeVector<D>& in, ZonotopeVector<D>* out, ZonotopeScratch<D>* scratch) {
  if (layer.kind != LaneKind::residual) return backward_plain(layer, in, out, scratch);
  const ZonotopeVector<D>* v = &in;
  for (std::size_t k = layer.branch_count, turn = 0; k-- > 0; ++turn) {
    if (k == 0 && layer.basis != nullptr) change_basis(layer, in, *v, scratch);
    backward_plain(layer.branch[k], *v, &scratch->inner[turn % 2], scratch);
    v = &scratch->inner[turn % 2];
  }
  residual_sum(layer, layer.cols, in, *v, out, *scratch);
}

}  // namespace narrows::NARROWS_ISA
