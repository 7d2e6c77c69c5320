#include "support.hpp"

#include <catch2/catch.hpp>

using namespace narrows::checker;
using namespace narrows::checker::test;

namespace {

std::string verdict_for(const std::string& layer) {
  Parts p;
  p.model = model(1, layer);
  p.proof = layers_proof({"chain", "rank"});
  return verdict_of(p);
}

}  // namespace

TEST_CASE("checker: chain proves a plain layer without skip") {
  CHECK(verdict_for(scalar_block("0", "-0.5", "\"tanh\"")) == "ACCEPTED");
}

TEST_CASE("checker: chain needs skip 0, a nonzero residual and regular square layers") {
  CHECK(verdict_for(scalar_block("1", "1", "\"tanh\"")) == "chain inapplicable");
  CHECK(verdict_for(scalar_block("1e-300", "1", "\"tanh\"")) == "chain inapplicable");
  CHECK(verdict_for(scalar_block("0", "0", "\"tanh\"")) == "chain inapplicable");
  CHECK(verdict_for(scalar_block("0", "1", "\"sin\"")) == "chain not-proved");
  CHECK(verdict_for(scalar_block("0", "1", "\"tanh\"", "0")) == "chain not-proved");
  // A branch of width 2 in between: 1 -> 2 -> 1.
  CHECK(verdict_for(R"({"type": "residual", "skip": 0, "residual": 1, "branch": [
    {"type": "affine", "weight": [[1], [1]], "bias": [0, 0]}, {"type": "activation", "function": "tanh"},
    {"type": "affine", "weight": [[1, -1]], "bias": [0]}]})") == "chain not-proved");
}
