#include <catch2/catch.hpp>

#include "checker/rules/levels.hpp"
#include "level_parts.hpp"

using namespace narrows::checker;
using namespace narrows::checker::test;

namespace {

/// Leaves with a sign where there is one, `monotone` along the gradient at the middle from `depth` on.
std::string tree(const Setting& s, const Box& box, int depth) {
  if (const int sign = sign_on(s, box)) return sign > 0 ? R"(["plus"])" : R"(["minus"])";
  std::size_t axis = 0;
  for (std::size_t i = 1; i < box.dim(); ++i)
    axis = box.hi[i] - box.lo[i] > box.hi[axis] - box.lo[axis] ? i : axis;
  if (depth == 0) {
    std::string u;
    BoxPass pass(s.leaf_chain, 0, midpoint(box), leaf_precision, Carry::values);
    for (const Dual& v : pass.row_vector(0))
      u += (u.empty() ? "" : ", ") + std::to_string(midpoint_approx(v.value.range));
    return "[\"monotone\", [" + u + "]]";
  }
  Box lower = box, upper = box;
  lower.hi[axis] = upper.lo[axis] = midpoint(box).lo[axis];
  return "[\"split\", " + std::to_string(axis) + "], " + tree(s, lower, depth - 1) + ", " +
         tree(s, upper, depth - 1);
}

std::string component(const std::string& sign, const std::string& status, int holes,
                      const std::string& area = "[0, 100]") {
  return R"({"sign": ")" + sign + R"(", "status": ")" + status + R"(", "holes": )" + std::to_string(holes) +
         R"(, "area": )" + area + "}";
}

struct CurveParts : LevelParts {
  std::string level = "0", curves, components, contains = "[]";
  std::string verdict() {
    kind = "level-curve";
    members = R"(, "level": )" + level + R"(, "curves": )" + curves + R"(, "components": )" + components +
              R"(, "contains": )" + contains;
    return verdict_of(*this);
  }
};

CurveParts curve(const std::string& model, const Box& box, int closed, int arcs,
                 const std::string& components, const std::string& leaves) {
  CurveParts p;
  p.model = model;
  p.domain = box_domain(box);
  p.curves = "{\"closed\": " + std::to_string(closed) + ", \"arcs\": " + std::to_string(arcs) + "}";
  p.components = "[" + components + "]";
  p.proof = "{\"tree\": [" + leaves + "]}";
  return p;
}
CurveParts curve(const std::string& model, const Box& box, int closed, int arcs,
                 const std::string& components, int depth) {
  return curve(model, box, closed, arcs, components, tree(setting_of(model, Family::fixed), box, depth));
}

const Box big{{-4, -4}, {4, 4}}, uneven{{-4, -4}, {4.5, 4.25}};
const std::string one = R"(["monotone", [1, 0]])";
/// [-2, 2] cut at -1, -1/2, 0, 1/2, 1.
const std::string strips = R"(["split", 1], ["split", 1], )" + one + R"(, ["split", 1], )" + one + ", " +
                           one + R"(, ["split", 1], ["split", 1], )" + one + ", " + one + ", " + one;

}  // namespace

