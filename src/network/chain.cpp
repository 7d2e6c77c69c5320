// How the chain is made. The checker derives the same chain on its own (FORMAT.md, "The chain and Φ").
#include "base/counted.hpp"
#include "network/chain.hpp"

#include <algorithm>
#include <utility>

#include "base/errors.hpp"

namespace narrows {
namespace {

bool is_sigmoid(const Layer& layer) {
  const auto* activation = std::get_if<ActivationLayer>(&layer.value);
  return activation != nullptr && activation->function == Activation::sigmoid;
}

void check_selection(const OutputSelection& output, std::size_t outputs, const std::string& where) {
  const std::size_t largest = output.margin ? std::max(output.first, output.second) : output.first;
  if (largest >= outputs) {
    throw InputError(
        where, "output " + std::to_string(largest) + " does not exist, the network has " + counted(outputs, "output"),
        "choose outputs from 0 to " + std::to_string(outputs - 1));
  }
  if (output.margin && output.first == output.second) {
    throw InputError(where,
                     "the margin of output " + std::to_string(output.first) + " over itself is always 0",
                     "choose two different outputs");
  }
}

/// The row e_first, or e_first − e_second.
AffineLayer selection_row(const OutputSelection& output, std::size_t outputs) {
  AffineLayer row{1, outputs, std::vector<Rational>(outputs), {Rational(0)}};
  row.weight[output.first] = 1;
  if (output.margin) row.weight[output.second] = -1;
  return row;
}

/// One output of an affine layer, or the difference of two.
AffineLayer select_from(const AffineLayer& layer, const OutputSelection& output) {
  const auto row_of = [&](std::size_t i) {
    return layer.weight.begin() + static_cast<std::ptrdiff_t>(i * layer.cols);
  };
  AffineLayer row{
      1, layer.cols, {row_of(output.first), row_of(output.first + 1)}, {layer.bias[output.first]}};
  if (output.margin) {
    std::transform(row.weight.begin(), row.weight.end(), row_of(output.second), row.weight.begin(),
                   [](const Rational& a, const Rational& b) { return a - b; });
    row.bias[0] -= layer.bias[output.second];
  }
  return row;
}

Smoothness smoothness_of(const ActivationLayer& activation) {
  switch (activation.function) {
    case Activation::relu:
      return Smoothness::lipschitz;
    case Activation::leaky_relu:
      return activation.alpha == 1 ? Smoothness::smooth : Smoothness::lipschitz;
    case Activation::elu:
      return activation.alpha == 1 ? Smoothness::c1 : Smoothness::lipschitz;
    case Activation::tanh:
    case Activation::sigmoid:
    case Activation::softplus:
    case Activation::arctan:
    case Activation::sin:
    case Activation::silu:
    case Activation::gelu:
    case Activation::identity:
      break;
  }
  return Smoothness::smooth;
}

}  // namespace

Chain make_chain(const Network& network, const OutputSelection& output, const std::string& where) {
  const std::size_t outputs = widths(network).back();
  check_selection(output, outputs, where);
  Chain chain;
  chain.input_dim = network.input_dim;
  chain.layers = network.layers;
  if (!chain.layers.empty() && is_sigmoid(chain.layers.back())) {
    if (output.margin) {
      throw InputError(where,
                       "a margin of sigmoids is not monotone in the margin of what they are applied to",
                       "choose one output, or remove the final sigmoid");
    }
    chain.layers.pop_back();
    chain.dropped_sigmoid = true;
  }
  AffineLayer* last = chain.layers.empty() ? nullptr : std::get_if<AffineLayer>(&chain.layers.back().value);
  if (last != nullptr) {
    *last = select_from(*last, output);
  } else {
    chain.layers.emplace_back().value = selection_row(output, outputs);
  }
  chain.widths.push_back(chain.input_dim);
  for (const Layer& layer : chain.layers) chain.widths.push_back(output_dim(layer, chain.widths.back()));
  chain.smoothness = smoothness_of(chain.layers);
  return chain;
}

Smoothness smoothness_of(const std::vector<Layer>& layers) {
  Smoothness weakest = Smoothness::smooth;
  for (const Layer& layer : layers) {
    if (const auto* activation = std::get_if<ActivationLayer>(&layer.value))
      weakest = std::max(weakest, smoothness_of(*activation));
    if (const auto* residual = std::get_if<ResidualLayer>(&layer.value))
      weakest = std::max(weakest, smoothness_of(residual->branch));
    if (const auto* flow = std::get_if<OdeLayer>(&layer.value))
      for (const auto& branch : flow->branches) weakest = std::max(weakest, smoothness_of(branch));
  }
  return weakest;
}

std::string first_kinked_activation(const std::vector<Layer>& layers) {
  for (const Layer& layer : layers) {
    const auto* activation = std::get_if<ActivationLayer>(&layer.value);
    if (activation != nullptr && smoothness_of(*activation) == Smoothness::lipschitz)
      return std::string(to_string(activation->function));
    const auto* residual = std::get_if<ResidualLayer>(&layer.value);
    if (residual == nullptr) continue;
    if (std::string found = first_kinked_activation(residual->branch); !found.empty()) return found;
  }
  return {};
}

}  // namespace narrows
