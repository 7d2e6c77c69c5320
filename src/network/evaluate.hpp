// Evaluation of a compiled chain over any scalar: intervals, affine forms, or dual numbers over either.
//
// notation == meaning:  h_l the state after layer l, v_P = J_L⋯J_{P+1} the row vector of FORMAT.md (v_0 = ∇Φ).
// A scalar S must offer S·I, S + I, S + S, S·S with the coefficient type I of the chain, and activate() below.
// Guarantee  what S guarantees holds for h_l, the slopes and v_P at every input the scalars stand for.
#pragma once

#include <cstddef>
#include <vector>

#include "network/compiled.hpp"
#include "network/scalars.hpp"

namespace narrows {

/// What the forward pass leaves for the backward pass: the slopes σ' of an activation layer, or a branch's traces.
template <class S>
struct LayerTrace {
  std::vector<S> slopes;
  std::vector<LayerTrace<S>> branch;
};

/// In a family of networks the factors of every residual layer are free: h ← (skip·ε_l) h + (residual·δ_l) branch(h).
template <class S>
struct FreeFactors {
  S skip, residual;
};

/// skip·x + residual·y of a residual layer, times the free factors if there are any.
template <class I, class S>
[[nodiscard]] S residual_sum(const CompiledLayer<I>& layer, const S& x, const S& y, const FreeFactors<S>* factors) {
  if (factors == nullptr) return x * layer.skip + y * layer.residual;
  return x * (factors->skip * layer.skip) + y * (factors->residual * layer.residual);
}

template <class I, class S>
[[nodiscard]] std::vector<S> affine_image(const CompiledLayer<I>& layer, const std::vector<S>& h) {
  std::vector<S> image;
  image.reserve(layer.rows);
  for (std::size_t i = 0; i < layer.rows; ++i) {
    S sum = h[0] * layer.weight[i * layer.cols];
    for (std::size_t j = 1; j < layer.cols; ++j) sum = sum + h[j] * layer.weight[i * layer.cols + j];
    image.push_back(sum + layer.bias[i]);
  }
  return image;
}

/// h_l from h_{l-1}.
template <class I, class S>
[[nodiscard]] std::vector<S> forward(const CompiledLayer<I>& layer, const std::vector<S>& h, LayerTrace<S>* trace,
                                     const FreeFactors<S>* factors = nullptr) {
  switch (layer.kind) {
    case LayerKind::affine: return affine_image(layer, h);
    case LayerKind::diagonal: {
      std::vector<S> image;
      for (std::size_t i = 0; i < h.size(); ++i) image.push_back(h[i] * layer.weight[i] + layer.bias[i]);
      return image;
    }
    case LayerKind::activation: {
      std::vector<S> image(h.size());
      trace->slopes.resize(h.size());
      for (std::size_t i = 0; i < h.size(); ++i) activate(layer.function, h[i], &image[i], &trace->slopes[i]);
      return image;
    }
    case LayerKind::residual: break;
  }
  trace->branch.resize(layer.branch.size());
  std::vector<S> inner = h;
  for (std::size_t k = 0; k < layer.branch.size(); ++k) inner = forward(layer.branch[k], inner, &trace->branch[k]);
  for (std::size_t i = 0; i < h.size(); ++i) inner[i] = residual_sum(layer, h[i], inner[i], factors);
  return inner;
}

/// v_{l-1} = v_l J_l.
template <class I, class S>
[[nodiscard]] std::vector<S> backward(const CompiledLayer<I>& layer, const LayerTrace<S>& trace, const std::vector<S>& v,
                                      const FreeFactors<S>* factors = nullptr) {
  switch (layer.kind) {
    case LayerKind::affine: {
      std::vector<S> image;
      for (std::size_t j = 0; j < layer.cols; ++j) {
        S sum = v[0] * layer.weight[j];
        for (std::size_t i = 1; i < layer.rows; ++i) sum = sum + v[i] * layer.weight[i * layer.cols + j];
        image.push_back(sum);
      }
      return image;
    }
    case LayerKind::diagonal: {
      std::vector<S> image;
      for (std::size_t i = 0; i < v.size(); ++i) image.push_back(v[i] * layer.weight[i]);
      return image;
    }
    case LayerKind::activation: {
      std::vector<S> image;
      for (std::size_t i = 0; i < v.size(); ++i) image.push_back(v[i] * trace.slopes[i]);
      return image;
    }
    case LayerKind::residual: break;
  }
  std::vector<S> inner = v;
  for (std::size_t k = layer.branch.size(); k-- > 0;) inner = backward(layer.branch[k], trace.branch[k], inner);
  for (std::size_t i = 0; i < v.size(); ++i) inner[i] = residual_sum(layer, v[i], inner[i], factors);
  return inner;
}

/// All of layers first+1 … L at once: the traces and Φ.
template <class S>
struct ForwardPass {
  std::vector<LayerTrace<S>> traces;  ///< traces[l] belongs to layers[l]; empty below `first`
  S value{};
};

template <class I, class S>
[[nodiscard]] ForwardPass<S> forward_all(const CompiledChain<I>& chain, std::vector<S> h, std::size_t first = 0,
                                         const FreeFactors<S>* factors = nullptr) {
  ForwardPass<S> pass;
  pass.traces.resize(chain.layers.size());
  for (std::size_t l = first; l < chain.layers.size(); ++l) h = forward(chain.layers[l], h, &pass.traces[l], factors);
  pass.value = h[0];
  return pass;
}

/// v_P from a complete forward pass.
template <class I, class S>
[[nodiscard]] std::vector<S> row_vector(const CompiledChain<I>& chain, const ForwardPass<S>& pass, std::size_t prefix,
                                        const FreeFactors<S>* factors = nullptr) {
  std::vector<S> v{one_like(pass.value)};
  for (std::size_t l = chain.layers.size(); l-- > prefix;) v = backward(chain.layers[l], pass.traces[l], v, factors);
  return v;
}

}  // namespace narrows
