// The operator table, and the operators that only name or reshape: constants, activations, Flatten, Reshape.
#include "io/onnx_operators.hpp"

#include <array>

namespace narrows::io {
namespace {

OnnxValue activation(const OnnxNode& node, OnnxContext& context, const ActivationLayer& layer) {
  node.require_inputs(1, 1);
  const OnnxVector& x = node.vector(0);
  return OnnxVector{x.dims, context.expressions.apply(x.id, {layer}, node.where())};
}

template <Activation function>
OnnxValue plain_activation(const OnnxNode& node, OnnxContext& context) {
  node.require_attributes({});
  return activation(node, context, {function, 0});
}

OnnxValue leaky_relu(const OnnxNode& node, OnnxContext& context) {
  node.require_attributes({"alpha"});
  return activation(node, context, {Activation::leaky_relu, node.float_attribute("alpha", 0.01F)});
}

OnnxValue elu(const OnnxNode& node, OnnxContext& context) {
  node.require_attributes({"alpha"});
  const Rational alpha = node.float_attribute("alpha", 1.0F);
  if (alpha <= 0) node.fail("elu needs alpha > 0", "use a positive alpha");
  return activation(node, context, {Activation::elu, alpha});
}

OnnxValue erf(const OnnxNode& node, OnnxContext& context) {
  node.require_attributes({});
  node.require_inputs(1, 1);
  const OnnxVector& x = node.vector(0);
  return OnnxVector{x.dims, context.expressions.erf(x.id)};
}

OnnxValue constant(const OnnxNode& node, OnnxContext& context) {
  node.require_inputs(0, 0);
  return node.constant_value(context.constants);
}

OnnxValue identity(const OnnxNode& node, OnnxContext& context) {
  node.require_attributes({});
  node.require_inputs(1, 1);
  if (context.keep_identity && std::holds_alternative<OnnxVector>(node.input(0))) {
    return activation(node, context, {Activation::identity, 0});
  }
  if (const auto* tensor = std::get_if<OnnxTensor>(&node.input(0))) {
    context.constants.take(tensor->numbers.size() + tensor->integers.size(), 1, node.where());
  }
  return node.input(0);
}

OnnxValue flatten(const OnnxNode& node, OnnxContext&) {
  node.require_attributes({"axis"});
  node.require_inputs(1, 1);
  const OnnxVector& x = node.vector(0);
  const auto rank = static_cast<std::int64_t>(x.dims.size());
  std::int64_t axis = node.integer_attribute("axis", 1);
  if (axis < 0) axis += rank;
  if (axis < 0 || axis > rank) node.fail("its axis is out of range", "use axis 1");
  const auto middle = x.dims.begin() + axis;
  return OnnxVector{{count({x.dims.begin(), middle}), count({middle, x.dims.end()})}, x.id};
}

OnnxValue reshape(const OnnxNode& node, OnnxContext&) {
  node.require_attributes({"allowzero"});
  node.require_inputs(2, 2);
  const OnnxVector& x = node.vector(0);
  const auto& shape = node.integers(1);
  const bool zero_copies = node.integer_attribute("allowzero", 0) == 0;
  const auto unfit = [&]() {
    node.fail("cannot give " + to_string(x.dims) + " the requested shape",
              "keep the number of entries of one sample");
  };
  if (shape.size() > 16) unfit();
  Dims dims;
  std::size_t inferred = shape.size();
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] > 0) {
      dims.push_back(static_cast<std::size_t>(shape[i]));
    } else if (shape[i] == 0 && zero_copies && i < x.dims.size()) {
      dims.push_back(x.dims[i]);
    } else {
      if (shape[i] != -1 || inferred != shape.size()) unfit();
      inferred = i;
      dims.push_back(1);
    }
  }
  const std::size_t n = count(x.dims);
  if (inferred < shape.size() && n % count(dims) == 0) dims[inferred] = n / count(dims);
  if (count(dims) != n) unfit();
  return OnnxVector{dims, x.id};
}

struct Entry {
  std::string_view name;
  OnnxOperator function;
};

constexpr std::array<Entry, 22> operators = {{
    {"Add", onnx_add},
    {"Atan", plain_activation<Activation::arctan>},
    {"BatchNormalization", onnx_batch_normalization},
    {"Constant", constant},
    {"Conv", onnx_conv},
    {"Div", onnx_div},
    {"Elu", elu},
    {"Erf", erf},
    {"Flatten", flatten},
    {"Gemm", onnx_gemm},
    {"Identity", identity},
    {"LeakyRelu", leaky_relu},
    {"MatMul", onnx_matmul},
    {"Mul", onnx_mul},
    {"Neg", onnx_neg},
    {"Relu", plain_activation<Activation::relu>},
    {"Reshape", reshape},
    {"Sigmoid", plain_activation<Activation::sigmoid>},
    {"Sin", plain_activation<Activation::sin>},
    {"Softplus", plain_activation<Activation::softplus>},
    {"Sub", onnx_sub},
    {"Tanh", plain_activation<Activation::tanh>},
}};

}  // namespace

OnnxOperator find_operator(std::string_view name) {
  for (const Entry& entry : operators) {
    if (entry.name == name) return entry.function;
  }
  return nullptr;
}

std::string supported_operators() {
  std::string text;
  for (const Entry& entry : operators) text += (text.empty() ? "" : ", ") + std::string(entry.name);
  return text;
}

}  // namespace narrows::io