TEST_CASE("checker: level-curve finds a disc, and refuses everything else about it") {
  const std::string outside = component("+", "reaches-boundary", 1), disc = component("-", "closed", 0);
  CurveParts p = curve(bowl(), big, 1, 0, outside + ", " + disc, 8);
  CHECK(p.verdict() == "ACCEPTED");
  CHECK(check_parts(p).claim ==
        "level-curve proved c=0 on [-4,4]x[-4,4] output 0: 1 closed, 0 arcs; + reaches-boundary holes 1 area "
        "[0,100]; - closed holes 0 area [0,100];");
  CHECK(curve(bowl(), big, 0, 1, outside + ", " + disc, 8).verdict() == "crossings mismatch");
  CHECK(curve(bowl(), big, 2, 0, outside + ", " + disc, 8).verdict() == "crossings mismatch");
  CHECK(curve(bowl(), big, 1, 0, disc + ", " + outside, 8).verdict() == "document mismatch");
  CHECK(curve(bowl(), big, 1, 0, outside, 8).verdict() == "document mismatch");
  CHECK(curve(bowl(), big, 1, 0, component("+", "reaches-boundary", 0) + ", " + disc, 8).verdict() ==
        "crossings mismatch");
  CHECK(curve(bowl(), big, 1, 0, component("+", "closed", 1) + ", " + disc, 8).verdict() ==
        "document mismatch");
  CHECK(curve(bowl(), big, 1, 0, outside + ", " + component("-", "reaches-boundary", 0), 8).verdict() ==
        "document mismatch");
  CHECK(curve(bowl(), big, 1, 0, outside + ", " + component("-", "closed", 1), 8).verdict() ==
        "crossings mismatch");
  CHECK(curve(bowl(), big, 1, 0, outside + ", " + component("-", "closed", 0, "[0, 9]"), 8).verdict() ==
        "crossings mismatch");
  CHECK(curve(bowl(), big, 1, 0, outside + ", " + component("-", "closed", 0, "[20, 100]"), 8).verdict() ==
        "crossings mismatch");
  p.level = "\"1/2\"";  // leaves of another level
  CHECK(p.verdict() == "plus not-proved");
  p.level = "0";
  p.model = parabola();
  CHECK(p.verdict() == "plus not-proved");
}

TEST_CASE("checker: level-curve tells which component holds a point") {
  CurveParts p =
      curve(bowl(), big, 1, 0, component("+", "reaches-boundary", 1) + ", " + component("-", "closed", 0), 8);
  const auto contains = [&](const std::string& point, int k) {
    p.contains = R"([{"point": )" + point + R"(, "component": )" + std::to_string(k) + "}]";
    return p.verdict();
  };
  CHECK(contains("[0, 0]", 1) == "ACCEPTED");
  CHECK(contains(R"(["1/3", "-1/7"])", 1) == "ACCEPTED");
  CHECK(check_parts(p).claim.ends_with("; (1/3,-1/7) in 1;"));
  CHECK(contains("[4, 4]", 0) == "ACCEPTED");
  CHECK(contains("[0, 0]", 0) == "crossings mismatch");
  CHECK(contains("[4, 5]", 0) == "document out-of-range");
  CHECK(contains("[0]", 1) == "document mismatch");
}

TEST_CASE("checker: level-curve counts rings and their holes") {
  const std::string inner = component("+", "closed", 0), outer = component("+", "reaches-boundary", 1),
                    band = component("-", "closed", 1);
  const std::string leaves = tree(setting_of(ring(), Family::fixed), uneven, 13);
  CHECK(curve(ring(), uneven, 2, 0, outer + ", " + inner + ", " + band, leaves).verdict() == "ACCEPTED");
  CHECK(curve(ring(), uneven, 2, 0, outer + ", " + inner + ", " + component("-", "closed", 0), leaves)
            .verdict() == "crossings mismatch");
  CHECK(curve(ring(), uneven, 1, 0, outer + ", " + inner + ", " + band, leaves).verdict() ==
        "crossings mismatch");
}

TEST_CASE("checker: the trap x - y²: two arcs are not one") {
  const std::string two_minus =
      component("-", "reaches-boundary", 0) + ", " + component("-", "reaches-boundary", 0);
  const std::string plus = component("+", "reaches-boundary", 0),
                    minus = component("-", "reaches-boundary", 0);
  const Box cut{{0.25, -2}, {1, 2}}, whole{{-0.5, -2}, {2.5, 2}};
  // ∂Φ/∂x = 1: on the box beside the vertex of the curve a single cell would make two arcs one
  CHECK(curve(trap(), cut, 0, 1, plus + ", " + minus, one).verdict() == "crossings not-proved");
  CHECK(curve(trap(), cut, 0, 2, plus + ", " + two_minus, one).verdict() == "crossings not-proved");
  CHECK(curve(trap(), cut, 0, 2, plus + ", " + two_minus, strips).verdict() == "ACCEPTED");
  CHECK(curve(trap(), cut, 0, 1, plus + ", " + two_minus, strips).verdict() == "crossings mismatch");
  CHECK(curve(trap(), cut, 0, 2, plus + ", " + minus, strips).verdict() == "document mismatch");
  CHECK(curve(trap(), whole, 0, 1, plus + ", " + minus, 6).verdict() == "ACCEPTED");
}

