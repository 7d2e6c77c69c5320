// Rules of the network format that do not depend on where a network comes from: names, dimensions, validity.
#include "base/counted.hpp"
#include "network/model.hpp"

#include <algorithm>
#include <array>

#include "base/errors.hpp"
#include "network/chain.hpp"

namespace narrows {
namespace {

constexpr std::array<std::string_view, 11> function_names = {
    "tanh", "sigmoid", "softplus", "arctan", "sin", "silu", "gelu", "elu", "relu", "leaky_relu", "identity"};

bool has_parameter(Activation function) {
  return function == Activation::elu || function == Activation::leaky_relu;
}

void require_size(const std::string& at, std::size_t got, std::size_t expected, const std::string& noun) {
  if (got != expected) {
    throw InputError(at, counted(got, noun) + " where " + std::to_string(expected) + " must stand",
                     "make it fit the layer before it");
  }
}

void validate_layers(const std::vector<Layer>& layers, std::size_t input, const std::string& at,
                     bool in_branch);

/// Checks one layer that is fed `input` numbers; `at` names it.
struct LayerRules {
  std::size_t input;
  const std::string& at;
  bool in_branch;

  void operator()(const AffineLayer& layer) const {
    if (layer.rows == 0) throw InputError(at + ".weight", "has no rows", "give at least one row");
    require_size(at + ".weight: each row", layer.cols, input, "number");
    require_size(at + ".weight", layer.weight.size(), layer.rows * layer.cols, "number");
    require_size(at + ".bias", layer.bias.size(), layer.rows, "number");
  }

  void operator()(const ActivationLayer& layer) const {
    if (layer.function == Activation::elu && layer.alpha <= 0) {
      throw InputError(at + ".alpha", "elu needs alpha > 0, not " + to_text(layer.alpha),
                       "use a positive alpha");
    }
  }

  void operator()(const BatchNormLayer& layer) const {
    require_size(at + ".scale", layer.scale.size(), input, "number");
    require_size(at + ".bias", layer.bias.size(), input, "number");
    require_size(at + ".mean", layer.mean.size(), input, "number");
    require_size(at + ".variance", layer.variance.size(), input, "number");
    for (std::size_t i = 0; i < layer.variance.size(); ++i) {
      if (layer.variance[i] + layer.epsilon > 0) continue;
      throw InputError(at + ".variance[" + std::to_string(i) + "]", "variance + epsilon is not positive",
                       "use a running variance >= 0 and an epsilon > 0");
    }
  }

  void operator()(const ResidualLayer& layer) const {
    if (in_branch) {
      throw InputError(at, "a residual layer inside a residual branch is not supported",
                       "flatten the inner block into layers of its own");
    }
    validate_branch(layer.branch, at + ".branch");
  }

  void operator()(const OdeLayer& layer) const {
    if (in_branch) {
      throw InputError(at, "an ode layer inside a branch is not supported", "let it stand at top level");
    }
    if (layer.time <= 0) {
      throw InputError(at + ".time", "the flow lasts " + to_text(layer.time), "give [0, T] with T > 0");
    }
    if (layer.branches.empty()) throw InputError(at + ".branches", "is empty", "give at least one branch");
    for (std::size_t i = 0; i < layer.branches.size(); ++i) {
      const std::string name = at + ".branches[" + std::to_string(i) + "]";
      validate_branch(layer.branches[i], name);
      if (const std::string kinked = first_kinked_activation(layer.branches[i]); !kinked.empty()) {
        throw InputError(name, kinked + " has a kink, the flow would not be differentiable",
                         "use activations that are continuously differentiable");
      }
    }
    if (layer.interpolation != Interpolation::linear) return;
    if (const std::string why = why_not_interpolable(layer.branches); !why.empty())
      throw InputError(at + ".interpolation", why, "interpolate between two or more branches with the same layers");
  }

 private:
  void validate_branch(const std::vector<Layer>& branch, const std::string& name) const;
};

void validate_layers(const std::vector<Layer>& layers, std::size_t input, const std::string& at,
                     bool in_branch) {
  if (layers.empty()) throw InputError(at, "is empty", "give at least one layer");
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const std::string name = at + "[" + std::to_string(i) + "]";
    std::visit(LayerRules{input, name, in_branch}, layers[i].value);
    input = output_dim(layers[i], input);
  }
}

void LayerRules::validate_branch(const std::vector<Layer>& branch, const std::string& name) const {
  validate_layers(branch, input, name, true);
  std::size_t width = input;
  for (const Layer& inner : branch) width = output_dim(inner, width);
  require_size(name + ": its output", width, input, "number");
}

bool same(const std::vector<Layer>& a, const std::vector<Layer>& b);

/// Compares two layers of the same kind.
struct SameLayer {
  const Layer& other;

