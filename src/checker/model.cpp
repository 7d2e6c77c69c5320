// Reading narrows-network/1 and folding the output.
#include "checker/model.hpp"

#include <algorithm>

namespace narrows::checker {
namespace {

using Kind = LayerKind;

void read_affine(Layer& layer, const Field& object) {
  const Field fields(object, {"type", "weight", "bias"});
  const auto rows = fields["weight"].items();
  layer.outputs = rows.size();
  if (layer.outputs < 1 || layer.outputs > max_width) {
    object.fail(Reason::limit, std::to_string(layer.outputs), "a dimension from 1 to 4096");
  }
  layer.bias = fields["bias"].exact_vector(layer.outputs);
  layer.weight.rows = layer.outputs;
  layer.weight.cols = layer.inputs;
  for (const Field& row : rows) {
    for (Rational& x : row.exact_vector(layer.inputs)) layer.weight.entries.push_back(std::move(x));
  }
}

void read_activation(Layer& layer, const Field& object) {
  const Field fields(object, {"type", "function", "alpha"});
  Activation& a = layer.activation;
  a.function = static_cast<Function>(
      fields["function"].one_of(std::vector<std::string_view>(function_names.begin(), function_names.end())));
  if (a.function == Function::leaky_relu) a.alpha = Rational(1, 100);
  if (!fields.has("alpha")) return;
  const Field alpha = fields["alpha"];
  if (a.function != Function::elu && a.function != Function::leaky_relu) {
    alpha.fail(Reason::inapplicable, "alpha", "elu or leaky_relu");
  }
  a.alpha = alpha.exact();
  if (a.function == Function::elu && a.alpha <= 0)
    alpha.fail(Reason::out_of_range, "alpha <= 0", "alpha > 0");
}

void read_batch_norm(Layer& layer, const Field& object) {
  const Field fields(object, {"type", "scale", "bias", "mean", "variance", "epsilon"});
  layer.scale = fields["scale"].exact_vector(layer.inputs);
  layer.bias = fields["bias"].exact_vector(layer.inputs);
  layer.mean = fields["mean"].exact_vector(layer.inputs);
  layer.variance = fields["variance"].exact_vector(layer.inputs);
  const Rational epsilon = fields["epsilon"].exact();
  for (Rational& v : layer.variance) {
    v += epsilon;
    if (v <= 0) object.fail(Reason::out_of_range, "variance + epsilon <= 0", "a positive sum");
  }
}

std::vector<Layer> read_layers(const Field& list, std::size_t inputs, bool in_branch);

std::vector<Layer> read_branch(const Field& list, std::size_t inputs) {
  std::vector<Layer> branch = read_layers(list, inputs, true);
  if (branch.empty()) list.fail(Reason::out_of_range, "no layer", "at least one");
  if (branch.back().outputs != inputs)
    list.fail(Reason::mismatch, "another dimension at its end", std::to_string(inputs));
  return branch;
}

void read_residual(Layer& layer, const Field& object) {
  const Field fields(object, {"type", "skip", "residual", "branch"});
  layer.skip = fields["skip"].exact();
  layer.residual = fields["residual"].exact();
  layer.branch = read_branch(fields["branch"], layer.inputs);
}

/// The two can be interpolated: layers of the same types and shapes, with the same functions.
bool are_alike(const std::vector<Layer>& a, const std::vector<Layer>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Layer& x, const Layer& y) {
    return x.kind == y.kind && x.outputs == y.outputs && x.activation == y.activation;
  });
}

void read_ode(Layer& layer, const Field& object) {
  const Field fields(object, {"type", "branch", "branches", "time", "interpolation"});
  if (fields.has("branch") == fields.has("branches"))
    object.fail(Reason::unknown, "branch and branches, or neither", "one of them");
  const std::vector<Field> branches =
      fields.has("branch") ? std::vector{fields["branch"]} : fields["branches"].items();
  if (branches.empty()) object.fail(Reason::out_of_range, "no branch", "at least one");
  for (const Field& branch : branches) {
    layer.branches.push_back(read_branch(branch, layer.inputs));
    if (smoothness(layer.branches.back()) == Smoothness::lipschitz)
      branch.fail(Reason::inapplicable, "a Lipschitz-only activation", "a differentiable right-hand side");
  }
  const std::vector<Rational> time = fields["time"].exact_vector(2);
  if (time[0] != 0 || time[1] <= 0) fields["time"].fail(Reason::out_of_range, "another time", "0 and T > 0");
  layer.duration = time[1];
  layer.linear = fields.has("interpolation") && fields["interpolation"].one_of({"constant", "linear"}) == 1;
  if (layer.linear && branches.size() < 2)
    fields["interpolation"].fail(Reason::inapplicable, "one branch", "at least two");
  for (const std::vector<Layer>& branch : layer.branches) {
    if (layer.linear && !are_alike(branch, layer.branches[0]))
      fields["interpolation"].fail(Reason::mismatch, "different branches", "branches that are built alike");
  }
}

