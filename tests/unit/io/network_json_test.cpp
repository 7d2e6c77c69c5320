// Reading narrows-network/1: what is accepted, and a clear refusal for every class of malformed file.
#include "io/network_json.hpp"

#include <cmath>

#include "support.hpp"

using namespace narrows;
using narrows::test::error_of;
using narrows::test::require_parts;

namespace {

/// A one-layer network R^2 -> R^1 whose layer list is `layers`.
std::string document(const std::string& layers) {
  return R"({"format":"narrows-network/1","input_dim":2,"layers":[)" + layers + "]}";
}

Network parse(const std::string& text) {
  return parse_network_json(text, "net.json");
}

std::string error_for(const std::string& text) {
  INFO(text);
  return error_of([&] { (void)parse(text); });
}

const std::string affine = R"({"type":"affine","weight":[[1,2]],"bias":[3]})";

}  // namespace

TEST_CASE("a JSON number is its nearest double taken exactly and a string is exact") {
  const Network net = parse(
      document(R"({"type":"affine","weight":[["1/3","-0x1.8p-3"],[0.1,9007199254740993]],"bias":["7",-0]})"));
  const auto& layer = std::get<AffineLayer>(net.layers[0].value);
  CHECK(layer.weight[0] == Rational(1, 3));
  CHECK(layer.weight[1] == Rational(-3, 16));
  CHECK(layer.weight[2] == rational_exact(0.1));
  CHECK(layer.weight[2] != Rational(1, 10));
  CHECK(layer.weight[3] == rational_exact(9007199254740992.0));
  CHECK(layer.bias[0] == 7);
  CHECK(layer.bias[1] == 0);
}

TEST_CASE("numbers at the ends of the double range are read exactly") {
  const Network net = parse(document(
      R"({"type":"affine","weight":[[1.7976931348623157e308,5e-324]],"bias":[123456789012345678901234567890]})"));
  const auto& layer = std::get<AffineLayer>(net.layers[0].value);
  CHECK(layer.weight[0] == rational_exact(1.7976931348623157e308));
  CHECK(layer.weight[1] == rational_exact(5e-324));
  CHECK(layer.bias[0] == rational_exact(123456789012345678901234567890.0));
}

TEST_CASE("the optional keys are kept and default alphas are exact") {
  const Network net =
      parse(R"({"name":"n","weights_dtype":"float32","comment":"c","format":"narrows-network/1","input_dim":1,
    "layers":[{"type":"activation","function":"elu"},{"type":"activation","function":"leaky_relu"},
              {"type":"activation","function":"leaky_relu","alpha":"1/7"}]})");
  CHECK(net.name == "n");
  CHECK(net.weights_dtype == "float32");
  CHECK(net.comment == "c");
  CHECK(std::get<ActivationLayer>(net.layers[0].value).alpha == 1);
  CHECK(std::get<ActivationLayer>(net.layers[1].value).alpha == Rational(1, 100));
  CHECK(std::get<ActivationLayer>(net.layers[2].value).alpha == Rational(1, 7));
}

TEST_CASE("every activation name of the format is read") {
  for (const char* name : {"tanh", "sigmoid", "softplus", "relu", "leaky_relu", "elu", "arctan", "silu",
                           "gelu", "sin", "identity"}) {
    const Network net = parse(document(std::string(R"({"type":"activation","function":")") + name + "\"}"));
    CHECK(to_string(std::get<ActivationLayer>(net.layers[0].value).function) == name);
  }
}

TEST_CASE("messages name file, path, defect and mend exactly") {
  CHECK(
      error_for(document(
          affine +
          R"(,{"type":"residual","skip":1,"residual":1,"branch":[{"type":"affine","weight":[[1,2]],"bias":[0]}]})")) ==
      "net.json: layers[1].branch[0].weight[0]: the row has 2 numbers, the layer is fed 1 number; "
      "give every row as many numbers as the layer before has outputs");
  CHECK(error_for(document(R"({"type":"affine","weight":[[1,"x"]],"bias":[0]})")) ==
        "net.json: layers[0].weight[0][1]: the string is not an exact number; "
        "write \"p/q\", \"p\" or a hexadecimal float \"0x1.8p-3\"");
  CHECK(error_for(document(R"({"type":"ode","branch":[],"time":[0,1]})")) ==
        "net.json: layers[0].branch: is empty; give at least one layer");
  CHECK(error_for("") == "net.json: is empty; give a JSON document");
}

