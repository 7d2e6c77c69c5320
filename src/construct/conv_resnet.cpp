#include "construct/conv_resnet.hpp"

#include <algorithm>
#include <stdexcept>

#include "io/exact_text.hpp"

namespace narrows {
namespace {

void grow(Rational* bound, const std::vector<Rational>& numbers) {
  for (const Rational& x : numbers)
    if (abs(x) > *bound) *bound = abs(x);
}

/// Values and slopes of a feature map, channel by channel.
struct Feature {
  std::vector<Rational> value, slope;
};

Feature apply(const ConvLayer& layer, const Feature& z, std::size_t positions) {
  Feature y{std::vector<Rational>(layer.outputs * positions), std::vector<Rational>(layer.outputs * positions)};
  for (std::size_t j = 0; j < layer.outputs; ++j)
    for (std::size_t i = 0; i < positions; ++i) {
      Rational value = layer.bias[j], slope;
      for (std::size_t l = 0; l < layer.inputs; ++l)
        for (std::size_t k = 0; k < layer.taps && i + k < positions; ++k) {
          const Rational& weight = layer.weight[(j * layer.inputs + l) * layer.taps + k];
          if (weight == 0) continue;
          const std::size_t at = l * positions + i + k;
          if (z.value[at] != 0) value += weight * z.value[at];
          if (z.slope[at] != 0) slope += weight * z.slope[at];
        }
      if (value < 0 || (value == 0 && slope < 0)) continue;
      y.value[j * positions + i] = std::move(value);
      y.slope[j * positions + i] = std::move(slope);
    }
  return y;
}

std::string number(const Rational& value) {
  double d = 0;
  return is_double(value, &d) ? shortest_decimal(d) : "\"" + to_text(value) + "\"";
}

/// Appends [a, b, …] with the elements that `element` writes.
template <class Element>
void append_list(std::string* text, std::size_t count, const Element& element) {
  *text += '[';
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) *text += ", ";
    element(i);
  }
  *text += ']';
}

void append_numbers(std::string* text, const std::vector<Rational>& numbers, std::size_t begin, std::size_t count) {
  append_list(text, count, [&](std::size_t i) { *text += number(numbers[begin + i]); });
}

void append_layer(std::string* text, const ConvLayer& layer, std::size_t positions) {
  *text += R"({"type": "conv", "weight": )";
  append_list(text, layer.outputs, [&](std::size_t j) {
    append_list(text, layer.inputs, [&](std::size_t l) { append_numbers(text, layer.weight, (j * layer.inputs + l) * layer.taps, layer.taps); });
  });
  *text += R"(, "bias": )";
  append_numbers(text, layer.bias, 0, layer.outputs);
  *text += R"(, "input_shape": [)" + std::to_string(layer.inputs) + ", " + std::to_string(positions) + R"(], "padding": "one-sided", "stride": 1}, )";
  *text += R"({"type": "activation", "function": "relu"})";
}

}  // namespace

ConvClass class_of(const ConvResNet& net) {
  ConvClass c;
  c.M = net.blocks.size();
  c.J = net.channels;
  grow(&c.kappa2, net.output);
  grow(&c.kappa2, {net.bias});
  bool fits = net.output.size() == net.channels * net.positions;
  for (const auto& block : net.blocks) {
    std::size_t channels = net.channels;
    for (const ConvLayer& layer : block) {
      fits = fits && layer.inputs == channels && layer.weight.size() == layer.outputs * layer.inputs * layer.taps && layer.bias.size() == layer.outputs;
      channels = layer.outputs;
      c.J = std::max(c.J, layer.outputs);
      c.K = std::max(c.K, layer.taps);
      grow(&c.kappa1, layer.weight);
      grow(&c.kappa1, layer.bias);
    }
    fits = fits && channels == net.channels;
    c.L = std::max(c.L, block.size());
  }
  if (!fits) throw std::logic_error("a convolutional block does not fit its neighbours");
  return c;
}

ValueAndSlope value_and_slope(const ConvResNet& net, const std::vector<Rational>& x, const std::vector<Rational>& direction) {
  Feature z{std::vector<Rational>(net.channels * net.positions), std::vector<Rational>(net.channels * net.positions)};
  std::copy(x.begin(), x.end(), z.value.begin());
  std::copy(direction.begin(), direction.end(), z.slope.begin());
  for (const auto& block : net.blocks) {
    Feature y = z;
    for (const ConvLayer& layer : block) y = apply(layer, y, net.positions);
    for (std::size_t i = 0; i < z.value.size(); ++i) {
      if (y.value[i] != 0) z.value[i] += y.value[i];
      if (y.slope[i] != 0) z.slope[i] += y.slope[i];
    }
  }
  ValueAndSlope result{net.bias, 0};
  for (std::size_t i = 0; i < z.value.size(); ++i) {
    if (net.output[i] == 0) continue;
    result.value += net.output[i] * z.value[i];
    result.slope += net.output[i] * z.slope[i];
  }
  return result;
}

std::string to_json(const ConvResNet& net, const std::string& name) {
  const std::size_t size = net.channels * net.positions;
  std::string text = R"({"format": "narrows-network/1", "name": ")" + name + R"(", "input_dim": )" + std::to_string(net.positions) + ", \"layers\": [\n  ";
  text += R"({"type": "affine", "weight": )";
  append_list(&text, size, [&](std::size_t i) { append_list(&text, net.positions, [&](std::size_t j) { text += i == j ? '1' : '0'; }); });
  text += R"(, "bias": )";
  append_numbers(&text, std::vector<Rational>(size), 0, size);
  text += '}';
  for (const auto& block : net.blocks) {
    text += ",\n  {\"type\": \"residual\", \"skip\": 1, \"residual\": 1, \"branch\": ";
    append_list(&text, block.size(), [&](std::size_t l) { append_layer(&text, block[l], net.positions); });
    text += '}';
  }
  text += ",\n  {\"type\": \"affine\", \"weight\": [";
  append_numbers(&text, net.output, 0, size);
  text += R"(], "bias": [)" + number(net.bias) + "]}\n]}\n";
  return text;
}

std::vector<std::size_t> widths(const ConvResNet& net) {
  std::vector<std::size_t> result(net.blocks.size() + 3, net.channels * net.positions);
  result.front() = net.positions;
  result.back() = 1;
  return result;
}

}  // namespace narrows
