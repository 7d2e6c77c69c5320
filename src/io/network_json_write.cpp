// Writing narrows-network/1: doubles as shortest decimals, everything else as exact strings.
#include <nlohmann/json.hpp>

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

std::string layers_text(const std::vector<Layer>& layers, const std::string& separator);

struct LayerText {
  std::string operator()(const AffineLayer& layer) const {
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
           ", \"residual\": " + number(layer.residual) + ", \"branch\": [" + layers_text(layer.branch, ", ") +
           "]}";
  }
  std::string operator()(const OdeLayer& layer) const {
    std::string text = "{\"type\": \"ode\", ";
    if (layer.branches.size() == 1) {
      text += "\"branch\": [" + layers_text(layer.branches[0], ", ") + "]";
    } else {
      text += "\"branches\": [";
      for (std::size_t i = 0; i < layer.branches.size(); ++i)
        text += (i > 0 ? ", [" : "[") + layers_text(layer.branches[i], ", ") + "]";
      text += "]";
    }
    return text + ", \"time\": [0, " + number(layer.time) + "]}";
  }
};

std::string layers_text(const std::vector<Layer>& layers, const std::string& separator) {
  std::string text;
  for (const Layer& layer : layers)
    text += (text.empty() ? "" : separator) + std::visit(LayerText{}, layer.value);
  return text;
}

/// `, "key": "text"`, or nothing for an empty text. Bytes that are not UTF-8 are replaced.
std::string optional_member(const char* key, const std::string& text) {
  using nlohmann::json;
  if (text.empty()) return "";
  return std::string(", \"") + key + "\": " + json(text).dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

std::string network_to_json(const Network& network, bool compact) {
  const std::string line = compact ? "" : "\n";
  return "{\"format\": \"narrows-network/1\"" + optional_member("name", network.name) +
         ", \"input_dim\": " + std::to_string(network.input_dim) +
         optional_member("weights_dtype", network.weights_dtype) +
         optional_member("comment", network.comment) + ", \"layers\": [" + (compact ? "" : "\n  ") +
         layers_text(network.layers, compact ? ", " : ",\n  ") + line + "]}" + line;
}

}  // namespace narrows
