// What every ONNX operator and pattern is lowered to, on small models made by hand.
#include <cmath>

#include "onnx_model.hpp"

using namespace narrows;
using narrows::test::Model;
using narrows::test::require_parts;
using narrows::test::vector_model;

namespace {

std::string affine(const std::string& weight, const std::string& bias) {
  return R"({"type":"affine","weight":)" + weight + R"(,"bias":)" + bias + "}";
}

std::string activation(const std::string& function) {
  return R"({"type":"activation","function":")" + function + "\"}";
}

}  // namespace

TEST_CASE("Gemm honours alpha, beta and both transpositions exactly") {
  Model plain = vector_model();
  plain.constant("w", {2, 1}, {1, 2})
      .constant("b", {1}, {3})
      .node("Gemm", {"x", "w", "b"}, "y")
      .real("alpha", 0.5F)
      .real("beta", 3.0F);
  plain.check(affine("[[0.5,1]]", "[9]"));
  Model transposed = vector_model();
  transposed.constant("w", {1, 2}, {1, 2}).node("Gemm", {"x", "w"}, "y").integer("transB", 1);
  transposed.check(affine("[[1,2]]", "[0]"));
  Model column({2, 1});
  column.constant("w", {2, 3}, {1, 2, 3, 4, 5, 6}).constant("b", {3, 1}, {7, 8, 9});
  column.node("Gemm", {"w", "x", "b"}, "y").integer("transA", 1);
  column.check(affine("[[1,4],[2,5],[3,6]]", "[7,8,9]"));
  Model row({2, 1});
  row.constant("w", {2, 1}, {1, 2}).node("Gemm", {"x", "w"}, "y").integer("transA", 1);
  row.check(affine("[[1,2]]", "[0]"));
}

TEST_CASE("MatMul and the following Add or Mul become one affine layer") {
  Model model = vector_model();
  model.constant("w", {2, 2}, {1, 2, 3, 4}).constant("b", {2}, {5, 6}).constant("s", {}, {2});
  model.node("MatMul", {"x", "w"}, "a").node("Add", {"a", "b"}, "c").node("Mul", {"c", "s"}, "y");
  model.check(affine("[[2,6],[4,8]]", "[10,12]"));
  Model left({2});
  left.constant("w", {1, 2}, {1, 2}).node("MatMul", {"w", "x"}, "y");
  left.check(affine("[[1,2]]", "[0]"));
}

TEST_CASE("constant arithmetic before a layer becomes one diagonal affine layer") {
  Model model = vector_model();
  model.constant("mean", {2}, {1, 2}).constant("deviation", {1, 2}, {4, 3});
  model.node("Sub", {"x", "mean"}, "a")
      .node("Div", {"a", "deviation"}, "b")
      .node("Neg", {"b"}, "c")
      .node("Tanh", {"c"}, "y");
  model.check(affine(R"([[-0.25,0],[0,"-1/3"]])", R"([0.25,"2/3"])") + "," + activation("tanh"));
  Model reversed = vector_model();
  reversed.constant("c", {}, {3}).node("Sub", {"c", "x"}, "y");
  reversed.check(affine("[[-1,0],[0,-1]]", "[3,3]"));
}

TEST_CASE("constants fold exactly before they are used") {
  Model model = vector_model();
  model.constant("a", {}, {1})
      .constant("b", {}, {3})
      .node("Div", {"a", "b"}, "third")
      .node("Neg", {"third"}, "c");
  model.node("Mul", {"c", "x"}, "y");
  model.check(affine(R"([["-1/3",0],[0,"-1/3"]])", "[0,0]"));
}

TEST_CASE("unary operators become activations with their exact parameters") {
  const std::vector<std::pair<std::string, std::string>> names = {
      {"Tanh", "tanh"}, {"Sigmoid", "sigmoid"}, {"Softplus", "softplus"},
      {"Relu", "relu"}, {"Atan", "arctan"},     {"Sin", "sin"}};
  for (const auto& [op, name] : names) vector_model().node(op, {"x"}, "y").check(activation(name));
  vector_model()
      .node("LeakyRelu", {"x"}, "y")
      .real("alpha", 0.1F)
      .check(R"({"type":"activation","function":"leaky_relu","alpha":0.10000000149011612})");
  vector_model()
      .node("LeakyRelu", {"x"}, "y")
      .check(R"({"type":"activation","function":"leaky_relu","alpha":0.009999999776482582})");
  vector_model()
      .node("Elu", {"x"}, "y")
      .real("alpha", 0.25F)
      .check(R"({"type":"activation","function":"elu","alpha":"1/4"})");
  vector_model().node("Elu", {"x"}, "y").check(activation("elu"));
  require_parts(vector_model().node("Elu", {"x"}, "y").real("alpha", 0).error(), {"alpha > 0"});
  vector_model().node("Identity", {"x"}, "a").node("Tanh", {"a"}, "y").check(activation("tanh"));
  vector_model().node("Identity", {"x"}, "y").check(activation("identity"));
}

