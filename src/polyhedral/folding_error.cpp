// Idea: with |h − h'| <= e for the states of both networks and h' in a known range, a batch_norm layer h ↦ f h + c that is folded to
// f' h + c' has |f h + c − f' h' − c'| <= |f − f'| (|h'| + e) + |f'| e + |c − c'|; all other layers are the same in both.
#include "polyhedral/folding_error.hpp"

#include <algorithm>
#include <vector>

#include "network/branch_form.hpp"
#include "polyhedral/piecewise_linear.hpp"

namespace narrows {
namespace {

/// A coordinate of the folded network's state over the box, and how far the other network's may be.
struct Ranged {
  Interval range;
  double error = 0;
};
using State = std::vector<Ranged>;

/// Exact for a zero, else rounded up.
double sum_upper(double a, double b) { return a == 0 ? b : b == 0 ? a : add_upper(a, b); }

State through_affine(const AffineLayer& layer, const State& h) {
  State y;
  for (std::size_t i = 0; i < layer.rows; ++i) {
    Ranged sum{enclose(layer.bias[i]), 0};
    for (std::size_t j = 0; j < layer.cols; ++j) {
      const Interval w = enclose(layer.weight[i * layer.cols + j]);
      sum.range += w * h[j].range;
      sum.error = sum_upper(sum.error, mul_upper(magnitude(w), h[j].error));
    }
    y.push_back(sum);
  }
  return y;
}

State through_batch_norm(const BatchNormLayer& norm, const AffineLayer& folded, const State& h) {
  constexpr mpfr_prec_t precision = 256;
  State y;
  for (std::size_t i = 0; i < h.size(); ++i) {
    const BigInterval factor = batch_norm_factor(norm, i, precision);
    const BigInterval constant = BigInterval(norm.bias[i], precision) - factor * BigInterval(norm.mean[i], precision);
    const Rational &f = folded.weight[i * h.size() + i], &c = folded.bias[i];
    const double moved = magnitude((factor - BigInterval(f, precision)).to_double()), shifted = magnitude((constant - BigInterval(c, precision)).to_double());
    const double of_factor = mul_upper(moved, sum_upper(magnitude(h[i].range), h[i].error)), of_state = mul_upper(magnitude(enclose(f)), h[i].error);
    y.push_back({enclose(f) * h[i].range + enclose(c), sum_upper(sum_upper(of_factor, of_state), shifted)});
  }
  return y;
}

State through_activation(const ActivationLayer& activation, State h) {
  if (activation.function == Activation::identity) return h;
  const Interval slope = enclose(activation.function == Activation::relu ? Rational(0) : activation.alpha);
  for (Ranged& x : h) {
    const Interval below{std::min(x.range.lower(), 0.0), std::min(x.range.upper(), 0.0)}, above{std::max(x.range.lower(), 0.0), std::max(x.range.upper(), 0.0)};
    x = {above + slope * below, mul_upper(std::max(1.0, magnitude(slope)), x.error)};
  }
  return h;
}

/// `original` and `folded` are the same layers but for batch_norm.
State through(const std::vector<Layer>& original, const std::vector<Layer>& folded, State h) {
  for (std::size_t l = 0; l < original.size(); ++l) {
    const auto& layer = original[l].value;
    if (const auto* affine = std::get_if<AffineLayer>(&layer)) {
      h = through_affine(*affine, h);
    } else if (const auto* norm = std::get_if<BatchNormLayer>(&layer)) {
      h = through_batch_norm(*norm, std::get<AffineLayer>(folded[l].value), h);
    } else if (const auto* activation = std::get_if<ActivationLayer>(&layer)) {
      h = through_activation(*activation, h);
    } else {
      const auto& block = std::get<ResidualLayer>(layer);
      const State branch = through(block.branch, std::get<ResidualLayer>(folded[l].value).branch, h);
      const Interval skip = enclose(block.skip), factor = enclose(block.residual);
      for (std::size_t i = 0; i < h.size(); ++i)
        h[i] = {skip * h[i].range + factor * branch[i].range, sum_upper(mul_upper(magnitude(skip), h[i].error), mul_upper(magnitude(factor), branch[i].error))};
    }
  }
  return h;
}

}  // namespace

double folding_error_upper(const Chain& chain, const Box& box) {
  Network network;
  network.input_dim = chain.input_dim;
  network.layers = chain.layers;
  State x;
  for (std::size_t i = 0; i < box.dim(); ++i) x.push_back({Interval(box.lower[i], box.upper[i]), 0});
  const double bound = through(chain.layers, fold_batch_norm(network).network.layers, x)[0].error;
  return bound >= 0 ? bound : kInfinity;
}

}  // namespace narrows
