#include "support.hpp"

#include <catch2/catch.hpp>

using namespace narrows::checker;
using namespace narrows::checker::test;

namespace {

std::string verdict_for(const std::string& layer, const std::string& kind = "no-critical-points") {
  Parts p;
  p.kind = kind;
  p.model = model(1, layer);
  p.proof = layers_proof({"slope", "rank"});
  return verdict_of(p);
}

std::string activation(const std::string& rest) { return R"({"type": "activation", "function": )" + rest + "}"; }

}  // namespace

TEST_CASE("checker: slope proves activations that rise everywhere") {
  for (const char* f : {"\"tanh\"", "\"softplus\"", "\"arctan\"", "\"elu\"", "\"identity\"", "\"leaky_relu\", \"alpha\": 1"}) {
    INFO(f);
    CHECK(verdict_for(activation(f)) == "ACCEPTED");
  }
}

TEST_CASE("checker: slope rejects activations whose slope vanishes somewhere") {
  for (const char* f : {"\"sin\"", "\"silu\"", "\"gelu\""}) CHECK(verdict_for(activation(f)) == "slope not-proved");
  CHECK(verdict_for(activation("\"relu\""), "no-local-extremum") == "slope not-proved");
  CHECK(verdict_for(activation("\"leaky_relu\", \"alpha\": 0"), "no-local-extremum") == "slope not-proved");
  CHECK(verdict_for(activation("\"leaky_relu\", \"alpha\": -1"), "no-local-extremum") == "slope not-proved");
}

TEST_CASE("checker: a Lipschitz-only network has no local extremum but no claim about critical points") {
  CHECK(verdict_for(activation("\"leaky_relu\""), "no-local-extremum") == "ACCEPTED");
  CHECK(verdict_for(activation("\"elu\", \"alpha\": 2"), "no-local-extremum") == "ACCEPTED");
  CHECK(verdict_for(activation("\"leaky_relu\"")) == "conclusion inapplicable");
  CHECK(verdict_for(activation("\"elu\", \"alpha\": \"1/2\"")) == "conclusion inapplicable");
}

TEST_CASE("checker: slope proves batch_norm with nonzero factors") {
  const auto norm = [](const std::string& scale) {
    return R"({"type": "batch_norm", "scale": [)" + scale +
           R"(], "bias": [1], "mean": [2], "variance": [0.5], "epsilon": 1e-5})";
  };
  CHECK(verdict_for(norm("-2")) == "ACCEPTED");
  CHECK(verdict_for(norm("0")) == "slope not-proved");
  CHECK(verdict_for(R"({"type": "affine", "weight": [[1]], "bias": [0]})") == "slope inapplicable");
}