TEST_CASE("checker: level-curve cuts sides at T-junctions and refuses four crossings of a leaf") {
  const std::string components =
      component("+", "reaches-boundary", 0) + ", " + component("-", "reaches-boundary", 0);
  const Box box{{-0.5, -2}, {2.5, 2}};
  const auto with = [&](const std::string& middle) {
    return curve(trap(), box, 0, 1, components,
                 R"(["split", 0], ["split", 0], )" + strips + ", " + middle + ", " + strips)
        .verdict();
  };
  CHECK(with(one) == "crossings not-proved");  // each half of its sides is crossed once: 4
  CHECK(with(R"(["split", 1], )" + one + ", " + one) == "ACCEPTED");
  CHECK(with(R"(["split", 0], )" + one + ", " + one) == "crossings not-proved");
}

TEST_CASE("checker: level-curve does not decide tangents to the boundary and zeros at vertices") {
  const std::string plus = component("+", "reaches-boundary", 0),
                    minus = component("-", "reaches-boundary", 0);
  for (const int depth : {1, 4, 9, 13}) {
    // touches the left side at the origin: one component of {+}, two of {-}
    CHECK(curve(trap(), Box{{0, -2}, {2, 2}}, 0, 2, plus + ", " + minus + ", " + minus, depth).verdict() ==
          "crossings not-proved");
    CHECK(curve(trap(), Box{{0, -1.75}, {2, 2}}, 0, 2, plus + ", " + minus + ", " + minus, depth).verdict() ==
          "crossings not-proved");
  }
  const std::string diagonal = model(2, dense("[[1, 1]]", "[0]"));
  CHECK(curve(diagonal, Box{{-1, -1}, {1, 1}}, 0, 1, plus + ", " + minus, R"(["monotone", [1, 1]])")
            .verdict() == "crossings not-proved");
  CHECK(curve(diagonal, Box{{-1, -1.5}, {1, 1}}, 0, 1, plus + ", " + minus, R"(["monotone", [1, 1]])")
            .verdict() == "crossings not-proved");
  CHECK(curve(diagonal, Box{{-1, -1.5}, {1, 0.5}}, 0, 1, plus + ", " + minus, R"(["monotone", [1, 1]])")
            .verdict() == "ACCEPTED");
  CHECK(curve(diagonal, Box{{-1, -1.5}, {1, 0.5}}, 0, 1, plus + ", " + minus, R"(["monotone", [1, -1]])")
            .verdict() == "monotone not-proved");
  CHECK(curve(diagonal, Box{{-1, -1.5}, {1, 0.5}}, 0, 1, plus + ", " + minus, R"(["monotone", [0, 0]])")
            .verdict() == "monotone not-proved");
  // x + y is 0 on a whole side of a cell
  const std::string flat = model(2, dense("[[1, 0]]", "[0]"));
  CHECK(curve(flat, Box{{0, 0}, {1, 1}}, 0, 0, plus, R"(["monotone", [1, 0]])").verdict() ==
        "crossings not-proved");
  CHECK(curve(flat, Box{{-1, 0}, {1, 1}}, 0, 1, plus + ", " + minus,
              R"(["split", 0], ["monotone", [1, 0]], ["monotone", [1, 0]])")
            .verdict() == "crossings not-proved");
  CHECK(curve(flat, Box{{-1, 0}, {1, 1}}, 0, 1, plus + ", " + minus, R"(["monotone", [1, 0]])").verdict() ==
        "ACCEPTED");
}

