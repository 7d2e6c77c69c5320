#include <catch2/catch.hpp>
#include <random>

#include "level_set_parts.hpp"

using namespace narrows::checker;
using namespace narrows::checker::test;

namespace {

/// |x|: two cells.
LevelSetParts absolute_value(const std::string& level) {
  LevelSetParts p;
  p.model = model(1, affine_layer("[[1], [-1]]", "[0, 0]") + ", " + relu_layer() + ", " +
                         affine_layer("[[1, 1]]", "[0]"));
  p.level = '"' + level + '"';
  p.proof =
      R"({"space": {"vertices": [["1", "0"], ["0", "1"], ["0", "-3"]], "charts": [[[0, 1]], [[2, 0]]]}})";
  p.regions = p.pieces = "2";
  return p;
}

/// relu(x) + relu(-1 - x): 0 on [-1, 0].
LevelSetParts trough() {
  LevelSetParts p;
  p.model = model(1, affine_layer("[[1], [-1]]", "[0, -1]") + ", " + relu_layer() + ", " +
                         affine_layer("[[1, 1]]", "[0]"));
  p.proof =
      R"({"space": {"vertices": [["1", "0"], ["0", "1"], ["0", "-1"], ["1", "-1"]], "charts": [[[0, 1]], [[0, 3], [3, 2]]]}})";
  p.superlevel = set_text("unbounded", "null", "null", components_of({}, 2));
  p.closed_superlevel = set_text("unbounded", "null", "null", components_of({}, 1));
  p.sublevel = set_text("empty", "null", "null", "[]");
  p.closed_sublevel = set_text("bounded", "1", box_of({"-1,0"}), components_of({"1"}));
  p.regions = p.pieces = "3";
  return p;
}

}  // namespace

TEST_CASE("checker: level-set knows the four sets of |x|") {
  LevelSetParts p = absolute_value("1");
  p.superlevel = p.closed_superlevel = set_text("unbounded", "null", "null", components_of({}, 2));
  p.sublevel = p.closed_sublevel = set_text("bounded", "2", box_of({"-1,1"}), components_of({"2"}));
  CHECK(verdict_of(p) == "ACCEPTED");
  CHECK(check_parts(p).claim ==
        "level-set proved c=1 on R^1 output 0: superlevel unbounded components 2; closed_superlevel "
        "unbounded components 2; "
        "sublevel bounded measure 2 components 1; closed_sublevel bounded measure 2 components 1; regions 2; "
        "pieces 2");
  p.level = "\"0x1p-1\"";
  CHECK(verdict_of(p) == "level-set mismatch");  // the measures
  p = absolute_value("0");
  p.superlevel = set_text("unbounded", "null", "null", components_of({}, 2));
  p.closed_superlevel = set_text("unbounded", "null", "null", components_of({}, 1));
  p.sublevel = set_text("empty");
  p.closed_sublevel = set_text("measure-zero", "0", box_of({"0,0"}), components_of({"0"}));
  CHECK(verdict_of(p) == "ACCEPTED");
  p = absolute_value("-1");
  p.superlevel = p.closed_superlevel = set_text("unbounded", "null", "null", components_of({}, 1));
  p.sublevel = p.closed_sublevel = set_text("empty", "null", "null", "[]");
  CHECK(verdict_of(p) == "ACCEPTED");
}

TEST_CASE("checker: level-set tells a plateau from a set without measure") {
  CHECK(verdict_of(trough()) == "ACCEPTED");
  LevelSetParts p = trough();
  p.closed_sublevel = set_text("measure-zero");
  CHECK(verdict_of(p) == "level-set mismatch");
  p = trough();
  p.sublevel = set_text("bounded", "1");
  CHECK(verdict_of(p) == "level-set mismatch");
}

TEST_CASE("checker: level-set refuses every false word about a set") {
  const auto with = [](const std::string& closed_sublevel) {
    LevelSetParts p = trough();
    p.closed_sublevel = closed_sublevel;
    return verdict_of(p);
  };
  CHECK(with(set_text("unbounded")) == "level-set mismatch");
  CHECK(with(set_text("empty")) == "level-set mismatch");
  CHECK(with(set_text("bounded", "2")) == "level-set mismatch");
  CHECK(with(set_text("bounded", "1", box_of({"-1,1"}))) == "level-set mismatch");
  CHECK(with(set_text("bounded", "1", "[]")) == "document mismatch");
  CHECK(with(set_text("bounded", "1", "null", components_of({"1", "1"}))) == "level-set mismatch");
  CHECK(with(set_text("bounded", "1", "null", components_of({"1/2"}))) == "level-set mismatch");
  CHECK(with(set_text("bounded", "1", "null", components_of({}, 1))) == "level-set mismatch");
  CHECK(with(set_text("bounded", "1", "null", components_of({"null"}))) == "ACCEPTED");
  CHECK(with(set_text("sometimes")) == "level-set mismatch");
  CHECK(with("{}") == "document missing");
  LevelSetParts p = trough();
  p.superlevel = set_text("unbounded", "5");
  CHECK(verdict_of(p) == "level-set inapplicable");
  p.superlevel = set_text("unbounded", "null", box_of({"0,1"}));
  CHECK(verdict_of(p) == "level-set inapplicable");
  p.superlevel =
      set_text("unbounded", "null", "null",
               R"([{"status": "unbounded", "measure": "1"}, {"status": "unbounded", "measure": null}])");
  CHECK(verdict_of(p) == "level-set inapplicable");
  p = trough();
  p.sublevel = set_text("empty", "null", box_of({"0,1"}));
  CHECK(verdict_of(p) == "level-set inapplicable");
  p = trough();
  p.regions = "2";
  CHECK(verdict_of(p) == "level-set mismatch");
  p = trough();
  p.pieces = "2";
  CHECK(verdict_of(p) == "level-set mismatch");
  p = trough();
  p.verdict = "undecided";
  CHECK(verdict_of(p) == "document mismatch");
  p.sublevel = "null";
  CHECK(verdict_of(p) == "ACCEPTED");
  p.verdict = "proved";
  CHECK(verdict_of(p) == "document mismatch");
}

