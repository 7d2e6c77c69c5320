#include <catch2/catch.hpp>

#include "level_parts.hpp"

using namespace narrows::checker;
using namespace narrows::checker::test;

namespace {

LevelParts clarke(const std::string& net, const std::string& point, const std::string& directions,
                  const std::string& weights, const std::string& layers = "") {
  LevelParts p;
  p.model = net;
  p.kind = "clarke-critical-point";
  p.domain = R"({"type": "space"})";
  p.members = R"(, "point": )" + point + R"(, "layers_regular": )" + (layers.empty() ? "false" : "true");
  p.proof = R"({"directions": )" + directions + R"(, "weights": )" + weights +
            (layers.empty() ? "" : R"(, "layers": )" + layers) + "}";
  return p;
}
std::string verdict(const std::string& net, const std::string& point, const std::string& directions,
                    const std::string& weights, const std::string& layers = "") {
  return verdict_of(clarke(net, point, directions, weights, layers));
}

const std::string relu = activated("relu"), no = "limiting-gradient not-proved";
const std::string size =
    model(1, dense("[[1], [-1]]", "[0, 0]") + ", " + relu + ", " + dense("[[1, 1]]", "[0]"));  // |x|

/// x + 2·relu(x_1)·e_2, then x − relu(x_2)·e_1 − relu(−x_2)·… as in a network of regular layers whose output has 0 in its subdifferential.
const std::string skewed = model(
    2, R"({"type": "residual", "skip": 1, "residual": 1, "branch": [)" + dense("[[1, 0], [0, 0]]", "[0, 0]") +
           ", " + relu + ", " + dense("[[0, 0], [2, 0]]", "[0, 0]") +
           R"(]}, {"type": "residual", "skip": 1, "residual": 1, "branch": [)" +
           dense("[[0, -1], [0, 1]]", "[0, 0]") + ", " + relu + ", " + dense("[[-1, -1], [0, 0]]", "[0, 0]") +
           "]}, " + dense("[[1, 0]]", "[0]"));
const std::string all_layers =
    R"([{"layer": 1, "test": "symmetric-part"}, {"layer": 2, "test": "symmetric-part"}, {"layer": 3, "test": "rank"}])";

}  // namespace

TEST_CASE("checker: limiting-gradient finds the slopes on both sides of a kink") {
  CHECK(verdict(size, "[0]", "[[1], [-1]]", R"(["1/2", "1/2"])") == "ACCEPTED");
  CHECK(verdict(size, "[0]", R"([["7/3"], [-1e-9]])", R"(["1/2", "1/2"])") == "ACCEPTED");  // any length
  CHECK(verdict(size, "[0]", "[[1], [-1]]", R"(["1/3", "2/3"])") == no);
  CHECK(verdict(size, "[0]", "[[1], [1]]", R"(["1/2", "1/2"])") == no);
  CHECK(verdict(size, "[1]", "[[1], [-1]]", R"(["1/2", "1/2"])") == no);  // beside the kink both are 1
  CHECK(verdict(size, R"(["1/1000000000000000000000000000000"])", "[[1], [-1]]", R"(["1/2", "1/2"])") == no);
  CHECK(verdict(size, "[0]", "[[0]]", "[1]") == no);  // a direction in the kink
  CHECK(check_parts(clarke(size, R"(["0/5"])", "[[1], [-1]]", R"(["1/2", "1/2"])")).claim ==
        "clarke-critical-point proved on R^1 output 0: at (0)");
  const std::string rising = model(
      1, R"({"type": "residual", "skip": 1, "residual": 1, "branch": [)" + relu + "]}");  // slopes 1 and 2
  for (const char* weights : {R"(["1/2", "1/2"])", "[1, 0]", "[0, 1]", R"(["2/3", "1/3"])"})
    CHECK(verdict(rising, "[0]", "[[1], [-1]]", weights) == no);
}

