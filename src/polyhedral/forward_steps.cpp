#include "polyhedral/forward_steps.hpp"

#include <optional>
#include <utility>

#include "base/errors.hpp"

namespace narrows {
namespace {

Rational slope_of(const ActivationLayer& layer, std::size_t number) {
  if (layer.function == Activation::identity) return 1;
  if (layer.function == Activation::relu) return 0;
  if (layer.function == Activation::leaky_relu) return layer.alpha;
  throw InputError("layer " + std::to_string(number), std::string(to_string(layer.function)) + " is not piecewise linear",
                   "exact geometry needs relu, leaky_relu or identity");
}

[[noreturn]] void refuse_batch_norm(std::size_t number) {
  throw InputError("layer " + std::to_string(number), "batch_norm has irrational factors", "fold it into the weights first");
}

AffineStep affine_step(const AffineLayer& layer) {
  return {RationalMatrix(layer.rows, layer.cols, layer.weight), layer.bias};
}

/// second ∘ first.
AffineStep composed(const AffineStep& second, const AffineStep& first) {
  AffineStep both{product(second.weight, first.weight), second.bias};
  for (std::size_t i = 0; i < second.weight.rows; ++i) {
    for (std::size_t j = 0; j < second.weight.cols; ++j) both.bias[i] += second.weight.at(i, j) * first.bias[j];
  }
  return both;
}

/// A branch as alternating affine maps (one more) and slopes of activations.
struct Alternation {
  std::vector<AffineStep> maps;
  std::vector<Rational> slopes;
};

Alternation alternation_of(const std::vector<Layer>& branch, std::size_t width, std::size_t number) {
  const auto identity = [](std::size_t n) { return AffineStep{identity_matrix<Rational>(n), std::vector<Rational>(n)}; };
  Alternation parts{{identity(width)}, {}};
  for (const Layer& layer : branch) {
    if (const auto* affine = std::get_if<AffineLayer>(&layer.value)) {
      parts.maps.back() = composed(affine_step(*affine), parts.maps.back());
    } else if (const auto* activation = std::get_if<ActivationLayer>(&layer.value)) {
      if (activation->function == Activation::identity) continue;
      parts.slopes.push_back(slope_of(*activation, number));
      parts.maps.push_back(identity(parts.maps.back().weight.rows));
    } else {
      refuse_batch_norm(number);
    }
  }
  return parts;
}

void scale(AffineStep& map, const Rational& factor) {
  for (Rational& w : map.weight.entries) w *= factor;
  for (Rational& b : map.bias) b *= factor;
}

void append_product(std::vector<ForwardStep>& steps, Alternation parts, std::size_t number) {
  for (std::size_t k = 0; k < parts.maps.size(); ++k) {
    steps.push_back({std::move(parts.maps[k]), number});
    if (k < parts.slopes.size()) steps.push_back({ActivationStep{parts.slopes[k]}, number});
  }
}

OneNeuronStep one_neuron_step(const ResidualLayer& block, const Alternation& parts) {
  OneNeuronStep step;
  const AffineStep &before = parts.maps[0], &after = parts.maps[1];
  step.skip = block.skip;
  step.slope = parts.slopes[0];
  step.u = before.weight.entries;
  step.b = before.bias[0];
  for (std::size_t i = 0; i < after.weight.rows; ++i) {
    step.v.push_back(block.residual / block.skip * after.weight.at(i, 0));
    step.shift.push_back(block.residual * after.bias[i]);
  }
  return step;
}

void append_block(std::vector<ForwardStep>& steps, const ResidualLayer& block, std::size_t width, std::size_t number) {
  Alternation parts = alternation_of(block.branch, width, number);
  if (block.skip == 0) {
    scale(parts.maps.back(), block.residual);
    append_product(steps, std::move(parts), number);
  } else if (parts.slopes.empty() || block.residual == 0) {
    AffineStep map = block.residual == 0 ? AffineStep{RationalMatrix(width, width), std::vector<Rational>(width)} : parts.maps[0];
    scale(map, block.residual);
    for (std::size_t i = 0; i < width; ++i) map.weight.at(i, i) += block.skip;
    steps.push_back({std::move(map), number});
  } else if (parts.slopes.size() == 1 && parts.maps[0].weight.rows == 1) {
    steps.push_back({one_neuron_step(block, parts), number});
  } else {
    steps.push_back({OtherStep{&block}, number});
  }
}

}  // namespace

std::vector<ForwardStep> forward_steps(const Chain& chain) {
  std::vector<ForwardStep> steps;
  for (std::size_t l = 0; l < chain.layers.size(); ++l) {
    const Layer& layer = chain.layers[l];
    if (const auto* affine = std::get_if<AffineLayer>(&layer.value)) {
      steps.push_back({affine_step(*affine), l + 1});
    } else if (const auto* activation = std::get_if<ActivationLayer>(&layer.value)) {
      steps.push_back({ActivationStep{slope_of(*activation, l + 1)}, l + 1});
    } else if (const auto* block = std::get_if<ResidualLayer>(&layer.value)) {
      append_block(steps, *block, chain.widths[l], l + 1);
    } else {
      refuse_batch_norm(l + 1);
    }
  }
  return steps;
}

}  // namespace narrows