TEST_CASE("checker: level-set measures tents in one, two and three dimensions") {
  for (std::size_t d = 1; d <= 3; ++d) {
    INFO(d);
    LevelSetParts p = tent(d);
    CHECK(verdict_of(p) == "ACCEPTED");
    p.level = "\"1\"";  // only the tip is left
    p.superlevel = set_text("empty");
    p.closed_superlevel =
        set_text("measure-zero", "0", box_of(std::vector<std::string>(d, "0,0")), components_of({"0"}));
    p.closed_sublevel = set_text("unbounded", "null", "null", components_of({}, 1));
    CHECK(verdict_of(p) == "ACCEPTED");
    p.superlevel = set_text("bounded", "0");
    CHECK(verdict_of(p) == "level-set mismatch");
  }
}

TEST_CASE("checker: level-set joins parts only where the set reaches from one to the other") {
  // Φ = min(|x|, |y|) = |x| + |y| - max: four quadrants of {Φ > 0}, all joined at 0 in {Φ >= 0}
  LevelSetParts p;
  const std::string sums =
      affine_layer("[[1, 0], [-1, 0], [0, 1], [0, -1]]", "[0, 0, 0, 0]") + ", " + relu_layer() + ", " +
      affine_layer("[[1, 1, 0, 0], [0, 0, 1, 1], [1, 1, -1, -1]]", "[0, 0, 0]") + ", " + relu_layer() + ", ";
  p.model = model(2, sums + affine_layer("[[1, 0, -1]]", "[0]"));
  p.proof = "{\"space\": " + tiling_text(tile_by_brute_force(p.model, nullptr), 2, true) + "}";
  p.superlevel = set_text("unbounded", "null", "null", components_of({}, 4));
  p.closed_superlevel = set_text("unbounded", "null", "null", components_of({}, 1));
  p.sublevel = set_text("empty");
  p.closed_sublevel = set_text("measure-zero", "0", "null", components_of({}, 1));
  p.regions = "8";
  p.pieces = "4";
  CHECK(verdict_of(p) == "ACCEPTED");
  p.closed_superlevel = set_text("unbounded", "null", "null", components_of({}, 4));
  CHECK(verdict_of(p) == "level-set mismatch");
  p.closed_superlevel = "null";
  p.superlevel = set_text("unbounded", "null", "null", components_of({}, 1));
  CHECK(verdict_of(p) == "level-set mismatch");
}

TEST_CASE("checker: level-set without a tiling knows only what rays prove") {
  LevelSetParts p = trough();
  p.proof = "{}";
  p.regions = p.pieces = "null";
  p.superlevel = p.closed_superlevel = p.closed_sublevel = "null";
  CHECK(verdict_of(p) == "level-set not-proved");
  p.sublevel = "null";
  p.verdict = "undecided";
  CHECK(verdict_of(p) == "ACCEPTED");
  p.regions = "3";
  CHECK(verdict_of(p) == "document not-proved");
}

TEST_CASE("checker: level-set is for piecewise linear networks") {
  LevelSetParts p;
  p.verdict = "undecided";
  const auto with = [&](const std::string& layers) {
    p.model = model(1, layers);
    return verdict_of(p);
  };
  CHECK(with(affine_layer("[[2]]", "[0]")) == "ACCEPTED");
  CHECK(with(relu_layer()) == "ACCEPTED");
  CHECK(with(R"({"type": "activation", "function": "identity"})") == "ACCEPTED");
  CHECK(with(R"({"type": "activation", "function": "sigmoid"})") ==
        "ACCEPTED");  // the last sigmoid is dropped
  CHECK(with(R"({"type": "activation", "function": "tanh"})") == "piecewise-linear inapplicable");
  CHECK(
      with(
          R"({"type": "batch_norm", "scale": [1], "bias": [0], "mean": [0], "variance": [1], "epsilon": 0})") ==
      "piecewise-linear inapplicable");
  p.domain = R"({"type": "ball", "radius": 1})";
  CHECK(with(relu_layer()) == "document inapplicable");
}