TEST_CASE("checker: limiting-gradient knows leaky_relu, flat neurons and differentiable points") {
  const std::string leaky =
      model(1, R"({"type": "activation", "function": "leaky_relu", "alpha": "-1/3"})");  // slopes 1 and −1/3
  CHECK(verdict(leaky, "[0]", "[[1], [-1]]", R"(["1/4", "3/4"])") == "ACCEPTED");
  CHECK(verdict(leaky, "[0]", "[[1], [-1]]", R"(["3/4", "1/4"])") == no);
  const std::string flat = model(
      1, dense("[[0], [1]]", "[0, 0]") + ", " + relu + ", " + dense("[[1, 1]]", "[0]"));  // relu(0) + relu(x)
  CHECK(verdict(flat, "[-1]", "[[0]]", "[1]") == "ACCEPTED");  // the gradient is 0 there
  CHECK(verdict(flat, "[0]", "[[-1]]", "[1]") == "ACCEPTED");
  CHECK(verdict(flat, "[1]", "[[0]]", "[1]") == no);
  CHECK(verdict(model(1, activated("tanh")), "[0]", "[[1]]", "[1]") == "limiting-gradient inapplicable");
  // d = 2: |x| − |y| has 0 in the middle of four gradients, and of two opposite ones
  const std::string saddle = model(2, dense("[[1, 0], [-1, 0], [0, 1], [0, -1]]", "[0, 0, 0, 0]") + ", " +
                                          relu + ", " + dense("[[1, 1, -1, -1]]", "[0]"));
  CHECK(verdict(saddle, "[0, 0]", "[[1, 1], [-1, -1]]", R"(["1/2", "1/2"])") == "ACCEPTED");
  CHECK(verdict(saddle, "[0, 0]", "[[1, 1], [-1, 1]]", R"(["1/2", "1/2"])") == no);
  CHECK(verdict(saddle, "[0, 0]", "[[1, 0], [-1, 0]]", R"(["1/2", "1/2"])") == no);  // along the kink of |y|
}

TEST_CASE("checker: limiting-gradient watches the digits of every sum, not only of whole layers") {
  std::string column, row, bias;
  for (int k = 0; k < 400; ++k) {
    column += k == 0 ? "[1]" : ", [1]";
    bias += k == 0 ? "0" : ", 0";
    row += (k == 0 ? "\"1/1" : ", \"1/1") + std::string(2000, '0') + std::to_string(2 * k + 1) + '"';
  }
  CHECK(verdict(model(1, dense("[" + column + "]", "[" + bias + "]") + ", " + dense("[[" + row + "]]", "[0]")), "[0]", "[[1], [-1]]", R"(["1/2", "1/2"])") == "limiting-gradient limit");
}

TEST_CASE("checker: limiting-gradient and regular layers hold together") {
  CHECK(verdict(skewed, "[0, 0]", "[[1, 0], [-1, -1]]", R"(["1/2", "1/2"])", all_layers) == "ACCEPTED");
  CHECK(check_parts(clarke(skewed, "[0, 0]", "[[1, 0], [-1, -1]]", R"(["1/2", "1/2"])", all_layers)).claim ==
        "clarke-critical-point proved on R^2 output 0: at (0,0), all layers regular");
  CHECK(verdict(skewed, "[0, 0]", "[[1, 0], [-1, -1]]", R"(["1/2", "1/2"])",
                R"([{"layer": 1, "test": "symmetric-part"}])") == "document incomplete");
  CHECK(verdict(skewed, "[0, 0]", "[[1, 0], [-1, -1]]", R"(["1/2", "1/2"])",
                R"([{"layer": 1, "test": "rank"}])") == "rank inapplicable");
  CHECK(verdict(skewed, "[0, 0]", "[[1, 0], [-1, 1]]", R"(["1/2", "1/2"])", all_layers) == no);
}

TEST_CASE("checker: claims of Clarke critical points are read strictly") {
  LevelParts p = clarke(size, "[0]", "[[1], [-1]]", R"(["1/2", "1/2"])");
  CHECK(verdict(size, "[0]", "[[1], [-1]]", R"(["1/2", "1/3"])") == "document out-of-range");
  CHECK(verdict(size, "[0]", "[[1], [-1]]", R"(["3/2", "-1/2"])") == "document out-of-range");
  CHECK(verdict(size, "[0]", "[[1], [-1]]", "[1]") == "document mismatch");
  CHECK(verdict(size, "[0]", "[]", "[]") == "document limit");
  CHECK(verdict(size, "[0, 0]", "[[1], [-1]]", R"(["1/2", "1/2"])") == "document mismatch");
  CHECK(verdict(size, "[0]", "[[1, 0], [-1, 0]]", R"(["1/2", "1/2"])") == "document mismatch");
  p.domain = R"({"type": "box", "bounds": [[-1, 1]]})";
  CHECK(verdict_of(p) == "document inapplicable");
  p = clarke(size, "[0]", "[[1], [-1]]", R"(["1/2", "1/2"])");
  p.verdict = "refuted";
  CHECK(verdict_of(p) == "document mismatch");
  p = clarke(size, "[0]", "[[1], [-1]]", R"(["1/2", "1/2"])");
  p.members = R"(, "point": [0], "layers_regular": true)";
  CHECK(verdict_of(p) == "document mismatch");
}
