#include "construct/width_identity.hpp"

namespace narrows {
namespace {

/// x_i = Σ_k M[i][k] h_k + c_i.
struct State {
  std::vector<std::vector<Rational>> M;
  std::vector<Rational> c;
};

State input_state(std::size_t d) {
  State state{std::vector<std::vector<Rational>>(d, std::vector<Rational>(d)), std::vector<Rational>(d)};
  for (std::size_t i = 0; i < d; ++i) state.M[i][i] = 1;
  return state;
}

bool has_shape(const AffineLayer& layer, std::size_t rows, std::size_t cols) {
  return layer.rows == rows && layer.cols == cols && layer.weight.size() == rows * cols &&
         layer.bias.size() == rows;
}

/// Row r of the layer is the linear part of a·x; then its bias minus that of a·x.
std::optional<Rational> offset_from(const AffineLayer& layer, std::size_t r, const std::vector<Rational>& a,
                                    const State& state) {
  Rational offset = layer.bias[r];
  for (std::size_t i = 0; i < a.size(); ++i) offset -= a[i] * state.c[i];
  for (std::size_t k = 0; k < layer.cols; ++k) {
    Rational weight = layer.weight[r * layer.cols + k];
    for (std::size_t i = 0; i < a.size(); ++i)
      if (a[i] != 0) weight -= a[i] * state.M[i][k];
    if (weight != 0) return std::nullopt;
  }
  return offset;
}

std::vector<Rational> unit(std::size_t d, std::size_t i, int value) {
  std::vector<Rational> e(d);
  e[i] = value;
  return e;
}

/// The layers relu(x − lo) and relu((hi − lo) − h): clamp(x) = hi − h.
bool read_clamp(const FullyConnected& wide, const RationalBox& box, State* state) {
  const std::size_t d = box.lower.size();
  if (wide.layers.size() < 3 || !has_shape(wide.layers[0], d, d) || !has_shape(wide.layers[1], d, d))
    return false;
  const State input = input_state(d);
  for (std::size_t i = 0; i < d; ++i) {
    if (offset_from(wide.layers[0], i, unit(d, i, 1), input) != -box.lower[i]) return false;
    if (offset_from(wide.layers[1], i, unit(d, i, -1), input) != box.upper[i] - box.lower[i]) return false;
  }
  for (std::size_t i = 0; i < d; ++i) state->M[i] = unit(d, i, -1);
  state->c = box.upper;
  return true;
}

/// One block: rows x_i + s_i >= 0, then the neuron.
bool read_block(const AffineLayer& layer, const OneNeuronBlock& block, const RationalBox& bounds,
                State* state) {
  const std::size_t d = bounds.lower.size();
  if (!has_shape(layer, d + 1, state->M[0].size())) return false;
  State next{std::vector<std::vector<Rational>>(d), std::vector<Rational>(d)};
  for (std::size_t i = 0; i < d; ++i) {
    const auto shift = offset_from(layer, i, unit(d, i, 1), *state);
    if (!shift || !(bounds.lower[i] + *shift >= 0)) return false;
    next.M[i] = unit(d + 1, i, 1);
    next.M[i][d] = block.v[i];
    next.c[i] = -*shift;
  }
  if (offset_from(layer, d, block.u, *state) != block.b) return false;
  *state = std::move(next);
  return true;
}

}  // namespace

std::optional<std::string> difference_from_blocks(const FullyConnected& wide, const OneNeuronNetwork& net,
                                                  const Rational& bias, const RationalBox& box,
                                                  bool clamped) {
  State state = input_state(net.dim);
  if (clamped && !read_clamp(wide, box, &state))
    return "the first two layers do not clamp the input to the box";
  const std::size_t first = clamped ? 2 : 0;
  if (wide.layers.size() != first + net.blocks.size() + 1) return "the network has not one layer per block";
  RationalBox bounds = box;
  for (std::size_t k = 0; k < net.blocks.size(); ++k) {
    if (!read_block(wide.layers[first + k], net.blocks[k], bounds, &state))
      return "hidden layer " + std::to_string(first + k + 1) +
             " does not carry the state and the neuron of block " + std::to_string(k + 1);
    advance(net.blocks[k], &bounds);
  }
  const AffineLayer& output = wide.layers.back();
  if (!has_shape(output, 1, state.M[0].size()) || offset_from(output, 0, net.output, state) != bias)
    return "the output layer is not that of the residual network";
  return std::nullopt;
}

}  // namespace narrows