TEST_CASE("x times Sigmoid(x) is SiLU, in either order and with factors") {
  vector_model().node("Sigmoid", {"x"}, "s").node("Mul", {"x", "s"}, "y").check(activation("silu"));
  vector_model().node("Sigmoid", {"x"}, "s").node("Mul", {"s", "x"}, "y").check(activation("silu"));
  Model swish = vector_model();
  swish.constant("k", {}, {4})
      .node("Mul", {"x", "k"}, "kx")
      .node("Sigmoid", {"kx"}, "s")
      .node("Mul", {"x", "s"}, "y");
  swish.check(affine("[[4,0],[0,4]]", "[0,0]") + "," + activation("silu") + "," +
              affine("[[0.25,0],[0,0.25]]", "[0,0]"));
  Model other = vector_model();
  other.node("Tanh", {"x"}, "t").node("Sigmoid", {"t"}, "s").node("Mul", {"x", "s"}, "y");
  require_parts(other.error(), {"Mul_node", "multiplies two computed vectors", "SiLU"});
}

TEST_CASE("the three usual spellings of GELU are recognised in both precisions") {
  for (const int type : {onnx::TensorProto::FLOAT, onnx::TensorProto::DOUBLE}) {
    Model exporter({0, 2}, type);  // x * (1 + Erf(x / root)) * 0.5
    exporter.constant("root", {}, {std::sqrt(2.0)}).constant("one", {}, {1}).constant("half", {}, {0.5});
    exporter.node("Div", {"x", "root"}, "a")
        .node("Erf", {"a"}, "b")
        .node("Add", {"b", "one"}, "c")
        .node("Mul", {"x", "c"}, "d");
    exporter.node("Mul", {"d", "half"}, "y").check(activation("gelu"));
    Model half_first({0, 2}, type);  // (0.5 * x) * (Erf(x * (1 / root)) + 1)
    half_first.constant("inverse", {}, {std::sqrt(0.5)}).constant("one", {}, {1}).constant("half", {}, {0.5});
    half_first.node("Mul", {"inverse", "x"}, "a").node("Erf", {"a"}, "b").node("Add", {"one", "b"}, "c");
    half_first.node("Mul", {"x", "half"}, "d").node("Mul", {"c", "d"}, "y").check(activation("gelu"));
    Model distributed({0, 2}, type);  // x * (0.5 + 0.5 * Erf(x / root))
    distributed.constant("root", {}, {std::sqrt(2.0)}).constant("half", {}, {0.5});
    distributed.node("Div", {"x", "root"}, "a")
        .node("Erf", {"a"}, "b")
        .node("Mul", {"b", "half"}, "c")
        .node("Add", {"c", "half"}, "d");
    distributed.node("Mul", {"d", "x"}, "y").check(activation("gelu"));
  }
}

TEST_CASE("what only resembles GELU is refused") {
  Model wrong = vector_model();
  wrong.constant("root", {}, {1.5})
      .constant("one", {}, {1})
      .node("Div", {"x", "root"}, "a")
      .node("Erf", {"a"}, "b");
  wrong.node("Add", {"b", "one"}, "c").node("Mul", {"x", "c"}, "y");
  require_parts(wrong.error(), {"GELU"});
  require_parts(vector_model().node("Erf", {"x"}, "y").error(), {"Erf can only be read as a part of GELU"});
}

TEST_CASE("residual sums are recognised with their exact factors") {
  const auto block = [](const std::string& skip, const std::string& residual) {
    return R"({"type":"residual","skip":)" + skip + R"(,"residual":)" + residual + R"(,"branch":[)" +
           activation("tanh") + "]}";
  };
  vector_model().node("Tanh", {"x"}, "t").node("Add", {"x", "t"}, "y").check(block("1", "1"));
  vector_model().node("Tanh", {"x"}, "t").node("Sub", {"x", "t"}, "y").check(block("1", "-1"));
  vector_model().node("Tanh", {"x"}, "t").node("Sub", {"t", "x"}, "y").check(block("-1", "1"));
  Model scaled = vector_model();
  scaled.constant("e", {}, {0})
      .constant("d", {1}, {0.1})
      .node("Tanh", {"x"}, "t")
      .node("Mul", {"d", "t"}, "a");
  scaled.node("Mul", {"x", "e"}, "b").node("Add", {"a", "b"}, "y").check(block("0", "0.1"));
  Model biased = vector_model();  // (x + b) + tanh(x)
  biased.constant("b", {2}, {1, 2})
      .node("Add", {"x", "b"}, "a")
      .node("Tanh", {"x"}, "t")
      .node("Add", {"a", "t"}, "y");
  biased.check(block("1", "1") + "," + affine("[[1,0],[0,1]]", "[1,2]"));
  Model scaled_input = vector_model();  // h = 2x, h + tanh(h)
  scaled_input.constant("two", {}, {2})
      .node("Mul", {"x", "two"}, "h")
      .node("Tanh", {"h"}, "t")
      .node("Add", {"h", "t"}, "y");
  scaled_input.check(affine("[[2,0],[0,2]]", "[0,0]") + "," + block("1", "1"));
  Model twice = vector_model();
  twice.node("Tanh", {"x"}, "t")
      .node("Add", {"x", "t"}, "h")
      .node("Tanh", {"h"}, "u")
      .node("Add", {"u", "h"}, "y");
  twice.check(block("1", "1") + "," + block("1", "1"));
}