TEST_CASE("ode layers hold one branch or several and an exact time span") {
  const std::string tanh = R"([{"type":"activation","function":"tanh"}])";
  const Network net = parse(document(R"({"type":"ode","branch":)" + tanh + R"(,"time":[0,"1/3"]},{"type":"ode","branches":[)" + tanh + "," + tanh + R"(],"time":["0",2]})"));
  CHECK(std::get<OdeLayer>(net.layers[0].value).branches.size() == 1);
  CHECK(std::get<OdeLayer>(net.layers[0].value).time == Rational(1, 3));
  CHECK(std::get<OdeLayer>(net.layers[1].value).branches.size() == 2);
  CHECK(std::get<OdeLayer>(net.layers[1].value).time == 2);
}

TEST_CASE("parameters that are linear in time are read and written") {
  const auto affine_square = [](int corner) { return R"({"type":"affine","weight":[[)" + std::to_string(corner) + R"(,0],[0,1]],"bias":[0,0]})"; };
  const std::string branches = R"("branches":[[)" + affine_square(1) + "],[" + affine_square(2) + "]]";
  const std::string text = document(R"({"type":"ode",)" + branches + R"(,"time":[0,1],"interpolation":"linear"})");
  const Network net = parse(text);
  CHECK(std::get<OdeLayer>(net.layers[0].value).interpolation == Interpolation::linear);
  CHECK(same_layers(net, parse(network_to_json(net, true))));
  const Network constant = parse(document(R"({"type":"ode",)" + branches + R"(,"time":[0,1],"interpolation":"constant"})"));
  CHECK(!same_layers(net, constant));
  CHECK(network_to_json(constant, true).find("interpolation") == std::string::npos);
  const auto refused = [](const std::string& members) { return error_for(document(R"({"type":"ode","time":[0,1],)" + members + "}")); };
  require_parts(refused(branches + R"(,"interpolation":"cubic")"), {"layers[0].interpolation: unknown interpolation \"cubic\""});
  require_parts(refused(R"("branch":[)" + affine_square(1) + R"(],"interpolation":"linear")"), {"layers[0].interpolation: has one branch"});
  require_parts(refused(R"("branches":[[)" + affine_square(1) + R"(],[{"type":"activation","function":"tanh"}]],"interpolation":"linear")"),
                {"layers[0].interpolation: branches[1] is built otherwise"});
}

TEST_CASE("malformed ode layers are refused with their place") {
  const auto refused = [](const std::string& members) { return error_for(document(R"({"type":"ode",)" + members + "}")); };
  const std::string tanh = R"([{"type":"activation","function":"tanh"}])";
  for (const std::string time : {"[1,2]", "[0,0]", "[0,-1]", "[0]", "[0,1,2]"})
    CHECK(refused(R"("branch":)" + tanh + R"(,"time":)" + time) == "net.json: layers[0].time: is not a time span that starts at 0; give [0, T] with T > 0");
  require_parts(refused(R"("time":[0,1])"), {"layers[0]: needs either"});
  require_parts(refused(R"("branch":)" + tanh + R"(,"branches":[)" + tanh + R"(],"time":[0,1])"), {"layers[0]: needs either"});
  require_parts(refused(R"("branches":[],"time":[0,1])"), {"layers[0].branches: is empty"});
  require_parts(refused(R"("branch":[{"type":"activation","function":"relu"}],"time":[0,1])"), {"layers[0].branch: relu has a kink"});
  require_parts(refused(R"("branches":[)" + tanh + "," + "[" + affine + R"(]],"time":[0,1])"), {"layers[0].branches[1]: maps 2 numbers to 1"});
  require_parts(refused(R"("branch":[{"type":"residual","skip":1,"residual":1,"branch":)" + tanh + R"(}],"time":[0,1])"), {"layers[0].branch[0]", "residual"});
  require_parts(error_for(document(R"({"type":"residual","skip":1,"residual":1,"branch":[{"type":"ode","branch":)" + tanh + R"(,"time":[0,1]}]})")),
                {"layers[0].branch[0]: an ode layer inside a branch"});
}

TEST_CASE("broken syntax is refused with line and column") {
  require_parts(error_for("{\"format\":\n \"narrows-network/1\",,}"),
                {"net.json: is not valid JSON: ", "line 2"});
  for (const std::string text :
       {"{", "[1,2", "nul", "{\"a\":1}x", "// c\n{}", "{'a':1}", "{\"a\":01}", "{\"a\":1.}", "{\"a\":.5}"}) {
    require_parts(error_for(text), {"net.json"});
  }
}

