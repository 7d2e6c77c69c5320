#include "construct/block_network.hpp"

#include <algorithm>

namespace narrows {

Rational value_exact(const OneNeuronNetwork& net, std::vector<Rational> x) {
  Rational t, product;
  for (const OneNeuronBlock& block : net.blocks) {
    t = block.b;
    for (std::size_t i = 0; i < x.size(); ++i) {
      if (block.u[i] == 0) continue;
      product = block.u[i];
      product *= x[i];
      t += product;
    }
    if (!(t > 0)) continue;
    for (std::size_t i = 0; i < x.size(); ++i) {
      if (block.v[i] == 0) continue;
      product = block.v[i];
      product *= t;
      x[i] += product;
    }
  }
  Rational value;
  for (std::size_t i = 0; i < x.size(); ++i) value += net.output[i] * x[i];
  return value;
}

std::size_t count_folds(const OneNeuronNetwork& net) {
  return static_cast<std::size_t>(std::count_if(net.blocks.begin(), net.blocks.end(), [](const OneNeuronBlock& block) {
    Rational dot;
    for (std::size_t i = 0; i < block.u.size(); ++i) dot += block.u[i] * block.v[i];
    return dot < -1;
  }));
}

Network to_network(const OneNeuronNetwork& net, const std::string& name) {
  Network network;
  const bool is_file = name.starts_with("grid:") || name.starts_with("image:") || name.starts_with("polygon:");
  const std::size_t slash = is_file ? name.rfind('/') : std::string::npos;  // a network does not tell in which folder its target lay
  network.name = slash == std::string::npos ? name : name.substr(0, name.find(':') + 1) + name.substr(slash + 1);
  network.input_dim = net.dim;
  for (const OneNeuronBlock& block : net.blocks) {
    ResidualLayer layer{1, 1, {}};
    layer.branch.push_back({AffineLayer{1, net.dim, block.u, {block.b}}});
    layer.branch.push_back({ActivationLayer{Activation::relu, 0}});
    layer.branch.push_back({AffineLayer{net.dim, 1, block.v, std::vector<Rational>(net.dim)}});
    network.layers.push_back({std::move(layer)});
  }
  network.layers.push_back({AffineLayer{1, net.dim, net.output, {Rational(0)}}});
  return network;
}

namespace {

bool is_relu(const Layer& layer) {
  const auto* activation = std::get_if<ActivationLayer>(&layer.value);
  return activation != nullptr && activation->function == Activation::relu;
}

/// Appends the block of a residual layer, and a shift if the branch ends with a bias; false if it is of another form.
bool append_block(const Layer& layer, OneNeuronNetwork* net) {
  const auto* residual = std::get_if<ResidualLayer>(&layer.value);
  if (residual == nullptr || residual->skip != 1 || residual->branch.size() != 3 || !is_relu(residual->branch[1])) return false;
  const auto *first = std::get_if<AffineLayer>(&residual->branch[0].value), *last = std::get_if<AffineLayer>(&residual->branch[2].value);
  if (first == nullptr || last == nullptr || first->rows != 1) return false;
  OneNeuronBlock block{first->weight, last->weight, first->bias[0]};
  for (Rational& entry : block.v) entry *= residual->residual;
  net->blocks.push_back(std::move(block));
  if (std::any_of(last->bias.begin(), last->bias.end(), [](const Rational& c) { return c != 0; })) {
    OneNeuronBlock shift{std::vector<Rational>(net->dim), last->bias, 1};
    for (Rational& entry : shift.v) entry *= residual->residual;
    net->blocks.push_back(std::move(shift));
  }
  return true;
}

}  // namespace

std::optional<OneNeuronNetwork> one_neuron_network(const Network& network, Rational* output_bias, std::string* why) {
  OneNeuronNetwork net;
  net.dim = network.input_dim;
  for (std::size_t l = 0; l + 1 < network.layers.size(); ++l) {
    if (append_block(network.layers[l], &net)) continue;
    *why = "layer " + std::to_string(l + 1) + " is not a residual layer with skip 1 and one relu neuron";
    return std::nullopt;
  }
  const auto* output = std::get_if<AffineLayer>(&network.layers.back().value);
  if (output == nullptr || output->rows != 1) {
    *why = "the last layer is not affine with one output";
    return std::nullopt;
  }
  net.output = output->weight;
  *output_bias = output->bias[0];
  return net;
}

}  // namespace narrows
