// Reading: one function per layer type, each of which knows the dimension that reaches it.
#include "base/counted.hpp"
#include "io/network_json.hpp"

#include <algorithm>
#include <optional>

#include "io/convolutional.hpp"
#include "io/json_document.hpp"
#include "io/limits.hpp"
#include "network/chain.hpp"

namespace narrows {
namespace {

using io::JsonField;

constexpr Activation all_activations[] = {Activation::tanh,       Activation::sigmoid, Activation::softplus,
                                          Activation::arctan,     Activation::sin,     Activation::silu,
                                          Activation::gelu,       Activation::elu,     Activation::relu,
                                          Activation::leaky_relu, Activation::identity};

/// An array of exactly `expected` exact numbers.
std::vector<Rational> sized_vector(const JsonField& field, std::size_t expected, const std::string& per) {
  if (field.size() != expected) {
    field.fail(
        "has " + counted(field.size(), "number") + " where " + std::to_string(expected) + " must stand",
        "give one number per " + per);
  }
  return field.exact_vector();
}

/// Reads the layers of one document; keeps the count of its numbers.
class LayerReader {
 public:
  /// `convolutions` takes every conv layer; it may be null.
  explicit LayerReader(std::vector<io::Convolution>* convolutions) : convolutions_(convolutions) {}
  std::vector<Layer> layers(const JsonField& list, std::size_t input, bool in_branch);

 private:
  Layer layer(const JsonField& field, std::size_t input, bool in_branch);
  AffineLayer affine(const JsonField& field, std::size_t input);
  ActivationLayer activation(const JsonField& field) const;
  BatchNormLayer batch_norm(const JsonField& field, std::size_t input);
  ResidualLayer residual(const JsonField& field, std::size_t input);
  OdeLayer ode(const JsonField& field, std::size_t input);
  std::vector<Layer> branch(const JsonField& field, std::size_t input);
  AffineLayer convolution(const JsonField& field, std::size_t input);

