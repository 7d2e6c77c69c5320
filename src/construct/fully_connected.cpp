#include "construct/fully_connected.hpp"

#include <algorithm>

#include "construct/digit_form.hpp"

namespace narrows {
namespace {

Rational positive(const Rational& x) { return x > 0 ? x : Rational(0); }

/// The only coordinate that u and v have in common with anything, or nothing.
std::optional<std::size_t> own_coordinate(const OneNeuronBlock& block) {
  std::optional<std::size_t> place;
  for (std::size_t i = 0; i < block.u.size(); ++i) {
    if (block.u[i] == 0 && block.v[i] == 0) continue;
    if (place) return std::nullopt;
    place = i;
  }
  return place;
}

}  // namespace

void advance(const OneNeuronBlock& block, RationalBox* state) {
  if (const auto i = own_coordinate(block)) {
    // The image of an interval under t ↦ t + v relu(u t + b): its ends and the kink.
    const auto image = [&](const Rational& t) -> Rational { return t + block.v[*i] * positive(block.u[*i] * t + block.b); };
    Rational a = image(state->lower[*i]), b = image(state->upper[*i]);
    if (a > b) std::swap(a, b);
    if (block.u[*i] != 0)
      if (const Rational kink = -block.b / block.u[*i]; kink > state->lower[*i] && kink < state->upper[*i]) {
        a = std::min(a, kink);
        b = std::max(b, kink);
      }
    state->lower[*i] = a;
    state->upper[*i] = b;
    return;
  }
  Rational least = block.b, greatest = block.b;
  for (std::size_t i = 0; i < block.u.size(); ++i) {
    least += block.u[i] * (block.u[i] > 0 ? state->lower[i] : state->upper[i]);
    greatest += block.u[i] * (block.u[i] > 0 ? state->upper[i] : state->lower[i]);
  }
  least = positive(least), greatest = positive(greatest);
  for (std::size_t i = 0; i < block.v.size(); ++i) {
    state->lower[i] += block.v[i] * (block.v[i] > 0 ? least : greatest);
    state->upper[i] += block.v[i] * (block.v[i] > 0 ? greatest : least);
  }
}

namespace {

/// x = M h + c, the state before the next block as an affine function of the present layer h.
struct StateMap {
  std::vector<std::vector<Rational>> M;
  std::vector<Rational> c;

  [[nodiscard]] std::size_t inputs() const { return M[0].size(); }
  /// The row r·x + b as weights and bias of h.
  void append_row(const std::vector<Rational>& r, const Rational& b, AffineLayer* layer) const {
    Rational bias = b;
    for (std::size_t i = 0; i < r.size(); ++i) bias += r[i] * c[i];
    for (std::size_t k = 0; k < inputs(); ++k) {
      Rational weight;
      for (std::size_t i = 0; i < r.size(); ++i)
        if (r[i] != 0 && M[i][k] != 0) weight += r[i] * M[i][k];
      layer->weight.push_back(weight);
    }
    layer->bias.push_back(bias);
    ++layer->rows;
    layer->cols = inputs();
  }
};

std::vector<Rational> unit(std::size_t d, std::size_t i, int value = 1) {
  std::vector<Rational> e(d);
  e[i] = value;
  return e;
}

StateMap identity_map(std::size_t d) {
  StateMap map{{}, std::vector<Rational>(d)};
  for (std::size_t i = 0; i < d; ++i) map.M.push_back(unit(d, i));
  return map;
}

/// Layers relu(x − lo) and relu((hi − lo) − h); afterwards clamp(x) = hi − h.
StateMap clamp_layers(const RationalBox& box, FullyConnected* net) {
  const std::size_t d = box.lower.size();
  StateMap map = identity_map(d);
  AffineLayer first, second;
  for (std::size_t i = 0; i < d; ++i) map.append_row(unit(d, i), -box.lower[i], &first);
  for (std::size_t i = 0; i < d; ++i) map.append_row(unit(d, i, -1), box.upper[i] - box.lower[i], &second);
  net->layers = {std::move(first), std::move(second)};
  for (std::size_t i = 0; i < d; ++i) {
    map.M[i] = unit(d, i, -1);
    map.c[i] = box.upper[i];
  }
  return map;
}

}  // namespace

FullyConnected fully_connected(const OneNeuronNetwork& net, const Rational& bias, const RationalBox& box, bool clamp) {
  const std::size_t d = net.dim;
  FullyConnected result;
  StateMap map = clamp ? clamp_layers(box, &result) : identity_map(d);
  RationalBox state = box;
  for (const OneNeuronBlock& block : net.blocks) {
    AffineLayer layer;
    for (std::size_t i = 0; i < d; ++i) map.append_row(unit(d, i), -state.lower[i], &layer);
    map.append_row(block.u, block.b, &layer);
    result.layers.push_back(std::move(layer));
    map = identity_map(d);
    for (std::size_t i = 0; i < d; ++i) {
      map.M[i].push_back(block.v[i]);
      map.c[i] = state.lower[i];
    }
    advance(block, &state);
  }
  AffineLayer output;
  map.append_row(net.output, bias, &output);
  result.layers.push_back(std::move(output));
  return result;
}

Rational value_exact(const FullyConnected& net, std::vector<Rational> x) {
  for (std::size_t l = 0; l < net.layers.size(); ++l) {
    const AffineLayer& layer = net.layers[l];
    std::vector<Rational> y = layer.bias;
    Rational product;
    for (std::size_t i = 0; i < layer.rows; ++i) {
      for (std::size_t j = 0; j < layer.cols; ++j) {
        const Rational& weight = layer.weight[i * layer.cols + j];
        if (weight == 0 || x[j] == 0) continue;
        product = weight;
        product *= x[j];
        y[i] += product;
      }
      if (l + 1 < net.layers.size() && y[i] < 0) y[i] = 0;
    }
    x = std::move(y);
  }
  return x[0];
}

Network to_network(const FullyConnected& net, const std::string& name) {
  Network network;
  network.name = name;
  network.input_dim = net.layers.front().cols;
  for (std::size_t l = 0; l < net.layers.size(); ++l) {
    if (l > 0) network.layers.push_back({ActivationLayer{Activation::relu, 0}});
    network.layers.push_back({net.layers[l]});
  }
  return network;
}

std::size_t width(const FullyConnected& net) {
  std::size_t width = 0;
  for (std::size_t l = 0; l + 1 < net.layers.size(); ++l) width = std::max(width, net.layers[l].rows);
  return width;
}

std::size_t longest_bits(const FullyConnected& net) {
  std::size_t longest = 0;
  const auto look = [&](const Rational& x) {
    for (const auto& part : {numerator(x), denominator(x)})
      if (part != 0) longest = std::max<std::size_t>(longest, msb(abs(part)) + 1);
  };
  for (const AffineLayer& layer : net.layers) {
    for (const Rational& x : layer.weight) look(x);
    for (const Rational& x : layer.bias) look(x);
  }
  return longest;
}

bool vanishes_off_cube(const OneNeuronNetwork& net) {
  if (net.dim == 1) return vanishes_off_cube(line_form(net));
  std::string why;
  const auto form = digit_form(net, &why);
  return form && vanishes_off_cube(*form);
}

}  // namespace narrows
