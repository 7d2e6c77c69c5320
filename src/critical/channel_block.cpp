#include "critical/channel_block.hpp"

#include <algorithm>
#include <utility>

#include "network/branch_form.hpp"

namespace narrows {
namespace {

constexpr mpfr_prec_t kGramPrecision = 384;

/// sup σ' of silu, where x tanh(x/2) = 2, and of gelu, at √2: 30 digits, truncated. σ'(−x) = 1 − σ'(x) gives the infimum.
Rational truncated_supremum(Activation function) {
  const char* digits = function == Activation::silu ? "1099839320128866916958184924320/1000000000000000000000000000000"
                                                    : "1128904145185154786340744442261/1000000000000000000000000000000";
  return Rational(digits);
}

template <class T>
DenseMatrix<T> signed_gram(const std::vector<DenseMatrix<T>>& maps, bool negative) {
  DenseMatrix<T> gram = product(maps[0], maps[1]);
  if (negative)
    for (T& x : gram.entries) x = -x;
  return gram;
}

}  // namespace

SharpSlopes sharp_slopes(const ActivationLayer& activation) {
  const SlopeRange range = slope_range(activation);
  if (range.sharp) return {range.low, range.high, range.low, range.high, range.ends};
  const Rational inner = truncated_supremum(activation.function), outer = inner + Rational(1) / Rational("1000000000000000000000000000000");
  return {1 - outer, outer, 1 - inner, inner, range.ends};
}

RangeEnds attained_ends(const ActivationLayer& activation) {
  return activation.function == Activation::elu ? RangeEnds::half_open : slope_range(activation).ends;
}

std::optional<ChannelBlock> make_channel_block(const ResidualLayer& layer, std::size_t input_dim, Smoothness network) {
  const auto activations = branch_activations(layer, input_dim);
  if (layer.skip == 0 || activations.size() != 1 || activations[0].width > kMaxExactNeurons) return std::nullopt;
  ChannelBlock block;
  block.ratio = layer.residual / layer.skip;
  block.neurons = activations[0].width;
  const bool negative = block.ratio < 0;
  if (has_batch_norm(layer))
    block.gram = signed_gram(branch_maps(layer, input_dim, kGramPrecision), negative);
  else
    block.gram = signed_gram(branch_maps_exact(layer, input_dim), negative);
  const SharpSlopes slopes = sharp_slopes(activations[0].function);
  block.outer = {std::vector<Rational>(block.neurons, slopes.outer_low), std::vector<Rational>(block.neurons, slopes.outer_high)};
  block.inner = {std::vector<Rational>(block.neurons, slopes.inner_low), std::vector<Rational>(block.neurons, slopes.inner_high)};
  block.ends = network == Smoothness::lipschitz ? RangeEnds::closed : slopes.ends;
  block.attained = attained_ends(activations[0].function);
  return block;
}

ChannelBlock with_zero_slopes(ChannelBlock block) {
  for (SlopeBox* box : {&block.outer, &block.inner}) {
    for (Rational& x : box->low) x = std::min<Rational>(x, 0);
    for (Rational& x : box->high) x = std::max<Rational>(x, 0);
  }
  block.ends = block.attained = RangeEnds::closed;
  return block;
}

}  // namespace narrows
