#include "support.hpp"

#include <catch2/catch.hpp>

using namespace narrows::checker;
using namespace narrows::checker::test;

namespace {

std::string verdict_for(const std::string& layer, std::size_t d = 1, const std::string& kind = "no-critical-points") {
  Parts p;
  p.kind = kind;
  p.model = model(d, layer);
  p.proof = layers_proof({"vertices", "rank"});
  return verdict_of(p);
}

/// x + δ·W̃·σ(Wx) with W = weight, W̃ = I.
std::string plane_block(const std::string& weight, const std::string& function) {
  return R"({"type": "residual", "skip": 1, "residual": 1, "branch": [{"type": "affine", "weight": )" + weight +
         R"(, "bias": [0, 0]}, {"type": "activation", "function": )" + function + "}]}";
}

}  // namespace

TEST_CASE("checker: vertices treats an attained slope as attained") {
  CHECK(verdict_for(scalar_block("1", "-1", "\"tanh\"")) == "vertices not-proved");  // x - tanh x: critical at 0
  CHECK(verdict_for(scalar_block("1", "-0.999", "\"tanh\"")) == "ACCEPTED");
  CHECK(verdict_for(scalar_block("1", "-4", "\"sigmoid\"")) == "vertices not-proved");
  CHECK(verdict_for(scalar_block("1", "-1", "\"arctan\"")) == "vertices not-proved");
  CHECK(verdict_for(scalar_block("1", "-1", "\"elu\"")) == "vertices not-proved");
}

TEST_CASE("checker: vertices treats a slope that is not attained as open") {
  CHECK(verdict_for(scalar_block("1", "-1", "\"softplus\"")) == "ACCEPTED");  // 1 - σ' in (0, 1)
  CHECK(verdict_for(scalar_block("1", "-1.001", "\"softplus\"")) == "vertices not-proved");
  CHECK(verdict_for(scalar_block("0", "1", "\"softplus\"")) == "ACCEPTED");
  CHECK(verdict_for(scalar_block("0", "1", "\"tanh\"")) == "ACCEPTED");  // (0, 1]
  CHECK(verdict_for(scalar_block("0", "0", "\"softplus\"")) == "vertices not-proved");
  CHECK(verdict_for(scalar_block("0", "1", "\"tanh\"", "0")) == "vertices not-proved");
}

TEST_CASE("checker: vertices uses closed ranges with a negative end for silu, gelu and sin") {
  CHECK(verdict_for(scalar_block("1", "20", "\"silu\"")) == "vertices not-proved");
  CHECK(verdict_for(scalar_block("1", "9", "\"silu\"")) == "ACCEPTED");  // 1 - 9·0.0998 > 0
  CHECK(verdict_for(scalar_block("1", "20", "\"gelu\"")) == "vertices not-proved");
  CHECK(verdict_for(scalar_block("1", "1", "\"sin\"")) == "vertices not-proved");
  CHECK(verdict_for(scalar_block("1", "0.99", "\"sin\"")) == "ACCEPTED");
  CHECK(verdict_for(scalar_block("0", "1", "\"sin\"")) == "vertices not-proved");
}

TEST_CASE("checker: vertices works with a negative skip") {
  CHECK(verdict_for(scalar_block("-1", "-5", "\"tanh\"")) == "ACCEPTED");
  CHECK(verdict_for(scalar_block("-1", "5", "\"tanh\"")) == "vertices not-proved");
  CHECK(verdict_for(scalar_block("-1", "0.5", "\"tanh\"")) == "ACCEPTED");
}

TEST_CASE("checker: vertices uses the closed Clarke box for networks that are only Lipschitz") {
  const std::string kind = "no-local-extremum";
  CHECK(verdict_for(scalar_block("1", "5", "\"relu\""), 1, kind) == "ACCEPTED");
  CHECK(verdict_for(scalar_block("0", "1", "\"relu\""), 1, kind) == "vertices not-proved");
  CHECK(verdict_for(scalar_block("1", "-1", "\"relu\""), 1, kind) == "vertices not-proved");
  CHECK(verdict_for(scalar_block("1", "-1.5", "\"leaky_relu\", \"alpha\": 0.5"), 1, kind) == "vertices not-proved");
  CHECK(verdict_for(scalar_block("1", "-2.5", "\"leaky_relu\", \"alpha\": 0.5"), 1, kind) == "ACCEPTED");
  CHECK(verdict_for(scalar_block("1", "5", "\"relu\"")) == "conclusion inapplicable");
}

