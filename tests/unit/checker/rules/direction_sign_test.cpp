#include "support.hpp"

#include <catch2/catch.hpp>

using namespace narrows::checker;
using namespace narrows::checker::test;

namespace {

std::string verdict_for(const std::string& leaf, const std::string& bounds) {
  Parts p;
  p.model = model(1, scalar_block("1", "-1.5", "\"tanh\"") + ", " + scalar_block("1", "0.5", "\"tanh\""));
  p.domain = R"({"type": "box", "bounds": )" + bounds + "}";
  p.proof = "{\"tree\": [" + leaf + "]}";
  return verdict_of(p);
}

}  // namespace

TEST_CASE("checker: direction-sign accepts a strict sign of the directional derivative") {
  CHECK(verdict_for(R"(["direction-sign", 0, [1]])", "[[0.7, 3]]") == "ACCEPTED");
  CHECK(verdict_for(R"(["direction-sign", 0, [-1]])", "[[-0.6, 0.6]]") == "ACCEPTED");
  CHECK(verdict_for(R"(["direction-sign", 1, ["1/3"]])", "[[0.7, 3]]") == "ACCEPTED");
  CHECK(verdict_for(R"(["direction-sign", 3, [2]])", "[[0.7, 3]]") == "ACCEPTED");
}

TEST_CASE("checker: direction-sign rejects a gradient that vanishes, a zero direction and a singular prefix") {
  CHECK(verdict_for(R"(["direction-sign", 0, [1]])", "[[0.6, 3]]") == "direction-sign not-proved");
  CHECK(verdict_for(R"(["direction-sign", 0, [0]])", "[[0.7, 3]]") == "direction-sign not-proved");
  // v_1 has a strict sign everywhere, but layer 1 is singular at 0.658….
  CHECK(verdict_for(R"(["direction-sign", 1, [1]])", "[[0.6, 3]]") == "direction-sign not-proved");
}

TEST_CASE("checker: direction-sign rejects wrong parameters") {
  CHECK(verdict_for(R"(["direction-sign", 4, [1]])", "[[0.7, 3]]") == "document out-of-range");
  CHECK(verdict_for(R"(["direction-sign", -1, [1]])", "[[0.7, 3]]") == "document out-of-range");
  CHECK(verdict_for(R"(["direction-sign", 0.5, [1]])", "[[0.7, 3]]") == "document out-of-range");
  CHECK(verdict_for(R"(["direction-sign", 0, [1, 0]])", "[[0.7, 3]]") == "document mismatch");
  CHECK(verdict_for(R"(["direction-sign", 0])", "[[0.7, 3]]") == "document mismatch");
  CHECK(verdict_for(R"(["direction-sign", 0, ["inf"]])", "[[0.7, 3]]") == "document wrong-type");
  CHECK(verdict_for(R"(["no-such-rule"])", "[[0.7, 3]]") == "document unknown");
}
