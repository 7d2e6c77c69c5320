// Affine forms together with their partial derivatives, one box per lane: the second-order pass of lane_evaluate.hpp.
//
// Layout     a DualVector of n entries is 1 + D blocks of n forms: block 0 the values, block k the derivatives by x_k.
// Guarantee  as lane_evaluate.hpp; block k encloses the exact partial derivative at every point of the box. Smooth activations only.
#pragma once

#include "network/lane_evaluate.hpp"

namespace narrows::NARROWS_ISA {

/// 1 + D blocks of `width` forms each (room for the widest layer; `forms + k·width` is block k).
template <int D>
struct DualVector {
  Form<D>* forms;
  std::size_t width;
  [[nodiscard]] Form<D>* block(int k) const { return forms + static_cast<std::size_t>(k) * width; }
};

template <int D>
struct DualScratch {
  DualVector<D> inner[2];
  Scratch<D> scratch;       ///< its slopes are block 0 of all slopes
  Form<D>* slope_partials;  ///< D blocks of slope_count forms: derivatives of the slopes
  std::size_t slope_count;
};

template <int D>
NARROWS_SHARED void forward_plain(const LaneLayer& layer, const DualVector<D>& in, const DualVector<D>& out, const DualScratch<D>& s) {
  if (layer.kind != LaneKind::activation) {
    LaneLayer linear = layer;  // derivatives see no bias
    forward_plain(layer, in.block(0), out.block(0), s.scratch);
    static constexpr double kNoBias[64] = {};
    linear.bias = kNoBias;
    linear.bias_radius = nullptr;
    for (int k = 1; k <= D; ++k) forward_plain(linear, in.block(k), out.block(k), s.scratch);
    return;
  }
  for (std::size_t i = 0; i < layer.rows; ++i) {
    Form<D>& slope = s.scratch.slopes[layer.first_slope + i];
    Form<D> curvature;
    activate_twice(layer.function, in.block(0)[i], &out.block(0)[i], &slope, &curvature);
    for (int k = 1; k <= D; ++k) {
      out.block(k)[i] = product_nonnegative(in.block(k)[i], slope);
      s.slope_partials[static_cast<std::size_t>(k - 1) * s.slope_count + layer.first_slope + i] = product(in.block(k)[i], curvature);
    }
  }
}

template <int D>
NARROWS_SHARED void backward_plain(const LaneLayer& layer, const DualVector<D>& in, const DualVector<D>& out, const DualScratch<D>& s) {
  if (layer.kind != LaneKind::activation) {
    for (int k = 0; k <= D; ++k) backward_plain(layer, in.block(k), out.block(k), s.scratch);
    return;
  }
  for (std::size_t i = 0; i < layer.rows; ++i) {
    const Form<D>& slope = s.scratch.slopes[layer.first_slope + i];
    out.block(0)[i] = product_nonnegative(in.block(0)[i], slope);
    for (int k = 1; k <= D; ++k) {
      const Form<D>& partial = s.slope_partials[static_cast<std::size_t>(k - 1) * s.slope_count + layer.first_slope + i];
      out.block(k)[i] = sum(product_nonnegative(in.block(k)[i], slope), product(in.block(0)[i], partial));
    }
  }
}

template <int D>
NARROWS_INLINE void add_skip(const LaneLayer& layer, const DualVector<D>& in, const DualVector<D>& branch, const DualVector<D>& out) {
  for (int k = 0; k <= D; ++k)
    for (std::size_t i = 0; i < layer.rows; ++i) out.block(k)[i] = residual_sum(layer, in.block(k)[i], branch.block(k)[i]);
}

template <int D>
NARROWS_SHARED void forward_dual(const LaneLayer& layer, const DualVector<D>& in, const DualVector<D>& out, const DualScratch<D>& s) {
  if (layer.kind != LaneKind::residual) return forward_plain(layer, in, out, s);
  DualVector<D> state = in;
  for (std::size_t k = 0; k < layer.branch_count; ++k) {
    forward_plain(layer.branch[k], state, s.inner[k % 2], s);
    state = s.inner[k % 2];
  }
  add_skip(layer, in, state, out);
}

template <int D>
NARROWS_SHARED void backward_dual(const LaneLayer& layer, const DualVector<D>& in, const DualVector<D>& out, const DualScratch<D>& s) {
  if (layer.kind != LaneKind::residual) return backward_plain(layer, in, out, s);
  DualVector<D> v = in;
  for (std::size_t k = layer.branch_count, turn = 0; k-- > 0; ++turn) {
    backward_plain(layer.branch[k], v, s.inner[turn % 2], s);
    v = s.inner[turn % 2];
  }
  add_skip(layer, in, v, out);
}

}  // namespace narrows::NARROWS_ISA
