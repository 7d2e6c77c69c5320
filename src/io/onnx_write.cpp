#include "io/onnx_write.hpp"

#include <onnx/onnx_pb.h>

#include <cmath>

#include "base/errors.hpp"

namespace narrows {
namespace {

constexpr int opset = 13;

bool is_float(const Rational& value) {
  double d = 0;
  return is_double(value, &d) && std::abs(d) <= 3.4028234663852886e38 &&
         static_cast<double>(static_cast<float>(d)) == d;
}

bool all_float(const std::vector<Rational>& values) {
  for (const Rational& v : values) {
    if (!is_float(v)) return false;
  }
  return true;
}

/// True if every number that is stored in a tensor is a float32.
bool fits_float(const std::vector<Layer>& layers) {
  for (const Layer& layer : layers) {
    if (const auto* a = std::get_if<AffineLayer>(&layer.value)) {
      if (!all_float(a->weight) || !all_float(a->bias)) return false;
    } else if (const auto* n = std::get_if<BatchNormLayer>(&layer.value)) {
      if (!all_float(n->scale) || !all_float(n->bias) || !all_float(n->mean) || !all_float(n->variance))
        return false;
    } else if (const auto* r = std::get_if<ResidualLayer>(&layer.value)) {
      if (!is_float(r->skip) || !is_float(r->residual) || !fits_float(r->branch)) return false;
    }
  }
  return true;
}

/// Appends nodes to one graph; every method returns the name of its result.
class GraphWriter {
 public:
  GraphWriter(onnx::GraphProto& graph, bool single) : graph_(graph), single_(single) {}

  std::string layers(const std::vector<Layer>& layers, std::string x, const std::string& at) {
    for (std::size_t i = 0; i < layers.size(); ++i) {
      place_ = at + "[" + std::to_string(i) + "]";
      x = std::visit([&](const auto& layer) { return write(layer, x); }, layers[i].value);
    }
    return x;
  }

 private:
  std::string fresh() { return "v" + std::to_string(next_++); }

  onnx::NodeProto& node(const std::string& op, const std::vector<std::string>& inputs) {
    onnx::NodeProto& node = *graph_.add_node();
    node.set_op_type(op);
    for (const std::string& input : inputs) node.add_input(input);
    node.add_output(fresh());
    node.set_name(op + "_" + node.output(0));
    return node;
  }

  std::string apply(const std::string& op, const std::vector<std::string>& inputs) {
    return node(op, inputs).output(0);
  }

  void set_float(onnx::NodeProto& node, const std::string& name, const Rational& value) const {
    if (!is_float(value)) {
      throw InputError(place_ + "." + name, to_text(value) + " is not a float32, which is how ONNX stores it",
                       "keep the network in JSON, or change the number to a float32");
    }
    double d = 0;
    (void)is_double(value, &d);
    onnx::AttributeProto& attribute = *node.add_attribute();
    attribute.set_name(name);
    attribute.set_type(onnx::AttributeProto::FLOAT);
    attribute.set_f(static_cast<float>(d));
  }

  static void set_integer(onnx::NodeProto& node, const std::string& name, std::int64_t value) {
    onnx::AttributeProto& attribute = *node.add_attribute();
    attribute.set_name(name);
    attribute.set_type(onnx::AttributeProto::INT);
    attribute.set_i(value);
  }

  std::string constant(const std::vector<Rational>& values, const std::vector<std::size_t>& dims,
                       const std::string& field) {
    onnx::TensorProto& tensor = *graph_.add_initializer();
    tensor.set_name(fresh());
    tensor.set_data_type(single_ ? onnx::TensorProto::FLOAT : onnx::TensorProto::DOUBLE);
    for (const std::size_t d : dims) tensor.add_dims(static_cast<std::int64_t>(d));
    for (std::size_t i = 0; i < values.size(); ++i) {
      double d = 0;
      if (!is_double(values[i], &d)) {
        throw InputError(
            place_ + "." + field,
            "number " + std::to_string(i) + " of it, " + to_text(values[i]) + ", is not a double",
            "keep the network in JSON, which stores it exactly");
      }
      if (single_) {
        tensor.add_float_data(static_cast<float>(d));
      } else {
        tensor.add_double_data(d);
      }
    }
    return tensor.name();
  }

  std::string scalar(const Rational& value, const std::string& field) {
    const std::vector<Rational> values(1, value);
    return constant(values, {}, field);
  }

  std::string write(const AffineLayer& layer, const std::string& x) {
    const std::string weight = constant(layer.weight, {layer.rows, layer.cols}, "weight");
    const std::string bias = constant(layer.bias, {layer.rows}, "bias");
    onnx::NodeProto& gemm = node("Gemm", {x, weight, bias});
    set_integer(gemm, "transB", 1);
    return gemm.output(0);
  }

