// Writing narrows-network/1: doubles as shortest decimals, everything else as exact strings.
#include <nlohmann/json.hpp>

#include "io/convolutional.hpp"
#include "io/exact_text.hpp"
#include "io/network_json.hpp"

namespace narrows {
namespace {

std::string number(const Rational& value) {
  double d = 0;
  return is_double(value, &d) ? shortest_decimal(d) : "\"" + to_text(value) + "\"";
}

/// [a, b, …] of `count` numbers from `begin`.
std::string numbers(const std::vector<Rational>& values, std::size_t begin, std::size_t count) {
  std::string text = "[";
  for (std::size_t i = 0; i < count; ++i) text += (i > 0 ? ", " : "") + number(values[begin + i]);
  return text + "]";
}

std::string numbers(const std::vector<Rational>& values) {
  return numbers(values, 0, values.size());
}

using Convolutions = std::vector<io::Convolution>;

/// The format's word for the padding; empty if the format cannot say it, or another part of the convolution.
std::string padding_word(const io::Convolution& c) {
  if (c.groups != 1 || c.axes.empty() || c.axes.size() > 2) return "";
  const std::pair<const char*, io::Padding> words[] = {{"same", io::Padding::same_upper}, {"valid", io::Padding::valid}, {"one-sided", io::Padding::one_sided}};
  for (const auto& [word, padding] : words) {
    bool fits = true;
    for (const io::ConvolutionAxis& axis : c.axes) {
      io::ConvolutionAxis padded = axis;
      set_padding(padded, padding);
      fits = fits && axis.stride == 1 && axis.dilation == 1 && padded.pad_begin == axis.pad_begin && padded.pad_end == axis.pad_end;
    }
    if (fits) return word;
  }
  return "";
}

/// The filter's numbers from `next` on as nested arrays of the shape.
std::string nested(const std::vector<Rational>& values, const std::vector<std::size_t>& shape, std::size_t level, std::size_t& next) {
  if (level == shape.size()) return number(values[next++]);
  std::string text = "[";
  for (std::size_t i = 0; i < shape[level]; ++i) text += (i > 0 ? ", " : "") + nested(values, shape, level + 1, next);
  return text + "]";
}

std::string convolution_text(const io::Convolution& c, const std::string& padding) {
  std::vector<std::size_t> shape{c.outputs, c.inputs};
  std::string input = "[" + std::to_string(c.inputs);
  for (const io::ConvolutionAxis& axis : c.axes) {
    shape.push_back(axis.kernel);
    input += ", " + std::to_string(axis.input);
  }
  std::size_t next = 0;
  return "{\"type\": \"conv\", \"weight\": " + nested(c.weight, shape, 0, next) + ", \"bias\": " + numbers(c.bias) + ", \"input_shape\": " + input +
         "], \"padding\": \"" + padding + "\", \"stride\": 1}";
}

std::string layers_text(const std::vector<Layer>& layers, const std::string& separator, const Convolutions& convolutions);

struct LayerText {
  const Convolutions& convolutions;

  std::string operator()(const AffineLayer& layer) const {
    if (const io::Convolution* convolution = convolution_of(layer, convolutions))
      if (const std::string padding = padding_word(*convolution); !padding.empty()) return convolution_text(*convolution, padding);
    std::string text = "{\"type\": \"affine\", \"weight\": [";
    for (std::size_t i = 0; i < layer.rows; ++i) {
      text += (i > 0 ? ", " : "") + numbers(layer.weight, i * layer.cols, layer.cols);
    }
    return text + "], \"bias\": " + numbers(layer.bias) + "}";
  }
  std::string operator()(const ActivationLayer& layer) const {
    std::string text =
        "{\"type\": \"activation\", \"function\": \"" + std::string(to_string(layer.function)) + "\"";
    const bool parameter = layer.function == Activation::elu || layer.function == Activation::leaky_relu;
    return text + (parameter ? ", \"alpha\": " + number(layer.alpha) : "") + "}";
  }
  std::string operator()(const BatchNormLayer& layer) const {
    return "{\"type\": \"batch_norm\", \"scale\": " + numbers(layer.scale) +
           ", \"bias\": " + numbers(layer.bias) + ", \"mean\": " + numbers(layer.mean) +
           ", \"variance\": " + numbers(layer.variance) + ", \"epsilon\": " + number(layer.epsilon) + "}";
  }
  std::string operator()(const ResidualLayer& layer) const {
    return "{\"type\": \"residual\", \"skip\": " + number(layer.skip) +
           ", \"residual\": " + number(layer.residual) + ", \"branch\": [" + layers_text(layer.branch, ", ", convolutions) +
           "]}";
  }
  std::string operator()(const OdeLayer& layer) const {
    std::string text = "{\"type\": \"ode\", ";
    if (layer.branches.size() == 1) {
      text += "\"branch\": [" + layers_text(layer.branches[0], ", ", convolutions) + "]";
    } else {
      text += "\"branches\": [";
      for (std::size_t i = 0; i < layer.branches.size(); ++i)
        text += (i > 0 ? ", [" : "[") + layers_text(layer.branches[i], ", ", convolutions) + "]";
      text += "]";
    }
    text += ", \"time\": [0, " + number(layer.time) + "]";
    if (layer.interpolation == Interpolation::linear) text += ", \"interpolation\": \"linear\"";
    return text + "}";
  }
};

std::string layers_text(const std::vector<Layer>& layers, const std::string& separator, const Convolutions& convolutions) {
  std::string text;
  for (const Layer& layer : layers)
    text += (text.empty() ? "" : separator) + std::visit(LayerText{convolutions}, layer.value);
  return text;
}

/// `, "key": "text"`, or nothing for an empty text. Bytes that are not UTF-8 are replaced.
std::string optional_member(const char* key, const std::string& text) {
  using nlohmann::json;
  if (text.empty()) return "";
  return std::string(", \"") + key + "\": " + json(text).dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

std::string network_to_json(const Network& network, bool compact) { return network_to_json(network, compact, {}); }

std::string network_to_json(const Network& network, bool compact, const std::vector<io::Convolution>& convolutions) {
  const std::string line = compact ? "" : "\n";
  return "{\"format\": \"narrows-network/1\"" + optional_member("name", network.name) +
         ", \"input_dim\": " + std::to_string(network.input_dim) +
         optional_member("weights_dtype", network.weights_dtype) +
         optional_member("comment", network.comment) + ", \"layers\": [" + (compact ? "" : "\n  ") +
         layers_text(network.layers, compact ? ", " : ",\n  ", convolutions) + line + "]}" + line;
}

}  // namespace narrows