TEST_CASE("checker: vertices closes every range once the network is only Lipschitz") {
  Parts p;
  p.kind = "no-local-extremum";
  p.model = model(1, scalar_block("0", "1", "\"tanh\"") + ", " + scalar_block("1", "1", "\"relu\""));
  p.proof = layers_proof({"vertices", "vertices", "rank"});
  CHECK(verdict_of(p) == "vertices not-proved");
  p.proof = layers_proof({"chain", "vertices", "rank"});
  CHECK(verdict_of(p) == "ACCEPTED");
}

TEST_CASE("checker: vertices decides exact ties in two dimensions") {
  // I + DW with WW nilpotent: det = 1 whatever D is.
  CHECK(verdict_for(plane_block("[[0, 1000], [0, 0]]", "\"tanh\""), 2) == "ACCEPTED");
  // det = 1 - d1 d2: zero only at (1, 1), which tanh attains and softplus does not.
  CHECK(verdict_for(plane_block("[[0, 1], [1, 0]]", "\"tanh\""), 2) == "vertices not-proved");
  CHECK(verdict_for(plane_block("[[0, 1], [1, 0]]", "\"softplus\""), 2) == "ACCEPTED");
  // det = (1 - d1)(1 + d2).
  CHECK(verdict_for(plane_block("[[-1, 0], [0, 1]]", "\"softplus\""), 2) == "ACCEPTED");
  CHECK(verdict_for(plane_block("[[-1, 0], [0, 1]]", "\"tanh\""), 2) == "vertices not-proved");
}

TEST_CASE("checker: vertices handles branches of several activation layers") {
  const auto block = [](const std::string& residual) {
    return R"({"type": "residual", "skip": 1, "residual": )" + residual + R"(, "branch": [
      {"type": "activation", "function": "tanh"}, {"type": "affine", "weight": [[2]], "bias": [1]},
      {"type": "activation", "function": "identity"}, {"type": "activation", "function": "softplus"}]})";
  };
  CHECK(verdict_for(block("-0.5")) == "ACCEPTED");  // 1 - d1·d2, d1 in (0, 1], d2 in (0, 1)
  CHECK(verdict_for(block("-0.51")) == "vertices not-proved");
}

TEST_CASE("checker: vertices rejects a tie that batch_norm makes undecidable and too many entries") {
  CHECK(verdict_for(R"({"type": "residual", "skip": 1, "residual": -1, "branch": [
    {"type": "batch_norm", "scale": [1], "bias": [0], "mean": [0], "variance": [1], "epsilon": 0},
    {"type": "activation", "function": "softplus"}]})") == "vertices not-proved");
  CHECK(verdict_for(R"({"type": "residual", "skip": "-0x1p0", "residual": 1, "branch": [
    {"type": "batch_norm", "scale": [3], "bias": [0], "mean": [0], "variance": [9], "epsilon": "1/3"},
    {"type": "activation", "function": "softplus"}, {"type": "affine", "weight": [["100/99"]], "bias": [0]}]})") ==
        "ACCEPTED");
  std::string row = "[1";
  for (int i = 1; i < 17; ++i) row += ", 1";
  row += "]";
  std::string column = "[[1]", zeros = "[0";
  for (int i = 1; i < 17; ++i) column += ", [1]", zeros += ", 0";
  CHECK(verdict_for(R"({"type": "residual", "skip": 1, "residual": 1, "branch": [{"type": "affine", "weight": )" + column +
                    R"(], "bias": )" + zeros + R"(]}, {"type": "activation", "function": "tanh"},
                    {"type": "affine", "weight": [)" + row + R"(], "bias": [0]}]})") == "vertices inapplicable");
}
