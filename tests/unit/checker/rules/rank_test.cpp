#include "support.hpp"

#include <catch2/catch.hpp>

using namespace narrows::checker;
using namespace narrows::checker::test;

namespace {

std::string affine(const std::string& weight, const std::string& bias) {
  return R"({"type": "affine", "weight": )" + weight + R"(, "bias": )" + bias + "}";
}

std::string verdict_for(const std::string& weight, const std::string& bias, const std::string& test = "rank") {
  Parts p;
  p.model = model(2, affine(weight, bias) + ", " + affine("[[1]]", "[0]"));
  p.proof = layers_proof({test, "rank"});
  return verdict_of(p);
}

}  // namespace

TEST_CASE("checker: rank proves an affine layer of full row rank") {
  CHECK(verdict_for("[[1, 2]]", "[0]") == "ACCEPTED");
  CHECK(verdict_for("[[0, \"1/3\"]]", "[5]") == "ACCEPTED");
  CHECK(verdict_for("[[1e-300, 0]]", "[0]") == "ACCEPTED");
}

TEST_CASE("checker: rank rejects a rank-deficient matrix") {
  CHECK(verdict_for("[[0, 0]]", "[0]") == "rank not-proved");
  Parts p;
  p.model = model(2, affine("[[1, \"1/3\"], [3, 1]]", "[0, 0]") + ", " + affine("[[1, 1]]", "[0]"));
  p.proof = layers_proof({"rank", "rank"});
  CHECK(verdict_of(p) == "rank not-proved");
  // More rows than columns: an augmented network.
  p.model = model(1, affine("[[1], [2]]", "[0, 0]") + ", " + affine("[[1, 1]]", "[0]"));
  CHECK(verdict_of(p) == "rank not-proved");
}

TEST_CASE("checker: rank applies to affine layers only") {
  Parts p;
  p.model = model(1, R"({"type": "activation", "function": "tanh"})");
  p.proof = layers_proof({"rank", "rank"});
  CHECK(verdict_of(p) == "rank inapplicable");
}
