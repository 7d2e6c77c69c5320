// ONNX models that are refused, and what the message says.
#include <cmath>
#include <limits>

#include "onnx_model.hpp"

using namespace narrows;
using narrows::test::error_of;
using narrows::test::Model;
using narrows::test::require_parts;
using narrows::test::tanh_model;
using narrows::test::vector_model;

TEST_CASE("an unknown operator is named with its node and what is supported") {
  const std::string error = vector_model().node("MaxPool", {"x"}, "y").error();
  require_parts(error, {"net.onnx: node 'MaxPool_node' (MaxPool): the operator MaxPool is not supported; "
                        "supported are Add, Atan",
                        "Tanh"});
  Model custom = tanh_model();
  custom.graph().mutable_node(0)->set_domain("com.example");
  require_parts(custom.error(), {"com.example.Tanh is not supported"});
}

TEST_CASE("an unknown operator that the output does not need is left alone") {
  Model model = tanh_model();
  model.node("MaxPool", {"x"}, "unused").check(R"({"type":"activation","function":"tanh"})");
}

TEST_CASE("external data are refused") {
  Model model = vector_model();
  model.constant("w", {2, 1}, {}).node("MatMul", {"x", "w"}, "y");
  model.graph().mutable_initializer(0)->set_data_location(onnx::TensorProto::EXTERNAL);
  require_parts(model.error(), {"initializer 'w': its data are in another file (external data)",
                                "save_as_external_data=False"});
}

TEST_CASE("damaged tensors are refused") {
  const auto with = [](const std::vector<long>& dims, const std::vector<double>& values) {
    return vector_model().constant("w", dims, values).node("MatMul", {"x", "w"}, "y");
  };
  require_parts(with({2, 1}, {1}).error(), {"holds 1 entries, its shape needs 2"});
  require_parts(with({2, 1}, {1, std::nan("")}).error(), {"initializer 'w': entry 1 is NaN"});
  require_parts(with({2, 1}, {std::numeric_limits<double>::infinity(), 1}).error(),
                {"entry 0 is NaN or infinite"});
  require_parts(with({2, 0}, {}).error(), {"dimension 0"});
  require_parts(with({-2, -1}, {1, 2}).error(), {"dimension -2"});
  require_parts(with({2, 1'000'000'000}, {1, 2}).error(), {"more than 10000000"});
  require_parts(with({1L << 40, 1L << 40}, {1, 2}).error(), {"more than 10000000"});
  require_parts(with({3, 1}, {1, 2, 3}).error(), {"expects 3 numbers and is fed 2"});
  Model half = with({2, 1}, {1, 2});
  half.graph().mutable_initializer(0)->set_data_type(onnx::TensorProto::FLOAT16);
  require_parts(half.error(), {"element type", "float32 or float64"});
  Model raw = with({2, 1}, {});
  raw.graph().mutable_initializer(0)->set_raw_data(std::string(15, 'a'));
  require_parts(raw.error(), {"raw data are damaged"});
}

TEST_CASE("graphs without exactly one input and one output are refused") {
  Model inputs = tanh_model();
  *inputs.graph().add_input() = inputs.graph().input(0);
  inputs.graph().mutable_input(1)->set_name("z");
  require_parts(inputs.error(), {"has 2 inputs", "one input"});
  Model outputs = tanh_model();
  outputs.graph().add_output()->set_name("z");
  require_parts(outputs.error(), {"has 2 outputs"});
  Model none = tanh_model();
  none.graph().clear_output();
  require_parts(none.error(), {"has 0 outputs"});
  Model unknown = tanh_model();
  unknown.graph().mutable_output(0)->set_name("elsewhere");
  require_parts(unknown.error(), {"is not computed from the input"});
}

TEST_CASE("shapes that are not one vector per sample are refused") {
  require_parts(Model({3, 2}).node("Tanh", {"x"}, "y").error(), {"batch dimension 3"});
  require_parts(Model({0, 0}).node("Tanh", {"x"}, "y").error(), {"no fixed number of features"});
  require_parts(Model({}).node("Tanh", {"x"}, "y").error(), {"has no shape"});
  require_parts(Model({1, 5000}).node("Tanh", {"x"}, "y").error(), {"dimension 5000"});
  require_parts(Model({1, 2}, onnx::TensorProto::INT64).node("Tanh", {"x"}, "y").error(), {"float inputs"});
  Model enlarged({0, 1});
  enlarged.constant("b", {2}, {1, 2}).node("Add", {"x", "b"}, "y");
  require_parts(enlarged.error(), {"broadcasting enlarges"});
  Model matrix({0, 2, 2});
  matrix.constant("w", {2, 1}, {1, 2}).node("MatMul", {"x", "w"}, "y");
  require_parts(matrix.error(), {"flattened"});
}

TEST_CASE("broken graphs are refused") {
  require_parts(error_of([] { (void)parse_onnx("", "net.onnx"); }), {"net.onnx: is empty"});
  require_parts(error_of([] { (void)parse_onnx("hello, world", "net.onnx"); }), {"not an ONNX model"});
  require_parts(error_of([] { (void)parse_onnx(std::string_view("\x08\x07", 2), "net.onnx"); }),
                {"holds no graph"});
  require_parts(vector_model().node("Tanh", {"z"}, "y").error(),
                {"uses 'z', which no node before it defines"});
  require_parts(vector_model().node("Tanh", {"a"}, "y").node("Sin", {"y"}, "a").error(),
                {"no node before it defines"});
  require_parts(tanh_model().node("Sin", {"x"}, "y").error(), {"a second time"});
  require_parts(vector_model().node("Tanh", {}, "y").error(), {"wrong number of inputs"});
  require_parts(vector_model().node("Tanh", {"x"}, "y").integer("odd", 1).error(),
                {"attribute \"odd\" is not supported"});
  Model old = tanh_model();
  old.model.mutable_opset_import(0)->set_version(6);
  require_parts(old.error(), {"opset 6", "7 to 24"});
  Model zero = vector_model();
  zero.constant("z", {}, {0}).node("Div", {"x", "z"}, "y");
  require_parts(zero.error(), {"divides by zero"});
  Model inverse = vector_model();
  inverse.constant("c", {}, {1}).node("Div", {"c", "x"}, "y");
  require_parts(inverse.error(), {"divides by a computed vector"});
}
