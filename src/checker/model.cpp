// Reading narrows-network/1 and folding the output.
#include "checker/model.hpp"

#include <algorithm>
#include <optional>

namespace narrows::checker {
namespace {

std::size_t checked_width(const Field& at, std::size_t width) {
  if (width < 1 || width > max_width) at.fail(Reason::limit, std::to_string(width), "a dimension from 1 to 4096");
  return width;
}

void require_size(const Field& at, std::size_t got, std::size_t expected) {
  if (got != expected) at.fail(Reason::mismatch, std::to_string(got) + " entries", std::to_string(expected));
}

Layer read_affine(const Field& at, std::size_t inputs) {
  const Fields fields(at, {"type", "weight", "bias"});
  Layer layer;
  layer.bias = fields["bias"].exact_vector();
  const auto rows = fields["weight"].items();
  layer.inputs = inputs;
  layer.outputs = checked_width(at, rows.size());
  require_size(fields["bias"], layer.bias.size(), rows.size());
  layer.weight = RationalMatrix(rows.size(), 0);
  layer.weight.cols = inputs;
  for (const Field& row : rows) {
    const auto entries = row.exact_vector();
    require_size(row, entries.size(), inputs);
    layer.weight.entries.insert(layer.weight.entries.end(), entries.begin(), entries.end());
  }
  return layer;
}

std::optional<Function> function_named(std::string_view name) {
  constexpr std::string_view names[] = {"tanh", "sigmoid", "softplus", "arctan",     "sin",     "silu",
                                        "gelu", "elu",     "relu",     "leaky_relu", "identity"};
  const auto* found = std::find(std::begin(names), std::end(names), name);
  if (found == std::end(names)) return std::nullopt;
  return static_cast<Function>(found - std::begin(names));
}

Layer read_activation(const Field& at, std::size_t inputs) {
  const Fields fields(at, {"type", "function", "alpha"});
  Layer layer;
  layer.kind = Layer::Kind::activation;
  layer.inputs = layer.outputs = inputs;
  const auto function = function_named(fields["function"].text());
  if (!function) fields["function"].fail(Reason::unknown, fields["function"].text(), "a known function");
  layer.activation.function = *function;
  if (*function == Function::leaky_relu) layer.activation.alpha = Rational(1, 100);
  if (fields.has("alpha")) {
    const Field alpha = fields["alpha"];
    if (*function != Function::elu && *function != Function::leaky_relu) {
      alpha.fail(Reason::inapplicable, "alpha", "elu or leaky_relu");
    }
    layer.activation.alpha = alpha.exact();
    if (*function == Function::elu && layer.activation.alpha <= 0) {
      alpha.fail(Reason::out_of_range, "alpha <= 0", "alpha > 0");
    }
  }
  return layer;
}

Layer read_batch_norm(const Field& at, std::size_t inputs) {
  const Fields fields(at, {"type", "scale", "bias", "mean", "variance", "epsilon"});
  Layer layer;
  layer.kind = Layer::Kind::batch_norm;
  layer.inputs = layer.outputs = inputs;
  layer.scale = fields["scale"].exact_vector();
  layer.bias = fields["bias"].exact_vector();
  layer.mean = fields["mean"].exact_vector();
  layer.variance = fields["variance"].exact_vector();
  for (const auto* v : {&layer.scale, &layer.bias, &layer.mean, &layer.variance}) require_size(at, v->size(), inputs);
  const Rational epsilon = fields["epsilon"].exact();
  for (Rational& v : layer.variance) {
    v += epsilon;
    if (v <= 0) at.fail(Reason::out_of_range, "variance + epsilon <= 0", "a positive sum");
  }
  return layer;
}

Layer read_layer(const Field& at, std::size_t inputs, bool in_branch);

std::vector<Layer> read_layers(const Field& list, std::size_t inputs, bool in_branch) {
  std::vector<Layer> layers;
  for (const Field& at : list.items()) {
    layers.push_back(read_layer(at, inputs, in_branch));
    inputs = layers.back().outputs;
  }
  return layers;
}

Layer read_residual(const Field& at, std::size_t inputs) {
  const Fields fields(at, {"type", "skip", "residual", "branch"});
  Layer layer;
  layer.kind = Layer::Kind::residual;
  layer.inputs = layer.outputs = inputs;
  layer.skip = fields["skip"].exact();
  layer.residual = fields["residual"].exact();
  layer.branch = read_layers(fields["branch"], inputs, true);
  if (layer.branch.empty()) fields["branch"].fail(Reason::out_of_range, "no layer", "at least one");
  require_size(fields["branch"], layer.branch.back().outputs, inputs);
  return layer;
}

Layer read_layer(const Field& at, std::size_t inputs, bool in_branch) {
  if (!at.json().is(Json::Kind::object)) at.fail(Reason::wrong_type, "not an object", "a layer");
  const Json* type = at.json().find("type");
  if (type == nullptr) at.fail(Reason::missing, "nothing", "type");
  const std::string& name = Field(*type, at.place() + ".type").text();
  if (name == "affine") return read_affine(at, inputs);
  if (name == "activation") return read_activation(at, inputs);
  if (name == "batch_norm") return read_batch_norm(at, inputs);
  if (name == "residual" && !in_branch) return read_residual(at, inputs);
  at.fail(Reason::unknown, name, in_branch ? "affine, activation or batch_norm" : "a layer type");
}

/// The row e_first (- e_second) as a 1 x n matrix.
RationalMatrix selection(const Output& output, std::size_t n) {
  RationalMatrix row(1, n);
  row.at(0, output.first) = 1;
  if (output.margin) row.at(0, output.second) = -1;
  return row;
}

}  // namespace

Network read_network(const Field& model) {
  const Fields fields(model, {"format", "input_dim", "layers", "name", "weights_dtype", "comment"});
  if (fields["format"].text() != "narrows-network/1") {
    fields["format"].fail(Reason::mismatch, fields["format"].text(), "narrows-network/1");
  }
  for (const char* key : {"name", "weights_dtype", "comment"}) {
    if (fields.has(key)) (void)fields[key].text();
  }
  Network network;
  network.input_dim = fields["input_dim"].integer(1, max_width);
  network.layers = read_layers(fields["layers"], network.input_dim, false);
  return network;
}

std::vector<Layer> fold_output(const Network& network, const Output& output) {
  std::vector<Layer> chain = network.layers;
  const std::size_t n = chain.empty() ? network.input_dim : chain.back().outputs;
  const std::size_t largest = std::max(output.first, output.margin ? output.second : 0);
  if (largest >= n) {
    reject("claim.output", "document", Reason::out_of_range, std::to_string(largest), "an index below " + std::to_string(n));
  }
  if (!chain.empty() && chain.back().kind == Layer::Kind::activation &&
      chain.back().activation.function == Function::sigmoid) {
    if (output.margin) {
      reject("claim.output", "document", Reason::inapplicable, "margin of sigmoids", "component");
    }
    chain.pop_back();
  }
  const RationalMatrix row = selection(output, n);
  if (chain.empty() || chain.back().kind != Layer::Kind::affine) {
    Layer last;
    last.inputs = n;
    last.outputs = 1;
    last.weight = row;
    last.bias = {0};
    chain.push_back(std::move(last));
    return chain;
  }
  Layer& last = chain.back();
  Rational bias = last.bias[output.first];
  if (output.margin) bias -= last.bias[output.second];
  last.weight = product(row, last.weight);
  last.bias = {bias};
  last.outputs = 1;
  return chain;
}

Smoothness smoothness(const std::vector<Layer>& layers) {
  Smoothness weakest = Smoothness::smooth;
  for (const Layer& layer : layers) {
    if (layer.kind == Layer::Kind::activation) weakest = std::min(weakest, smoothness(layer.activation));
    if (layer.kind == Layer::Kind::residual) weakest = std::min(weakest, smoothness(layer.branch));
  }
  return weakest;
}

const char* name_of(Layer::Kind kind) {
  constexpr const char* names[] = {"affine", "activation", "batch_norm", "residual"};
  return names[static_cast<int>(kind)];
}

}  // namespace narrows::checker