TEST_CASE("sums of multiples and of affine images of one vector stay affine") {
  Model multiples = vector_model();
  multiples.constant("c", {}, {3})
      .node("Mul", {"x", "c"}, "a")
      .node("Add", {"a", "x"}, "y")
      .check(affine("[[4,0],[0,4]]", "[0,0]"));
  Model images = vector_model();
  images.constant("u", {2, 1}, {1, 2})
      .constant("v", {2, 1}, {10, 20})
      .node("MatMul", {"x", "u"}, "a")
      .node("MatMul", {"x", "v"}, "b");
  images.node("Sub", {"a", "b"}, "y").check(affine("[[-9,-18]]", "[0]"));
}

TEST_CASE("sums that are no residual block are refused") {
  Model parallel = vector_model();
  parallel.node("Tanh", {"x"}, "a").node("Sin", {"x"}, "b").node("Add", {"a", "b"}, "y");
  require_parts(parallel.error(),
                {"net.onnx: node 'Add_node' (Add): neither summand", "skip*h + residual*branch(h)"});
  Model nested = vector_model();
  nested.node("Tanh", {"x"}, "t")
      .node("Add", {"x", "t"}, "h")
      .node("Sin", {"h"}, "s")
      .node("Add", {"x", "s"}, "y");
  require_parts(nested.error(), {"spans another residual block"});
}

TEST_CASE("BatchNormalization keeps its numbers and the float32 epsilon") {
  Model model = vector_model();
  model.constant("s", {2}, {1, 2})
      .constant("b", {2}, {3, 4})
      .constant("m", {2}, {5, 6})
      .constant("v", {2}, {7, 8});
  Model training = model;
  model.node("BatchNormalization", {"x", "s", "b", "m", "v"}, "y").real("momentum", 0.9F);
  model.check(
      R"({"type":"batch_norm","scale":[1,2],"bias":[3,4],"mean":[5,6],"variance":[7,8],"epsilon":9.999999747378752e-06})");
  training.node("BatchNormalization", {"x", "s", "b", "m", "v"}, "y").integer("training_mode", 1);
  require_parts(training.error(), {"training mode", "model.eval()"});
}

TEST_CASE("Conv and Flatten are the dense layer they stand for") {
  Model model({0, 1, 4});
  model.constant("w", {2, 1, 2}, {1, 2, 3, 4}).constant("b", {2}, {5, 6}).node("Conv", {"x", "w", "b"}, "c");
  model.integers("strides", {2})
      .integers("pads", {0, 0})
      .node("Flatten", {"c"}, "f")
      .node("Relu", {"f"}, "y");
  model.check(affine("[[1,2,0,0],[0,0,1,2],[3,4,0,0],[0,0,3,4]]", "[5,5,6,6]") + "," + activation("relu"));
  Model same({0, 1, 2, 2});
  same.constant("w", {1, 1, 3, 1}, {1, 2, 3}).node("Conv", {"x", "w"}, "y").text("auto_pad", "SAME_UPPER");
  same.check(affine("[[2,0,3,0],[0,2,0,3],[1,0,2,0],[0,1,0,2]]", "[0,0,0,0]"));
  Model reshaped({0, 4});
  reshaped.shape("shape", {-1, 2, 2}).constant("w", {2, 1, 1}, {10, 20}).node("Reshape", {"x", "shape"}, "r");
  reshaped.node("Conv", {"r", "w"}, "c").integer("group", 2).node("Flatten", {"c"}, "y");
  reshaped.check(affine("[[10,0,0,0],[0,10,0,0],[0,0,20,0],[0,0,0,20]]", "[0,0,0,0]"));
}

TEST_CASE("several outputs of one vector stay, for a margin to be chosen later") {
  Model model = vector_model();
  model.constant("w", {3, 2}, {1, 2, 3, 4, 5, 6}).node("Gemm", {"x", "w"}, "y").integer("transB", 1);
  model.check(affine("[[1,2],[3,4],[5,6]]", "[0,0,0]"));
}

TEST_CASE("float32 weights are lifted exactly and every batch form is read") {
  for (const std::vector<long>& shape : {std::vector<long>{1, 2}, {0, 2}, {2}}) {
    Model model(shape, onnx::TensorProto::FLOAT);
    model.constant("w", {2, 1}, {0.1, 0.2}).node("MatMul", {"x", "w"}, "y");
    model.check(affine("[[0.10000000149011612,0.20000000298023224]]", "[0]"));
    CHECK(model.read().weights_dtype == "float32");
  }
}
