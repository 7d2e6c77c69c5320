// Small ONNX models made by hand through the protobuf API.
#pragma once

#include <onnx/onnx_pb.h>

#include "io/network_json.hpp"
#include "io/onnx_read.hpp"
#include "support.hpp"

namespace narrows::test {

/// A model under construction: input "x", output "y", float64 unless said otherwise.
class Model {
 public:
  explicit Model(const std::vector<long>& shape, int type = onnx::TensorProto::DOUBLE) : type_(type) {
    model.set_ir_version(7);
    model.add_opset_import()->set_version(13);
    auto& input = *graph().add_input();
    input.set_name("x");
    input.mutable_type()->mutable_tensor_type()->set_elem_type(type);
    for (const long d : shape) {
      auto& dim = *input.mutable_type()->mutable_tensor_type()->mutable_shape()->add_dim();
      d > 0 ? dim.set_dim_value(d) : dim.set_dim_param("batch");
    }
    graph().add_output()->set_name("y");
  }

  onnx::GraphProto& graph() { return *model.mutable_graph(); }

  Model& constant(const std::string& name, const std::vector<long>& dims, const std::vector<double>& values) {
    auto& tensor = *graph().add_initializer();
    tensor.set_name(name);
    tensor.set_data_type(type_);
    for (const long d : dims) tensor.add_dims(d);
    for (const double v : values) {
      if (type_ == onnx::TensorProto::FLOAT) {
        tensor.add_float_data(static_cast<float>(v));
      } else {
        tensor.add_double_data(v);
      }
    }
    return *this;
  }

  Model& shape(const std::string& name, const std::vector<long>& values) {
    auto& tensor = *graph().add_initializer();
    tensor.set_name(name);
    tensor.set_data_type(onnx::TensorProto::INT64);
    tensor.add_dims(static_cast<long>(values.size()));
    for (const long v : values) tensor.add_int64_data(v);
    return *this;
  }

  Model& node(const std::string& op, const std::vector<std::string>& inputs, const std::string& output) {
    auto& node = *graph().add_node();
    node.set_op_type(op);
    node.set_name(op + "_node");
    for (const auto& input : inputs) node.add_input(input);
    node.add_output(output);
    return *this;
  }

  /// An attribute of the last node.
  Model& real(const std::string& name, float value) {
    auto& attribute = add_attribute(name, onnx::AttributeProto::FLOAT);
    attribute.set_f(value);
    return *this;
  }
  Model& integer(const std::string& name, long value) {
    add_attribute(name, onnx::AttributeProto::INT).set_i(value);
    return *this;
  }
  Model& integers(const std::string& name, const std::vector<long>& values) {
    auto& attribute = add_attribute(name, onnx::AttributeProto::INTS);
    for (const long v : values) attribute.add_ints(v);
    return *this;
  }
  Model& text(const std::string& name, const std::string& value) {
    add_attribute(name, onnx::AttributeProto::STRING).set_s(value);
    return *this;
  }

  Network read() const { return parse_onnx(model.SerializeAsString(), "net.onnx"); }
  std::string error() const {
    return error_of([&] { (void)read(); });
  }
  /// Checks that the lowered layers are those of the JSON list.
  void check(const std::string& layers) const {
    const Network net = read();
    INFO(network_to_json(net, true));
    const std::string text = R"({"format":"narrows-network/1","input_dim":)" + std::to_string(net.input_dim) +
                             ",\"layers\":[" + layers + "]}";
    CHECK(same_layers(net, parse_network_json(text, "expected")));
  }

  onnx::ModelProto model;

 private:
  onnx::AttributeProto& add_attribute(const std::string& name, onnx::AttributeProto::AttributeType type) {
    auto& attribute = *graph().mutable_node(graph().node_size() - 1)->add_attribute();
    attribute.set_name(name);
    attribute.set_type(type);
    return attribute;
  }
  int type_;
};

inline Model vector_model() {
  return Model({0, 2});
}

/// Adds y = Tanh(W·x) so that a defect elsewhere is the only one.
inline Model tanh_model() {
  return vector_model().node("Tanh", {"x"}, "y");
}

}  // namespace narrows::test