TEST_CASE("checker: level-curve on a line isolates roots") {
  const std::string line = model(
      1, dense("[[1], [-1]]", "[0, 0]") + ", " + activated("silu") + ", " + dense("[[1, 1]]", "[-0.5]"));
  const std::string plus = component("+", "reaches-boundary", 0, "[1, 4]"),
                    minus = component("-", "closed", 0, "[0, 4]");
  const Box box{{-3}, {3.5}};
  const std::string good =
      R"(["split", 0], ["split", 0], ["plus"], ["split", 0], ["monotone", [-1]], ["minus"], ["split", 0], ["monotone", [1]], ["plus"])";
  CHECK(curve(line, box, 0, 2, plus + ", " + plus + ", " + minus, good).verdict() == "ACCEPTED");
  CHECK(curve(line, box, 0, 1, plus + ", " + minus, R"(["monotone", [1]])").verdict() ==
        "monotone not-proved");
  CHECK(curve(line, box, 1, 0, plus + ", " + plus + ", " + minus, good).verdict() == "crossings mismatch");
}

TEST_CASE(
    "checker: level-curve claims nothing beside an undecided leaf, and needs a differentiable network in a "
    "box") {
  CurveParts p = curve(bowl(), big, 1, 0, "", R"(["undecided"])");
  CHECK(p.verdict() == "document incomplete");
  p.LevelParts::verdict = "undecided";
  CHECK(p.verdict() == "document mismatch");
  p.curves = p.components = "null";
  CHECK(p.verdict() == "ACCEPTED");
  p.contains = R"([{"point": [0, 0], "component": 0}])";
  CHECK(p.verdict() == "document mismatch");
  p.contains = "[]";
  p.proof = R"({"tree": [["plus"]]})";
  CHECK(p.verdict() == "plus not-proved");
  p.proof = R"({"tree": [["split", 0], ["undecided"]]})";
  CHECK(p.verdict() == "document incomplete");
  p.proof = R"({"tree": [["undecided", 0]]})";
  CHECK(p.verdict() == "document mismatch");
  p.proof = R"({"tree": [["faith"]]})";
  CHECK(p.verdict() == "document unknown");
  p.proof = R"({"tree": [["undecided"]]})";
  p.domain = space_domain;
  CHECK(p.verdict() == "document inapplicable");
  p.domain = box_domain(big);
  p.model = model(2, activated("relu") + ", " + dense("[[1, 1]]", "[1]"));
  CHECK(p.verdict() == "document inapplicable");
}

TEST_CASE("checker: damaged level-curve certificates are survived and count the same") {
  CurveParts p =
      curve(bowl(), big, 1, 0, component("+", "reaches-boundary", 1) + ", " + component("-", "closed", 0), 6);
  REQUIRE(p.verdict() == "ACCEPTED");
  const std::string text = p.proof;
  // drop, double or exchange single leaves
  std::vector<std::size_t> starts;
  for (std::size_t i = text.find("[[") + 1; i != std::string::npos; i = text.find(", [\"", i + 1))
    starts.push_back(i);
  int accepted = 0, trials = 0;
  for (std::size_t k = 1; k + 1 < starts.size(); ++k) {
    const std::string before = text.substr(0, starts[k]),
                      own = text.substr(starts[k], starts[k + 1] - starts[k]),
                      after = text.substr(starts[k + 1]);
    for (const std::string& other : {std::string(), own + own, std::string(R"(, ["plus"])"),
                                     std::string(R"(, ["minus"])"), std::string(R"(, ["undecided"])")}) {
      if (other == own) continue;
      p.proof = before + other + after;
      ++trials;
      accepted += p.verdict() == "ACCEPTED" ? 1 : 0;
    }
  }
  CHECK(trials > 150);
  CHECK(accepted < 10);  // cells that turn out to have one sign
}
