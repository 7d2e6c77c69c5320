#include <catch2/catch.hpp>

#include "robust_parts.hpp"

using namespace narrows::checker;
using namespace narrows::checker::test;

namespace {

std::string verdict(const std::string& layers, const std::string& radius, const std::string& pixels,
                    const std::string& rule = "lipschitz-margin") {
  return verdict_of(RobustParts{model(2, layers), image(0, 0, radius, pixels), '"' + rule + '"'});
}

const std::string relu = activated("relu"), classes = dense("[[1, 0], [0, 1]]", "[0, 0]"),
                  no = "lipschitz-margin not-proved";

}  // namespace

TEST_CASE("checker: lipschitz-margin is strict at the largest radius") {
  CHECK(verdict(classes, "0", "[3, 1]") == "ACCEPTED");
  CHECK(verdict(classes, "0.4999999", "[3, 1]") == "ACCEPTED");  // 1 > 2r
  CHECK(verdict(classes, "0.5", "[3, 1]") == no);
  CHECK(verdict(classes, "0", "[1, 1]") == no);
  CHECK(verdict(classes, "0", "[1, 3]") == no);
  CHECK(verdict(classes, "1e308", "[3, 1]") == no);
}

TEST_CASE("checker: lipschitz-margin knows what cancels, which intervals do not") {
  // x − relu(x)/2 of positive x is x/2
  const std::string half = R"({"type": "residual", "skip": 1, "residual": "-1/2", "branch": [)" +
                           dense("[[1, 0], [0, 1]]", "[0, 0]") + ", " + relu + "]}, " + classes;
  CHECK(verdict(half, "0.4999999", "[3, 1]") == "ACCEPTED");
  CHECK(verdict(half, "0.4999999", "[3, 1]", "interval-margin") == "interval-margin not-proved");
  CHECK(verdict(half, "0.5", "[3, 1]") == no);
}

TEST_CASE("checker: lipschitz-margin opens the gate of a relu whose argument may vanish") {
  // f_0 − f_1 = 1/2 + 5·relu(−x_0): no slope while x_0 > 0 on the ball, at most 5 from x_0 = 0 on
  const std::string layers =
      dense("[[-1, 0], [0, 1]]", "[0, 0]") + ", " + relu + ", " + dense("[[-5, 0], [0, 0]]", R"(["1/2", 0])");
  CHECK(verdict(layers, "0.999", "[2, 0]") == "ACCEPTED");   // 1 − r > 0: the gate is shut
  CHECK(verdict(layers, "1", "[2, 0]") == no);               // it may open at the end: 1/2 > 5r fails
  CHECK(verdict(layers, "0.0999", "[0, 0]") == "ACCEPTED");  // argument 0 in the middle: 1/2 > 5·0.0999
  CHECK(verdict(layers, "0.1", "[0, 0]") == no);
  // relu replaced by the identity: 1/2 + 5·x_0, with the slope 5 everywhere
  const std::string open = dense("[[-1, 0], [0, 1]]", "[0, 0]") + ", " + activated("identity") + ", " +
                           dense("[[-5, 0], [0, 0]]", R"(["1/2", 0])");
  CHECK(verdict(open, "1.0999", "[2, 0]") == "ACCEPTED");
  CHECK(verdict(open, "1.1", "[2, 0]") == no);
}

TEST_CASE("checker: lipschitz-margin adds the slopes of all paths and pixels") {
  // 1 + relu(x_0 + x_1) − relu(x_0 + x_1) through a residual layer: intervals of the parts do not cancel with open gates
  const std::string block = R"({"type": "residual", "skip": 2, "residual": 3, "branch": [)" +
                            dense("[[0, 1], [1, 0]]", "[0, 0]") + ", " + relu + "]}";
  // at (3/2, 1/2), all positive: (2x_0 + 3x_1, 2x_1 + 3x_0) = (9/2, 11/2); f_0 − f_1 = x_1 − x_0 + 2, slopes (−1, 1)
  const std::string layers = block + ", " + dense("[[1, 0], [0, 1]]", "[2, 0]");
  CHECK(verdict(layers, "0.4999999", "[3, 1]") == "ACCEPTED");
  CHECK(verdict(layers, "0.5", "[3, 1]") == no);
}

TEST_CASE("checker: lipschitz-margin goes back through convolutions") {
  // the sum of each pixel and its right neighbour: (x_0 + x_1, x_1); f_0 − f_1 = x_0
  const std::string layers = conv("[[[1, 1]]]", "[0]", "[1, 2]", "one-sided") + ", " + classes;
  CHECK(verdict(layers, "1.4999", "[3, 1]") == "ACCEPTED");
  CHECK(verdict(layers, "1.5", "[3, 1]") == no);
  const std::string huge = conv("[[[1e308, 1e308]]]", "[0]", "[1, 2]", "one-sided") + ", " +
                           dense("[[1e308, 0], [0, 1]]", "[0, 0]");
  CHECK(verdict(huge, "0.1", "[3, 1]") == no);
}
