#include "polyhedral/piecewise_linear.hpp"

#include <algorithm>
#include <utility>

#include "base/errors.hpp"
#include "network/branch_form.hpp"

namespace narrows {
namespace {

bool has_kink(Activation function) { return function == Activation::relu || function == Activation::leaky_relu; }

/// The double nearest to the middle of a narrow enclosure.
Rational rounded(const BigInterval& x) { return rational_exact(midpoint(x.to_double())); }

/// scale_i (h_i − mean_i) / √(variance_i + epsilon) + bias_i with rounded factor and constant.
AffineLayer folded_layer(const BatchNormLayer& norm) {
  constexpr mpfr_prec_t precision = 256;
  const std::size_t n = norm.scale.size();
  AffineLayer layer{n, n, std::vector<Rational>(n * n), std::vector<Rational>(n)};
  for (std::size_t i = 0; i < n; ++i) {
    const BigInterval factor = batch_norm_factor(norm, i, precision);
    layer.weight[i * n + i] = rounded(factor);
    layer.bias[i] = rounded(BigInterval(norm.bias[i], precision) - factor * BigInterval(norm.mean[i], precision));
  }
  return layer;
}

bool fold_layers(std::vector<Layer>& layers) {
  bool folded = false;
  for (Layer& layer : layers) {
    if (const auto* norm = std::get_if<BatchNormLayer>(&layer.value)) {
      layer.value = folded_layer(*norm);
      folded = true;
    } else if (auto* residual = std::get_if<ResidualLayer>(&layer.value)) {
      folded = fold_layers(residual->branch) || folded;
    }
  }
  return folded;
}

Rational negative_slope(const ActivationLayer& activation, const std::string& where) {
  if (!has_kink(activation.function))
    throw InputError(where, "the activation " + std::string(to_string(activation.function)) + " is not piecewise linear",
                     "use narrows certify for smooth networks");
  return activation.function == Activation::relu ? Rational(0) : activation.alpha;
}

/// Steps of `layers` fed with `width` coordinates; counts neurons.
std::vector<PiecewiseLinearStep> make_steps(const std::vector<Layer>& layers, std::size_t width, const std::string& where,
                                            std::size_t* neurons) {
  std::vector<PiecewiseLinearStep> steps;
  for (const Layer& layer : layers) {
    PiecewiseLinearStep step;
    if (const auto* affine = std::get_if<AffineLayer>(&layer.value)) {
      step.affine = *affine;
    } else if (const auto* activation = std::get_if<ActivationLayer>(&layer.value)) {
      if (activation->function == Activation::identity) continue;
      step.kind = PiecewiseLinearStep::Kind::activation;
      step.negative_slope = negative_slope(*activation, where);
      *neurons += width;
    } else {
      const auto& residual = std::get<ResidualLayer>(layer.value);
      step.kind = PiecewiseLinearStep::Kind::residual;
      step.skip = residual.skip;
      step.residual = residual.residual;
      step.branch = make_steps(residual.branch, width, where, neurons);
    }
    steps.push_back(std::move(step));
    width = output_dim(layer, width);
  }
  return steps;
}

}  // namespace

bool is_piecewise_linear(const std::vector<Layer>& layers) {
  return std::all_of(layers.begin(), layers.end(), [](const Layer& layer) {
    if (const auto* activation = std::get_if<ActivationLayer>(&layer.value))
      return has_kink(activation->function) || activation->function == Activation::identity;
    const auto* residual = std::get_if<ResidualLayer>(&layer.value);
    return residual == nullptr || is_piecewise_linear(residual->branch);
  });
}

FoldedNetwork fold_batch_norm(const Network& network) {
  FoldedNetwork result{network, false};
  result.folded = fold_layers(result.network.layers);
  return result;
}

PiecewiseLinear make_piecewise_linear(const Chain& chain, const std::string& where) {
  PiecewiseLinear net;
  net.input_dim = chain.input_dim;
  std::vector<Layer> layers = chain.layers;
  net.folded = fold_layers(layers);
  net.steps = make_steps(layers, chain.input_dim, where, &net.neurons);
  return net;
}

}  // namespace narrows
