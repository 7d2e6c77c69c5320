#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <random>

#include "checker/rules/curves.hpp"
#include "level_parts.hpp"

using namespace narrows::checker;
using namespace narrows::checker::test;

namespace {

/// The curve through these leaves of {x > 0}, or the rule's reason.
std::string trace(const std::string& model, const Box& domain, const std::vector<CurveLeaf>& leaves,
                  LevelCurve* result = nullptr) {
  const std::string claim_text = R"({"kind": "level-curve", "verdict": "proved", "domain": )" +
                                 box_domain(domain) +
                                 R"(, "output": {"type": "component", "index": 0}, "level": 0})";
  const Json claim_json = parse_json(claim_text, "claim"), model_json = parse_json(model, "model"),
             tree_json = parse_json("[]", "tree");
  const LevelClaim claim(Field(claim_json, "claim"), read_network(Field(model_json, "model")));
  try {
    const LevelCurve curve = trace_level_curve(claim, leaves, Field(tree_json, "tree"));
    if (result != nullptr) *result = curve;
    return "proved";
  } catch (const Rejection& rejection) {
    return name_of(rejection.rejected.reason);
  }
}

/// a·tanh(Wx + b) with 10 neurons: curves of many shapes.
std::string random_waves(std::mt19937& source) {
  std::uniform_real_distribution<double> weight(-4, 4);
  std::string w, b, a;
  for (int i = 0; i < 10; ++i) {
    const std::string comma = i == 0 ? "" : ", ";
    w += comma + '[' + std::to_string(weight(source)) + ", " + std::to_string(weight(source)) + ']';
    b += comma + std::to_string(weight(source));
    a += comma + std::to_string(weight(source));
  }
  return model(2, dense('[' + w + ']', '[' + b + ']') + ", " + activated("tanh") + ", " +
                      dense("[[" + a + "]]", "[0]"));
}

/// Leaves over the box that pass their own tests, as coarse or as fine as chance wants: a cell that is monotone is a leaf in `chance`
/// of 10 cases. Not all of them fit each other. False if there is a cell without a test at the largest depth.
bool add_leaves(std::vector<CurveLeaf>& leaves, const Setting& s, const Box& box, int depth, unsigned chance,
                std::mt19937& source) {
  const int sign = sign_on(s, box);
  if (sign != 0 && source() % 10 < 9) return leaves.push_back({box, sign}), true;
  Leaf gradient;
  BoxPass pass(s.leaf_chain, 0, midpoint(box), leaf_precision, Carry::values);
  for (const Dual& v : pass.row_vector(0))
    gradient.direction.emplace_back(midpoint_approx(v.value.range), leaf_precision);
  if ((depth <= 0 || source() % 10 < chance) && direction_sign_holds(gradient, box, s))
    return leaves.push_back({box, 0}), true;
  if (depth <= -12) return false;
  const std::size_t axis = depth % 5 == 0                                  ? source() % 2
                           : box.hi[0] - box.lo[0] < box.hi[1] - box.lo[1] ? 1
                                                                           : 0;
  Box lower = box, upper = box;
  lower.hi[axis] = upper.lo[axis] = midpoint(box).lo[axis];
  return add_leaves(leaves, s, lower, depth - 1, chance, source) &&
         add_leaves(leaves, s, upper, depth - 1, chance, source);
}

/// What a curve is, whatever the leaves.
std::string shape_of(const LevelCurve& curve) {
  std::vector<std::string> components;
  for (const LevelComponent& c : curve.components)
    components.push_back(std::string(1, sign_text(c.sign)) + (c.reaches_boundary ? 'b' : 'c') +
                         std::to_string(c.holes));
  std::sort(components.begin(), components.end());
  std::string text = std::to_string(curve.closed) + ' ' + std::to_string(curve.arcs);
  for (const std::string& c : components) text += ' ' + c;
  return text;
}

/// Components of the signs on a grid of points: sign and whether it reaches the boundary, sorted.
std::string shape_on_grid(const Setting& s, const Box& box, int n) {
  std::vector<int> sign(static_cast<std::size_t>(n * n));
  for (int k = 0; k < n * n; ++k) {
    const std::vector<double> x = {box.lo[0] + (box.hi[0] - box.lo[0]) * (k % n) / (n - 1),
                                   box.lo[1] + (box.hi[1] - box.lo[1]) * (k / n) / (n - 1)};
    sign[static_cast<std::size_t>(k)] = sign_on(s, Box{x, x});
  }
  std::vector<std::string> components;
  std::vector<char> seen(sign.size());
  for (int start = 0; start < n * n; ++start) {
    std::vector<int> pending = {start};
    bool reaches = false;
    const int own = sign[static_cast<std::size_t>(start)];
    if (seen[static_cast<std::size_t>(start)] != 0) continue;
    seen[static_cast<std::size_t>(start)] = 1;
    while (!pending.empty()) {
      const int k = pending.back(), i = k % n, j = k / n;
      pending.pop_back();
      reaches = reaches || i == 0 || j == 0 || i == n - 1 || j == n - 1;
      for (const auto& [di, dj] : {std::pair{1, 0}, {-1, 0}, {0, 1}, {0, -1}}) {
        if (i + di < 0 || j + dj < 0 || i + di >= n || j + dj >= n) continue;
        const auto next = static_cast<std::size_t>((j + dj) * n + i + di);
        if (seen[next] != 0 || sign[next] != own) continue;
        seen[next] = 1;
        pending.push_back(static_cast<int>(next));
      }
    }
    components.push_back(std::string(1, sign_text(own)) + (reaches ? 'b' : 'c'));
  }
  std::sort(components.begin(), components.end());
  std::string text;
  for (const std::string& c : components) text += ' ' + c;
  return text;
}

}  // namespace

