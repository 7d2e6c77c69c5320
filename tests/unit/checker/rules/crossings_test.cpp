#include <catch2/catch.hpp>

#include "checker/rules/curves.hpp"
#include "level_parts.hpp"

using namespace narrows::checker;
using namespace narrows::checker::test;

namespace {

/// The curve through these leaves of {x > 0}, or the rule's reason.
std::string trace(const std::string& model, const Box& domain, const std::vector<CurveLeaf>& leaves, LevelCurve* result = nullptr) {
  const std::string claim_text = R"({"kind": "level-curve", "verdict": "proved", "domain": )" + box_domain(domain) +
                                 R"(, "output": {"type": "component", "index": 0}, "level": 0})";
  const Json claim_json = parse_json(claim_text, "claim"), model_json = parse_json(model, "model"), tree_json = parse_json("[]", "tree");
  const LevelClaim claim(Field(claim_json, "claim"), read_network(Field(model_json, "model")));
  try {
    const LevelCurve curve = trace_level_curve(claim, leaves, Field(tree_json, "tree"));
    if (result != nullptr) *result = curve;
    return "proved";
  } catch (const Rejection& rejection) {
    return name_of(rejection.rejected.reason);
  }
}

}  // namespace

TEST_CASE("checker: crossings joins parts of leaves through walls, also at T-junctions") {
  LevelCurve curve;
  // one wide leaf, crossed by x = 0, above two narrow ones with signs and one that is crossed
  const Box domain{{-1, 0}, {1, 2}};
  REQUIRE(trace(plane_x(), domain, {{Box{{-1, 1}, {1, 2}}, 0}, {Box{{-1, 0}, {-0.5, 1}}, -1}, {Box{{-0.5, 0}, {0.5, 1}}, 0}, {Box{{0.5, 0}, {1, 1}}, 1}}, &curve) == "proved");
  CHECK(curve.closed == 0);
  CHECK(curve.arcs == 1);
  REQUIRE(curve.components.size() == 2);
  CHECK(curve.components[0].sign == 1);
  CHECK(curve.components[0].reaches_boundary);
  CHECK(curve.components[0].holes == 0);
  CHECK(curve.components[0].least_area.get_str() == "1/2");
  CHECK(curve.components[0].largest_area.get_str() == "7/2");
  CHECK(curve.component_of_node[0] == 0u);
  CHECK(curve.component_of_node[1] == 1u);
  CHECK_FALSE(curve.component_of_node[2].has_value());
  CHECK(curve.component_of_node[3] == 1u);
}

TEST_CASE("checker: crossings refuses leaves that do not tile, contradict each other or end at the curve") {
  const Box domain{{-1, 0}, {1, 2}};
  CHECK(trace(plane_x(), domain, {{Box{{-1, 1}, {1, 2}}, 0}}) == "incomplete");  // half of the domain
  CHECK(trace(plane_x(), domain, {{domain, 0}, {domain, 0}}) == "incomplete");
  CHECK(trace(plane_x(), domain, {{Box{{-1, 0}, {0.5, 2}}, -1}, {Box{{0.5, 0}, {1, 2}}, 1}}) == "mismatch");
  CHECK(trace(plane_x(), domain, {{Box{{-1, 0}, {0, 2}}, 0}, {Box{{0, 0}, {1, 2}}, 0}}) == "not-proved");  // the curve is their wall
  CHECK(trace(plane_x(), domain, {{domain, 0}}) == "proved");
}