  std::string write(const ActivationLayer& layer, const std::string& x) {
    switch (layer.function) {
      case Activation::tanh:
        return apply("Tanh", {x});
      case Activation::sigmoid:
        return apply("Sigmoid", {x});
      case Activation::softplus:
        return apply("Softplus", {x});
      case Activation::arctan:
        return apply("Atan", {x});
      case Activation::sin:
        return apply("Sin", {x});
      case Activation::silu:
        return silu(x);
      case Activation::gelu:
        return gelu(x);
      case Activation::elu:
        return with_alpha("Elu", layer, x);
      case Activation::relu:
        return apply("Relu", {x});
      case Activation::leaky_relu:
        return with_alpha("LeakyRelu", layer, x);
      case Activation::identity:
        break;
    }
    return apply("Identity", {x});
  }

  std::string with_alpha(const std::string& op, const ActivationLayer& layer, const std::string& x) {
    onnx::NodeProto& activation = node(op, {x});
    set_float(activation, "alpha", layer.alpha);
    return activation.output(0);
  }

  std::string silu(const std::string& x) {
    const std::string sigmoid = apply("Sigmoid", {x});
    return apply("Mul", {x, sigmoid});
  }

  /// (0.5·x)·(1 + Erf(x/√2)), √2 rounded to the tensors' type.
  std::string gelu(const std::string& x) {
    const double root = std::sqrt(2.0);
    const Rational stored = rational_exact(single_ ? static_cast<double>(static_cast<float>(root)) : root);
    const std::string divisor = scalar(stored, "gelu"), one = scalar(1, "gelu");
    const std::string quotient = apply("Div", {x, divisor});
    const std::string erf = apply("Erf", {quotient});
    const std::string half = multiple(Rational(1, 2), x, "gelu");
    const std::string sum = apply("Add", {erf, one});
    return apply("Mul", {half, sum});
  }

  std::string write(const BatchNormLayer& layer, const std::string& x) {
    const std::size_t n = layer.scale.size();
    const std::string scale = constant(layer.scale, {n}, "scale"), bias = constant(layer.bias, {n}, "bias");
    const std::string mean = constant(layer.mean, {n}, "mean"),
                      variance = constant(layer.variance, {n}, "variance");
    onnx::NodeProto& norm = node("BatchNormalization", {x, scale, bias, mean, variance});
    set_float(norm, "epsilon", layer.epsilon);
    return norm.output(0);
  }

  std::string write(const ResidualLayer& layer, const std::string& x) {
    const std::string at = place_;
    const std::string branch = layers(layer.branch, x, at + ".branch");
    place_ = at;
    const std::string scaled_branch = multiple(layer.residual, branch, "residual");
    const std::string scaled_input = multiple(layer.skip, x, "skip");
    return apply("Add", {scaled_input, scaled_branch});
  }

  std::string write(const OdeLayer&, const std::string&) {
    throw InputError(place_, "ONNX has no ode layers", "keep the network in JSON");
  }

  /// factor·value; `value` itself if the factor is 1.
  std::string multiple(const Rational& factor, const std::string& value, const std::string& field) {
    if (factor == 1) return value;
    const std::string stored = scalar(factor, field);
    return apply("Mul", {value, stored});
  }

  onnx::GraphProto& graph_;
  bool single_;
  std::size_t next_ = 0;
  std::string place_;
};

void describe(onnx::ValueInfoProto& value, const std::string& name, std::size_t width, int type) {
  value.set_name(name);
  auto& tensor = *value.mutable_type()->mutable_tensor_type();
  tensor.set_elem_type(type);
  tensor.mutable_shape()->add_dim()->set_dim_param("batch");
  tensor.mutable_shape()->add_dim()->set_dim_value(static_cast<std::int64_t>(width));
}

}  // namespace

std::string network_to_onnx(const Network& network, const std::string& where) {
  const bool single = network.weights_dtype == "float32" && fits_float(network.layers);
  const int type = single ? onnx::TensorProto::FLOAT : onnx::TensorProto::DOUBLE;
  onnx::ModelProto model;
  model.set_ir_version(7);
  model.set_producer_name(onnx_producer_name);
  model.add_opset_import()->set_version(opset);
  onnx::GraphProto& graph = *model.mutable_graph();
  graph.set_name(network.name.empty() ? "network" : network.name);
  graph.set_doc_string(network.comment);
  describe(*graph.add_input(), "x", network.input_dim, type);
  (void)GraphWriter(graph, single).layers(network.layers, "x", where + ": layers");
  graph.mutable_node(graph.node_size() - 1)->set_output(0, "y");
  describe(*graph.add_output(), "y", widths(network).back(), type);
  return model.SerializeAsString();
}

}  // namespace narrows
