#include <catch2/catch.hpp>

#include "level_set_parts.hpp"

using namespace narrows::checker::test;

namespace {

/// Φ = relu(x) - relu(x - 2) + y in the plane: rises by 2 between x = 0 and x = 2.
std::string step_up() {
  return model(2, affine_layer("[[1, 0], [1, 0], [0, 1], [0, -1]]", "[0, -2, 0, 0]") + ", " + relu_layer() +
                      ", " + affine_layer("[[1, -1, 1, -1]]", "[0]"));
}

std::string verdict_of_ray(const std::string& set, const std::string& path, const std::string& direction,
                           const std::string& level = "1") {
  LevelSetParts p;
  p.model = step_up();
  p.level = '"' + level + '"';
  p.verdict = "undecided";
  (set == "superlevel"          ? p.superlevel
   : set == "sublevel"          ? p.sublevel
   : set == "closed_superlevel" ? p.closed_superlevel
                                : p.closed_sublevel) = set_text("unbounded");
  p.proof =
      R"({"rays": [{"set": ")" + set + R"(", "path": )" + path + R"(, "direction": )" + direction + "}]}";
  return verdict_of(p);
}

}  // namespace

TEST_CASE("checker: ray proves a set unbounded") {
  CHECK(verdict_of_ray("superlevel", R"([["3", "0"]])", R"(["1", "0"])") == "ACCEPTED");
  CHECK(verdict_of_ray("superlevel", R"([["3/2", "0"], ["2", "0"], [3, "0x0p0"]])", R"(["1", "1/7"])") ==
        "ACCEPTED");
  CHECK(verdict_of_ray("sublevel", R"([["0", "0"]])", R"(["-1", "0"])") == "ACCEPTED");
}

TEST_CASE("checker: ray refuses a direction that leaves the set") {
  CHECK(verdict_of_ray("superlevel", R"([["3", "0"]])", R"(["-1", "0"])") == "ray not-proved");
  CHECK(verdict_of_ray("superlevel", R"([["3", "0"]])", R"(["1", "-1/1000"])") == "ray not-proved");
  CHECK(verdict_of_ray("sublevel", R"([["3", "0"]])", R"(["1", "0"])") == "ray not-proved");
}

TEST_CASE("checker: ray refuses a neuron that changes its sign on the way") {
  CHECK(verdict_of_ray("superlevel", R"([["1", "1"]])", R"(["1", "0"])") == "ray not-proved");  // at x = 2
  CHECK(verdict_of_ray("superlevel", R"([["1", "1"], ["3", "1"]])", R"(["1", "0"])") ==
        "ray not-proved");  // on the path
  CHECK(verdict_of_ray("superlevel", R"([["1", "1"], ["2", "1"], ["3", "1"]])", R"(["1", "0"])") ==
        "ACCEPTED");  // with the kink listed
}

TEST_CASE("checker: ray at the level is enough for closed sets only, and not alone") {
  CHECK(verdict_of_ray("superlevel", R"([["1", "0"], ["2", "0"]])", R"(["1", "0"])") == "ray not-proved");
  CHECK(verdict_of_ray("closed_superlevel", R"([["1", "0"], ["2", "0"]])", R"(["1", "0"])") == "ACCEPTED");
  CHECK(verdict_of_ray("closed_superlevel", R"([["2", "0"]])", R"(["1", "0"])", "2") ==
        "ray not-proved");  // Φ = 2 all along
  CHECK(verdict_of_ray("closed_superlevel", R"([["2", "0"]])", R"(["1", "1"])", "2") == "ACCEPTED");
  CHECK(verdict_of_ray("closed_sublevel", R"([["3", "-2"]])", R"(["1", "0"])", "1") == "ACCEPTED");
}

TEST_CASE("checker: ray needs a path, a direction, a set and dimensions that fit") {
  CHECK(verdict_of_ray("superlevel", "[]", R"(["1", "0"])") == "document out-of-range");
  CHECK(verdict_of_ray("superlevel", R"([["3", "0"]])", R"(["0", "0"])") == "document out-of-range");
  CHECK(verdict_of_ray("superlevel", R"([["3", "0"]])", R"(["1"])") == "document mismatch");
  CHECK(verdict_of_ray("superlevel", R"([["3"]])", R"(["1", "0"])") == "document mismatch");
  CHECK(verdict_of_ray("superlevel", R"([["3/0", "0"]])", R"(["1", "0"])") == "document wrong-type");
  LevelSetParts p;
  p.model = step_up();
  p.verdict = "undecided";
  p.proof = R"({"rays": [{"set": "superlevel", "path": [["3", "0"]], "direction": ["1", "0"]}]})";
  p.superlevel = set_text("unbounded", "1");  // a ray measures nothing
  CHECK(verdict_of(p) == "level-set not-proved");
  p.superlevel = set_text("bounded");
  CHECK(verdict_of(p) == "level-set not-proved");
  p.superlevel = "null";
  p.sublevel = set_text("unbounded");  // another set
  CHECK(verdict_of(p) == "level-set not-proved");
  p.proof = R"({"rays": [{"set": "all", "path": [["3", "0"]], "direction": ["1", "0"]}]})";
  CHECK(verdict_of(p) == "document unknown");
}
