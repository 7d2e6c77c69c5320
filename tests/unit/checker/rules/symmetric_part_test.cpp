#include "ratio_parts.hpp"

#include <catch2/catch.hpp>

using namespace narrows::checker;
using namespace narrows::checker::test;

namespace {

std::string verdict_for(const std::string& layer, std::size_t d = 1, const std::string& kind = "no-critical-points") {
  Parts p;
  p.kind = kind;
  p.model = model(d, layer);
  p.proof = layers_proof({"symmetric-part", "rank"});
  return verdict_of(p);
}

}  // namespace

TEST_CASE("checker: symmetric-part proves large branches that push in the right direction") {
  CHECK(verdict_for(scalar_block("1", "100", "\"tanh\"")) == "ACCEPTED");
  CHECK(verdict_for(scalar_block("-1", "-100", "\"softplus\"")) == "ACCEPTED");  // α = δ/ε > 0
  CHECK(verdict_for(scalar_block("1", "7", "\"relu\""), 1, "no-local-extremum") == "ACCEPTED");
}

TEST_CASE("checker: symmetric-part uses δ/ε, the factor s, and needs slopes >= 0") {
  CHECK(verdict_for(scalar_block("-1", "100", "\"tanh\"")) == "symmetric-part not-proved");
  CHECK(verdict_for(scalar_block("1", "-1", "\"tanh\"")) == "symmetric-part not-proved");
  CHECK(verdict_for(scalar_block("1", "-3.99", "\"sigmoid\"")) == "ACCEPTED");  // s = 1/4
  CHECK(verdict_for(scalar_block("1", "-4", "\"sigmoid\"")) == "symmetric-part not-proved");
  CHECK(verdict_for(scalar_block("1", "20", "\"silu\"")) == "symmetric-part inapplicable");
  CHECK(verdict_for(scalar_block("1", "20", "\"sin\"")) == "symmetric-part inapplicable");
  CHECK(verdict_for(scalar_block("1", "20", "\"leaky_relu\", \"alpha\": -0.5"), 1, "no-local-extremum") ==
        "symmetric-part inapplicable");
  // Without the factor s = 2 of this leaky ReLU the matrix 1 - 0.75 would look definite.
  CHECK(verdict_for(scalar_block("1", "-0.75", "\"leaky_relu\", \"alpha\": 2"), 1, "no-local-extremum") ==
        "symmetric-part not-proved");
}

TEST_CASE("checker: symmetric-part sees the off-diagonal entries") {
  const auto block = [](const std::string& c) {
    return R"({"type": "residual", "skip": 1, "residual": 1, "branch": [
      {"type": "affine", "weight": [[0, )" + c + R"(], [)" + c + R"(, 0]], "bias": [0, 0]},
      {"type": "activation", "function": "tanh"}]})";
  };
  CHECK(verdict_for(block("0.9"), 2) == "ACCEPTED");
  CHECK(verdict_for(block("1.1"), 2) == "symmetric-part not-proved");
}

TEST_CASE("checker: symmetric-part with a scaling, at other ratios and at infinity") {
  const std::string skew = outer_block("[[0, 9], [\"-1/9\", 0]]", "\"tanh\"", "3");
  CHECK(verdict_for_step(skew, 2, "present", "symmetric-part") == "symmetric-part not-proved");
  CHECK(verdict_for_step(skew, 2, "present", "symmetric-part", "\"scaling\": [1, 81]") == "ACCEPTED");
  CHECK(verdict_for_step(skew, 2, "1000", "symmetric-part", "\"scaling\": [1, 81]") == "ACCEPTED");
  CHECK(verdict_for_step(skew, 2, "present", "symmetric-part", "\"scaling\": [81, 1]") == "symmetric-part not-proved");
  for (const std::string wrong : {"[1]", "[1, 81, 1]", "[1, 0]", "[1, -81]"})
    CHECK(verdict_for_step(skew, 2, "present", "symmetric-part", "\"scaling\": " + wrong) == "symmetric-part inapplicable");
  CHECK(verdict_for_step(skew, 2, "infinity", "symmetric-part", "\"scaling\": [1, 81]") == "symmetric-part not-proved");
  const std::string positive = outer_block("[[1, 9], [\"-1/9\", 1]]", "\"tanh\"");
  CHECK(verdict_for_step(positive, 2, "infinity", "symmetric-part", "\"scaling\": [1, 81]") == "ACCEPTED");
}

TEST_CASE("checker: symmetric-part of a wide layer is decided in doubles, on the right side of the edge") {
  // W = −J/n of side 100: eigenvalue −1, so definite exactly for ratios below 1
  constexpr std::size_t n = 100;
  std::string row = "[-0.01", rows, zeros = "0";
  for (std::size_t j = 1; j < n; ++j) row += ", -0.01", zeros += ", 0";
  row += "]";
  for (std::size_t i = 0; i < n; ++i) rows += (i == 0 ? "" : ", ") + row;
  const std::string layer = outer_block("[" + rows + "]", "\"tanh\"", "1", n);
  CHECK(verdict_for_step(layer, n, "99999/100000", "symmetric-part") == "ACCEPTED");
  CHECK(verdict_for_step(layer, n, "1", "symmetric-part") == "symmetric-part not-proved");
  CHECK(verdict_for_step(layer, n, "100001/100000", "symmetric-part") == "symmetric-part not-proved");
  CHECK(verdict_for_step(layer, n, "2", "symmetric-part") == "symmetric-part not-proved");
  CHECK(verdict_for_step(layer, n, "1", "p-matrix") == "p-matrix inapplicable");  // too many neurons
}