std::vector<Layer> read_layers(const Field& list, std::size_t inputs, bool in_branch) {
  using Reader = void (*)(Layer&, const Field&);
  constexpr Reader readers[] = {read_affine, read_activation, read_batch_norm, read_residual, read_ode};
  std::vector<std::string_view> types = {"affine", "activation", "batch_norm"};
  if (!in_branch) types.insert(types.end(), {"residual", "ode"});
  std::vector<Layer> layers;
  for (const Field& at : list.items()) {
    Layer& layer = layers.emplace_back();
    const std::size_t type = at["type"].one_of(types);
    layer.kind = static_cast<Kind>(type);
    layer.inputs = layer.outputs = inputs;
    readers[type](layer, at);
    inputs = layer.outputs;
  }
  return layers;
}

std::vector<Interval> enclose_all(const std::vector<Rational>& v, Precision p) {
  std::vector<Interval> y;
  for (const Rational& x : v) y.push_back(enclose(x, p));
  return y;
}

}  // namespace

NumericLayer enclose(const Layer& layer, Precision p) {
  if (layer.kind == Kind::ode)
    reject("network.model", "ode", Reason::inapplicable, "an ode layer", "layers that this proof can evaluate");
  NumericLayer y;
  y.kind = layer.kind;
  y.inputs = layer.inputs;
  y.outputs = layer.outputs;
  y.weight = enclose(layer.weight, p);
  y.bias = enclose_all(layer.bias, p);
  y.activation = layer.activation;
  for (std::size_t i = 0; i < layer.scale.size(); ++i) {
    y.scale.push_back(enclose(layer.scale[i], p) / square_root(enclose(layer.variance[i], p)));
    y.bias[i] = y.bias[i] - y.scale[i] * enclose(layer.mean[i], p);
  }
  y.skip = enclose(layer.skip, p);
  y.residual = enclose(layer.residual, p);
  y.family = layer.family;
  y.branch = enclose(layer.branch, p);
  return y;
}

std::vector<NumericLayer> enclose(const std::vector<Layer>& chain, Precision p) {
  std::vector<NumericLayer> y;
  for (const Layer& layer : chain) y.push_back(enclose(layer, p));
  return y;
}

Network read_network(const Field& model) {
  const Field fields(model, {"format", "input_dim", "layers", "name", "weights_dtype", "comment"});
  fields["format"].require_text("narrows-network/1");
  for (const char* key : {"name", "weights_dtype", "comment"}) {
    if (fields.has(key)) (void)fields[key].text();
  }
  Network network;
  network.input_dim = fields["input_dim"].integer(1, max_width);
  network.layers = read_layers(fields["layers"], network.input_dim, false);
  return network;
}

std::vector<Layer> fold_output(const Network& network, const Output& output, bool drop_sigmoid) {
  std::vector<Layer> chain = network.layers;
  const std::size_t n = chain.empty() ? network.input_dim : chain.back().outputs;
  const std::size_t largest = std::max(output.first, output.margin ? output.second : 0);
  const auto fail = [](Reason reason, const std::string& got, const std::string& expected) {
    reject("claim.output", "document", reason, got, expected);
  };
  if (largest >= n)
    fail(Reason::out_of_range, std::to_string(largest), "an index below " + std::to_string(n));
  const Activation sigmoid{Function::sigmoid, 1};
  if (drop_sigmoid && !chain.empty() && chain.back().kind == Kind::activation && chain.back().activation == sigmoid) {
    if (output.margin) fail(Reason::inapplicable, "margin of sigmoids", "component");
    chain.pop_back();
  }
  RationalMatrix selection(1, n);
  selection.at(0, output.first) = 1;
  if (output.margin) selection.at(0, output.second) = -1;
  if (chain.empty() || chain.back().kind != Kind::affine) {
    Layer& last = chain.emplace_back();
    last.inputs = n;
    last.weight = selection;
    last.bias = {0};
  } else {
    Layer& last = chain.back();
    const Rational subtracted = output.margin ? last.bias[output.second] : Rational(0);
    last.weight = product(selection, last.weight);
    last.bias = {last.bias[output.first] - subtracted};
  }
  chain.back().outputs = 1;
  return chain;
}

Family read_family(const Field& at) {
  return at.one_of({"shared", "scaled"}) == 0 ? Family::shared : Family::scaled;
}

void set_family(std::vector<Layer>& chain, Family family) {
  for (Layer& layer : chain) layer.family = layer.kind == Kind::residual ? family : Family::fixed;
}

std::vector<Layer> member_of(std::vector<Layer> chain, const Rational& skip, const Rational& residual) {
  for (Layer& layer : chain) {
    if (layer.family == Family::fixed) continue;
    layer.skip = layer.family == Family::shared ? skip : Rational(layer.skip * skip);
    layer.residual = layer.family == Family::shared ? residual : Rational(layer.residual * residual);
    layer.family = Family::fixed;
  }
  return chain;
}

Smoothness smoothness(const std::vector<Layer>& layers) {
  Smoothness weakest = Smoothness::smooth;
  for (const Layer& layer : layers) {
    if (layer.kind == Kind::activation) weakest = std::min(weakest, smoothness(layer.activation));
    if (layer.kind == Kind::residual) weakest = std::min(weakest, smoothness(layer.branch));
    for (const std::vector<Layer>& branch : layer.branches) weakest = std::min(weakest, smoothness(branch));
  }
  return weakest;
}

}  // namespace narrows::checker