TEST_CASE("NaN, Infinity and overflowing numbers are refused") {
  for (const std::string number : {"NaN", "Infinity", "-Infinity", "nan", "inf"}) {
    require_parts(error_for(document(R"({"type":"affine","weight":[[1,)" + number + R"(]],"bias":[0]})")),
                  {"NaN and Infinity"});
  }
  for (const std::string number : {"1e309", "-1e400", "2e308"}) {
    require_parts(error_for(document(R"({"type":"affine","weight":[[1,)" + number + R"(]],"bias":[0]})")),
                  {"net.json", number});
  }
  const std::string digits(400, '9');
  require_parts(error_for(document(R"({"type":"affine","weight":[[1,)" + digits + R"(]],"bias":[0]})")),
                {"net.json"});
}

TEST_CASE("exact strings that are malformed are refused") {
  for (const std::string text : {"",
                                 " 1",
                                 "1 ",
                                 "+1",
                                 "1/0",
                                 "1/-2",
                                 "1/",
                                 "/2",
                                 "0.5",
                                 "1e3",
                                 "0x",
                                 "0x1",
                                 "0x1.8",
                                 "0x1.p",
                                 "0x.p1",
                                 "0x1p99999",
                                 "0x1p9999999999",
                                 "--1",
                                 "NaN",
                                 "0x1.2.3p0"}) {
    INFO(text);
    require_parts(error_for(document(R"({"type":"affine","weight":[[1,")" + text + R"("]],"bias":[0]})")),
                  {"weight[0][1]"});
  }
}

TEST_CASE("unknown, missing and duplicate keys are refused") {
  require_parts(error_for(R"({"format":"narrows-network/1","input_dim":2,"layers":[],"extra":1})"),
                {"unknown key \"extra\""});
  require_parts(error_for(document(R"({"type":"affine","weight":[[1,2]],"bias":[3],"alpha":1})")),
                {"layers[0]: unknown key \"alpha\""});
  require_parts(error_for(document(R"({"type":"affine","weight":[[1,2]]})")),
                {"layers[0]: the key \"bias\" is missing"});
  require_parts(error_for(R"({"format":"narrows-network/1","input_dim":2})"), {"\"layers\" is missing"});
  require_parts(error_for(document(R"({"type":"affine","bias":[3],"weight":[[1,2]],"bias":[3]})")),
                {"\"bias\" stands twice"});
  require_parts(error_for(document(R"({"type":"activation","function":"tanh","f\u0075nction":"tanh"})")),
                {"stands twice"});
}

TEST_CASE("wrong types are refused") {
  for (const std::string text : {"[]", "1", "null", "\"net\""})
    require_parts(error_for(text), {"net.json: is "});
  require_parts(error_for(document("3")), {"layers[0]"});
  require_parts(error_for(document(R"({"type":7})")), {"layers[0].type: is a number"});
  require_parts(error_for(document(R"({"type":"affine","weight":[1,2],"bias":[3]})")),
                {"weight[0]: is a number; give an array"});
  require_parts(error_for(document(R"({"type":"affine","weight":[[1,null]],"bias":[3]})")),
                {"weight[0][1]: is null"});
  require_parts(error_for(document(R"({"type":"affine","weight":[[1,true]],"bias":[3]})")), {"weight[0][1]"});
  for (const std::string d : {"0", "-1", "2.0", "\"2\"", "5000", "1e2", "null", "99999999999999999999"}) {
    require_parts(error_for(R"({"format":"narrows-network/1","input_dim":)" + d + R"(,"layers":[]})"),
                  {"input_dim"});
  }
}

TEST_CASE("dimensions that do not fit are refused") {
  require_parts(error_for(document(R"({"type":"affine","weight":[[1,2],[3]],"bias":[0,0]})")),
                {"weight[1]: the row has 1 number"});
  require_parts(error_for(document(R"({"type":"affine","weight":[[1,2]],"bias":[0,0]})")),
                {"bias: has 2 numbers where 1"});
  require_parts(error_for(document(R"({"type":"affine","weight":[],"bias":[]})")), {"weight"});
  require_parts(error_for(document(affine + "," + affine)), {"layers[1].weight[0]"});
  require_parts(error_for(document("")), {"layers: is empty"});
  require_parts(error_for(document(R"({"type":"residual","skip":1,"residual":1,"branch":[]})")),
                {"branch: is empty"});
  require_parts(error_for(document(R"({"type":"residual","skip":1,"residual":1,"branch":[)" + affine + "]}")),
                {"maps 2 numbers to 1"});
  require_parts(
      error_for(document(
          R"({"type":"batch_norm","scale":[1],"bias":[0,0],"mean":[0,0],"variance":[1,1],"epsilon":0})")),
      {"scale"});
}

