#include <catch2/catch.hpp>

#include "ratio_parts.hpp"

using namespace narrows::checker::test;

namespace {
const std::string kTanh = "\"tanh\"", kNegative = "[[-2, -1], [-1, -2]]";  // critical at 1/3
}

TEST_CASE("checker: p-matrix proves ratios up to the critical one, itself included, and none above") {
  const std::string layer = outer_block(kNegative, kTanh);
  for (const std::string t : {"1/4", "333333333333/1000000000000", "1/3"}) CHECK(verdict_for_step(layer, 2, t, "p-matrix") == "ACCEPTED");
  for (const std::string t : {"333333333334/1000000000000", "1/2", "1000"})
    CHECK(verdict_for_step(layer, 2, t, "p-matrix") == "p-matrix not-proved");
  CHECK(verdict_for_step(layer, 2, "infinity", "p-matrix") == "p-matrix not-proved");
  CHECK(verdict_for_step(outer_block(kNegative, kTanh, "-1"), 2, "infinity", "p-matrix") == "ACCEPTED");
  CHECK(verdict_for_step(outer_block(kNegative, "\"sigmoid\""), 2, "4/3", "p-matrix") == "ACCEPTED");
  CHECK(verdict_for_step(outer_block(kNegative, "\"sigmoid\""), 2, "5/3", "p-matrix") == "p-matrix not-proved");
}

TEST_CASE("checker: p-matrix at the present ratio is strict") {
  CHECK(verdict_for_step(outer_block(kNegative, kTanh, "0.333"), 2, "present", "p-matrix") == "ACCEPTED");
  CHECK(verdict_for_step(outer_block(kNegative, kTanh, "\"1/3\""), 2, "present", "p-matrix") == "p-matrix not-proved");
  CHECK(verdict_for_step(outer_block("[[0, 5], [0, 0]]", kTanh), 2, "present", "p-matrix") == "ACCEPTED");
}

TEST_CASE("checker: p-matrix knows that some slopes are negative") {
  CHECK(verdict_for_step(scalar_block("1", "1", "\"silu\""), 1, "infinity", "p-matrix") == "p-matrix not-proved");
  CHECK(verdict_for_step(scalar_block("1", "1", "\"silu\""), 1, "10016/1000", "p-matrix") == "document mismatch");  // not in lowest terms
  CHECK(verdict_for_step(scalar_block("1", "1", "\"silu\""), 1, "1252/125", "p-matrix") == "ACCEPTED");
  CHECK(verdict_for_step(scalar_block("1", "1", "\"silu\""), 1, "10017/1000", "p-matrix") == "p-matrix not-proved");
  CHECK(verdict_for_step(scalar_block("1", "1", "\"sin\""), 1, "99/100", "p-matrix") == "ACCEPTED");
  CHECK(verdict_for_step(scalar_block("1", "1", "\"sin\""), 1, "101/100", "p-matrix") == "p-matrix not-proved");
}

TEST_CASE("checker: the critical ratio of leaky relu is that of slopes widened to 0") {
  const std::string leaky = "\"leaky_relu\", \"alpha\": 0.5";
  CHECK(verdict_for_step(scalar_block("1", "-5", leaky), 1, "1", "p-matrix") == "ACCEPTED");
  CHECK(verdict_for_step(scalar_block("1", "-5", leaky), 1, "5", "p-matrix") == "p-matrix not-proved");  // regular, but not up to there
}

TEST_CASE("checker: an order must be a permutation of the neurons") {
  const std::string layer = outer_block(kNegative, kTanh);
  CHECK(verdict_for_step(layer, 2, "1/4", "p-matrix", "\"order\": [1, 0]") == "ACCEPTED");
  for (const std::string order : {"[0]", "[1]", "[0, 0]", "[1, 1]", "[0, 2]", "[0, 1, 1]", "[0, 1, 2]"})
    CHECK(verdict_for_step(layer, 2, "1/4", "p-matrix", "\"order\": " + order) == "p-matrix inapplicable");
}

TEST_CASE("checker: p-matrix is for one activation layer and a ratio") {
  const std::string tanh = R"({"type": "activation", "function": "tanh"})";
  const std::string deep = R"({"type": "residual", "skip": 1, "residual": 0.1, "branch": [)" + tanh + ", " + tanh + "]}";
  CHECK(verdict_for_step(deep, 1, "1/10", "p-matrix") == "p-matrix inapplicable");
  CHECK(verdict_for_step(scalar_block("0", "1", kTanh), 1, "1", "p-matrix") == "document mismatch");
  CHECK(verdict_for_step(R"({"type": "affine", "weight": [[1]], "bias": [0]})", 1, "present", "p-matrix") == "document unknown");
}

TEST_CASE("checker: three neurons on one input: minors that vanish by rank") {
  const auto layer = [](const std::string& outer) {
    return R"({"type": "residual", "skip": 1, "residual": 1, "branch": [{"type": "affine", "weight": [[1], [1], [1]], "bias": [0, 0, 0]},
      {"type": "activation", "function": "relu"}, {"type": "affine", "weight": [)" + outer + R"(], "bias": [0]}]})";
  };
  CHECK(verdict_for_step(layer("[1, 2, 3]"), 1, "infinity", "p-matrix") == "ACCEPTED");
  CHECK(verdict_for_step(layer("[1, -2, 3]"), 1, "infinity", "p-matrix") == "p-matrix not-proved");
  CHECK(verdict_for_step(layer("[1, -2, 3]"), 1, "1/2", "p-matrix") == "ACCEPTED");
  CHECK(verdict_for_step(layer("[-1, -2, 3]"), 1, "1/2", "p-matrix") == "p-matrix not-proved");
}
