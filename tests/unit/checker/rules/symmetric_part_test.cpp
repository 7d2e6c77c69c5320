#include "support.hpp"

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
