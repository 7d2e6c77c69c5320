#include "ode/flow_network.hpp"

#include <utility>

#include "base/errors.hpp"
#include "network/chain.hpp"

namespace narrows {
namespace {

std::string place(const std::string& where, std::size_t l) {
  return where + ": layers[" + std::to_string(l) + "]";
}

/// factor·I.
Layer multiple_of_identity(const Rational& factor, std::size_t n) {
  AffineLayer layer{n, n, std::vector<Rational>(n * n), std::vector<Rational>(n)};
  for (std::size_t i = 0; i < n; ++i) layer.weight[i * n + i] = factor;
  return {std::move(layer)};
}

/// Appends factor·I, into the last affine layer if there is one; a factor 1 only if `always`.
void append_factor(std::vector<Layer>* layers, const Rational& factor, std::size_t n, bool always) {
  auto* last = layers->empty() ? nullptr : std::get_if<AffineLayer>(&layers->back().value);
  if (last == nullptr) {
    if (factor != 1 || always) layers->push_back(multiple_of_identity(factor, n));
    return;
  }
  for (Rational& weight : last->weight) weight *= factor;
  for (Rational& bias : last->bias) bias *= factor;
}

/// Puts factor·I before all layers, into the first affine one if it is the first; a factor 1 only if `always`.
void prepend_factor(std::vector<Layer>* layers, const Rational& factor, std::size_t n, bool always) {
  if (factor == 1 && !always) return;
  auto* first = layers->empty() ? nullptr : std::get_if<AffineLayer>(&layers->front().value);
  if (first == nullptr) {
    layers->insert(layers->begin(), multiple_of_identity(factor, n));
    return;
  }
  for (Rational& weight : first->weight) weight *= factor;
}

}  // namespace

FlowNetwork as_flow(const Network& network, const std::string& where) {
  const std::vector<Layer>& layers = network.layers;
  const std::size_t at = first_ode_layer(layers);
  if (at == layers.size())
    throw InputError(where, "has no ode layer", "give a neural ODE or a residual network");
  FlowNetwork result;
  result.input_dim = network.input_dim;
  result.before.assign(layers.begin(), layers.begin() + static_cast<std::ptrdiff_t>(at));
  result.after.assign(layers.begin() + static_cast<std::ptrdiff_t>(at) + 1, layers.end());
  result.flow = std::get<OdeLayer>(layers[at].value);
  result.dim = widths(network)[at];
  if (result.is_linear())
    if (const std::string why = why_not_interpolable(result.flow.branches); !why.empty())
      throw InputError(place(where, at), why,
                       "interpolate between branches with the same layers, or leave out --interpolate");
  if (const std::size_t second = first_ode_layer(result.after); second < result.after.size())
    throw InputError(place(where, at + 1 + second), "is a second ode layer",
                     "join them: one ode layer may have several branches");
  if (const std::string kinked = first_kinked_activation(result.before); !kinked.empty())
    throw InputError(where, kinked + " before the ode layer has a kink",
                     "let the layers before the flow be smooth");
  return result;
}

Network neural_ode_limit(const Network& network, const std::string& where, Interpolation interpolation) {
  const bool linear = interpolation == Interpolation::linear;
  const std::vector<Layer>& layers = network.layers;
  const auto is_block = [&](std::size_t l) {
    return l < layers.size() && std::holds_alternative<ResidualLayer>(layers[l].value);
  };
  Network limit;
  limit.input_dim = network.input_dim;
  std::size_t l = 0, width = network.input_dim;
  for (; l < layers.size() && !is_block(l); ++l) {
    limit.layers.push_back(layers[l]);
    width = output_dim(layers[l], width);
  }
  if (l == layers.size())
    throw InputError(where, "has neither an ode layer nor a residual block",
                     "give a neural ODE or a residual network");
  OdeLayer flow;
  Rational e = 1;
  for (; is_block(l); ++l) {
    const auto& block = std::get<ResidualLayer>(layers[l].value);
    if (block.skip == 0)
      throw InputError(place(where, l), "has skip 0, so there is no neural ODE next to the network (T4)",
                       "use blocks with skips other than 0");
    std::vector<Layer> branch = block.branch;
    if (const std::string kinked = first_kinked_activation(branch); !kinked.empty())
      throw InputError(place(where, l), kinked + " has a kink, the flow would not be differentiable",
                       "use activations that are continuously differentiable");
    append_factor(&branch, block.residual / block.skip / e, width, linear);
    prepend_factor(&branch, e, width, linear);
    flow.branches.push_back(std::move(branch));
    e *= block.skip;
  }
  flow.time = Rational(flow.branches.size());
  flow.interpolation = interpolation;
  if (linear) flow.branches.push_back(flow.branches.back());
  limit.layers.push_back({std::move(flow)});
  std::vector<Layer> after(layers.begin() + static_cast<std::ptrdiff_t>(l), layers.end());
  for (std::size_t k = 0; k < after.size(); ++k)
    if (is_block(l + k))
      throw InputError(place(where, l + k), "is a residual block apart from the others",
                       "only blocks next to one another have a common neural ODE");
  prepend_factor(&after, e, width, false);
  limit.layers.insert(limit.layers.end(), after.begin(), after.end());
  return limit;
}

}  // namespace narrows