  std::vector<io::Convolution>* convolutions_;
  io::NumberBudget budget_;
};

std::vector<Layer> LayerReader::layers(const JsonField& list, std::size_t input, bool in_branch) {
  if (list.size() == 0) list.fail("is empty", "give at least one layer");
  std::vector<Layer> result;
  for (std::size_t i = 0; i < list.size(); ++i) {
    result.push_back(layer(list.at(i), input, in_branch));
    input = output_dim(result.back(), input);
  }
  return result;
}

Layer LayerReader::layer(const JsonField& field, std::size_t input, bool in_branch) {
  const JsonField type = field["type"];
  const std::string& name = type.text();
  if (name == "affine") return {affine(field, input)};
  if (name == "activation") return {activation(field)};
  if (name == "batch_norm") return {batch_norm(field, input)};
  if (name == "conv") return {convolution(field, input)};
  if (name == "residual") {
    if (in_branch) {
      field.fail("a residual layer inside a residual branch is not supported",
                 "flatten the inner block into layers of its own");
    }
    return {residual(field, input)};
  }
  if (name == "ode") {
    if (in_branch) field.fail("an ode layer inside a branch is not supported", "let it stand at top level");
    return {ode(field, input)};
  }
  type.fail("unknown layer type \"" + name + "\"",
            "known types are affine, activation, batch_norm, residual, conv, ode");
}

AffineLayer LayerReader::affine(const JsonField& field, std::size_t input) {
  field.require_keys({"type", "weight", "bias"});
  const JsonField weight = field["weight"];
  AffineLayer layer;
  layer.rows = weight.size();
  layer.cols = input;
  io::require_width(layer.rows, weight.place());
  budget_.take(layer.rows, layer.cols, weight.place());
  layer.weight.reserve(layer.rows * layer.cols);
  for (std::size_t i = 0; i < layer.rows; ++i) {
    const JsonField row = weight.at(i);
    if (row.size() != input) {
      row.fail(
          "the row has " + counted(row.size(), "number") + ", the layer is fed " + counted(input, "number"),
          "give every row as many numbers as the layer before has outputs");
    }
    for (std::size_t j = 0; j < input; ++j) layer.weight.push_back(row.at(j).exact());
  }
  layer.bias = sized_vector(field["bias"], layer.rows, "row of weight");
  return layer;
}

ActivationLayer LayerReader::activation(const JsonField& field) const {
  field.require_keys({"type", "function", "alpha"});
  const JsonField function = field["function"];
  const auto* found = std::find_if(std::begin(all_activations), std::end(all_activations),
                                   [&](Activation f) { return to_string(f) == function.text(); });
  if (found == std::end(all_activations)) {
    std::string known;
    for (const Activation f : all_activations)
      known += (known.empty() ? "" : ", ") + std::string(to_string(f));
    function.fail("unknown activation \"" + function.text() + "\"", "known functions are " + known);
  }
  ActivationLayer layer{*found, 0};
  if (*found == Activation::elu) layer.alpha = 1;
  if (*found == Activation::leaky_relu) layer.alpha = Rational(1, 100);
  if (!field.has("alpha")) return layer;
  const JsonField alpha = field["alpha"];
  if (*found != Activation::elu && *found != Activation::leaky_relu) {
    alpha.fail(std::string(to_string(*found)) + " takes no alpha", "remove it; elu and leaky_relu have one");
  }
  layer.alpha = alpha.exact();
  if (*found == Activation::elu && layer.alpha <= 0)
    alpha.fail("elu needs alpha > 0", "use a positive alpha");
  return layer;
}

BatchNormLayer LayerReader::batch_norm(const JsonField& field, std::size_t input) {
  field.require_keys({"type", "scale", "bias", "mean", "variance", "epsilon"});
  budget_.take(4, input, field.place());
  BatchNormLayer layer;
  layer.scale = sized_vector(field["scale"], input, "input of the layer");
  layer.bias = sized_vector(field["bias"], input, "input of the layer");
  layer.mean = sized_vector(field["mean"], input, "input of the layer");
  layer.variance = sized_vector(field["variance"], input, "input of the layer");
  layer.epsilon = field["epsilon"].exact();
  for (std::size_t i = 0; i < input; ++i) {
    if (layer.variance[i] + layer.epsilon > 0) continue;
    field["variance"].at(i).fail("variance + epsilon is not positive",
                                 "use a running variance >= 0 and an epsilon > 0");
  }
  return layer;
}

ResidualLayer LayerReader::residual(const JsonField& field, std::size_t input) {
  field.require_keys({"type", "skip", "residual", "branch"});
  ResidualLayer layer;
  layer.skip = field["skip"].exact();
  layer.residual = field["residual"].exact();
  layer.branch = branch(field["branch"], input);
  return layer;
}

std::vector<Layer> LayerReader::branch(const JsonField& field, std::size_t input) {
  std::vector<Layer> result = layers(field, input, true);
  std::size_t output = input;
  for (const Layer& inner : result) output = output_dim(inner, output);
  if (output != input) {
    field.fail("maps " + counted(input, "number") + " to " + std::to_string(output),
               "let a branch end with the dimension it starts with");
  }
  return result;
}

Interpolation interpolation(const JsonField& field, const std::vector<std::vector<Layer>>& branches) {
  if (field.text() == "constant") return Interpolation::constant;
  if (field.text() != "linear") field.fail("unknown interpolation \"" + field.text() + "\"", "use constant or linear");
  if (const std::string why = why_not_interpolable(branches); !why.empty())
    field.fail(why, "interpolate between two or more branches with the same layers");
  return Interpolation::linear;
}

OdeLayer LayerReader::ode(const JsonField& field, std::size_t input) {
  field.require_keys({"type", "branch", "branches", "time", "interpolation"});
  if (field.has("branch") == field.has("branches"))
    field.fail("needs either \"branch\" or \"branches\"", "give one branch, or a list of branches");
  OdeLayer layer;
  const JsonField time = field["time"];
  if (time.size() != 2 || time.at(0).exact() != 0 || time.at(1).exact() <= 0)
    time.fail("is not a time span that starts at 0", "give [0, T] with T > 0");
  layer.time = time.at(1).exact();
  const JsonField list = field.has("branches") ? field["branches"] : field["branch"];
  const std::size_t count = field.has("branches") ? list.size() : 1;
  if (count == 0) list.fail("is empty", "give at least one branch");
  for (std::size_t i = 0; i < count; ++i) {
    const JsonField one = field.has("branches") ? list.at(i) : list;
    layer.branches.push_back(branch(one, input));
    if (const std::string kinked = first_kinked_activation(layer.branches.back()); !kinked.empty())
      one.fail(kinked + " has a kink, the flow would not be differentiable", "use activations that are continuously differentiable");
  }
  if (field.has("interpolation")) layer.interpolation = interpolation(field["interpolation"], layer.branches);
  return layer;
}

/// Appends the numbers of nested arrays, checking each level against `shape`.
void flatten(const JsonField& field, const std::vector<std::size_t>& shape, std::size_t level,
             std::vector<Rational>& out) {
  if (level == shape.size()) {
    out.push_back(field.exact());
    return;
  }
  if (field.size() != shape[level]) {
    field.fail("has length " + std::to_string(field.size()) + " where " + std::to_string(shape[level]) +
                   " must stand",
               "write weight as [out][in][k…] without ragged rows");
  }
  for (std::size_t i = 0; i < field.size(); ++i) flatten(field.at(i), shape, level + 1, out);
}

io::Padding padding_named(const JsonField& field) {
  if (field.text() == "one-sided") return io::Padding::one_sided;
  if (field.text() == "same") return io::Padding::same_upper;
  if (field.text() == "valid") return io::Padding::valid;
  field.fail("unknown padding \"" + field.text() + "\"", "use one-sided, same or valid");
}

AffineLayer LayerReader::convolution(const JsonField& field, std::size_t input) {
  field.require_keys({"type", "weight", "bias", "input_shape", "padding", "stride"});
  const JsonField shape = field["input_shape"];
  if (shape.size() != 2 && shape.size() != 3) {
    shape.fail("has " + std::to_string(shape.size()) + " entries",
               "give [channels, positions] or [channels, rows, columns]");
  }
  io::Convolution convolution;
  convolution.inputs = shape.at(0).integer(1, io::max_width);
  std::size_t total = convolution.inputs;
  for (std::size_t a = 1; a < shape.size(); ++a) {
    convolution.axes.push_back({shape.at(a).integer(1, io::max_width)});
    total *= convolution.axes.back().input;
  }
  if (total != input) {
    shape.fail("stands for " + counted(total, "number") + ", the layer is fed " + counted(input, "number"),
               "let channels times positions equal the dimension");
  }
  const std::size_t stride = field.has("stride") ? field["stride"].integer(1, io::max_width) : 1;
  const io::Padding padding = padding_named(field["padding"]);
  const JsonField weight = field["weight"];
  convolution.outputs = weight.size();
  io::require_width(convolution.outputs, weight.place());
  std::vector<std::size_t> sizes{convolution.outputs, convolution.inputs};
  JsonField filter = weight.at(0);
  for (io::ConvolutionAxis& axis : convolution.axes) {
    if (filter.size() == 0) filter.fail("is empty", "write weight as [out][in][k…]");
    filter = filter.at(0);
    axis.kernel = filter.size();
    axis.stride = stride;
    if (axis.kernel == 0) filter.fail("is empty", "write weight as [out][in][k…]");
    set_padding(axis, padding);
    sizes.push_back(axis.kernel);
  }
  flatten(weight, sizes, 0, convolution.weight);
  convolution.bias = sized_vector(field["bias"], convolution.outputs, "output channel");
  AffineLayer layer = lower_convolution(convolution, budget_, field.place());
  if (convolutions_ != nullptr) convolutions_->push_back(std::move(convolution));
  return layer;
}

std::string optional_text(const JsonField& document, std::string_view key) {
  return document.has(key) ? document[key].text() : std::string();
}

}  // namespace

Network parse_network_json(std::string_view bytes, const std::string& where) { return parse_network_json(bytes, where, nullptr); }

Network parse_network_json(std::string_view bytes, const std::string& where, std::vector<io::Convolution>* convolutions) {
  const nlohmann::json value = io::parse_strict_json(bytes, where);
  const JsonField document(value, where);
  document.require_keys({"format", "input_dim", "layers", "name", "weights_dtype", "comment"});
  if (document["format"].text() != "narrows-network/1") {
    document["format"].fail("is \"" + document["format"].text() + "\"",
                            "this reader knows \"narrows-network/1\"");
  }
  Network network;
  network.name = optional_text(document, "name");
  network.weights_dtype = optional_text(document, "weights_dtype");
  network.comment = optional_text(document, "comment");
  network.input_dim = document["input_dim"].integer(1, io::max_width);
  network.layers = LayerReader(convolutions).layers(document["layers"], network.input_dim, false);
  return network;
}

}  // namespace narrows
