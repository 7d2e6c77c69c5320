// A chain compiled for evaluation: every exact weight enclosed in an interval of the working arithmetic.
#pragma once

#include <cstddef>
#include <vector>

#include "arith/big_interval.hpp"
#include "network/activation_jet.hpp"
#include "network/chain.hpp"

namespace narrows {

enum class LayerKind { affine, activation, diagonal, residual };

/// One layer with weights in I. `diagonal` is batch_norm: y_i = weight_i h_i + bias_i with an enclosed factor.
template <class I>
struct CompiledLayer {
  LayerKind kind = LayerKind::affine;
  std::size_t rows = 0, cols = 0;
  std::vector<I> weight, bias;
  ActivationFunction<I> function;
  I skip{}, residual{};
  std::vector<CompiledLayer<I>> branch;
};

template <class I>
struct CompiledChain {
  std::size_t input_dim = 0;
  std::vector<CompiledLayer<I>> layers;
  std::vector<std::size_t> widths;  ///< as in Chain
};

/// Weights that are doubles become points; others one ulp wide; batch_norm factors are enclosed.
[[nodiscard]] CompiledChain<Interval> compile(const Chain& chain);
/// The same with `precision` bits.
[[nodiscard]] CompiledChain<BigInterval> compile_big(const Chain& chain, mpfr_prec_t precision);

}  // namespace narrows
