#include "support.hpp"

#include <catch2/catch.hpp>

using namespace narrows::checker;
using namespace narrows::checker::test;

namespace {

/// Φ = x - 1.5·tanh(x) has critical points ±0.658478948462408… (cosh^2 = 3/2): a minimum and a maximum.
const std::string zero_text =
    R"({"prefix": 0, "box": [[0.5, 0.8]], "enclosure": [[0.6584789484, 0.6584789486]]})";
const std::string point_text =
    R"([{"box": [[0.658, 0.659]], "value": [-0.3, -0.2], "morse_index": null, "in_domain": "inside"}])";

Parts parts(const std::string& zero, const std::string& leaf_tree) {
  Parts p;
  p.model = model(1, scalar_block("1", "-1.5", "\"tanh\""));
  p.verdict = "refuted";
  p.domain = R"({"type": "box", "bounds": [[0.5, 0.75]]})";
  p.points = point_text;
  p.proof = "{\"zeros\": [" + zero + "], \"tree\": [" + leaf_tree + "]}";
  return p;
}

}  // namespace

TEST_CASE("checker: unique-zero accepts a box inside the uniqueness box") {
  Parts p = parts(zero_text, R"(["unique-zero", 0])");
  CHECK(verdict_of(p) == "ACCEPTED");
  CHECK(check_parts(p).claim == "no-critical-points refuted on [0.5,0.75] output 0: 1 critical points, complete");
}

TEST_CASE("checker: unique-zero rejects a box that sticks out and an unknown zero") {
  Parts p = parts(zero_text, R"(["unique-zero", 0])");
  p.domain = R"({"type": "box", "bounds": [[0.5, 0.8000000000000002]]})";
  CHECK(verdict_of(p) == "unique-zero not-proved");
  p = parts(zero_text, R"(["unique-zero", 1])");
  CHECK(verdict_of(p) == "document out-of-range");
  p = parts("", R"(["unique-zero", 0])");
  CHECK(verdict_of(p) == "document out-of-range");
}

TEST_CASE("checker: the claim lists exactly the zeros that may lie in the domain") {
  Parts p = parts(zero_text, R"(["unique-zero", 0])");
  p.points = "[]";
  CHECK(verdict_of(p) == "conclusion mismatch");
  p = parts(zero_text, R"(["unique-zero", 0])");
  p.points = point_text.substr(0, point_text.size() - 1) + ", " + point_text.substr(1);
  CHECK(verdict_of(p) == "conclusion mismatch");
  // The zero lies outside [0.7, 0.75]: it must not be listed.
  p.domain = R"({"type": "box", "bounds": [[0.7, 0.75]]})";
  p.points = "[]";
  p.verdict = "proved";
  CHECK(verdict_of(p) == "ACCEPTED");
  p.verdict = "refuted";
  CHECK(verdict_of(p) == "conclusion not-proved");
  // An enclosure that straddles the border is `boundary`, which refutes nothing.
  p.domain = R"({"type": "box", "bounds": [[0.6584789485, 0.75]]})";
  p.points = point_text;
  CHECK(verdict_of(p) == "conclusion mismatch");
  p.points.replace(p.points.find("\"inside\""), 8, "\"boundary\"");
  CHECK(verdict_of(p) == "conclusion not-proved");
  p.verdict = "undecided";
  CHECK(verdict_of(p) == "ACCEPTED");
}

TEST_CASE("checker: the claimed box and value must contain the proved ones") {
  Parts p = parts(zero_text, R"(["unique-zero", 0])");
  p.points = R"([{"box": [[0.6585, 0.659]], "value": [-0.3, -0.2], "morse_index": null, "in_domain": "inside"}])";
  CHECK(verdict_of(p) == "conclusion mismatch");
  p.points = R"([{"box": [[0.658, 0.659]], "value": [-0.3, -0.25], "morse_index": null, "in_domain": "inside"}])";
  CHECK(verdict_of(p) == "conclusion not-proved");
}