TEST_CASE("values without a meaning are refused") {
  require_parts(error_for(document(R"({"type":"pool"})")), {"unknown layer type \"pool\""});
  require_parts(error_for(document(R"({"type":"activation","function":"TanH"})")),
                {"unknown activation \"TanH\"", "leaky_relu"});
  require_parts(error_for(document(R"({"type":"activation","function":"tanh","alpha":1})")),
                {"tanh takes no alpha"});
  require_parts(error_for(document(R"({"type":"activation","function":"elu","alpha":0})")), {"alpha > 0"});
  require_parts(
      error_for(document(
          R"({"type":"batch_norm","scale":[1,1],"bias":[0,0],"mean":[0,0],"variance":[1,0],"epsilon":0})")),
      {"variance[1]", "not positive"});
  require_parts(error_for(R"({"format":"narrows-network/2","input_dim":2,"layers":[]})"), {"format"});
  const std::string inner =
      R"({"type":"residual","skip":1,"residual":1,"branch":[{"type":"activation","function":"tanh"}]})";
  require_parts(error_for(document(R"({"type":"residual","skip":1,"residual":1,"branch":[)" + inner + "]}")),
                {"branch[0]", "inside a residual"});
}

TEST_CASE("bytes that hide something are refused") {
  require_parts(error_for("\xEF\xBB\xBF" + document(affine)), {"byte order mark"});
  require_parts(error_for(document(affine) + std::string("\0x", 2)), {"zero byte"});
  require_parts(error_for(document(R"({"type":"activ)"
                                   "\xff"
                                   R"(ation"})")),
                {"net.json"});
  require_parts(error_for(std::string(100000, '[')), {"nested deeper"});
}

TEST_CASE("a tiny file cannot ask for a huge network") {
  const std::string conv =
      R"({"format":"narrows-network/1","input_dim":4096,"layers":[{"type":"conv","weight":[[[1]]],"bias":[0],
    "input_shape":[1,4096],"padding":"same","stride":1}]})";
  require_parts(error_for(conv), {"layers[0]", "more than 10000000 numbers"});
}

TEST_CASE("a convolution is read as the dense layer it equals") {
  const Network conv = parse(R"({"format":"narrows-network/1","input_dim":6,"layers":[{"type":"conv",
    "weight":[[[1,2],[3,4]]],"bias":[5],"input_shape":[2,3],"padding":"one-sided","stride":1}]})");
  const Network dense = parse(R"({"format":"narrows-network/1","input_dim":6,"layers":[{"type":"affine",
    "weight":[[1,2,0,3,4,0],[0,1,2,0,3,4],[0,0,1,0,0,3]],"bias":[5,5,5]}]})");
  CHECK(same_layers(conv, dense));
}

TEST_CASE("malformed convolutions are refused") {
  const auto conv = [](const std::string& weight, const std::string& shape, const std::string& padding,
                       const std::string& stride) {
    return R"({"format":"narrows-network/1","input_dim":6,"layers":[{"type":"conv","weight":)" + weight +
           R"(,"bias":[0],"input_shape":)" + shape + R"(,"padding":")" + padding + R"(","stride":)" + stride +
           "}]}";
  };
  const std::string good = "[[[1,2],[3,4]]]";
  CHECK_NOTHROW(parse(conv(good, "[2,3]", "valid", "1")));
  require_parts(error_for(conv(good, "[2,4]", "valid", "1")), {"input_shape", "8 numbers"});
  require_parts(error_for(conv(good, "[6]", "valid", "1")), {"input_shape"});
  require_parts(error_for(conv(good, "[2,3]", "full", "1")), {"padding"});
  require_parts(error_for(conv(good, "[2,3]", "valid", "0")), {"stride"});
  require_parts(error_for(conv("[[[1,2],[3]]]", "[2,3]", "valid", "1")), {"weight[0][1]: has length 1"});
  require_parts(error_for(conv("[[[1,2]]]", "[2,3]", "valid", "1")), {"weight[0]: has length 1"});
  require_parts(error_for(conv("[]", "[2,3]", "valid", "1")), {"weight"});
  require_parts(error_for(conv("[[]]", "[2,3]", "valid", "1")), {"weight[0]: is empty"});
  require_parts(error_for(conv("[[[1,2,3,4],[1,2,3,4]]]", "[2,3]", "valid", "1")), {"spans 4 positions"});
}
