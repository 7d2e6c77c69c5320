#include "support.hpp"

#include <catch2/catch.hpp>

using namespace narrows::checker;
using namespace narrows::checker::test;

namespace {

std::string verdict_for(const std::string& tree, const std::string& domain = R"({"type": "ball", "radius": 1})") {
  Parts p;
  p.model = model(2, R"({"type": "affine", "weight": [[1, 1]], "bias": [0]})");
  p.domain = domain;
  p.proof = "{\"tree\": [" + tree + "]}";
  return verdict_of(p);
}

/// Cuts off lower halves of [-1, 1]^2 along the axes 0, 1, 0, 1 and splits the rest along axis 0 into two leaves.
const std::string rest = R"(["layers-regular"])";

std::string corner(const std::string& leaf) {
  return R"(["split", 0], )" + rest + R"(, ["split", 1], )" + rest + R"(, ["split", 0], )" + rest + R"(, ["split", 1], )" +
         rest + R"(, ["split", 0], )" + leaf + ", " + leaf;
}

}  // namespace

TEST_CASE("checker: outside-domain accepts boxes outside the ball and rejects boxes that meet it") {
  CHECK(verdict_for(corner(R"(["layers-regular"])")) == "ACCEPTED");
  CHECK(verdict_for(R"(["outside-domain"])") == "outside-domain not-proved");
  CHECK(verdict_for(corner(R"(["outside-domain"])")) == "outside-domain not-proved");  // [1/2, 3/4] x [1/2, 1] meets it
  const std::string third = R"(["split", 0], )" + rest + R"(, ["split", 0], )" + rest + R"(, ["split", 1], )" + rest +
                            R"(, ["split", 1], )" + rest + R"(, ["outside-domain"])";
  CHECK(verdict_for(third) == "outside-domain not-proved");  // (1/2, 1/2) has norm 0.707
  const std::string last = R"(["split", 0], )" + rest + R"(, ["split", 0], )" + rest + R"(, ["split", 0], )" + rest +
                           R"(, ["split", 1], )" + rest + R"(, ["split", 1], )" + rest + R"(, ["split", 1], )" + rest +
                           R"(, ["outside-domain"])";
  CHECK(verdict_for(last) == "ACCEPTED");  // [3/4, 1]^2: its nearest corner has norm 1.06
}

TEST_CASE("checker: outside-domain is a rule for balls") {
  CHECK(verdict_for(R"(["outside-domain"])", R"({"type": "box", "bounds": [[0, 1], [0, 1]]})") == "document inapplicable");
}
