#include "support.hpp"

#include <catch2/catch.hpp>

using namespace narrows::checker;
using namespace narrows::checker::test;

namespace {

std::string verdict_for(const std::string& layer, std::size_t d = 1, const std::string& kind = "no-critical-points") {
  Parts p;
  p.kind = kind;
  p.model = model(d, layer);
  p.proof = layers_proof({"norm", "rank"});
  return verdict_of(p);
}

}  // namespace

TEST_CASE("checker: norm proves small residual branches") {
  CHECK(verdict_for(scalar_block("1", "0.99", "\"tanh\"")) == "ACCEPTED");
  CHECK(verdict_for(scalar_block("-2", "1.99", "\"sin\"")) == "ACCEPTED");
  CHECK(verdict_for(scalar_block("1", "3.9", "\"sigmoid\"")) == "ACCEPTED");
  CHECK(verdict_for(scalar_block("1", "0.5", "\"relu\""), 1, "no-local-extremum") == "ACCEPTED");
}

TEST_CASE("checker: norm rejects equality, larger branches and wrong shapes") {
  CHECK(verdict_for(scalar_block("1", "-1", "\"tanh\"")) == "norm not-proved");
  CHECK(verdict_for(scalar_block("1", "-1", "\"softplus\"")) == "norm not-proved");
  CHECK(verdict_for(scalar_block("1", "4", "\"sigmoid\"")) == "norm not-proved");
  CHECK(verdict_for(scalar_block("1", "0.95", "\"silu\"")) == "norm not-proved");  // sup σ' is about 1.0998
  CHECK(verdict_for(scalar_block("0", "0.5", "\"tanh\"")) == "norm inapplicable");
  CHECK(verdict_for(R"({"type": "residual", "skip": 1, "residual": 0.1, "branch": [
    {"type": "activation", "function": "tanh"}, {"type": "activation", "function": "tanh"}]})") == "norm inapplicable");
}

TEST_CASE("checker: norm does not believe that a nilpotent matrix is small") {
  // W has spectral radius 0, yet I + δ·W·D·W' can be singular for the pair of a nilpotent W and its transpose.
  CHECK(verdict_for(R"({"type": "residual", "skip": 1, "residual": -1, "branch": [
    {"type": "affine", "weight": [[0, 1], [0, 0]], "bias": [0, 0]}, {"type": "activation", "function": "tanh"},
    {"type": "affine", "weight": [[0, 0], [1, 0]], "bias": [0, 0]}]})", 2) == "norm not-proved");
}

TEST_CASE("checker: norm encloses the irrational factor of batch_norm") {
  const auto block = [](const std::string& residual) {
    return R"({"type": "residual", "skip": 1, "residual": )" + residual + R"(, "branch": [
      {"type": "batch_norm", "scale": [1], "bias": [0], "mean": [0], "variance": [2], "epsilon": 0},
      {"type": "activation", "function": "tanh"}]})";
  };
  CHECK(verdict_for(block("1.4142135623730949")) == "ACCEPTED");      // just below the square root of 2
  CHECK(verdict_for(block("1.4142135623730951")) == "norm not-proved");  // just above
}
