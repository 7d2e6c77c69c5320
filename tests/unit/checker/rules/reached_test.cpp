#include <catch2/catch.hpp>

#include "ratio_parts.hpp"

using namespace narrows::checker::test;

namespace {

/// x + δ tanh(x) on [1, 2], where σ' lies in [0.0706, 0.41998].
RatioParts on_box(const std::string& residual, const std::string& words, const std::vector<std::string>& steps) {
  RatioParts p;
  p.model = model(1, scalar_block("1", residual, "\"tanh\""));
  p.domain = R"({"type": "box", "bounds": [[1, 2]]})";
  p.words = {words};
  p.steps = steps;
  p.verdict = words.starts_with("regular") ? "proved" : "undecided";
  return p;
}
std::string depth(int k) { return "\"depth\": " + std::to_string(k); }

}  // namespace

TEST_CASE("checker: reached proves regularity where the slopes of the domain allow it") {
  CHECK(verdict_of(on_box("-2", "regular", {step("present", "reached", depth(4))})) == "ACCEPTED");
  CHECK(verdict_of(on_box("-2.5", "regular", {step("present", "reached", depth(12))})) == "reached not-proved");
  CHECK(verdict_of(on_box("-20", "regular", {step("present", "reached", depth(8))})) == "ACCEPTED");  // 1 − 20σ' < 0 throughout
}

TEST_CASE("checker: reached at a ratio speaks of all smaller ratios") {
  CHECK(verdict_of(on_box("-2", "undecided critical [19/8,?]", {step("19/8", "reached", depth(8))})) == "ACCEPTED");
  CHECK(verdict_of(on_box("-2", "undecided critical [12/5,?]", {step("12/5", "reached", depth(12))})) == "reached not-proved");
  CHECK(verdict_of(on_box("-2", "undecided critical [20,?]", {step("20", "reached", depth(8))})) == "reached not-proved");
  CHECK(verdict_of(on_box("-2", "undecided critical infinite", {step("infinity", "reached", depth(8))})) == "document unknown");
}

TEST_CASE("checker: reached at a ratio needs one activation layer, whose slopes scale") {
  // 1 − α: regular at 2, but not at 1
  const std::string tanh = R"({"type": "activation", "function": "tanh"})";
  for (const std::string& branch :
       {std::string(R"({"type": "affine", "weight": [[-1]], "bias": [0]})"),
        std::string(R"({"type": "batch_norm", "scale": [-1], "bias": [0], "mean": [0], "variance": [1], "epsilon": 0})"), tanh + ", " + tanh}) {
    RatioParts p = on_box("1", "undecided critical [2,?]", {step("2", "reached", depth(4))});
    p.model = model(1, R"({"type": "residual", "skip": 1, "residual": 0.5, "branch": [)" + branch + "]}");
    CHECK(verdict_of(p) == "reached inapplicable");
    p.words = {"regular"};
    p.verdict = "proved";
    p.steps = {step("present", "reached", depth(4))};
    CHECK(verdict_of(p) == "ACCEPTED");
  }
}

TEST_CASE("checker: reached needs a box, and a factor needs all of space") {
  RatioParts p = on_box("-2", "regular", {step("present", "reached", depth(4))});
  p.domain = R"({"type": "space"})";
  CHECK(verdict_of(p) == "reached inapplicable");
  p = on_box("-2", "regular critical [19/8,?]", {step("present", "reached", depth(4)), step("19/8", "reached", depth(8))});
  CHECK(verdict_of(p) == "ACCEPTED");
  p.factor = "\"[19/16,?]\"";
  CHECK(verdict_of(p) == "document not-proved");
  p.factor = "null";
  p.domain = R"({"type": "ball", "radius": 1})";
  CHECK(verdict_of(p) == "document inapplicable");
  p = on_box("-2", "regular", {step("present", "reached")});
  CHECK(verdict_of(p) == "document missing");
}
