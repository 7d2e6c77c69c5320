#include <catch2/catch.hpp>

#include "level_parts.hpp"

using namespace narrows::checker::test;

namespace {

LevelParts tunnel(const std::string& model, const std::string& reaches, const std::string& proof,
                  const std::string& from = "[0, 0]", const std::string& sign = "+",
                  const std::string& level = "0") {
  LevelParts p;
  p.model = model;
  p.verdict = reaches == "closed" ? "refuted" : "proved";
  if (reaches != "boundary") p.domain = space_domain;
  p.members = R"(, "level": )" + level + R"(, "sign": ")" + sign + R"(", "from": )" + from +
              R"(, "reaches": ")" + reaches + '"';
  p.proof = proof;
  return p;
}

}  // namespace

TEST_CASE("checker: tunnel claims are derived from the whole claim") {
  LevelParts p = tunnel(plane_x(), "boundary", R"({"path": [["1/3", 0], [1, 2]]})", R"(["1/3", 0])");
  const auto outcome = check_parts(p);
  REQUIRE(outcome.accepted());
  CHECK(outcome.claim == "tunnel proved c=0 on [-2,2]x[-2,2] output 0: + from (1/3,0) boundary");
  p = tunnel(bowl(), "closed", R"({"box": [[-3, 3], [-4, 4]]})", "[0, 0]", "-", "\"1/8\"");
  CHECK(check_parts(p).claim == "tunnel refuted c=1/8 on R^2 output 0: - from (0,0) closed");
}

TEST_CASE("checker: a tunnel to the boundary is a path from the point inside the box to its boundary") {
  const auto with = [](const std::string& path, const std::string& from = "[1, 0]") {
    return verdict_of(tunnel(plane_x(), "boundary", "{\"path\": " + path + "}", from));
  };
  CHECK(with("[[1, 0], [2, 0]]") == "ACCEPTED");
  CHECK(with("[[1, 0], [1, -1], [0.5, -2]]") == "ACCEPTED");
  CHECK(with("[[1, -2]]", "[1, -2]") == "ACCEPTED");   // one point on the boundary
  CHECK(with("[[1, 0]]") == "document out-of-range");  // one inside
  CHECK(with("[[1, 0], [1.5, 0]]") == "document out-of-range");
  CHECK(with("[[1.5, 0], [2, 0]]") == "document mismatch");
  CHECK(with("[]") == "document missing");
  CHECK(with("[[1, 0], [2.5, 0], [2, 0]]") == "document out-of-range");  // leaves the box
  CHECK(with("[[1, 0], [-2, 0]]") == "strict-sign not-proved");
  CHECK(with("[[1, 0], [0, 2]]") == "strict-sign not-proved");            // ends at the level
  CHECK(with("[[0, 0], [2, 0]]", "[0, 0]") == "strict-sign not-proved");  // begins there
  CHECK(with("[[1, 0], [2, 0, 0]]") == "document mismatch");
  CHECK(verdict_of(tunnel(plane_x(), "boundary", R"({"path": [[1, 0], [2, 0]], "direction": [1, 0]})",
                          "[1, 0]")) == "document unknown");
  CHECK(verdict_of(tunnel(plane_x(), "boundary", R"({"path": [[-1, 0], [-2, 0]]})", "[-1, 0]", "-")) ==
        "ACCEPTED");
  CHECK(verdict_of(tunnel(plane_x(), "boundary", R"({"path": [[1, 0], [2, 0]]})", "[1, 0]", "-")) ==
        "strict-sign not-proved");
}

TEST_CASE("checker: what a tunnel reaches goes with its domain and verdict") {
  LevelParts p = tunnel(plane_x(), "boundary", R"({"path": [[1, 0], [2, 0]]})", "[1, 0]");
  p.domain = space_domain;
  CHECK(verdict_of(p) == "document inapplicable");
  p = tunnel(plane_x(), "boundary", R"({"path": [[1, 0], [2, 0]]})", "[1, 0]");
  p.verdict = "refuted";
  CHECK(verdict_of(p) == "document mismatch");
  p = tunnel(plane_x(), "infinity", R"({"path": [[1, 0]], "direction": [1, 0]})", "[1, 0]");
  CHECK(verdict_of(p) == "ACCEPTED");
  p.domain = LevelParts().domain;
  CHECK(verdict_of(p) == "document inapplicable");
  p = tunnel(bowl(), "closed", R"({"box": [[-3, 3], [-3, 3]]})", "[0, 0]", "-");
  CHECK(verdict_of(p) == "ACCEPTED");
  p.domain = R"({"type": "ball", "radius": 9})";
  CHECK(verdict_of(p) == "document inapplicable");
  p = tunnel(bowl(), "closed", R"({"box": [[-3, 3], [-3, 3]]})", "[0, 0]", "-");
  p.verdict = "proved";
  CHECK(verdict_of(p) == "document mismatch");
  p = tunnel(bowl(), "closed", R"({"path": [[0, 0]]})", "[0, 0]", "-");
  CHECK(verdict_of(p) == "document unknown");
  p = tunnel(plane_x(), "boundary", R"({"path": [[1, 0], [2, 0]]})", "[1, 0]");
  p.members += R"(, "extra": 1)";
  CHECK(verdict_of(p) == "document unknown");
}

TEST_CASE("checker: the trap x - y²: no path leads from one arm of {-} to the other through {+}") {
  // {+} lies to the right of the curve, which passes (1.39, 0) and (2.25, ±2): on the line x = 2 both arms of {-} are seen
  CHECK(verdict_of(tunnel(parabola(), "boundary", R"({"path": [[1.75, 0], [2, 0]]})", "[1.75, 0]")) ==
        "ACCEPTED");
  CHECK(verdict_of(tunnel(parabola(), "boundary", R"({"path": [[1.75, 0], [1.75, 2]]})", "[1.75, 0]")) ==
        "strict-sign not-proved");
  CHECK(verdict_of(tunnel(parabola(), "boundary", R"({"path": [[2, -2], [2, 2]]})", "[2, -2]", "-")) ==
        "strict-sign not-proved");
  CHECK(verdict_of(tunnel(parabola(), "boundary", R"({"path": [[2, -2], [0, 0], [2, 2]]})", "[2, -2]",
                          "-")) == "ACCEPTED");
}