  bool operator()(const AffineLayer& a) const {
    const auto& b = std::get<AffineLayer>(other.value);
    return a.rows == b.rows && a.cols == b.cols && a.weight == b.weight && a.bias == b.bias;
  }
  bool operator()(const ActivationLayer& a) const {
    const auto& b = std::get<ActivationLayer>(other.value);
    return a.function == b.function && (!has_parameter(a.function) || a.alpha == b.alpha);
  }
  bool operator()(const BatchNormLayer& a) const {
    const auto& b = std::get<BatchNormLayer>(other.value);
    return a.scale == b.scale && a.bias == b.bias && a.mean == b.mean && a.variance == b.variance &&
           a.epsilon == b.epsilon;
  }
  bool operator()(const ResidualLayer& a) const {
    const auto& b = std::get<ResidualLayer>(other.value);
    return a.skip == b.skip && a.residual == b.residual && same(a.branch, b.branch);
  }
  bool operator()(const OdeLayer& a) const {
    const auto& b = std::get<OdeLayer>(other.value);
    return a.time == b.time && a.interpolation == b.interpolation &&
           std::equal(a.branches.begin(), a.branches.end(), b.branches.begin(), b.branches.end(),
                                          [](const auto& x, const auto& y) { return same(x, y); });
  }
};

bool same(const std::vector<Layer>& a, const std::vector<Layer>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Layer& x, const Layer& y) {
    return x.value.index() == y.value.index() && std::visit(SameLayer{y}, x.value);
  });
}

/// The same but for weights, biases and what else are numbers between which one can interpolate.
bool alike(const Layer& a, const Layer& b) {
  if (a.value.index() != b.value.index()) return false;
  if (const auto* affine = std::get_if<AffineLayer>(&a.value)) {
    const auto& other = std::get<AffineLayer>(b.value);
    return affine->rows == other.rows && affine->cols == other.cols;
  }
  const auto* activation = std::get_if<ActivationLayer>(&a.value);
  if (activation == nullptr) return true;  // batch_norm: the dimension is that of the input
  const auto& other = std::get<ActivationLayer>(b.value);
  return activation->function == other.function &&
         (activation->function != Activation::elu || activation->alpha == other.alpha);
}

}  // namespace

std::string_view to_string(Activation function) {
  return function_names[static_cast<std::size_t>(function)];
}

std::string_view kind_of(const Layer& layer) {
  constexpr std::array<std::string_view, 5> kinds = {"affine", "activation", "batch_norm", "residual", "ode"};
  return kinds[layer.value.index()];
}

std::size_t output_dim(const Layer& layer, std::size_t input) {
  const auto* affine = std::get_if<AffineLayer>(&layer.value);
  return affine != nullptr ? affine->rows : input;
}

std::vector<std::size_t> widths(const Network& network) {
  std::vector<std::size_t> result{network.input_dim};
  for (const Layer& layer : network.layers) result.push_back(output_dim(layer, result.back()));
  return result;
}

void validate(const Network& network, const std::string& where) {
  if (network.input_dim == 0) throw InputError(where + ": input_dim", "is 0", "give at least one input");
  validate_layers(network.layers, network.input_dim, where + ": layers", false);
}

std::string why_not_interpolable(const std::vector<std::vector<Layer>>& branches) {
  if (branches.size() < 2) return "has one branch, there is nothing to interpolate in time";
  for (std::size_t i = 1; i < branches.size(); ++i)
    if (!std::equal(branches[i].begin(), branches[i].end(), branches[0].begin(), branches[0].end(), alike))
      return "branches[" + std::to_string(i) + "] is built otherwise than branches[0]";
  return {};
}

std::size_t first_ode_layer(const std::vector<Layer>& layers) {
  const auto is_ode = [](const Layer& layer) { return std::holds_alternative<OdeLayer>(layer.value); };
  return static_cast<std::size_t>(std::find_if(layers.begin(), layers.end(), is_ode) - layers.begin());
}

bool same_layers(const Network& a, const Network& b) {
  return a.input_dim == b.input_dim && same(a.layers, b.layers);
}

}  // namespace narrows