TEST_CASE("checker: whatever leaves are accepted, the curve is the same, and that of a fine grid") {
  const char* campaign = std::getenv("NARROWS_LONG");
  const int networks = campaign != nullptr ? 60 : 3;
  std::mt19937 source(campaign != nullptr ? 99 : 31);
  int accepted = 0, refused = 0, as_on_grid = 0, rich = 0;
  for (int trial = 0; trial < networks; ++trial) {
    const std::string net = random_waves(source);
    const Setting s = setting_of(net, Family::fixed);
    const Box box{{-2, -2}, {2, 2.25}};
    std::string shape;
    for (int attempt = 0; attempt < 6; ++attempt) {
      std::vector<CurveLeaf> leaves;
      LevelCurve curve;
      if (!add_leaves(leaves, s, box, 4 + attempt, static_cast<unsigned>(9 - attempt), source) ||
          trace(net, box, leaves, &curve) != "proved") {
        ++refused;
        continue;
      }
      ++accepted;
      INFO(net << " attempt " << attempt);
      if (shape.empty()) shape = shape_of(curve);
      CHECK(shape == shape_of(curve));
    }
    if (shape.empty()) continue;
    rich += shape.size() > 12 ? 1 : 0;
    std::string without_holes;
    for (std::size_t at = shape.find_first_of("+-"); at != std::string::npos;
         at = shape.find_first_of("+-", at + 1))
      without_holes += ' ' + shape.substr(at, 2);
    as_on_grid += without_holes == shape_on_grid(s, box, 60) ? 1 : 0;
  }
  CAPTURE(accepted, refused, rich);
  CHECK(accepted > networks);
  CHECK(refused > 0);
  CHECK(as_on_grid * 3 >= networks);
  if (campaign != nullptr)
    WARN(accepted << " accepted, " << refused << " refused, " << as_on_grid << " of " << networks
                  << " as on the grid, " << rich << " rich");
}

TEST_CASE("checker: crossings joins parts of leaves through walls, also at T-junctions") {
  LevelCurve curve;
  // one wide leaf, crossed by x = 0, above two narrow ones with signs and one that is crossed
  const Box domain{{-1, 0}, {1, 2}};
  REQUIRE(trace(plane_x(), domain,
                {{Box{{-1, 1}, {1, 2}}, 0},
                 {Box{{-1, 0}, {-0.5, 1}}, -1},
                 {Box{{-0.5, 0}, {0.5, 1}}, 0},
                 {Box{{0.5, 0}, {1, 1}}, 1}},
                &curve) == "proved");
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

TEST_CASE("checker: crossings follows an arc through leaves in any order") {
  std::vector<double> heights = {0, 1, 2, 3};
  do {
    std::vector<CurveLeaf> leaves;
    for (const double y : heights) leaves.push_back({Box{{-1, y}, {1, y + 1}}, 0});
    LevelCurve curve;
    REQUIRE(trace(plane_x(), Box{{-1, 0}, {1, 4}}, leaves, &curve) == "proved");
    CHECK(curve.arcs == 1);
    CHECK(curve.closed == 0);
    CHECK(curve.components.size() == 2);
  } while (std::next_permutation(heights.begin(), heights.end()));
}

TEST_CASE("checker: crossings refuses leaves that do not tile, contradict each other or end at the curve") {
  const Box domain{{-1, 0}, {1, 2}};
  CHECK(trace(plane_x(), domain, {{Box{{-1, 1}, {1, 2}}, 0}}) == "incomplete");  // half of the domain
  CHECK(trace(plane_x(), domain, {{domain, 0}, {domain, 0}}) == "incomplete");
  CHECK(trace(plane_x(), domain, {{Box{{-1, 0}, {0.5, 2}}, -1}, {Box{{0.5, 0}, {1, 2}}, 1}}) == "mismatch");
  CHECK(trace(plane_x(), domain, {{Box{{-1, 0}, {0, 2}}, 0}, {Box{{0, 0}, {1, 2}}, 0}}) ==
        "not-proved");  // the curve is their wall
  CHECK(trace(plane_x(), domain, {{domain, 0}}) == "proved");
}
