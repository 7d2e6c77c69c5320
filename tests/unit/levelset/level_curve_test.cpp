// Level sets that are known: circles, nests, saddles, and the traps at the boundary and at singular levels.
#include "levelset/level_curve.hpp"

#include <catch2/catch.hpp>
#include <numbers>

#include "polynomial_function.hpp"
#include "support/random_cases.hpp"
#include "topology.hpp"

using namespace narrows;
using test::PolynomialFunction;
using test::signature;

namespace {

LevelCurveResult curve_of(const LevelFunction& function, const Box& box, const Rational& level,
                          double resolution = kInfinity) {
  LevelCurveOptions options;
  options.level = level;
  options.max_crossed_width = resolution;
  return level_curve(function, box, options);
}

/// Every leaf, edge and vertex of a proved result obeys the conditions of level_curve.hpp, tested anew where Φ is known exactly.
void require_conditions(const LevelCurveResult& result, const LevelFunction& function) {
  const CellComplex& cells = result.cells;
  for (const std::uint32_t leaf : cells.leaves_in_order()) {
    const LevelCell& cell = cells.cell(leaf);
    REQUIRE((cell.kind == CellKind::plus || cell.kind == CellKind::minus || cell.kind == CellKind::monotone));
    const double corners[4][2] = {{cell.lower[0], cell.lower[1]},
                                  {cell.upper[0], cell.lower[1]},
                                  {cell.lower[0], cell.upper[1]},
                                  {cell.upper[0], cell.upper[1]}};
    for (const auto& corner : corners)
      if (cell.kind != CellKind::monotone)
        REQUIRE(function.sign_at(corner, result.level) == (cell.kind == CellKind::plus ? 1 : -1));
    if (cell.kind != CellKind::monotone) continue;
    int crossed = 0;
    for (std::size_t axis = 0; axis < 2; ++axis)
      for (std::size_t end = 0; end < 2; ++end) {
        double at = cell.lower[1 - axis];
        for (const std::uint32_t e : cell.side[axis][end]) {
          const LevelEdge& edge = cells.edge(e);
          REQUIRE(edge.axis == 1 - axis);
          REQUIRE(edge.cell[1 - end] == leaf);
          const LevelVertex &from = cells.vertex(edge.vertex[0]), &to = cells.vertex(edge.vertex[1]);
          REQUIRE(from.at[1 - axis] == at);
          REQUIRE(from.at[axis] == (end == 0 ? cell.lower : cell.upper)[axis]);
          at = to.at[1 - axis];
          for (const LevelVertex* v : {&from, &to}) REQUIRE(function.sign_at(v->at, result.level) == v->sign);
          REQUIRE((from.sign == 1 || from.sign == -1));
          REQUIRE((edge.kind == EdgeKind::plus || edge.kind == EdgeKind::minus ||
                   edge.kind == EdgeKind::monotone));
          if (edge.kind != EdgeKind::monotone) REQUIRE(from.sign == to.sign);
          crossed += from.sign != to.sign ? 1 : 0;
        }
        REQUIRE(at == cell.upper[1 - axis]);
      }
    REQUIRE((crossed == 0 || crossed == 2));
  }
}

}  // namespace

TEST_CASE("a circle is one closed curve round one component, and its area is enclosed") {
  const PolynomialFunction circle({{1, 2, 0}, {1, 0, 2}});
  const auto result = curve_of(circle, {{-2, -2}, {2.1, 3}}, 1, 0.01);
  REQUIRE(signature(result) == "closed 1 arcs 0; +b1 -c0");
  require_conditions(result, circle);
  const LevelComponent &outside = result.components[0], &disc = result.components[1];
  CHECK(contains(disc.area, std::numbers::pi));
  CHECK(contains(outside.area, 20.5 - std::numbers::pi));
  CHECK(disc.area.upper() - disc.area.lower() < 0.1);
  CHECK(disc.parent == 0U);
  CHECK(!outside.parent);
  const double centre[2] = {0.1, 0.2}, corner[2] = {2, 3};
  CHECK(component_of(result, circle, centre) == 1U);
  CHECK(component_of(result, circle, corner) == 0U);
}

TEST_CASE("the polygons of a circle lie on it and go round once") {
  const PolynomialFunction circle({{1, 2, 0}, {1, 0, 2}});
  const auto result = curve_of(circle, {{-2, -2}, {2.1, 3}}, 1, 0.1);
  const auto polygons = polygons_of(result, circle);
  REQUIRE(polygons.size() == 1);
  REQUIRE(polygons[0].closed);
  double turned = 0;
  for (std::size_t i = 0; i < polygons[0].points.size(); ++i) {
    const auto [x, y] = polygons[0].points[i];
    const auto [u, v] = polygons[0].points[(i + 1) % polygons[0].points.size()];
    CHECK(std::hypot(x, y) == Approx(1).epsilon(1e-9));
    CHECK(std::hypot(x - u, y - v) <= result.widest_crossed);
    turned += std::atan2(x * v - y * u, x * u + y * v);
  }
  CHECK(std::fabs(turned) == Approx(2 * std::numbers::pi));
}

TEST_CASE("two concentric circles nest") {
  // (r² − 1)(r² − 4): above inside the first circle and outside of the second.
  const PolynomialFunction rings({{1, 4, 0}, {2, 2, 2}, {1, 0, 4}, {-5, 2, 0}, {-5, 0, 2}, {4, 0, 0}});
  const auto result = curve_of(rings, {{-3, -3}, {3.5, 3.25}}, 0);
  REQUIRE(signature(result) == "closed 2 arcs 0; +b1 +c0 -c1");
  require_conditions(result, rings);
  const double centre[2] = {0.01, 0.02}, ring[2] = {1.5, 0}, outside[2] = {3, 3};
  const auto inner = component_of(result, rings, centre), middle = component_of(result, rings, ring),
             outer = component_of(result, rings, outside);
  REQUIRE((inner && middle && outer));
  CHECK(result.components[*inner].parent == middle);
  CHECK(result.components[*middle].parent == outer);
}

TEST_CASE("a disc that almost fills the box is the one surrounded") {
  const PolynomialFunction circle({{-1, 2, 0}, {-1, 0, 2}});  // above inside
  const auto result = curve_of(circle, {{-1.001, -1.0005}, {1.002, 1.0007}}, -1);
  REQUIRE(signature(result) == "closed 1 arcs 0; +c0 -b1");
  CHECK(result.components[0].parent == 1U);
}

// The trap of T7: cells alone would take two arcs for one, because the curve bulges beyond the boundary of the box.
TEST_CASE("x = y^2 cut by the boundary is two arcs, however little is cut off") {
  const PolynomialFunction parabola({{1, 1, 0}, {-1, 0, 2}});
  for (const double cut : {0.01, 1e-6, 1e-10}) {
    const auto two = curve_of(parabola, {{cut, -1.3}, {1, 1.4}}, 0),
               one = curve_of(parabola, {{-cut, -1.3}, {1, 1.4}}, 0);
    INFO(cut);
    CHECK(signature(two) == "closed 0 arcs 2; +b0 -b0 -b0");
    CHECK(signature(one) == "closed 0 arcs 1; +b0 -b0");
    require_conditions(two, parabola);
    require_conditions(one, parabola);
  }
}

TEST_CASE("a curve that touches the boundary is undecided there, and says where") {
  const PolynomialFunction parabola({{1, 1, 0}, {-1, 0, 2}});
  const auto result = curve_of(parabola, {{0, -1.3}, {1, 1.4}}, 0);
  REQUIRE(result.verdict == Verdict::undecided);
  REQUIRE(result.undecided.size() == 1);
  CHECK(contains(result.undecided[0].box[0], 0.0));
  CHECK(contains(result.undecided[0].box[1], 0.0));
  CHECK(width_upper(result.undecided[0].box[1]) < 1e-5);
  CHECK(result.boxes < 20'000);
}

TEST_CASE("next to a saddle the level set is decided, at it undecided after few boxes") {
  const PolynomialFunction saddle({{1, 1, 1}});
  const Box box{{-1.1, -1.2}, {1.3, 1.4}};
  for (const double c : {1e-3, 1e-9, 1e-12}) {
    CHECK(signature(curve_of(saddle, box, rational_exact(c))) == "closed 0 arcs 2; +b0 +b0 -b0");
    CHECK(signature(curve_of(saddle, box, rational_exact(-c))) == "closed 0 arcs 2; +b0 -b0 -b0");
  }
  const auto singular = curve_of(saddle, box, 0);
  REQUIRE(singular.verdict == Verdict::undecided);
  CHECK(singular.boxes < 20'000);
  CHECK(singular.undecided.size() == 1);
}

TEST_CASE("at an extreme value the level set is undecided, beyond it empty") {
  const PolynomialFunction bowl({{1, 2, 0},
                                 {1, 0, 2},
                                 {-0.2, 1, 0},
                                 {0.01, 0, 0}});  // minimum 0 at (0.1, 0), up to rounding of 0.2² and 0.01
  const Box box{{-1, -1.1}, {1.2, 1.3}};
  CHECK(signature(curve_of(bowl, box, rational_exact(1e-9))) == "closed 1 arcs 0; +b1 -c0");
  CHECK(signature(curve_of(bowl, box, rational_exact(-1e-9))) == "closed 0 arcs 0; +b0");
  CHECK(curve_of(PolynomialFunction({{1, 2, 0}, {1, 0, 2}}), box, 0).verdict == Verdict::undecided);
}

TEST_CASE("a level through corners of cells ends as undecided, not in a loop") {
  const PolynomialFunction line(
      {{1, 1, 0}, {-1, 3, 0}, {0.5, 1, 2}});  // vanishes on x = 0, where the box is cut
  const auto result = curve_of(line, {{-2, -2}, {2, 2}}, 0);
  CHECK(result.verdict == Verdict::undecided);
  CHECK(result.boxes < 200'000);
}

// The line x = 1 is where cells meet, and it touches the circle.
TEST_CASE("a curve that touches a line where cells meet is undecided, and another box decides it") {
  const PolynomialFunction circle({{1, 2, 0}, {1, 0, 2}});
  const auto touching = curve_of(circle, {{-2, -2}, {2, 3}}, 1);
  CHECK(touching.verdict == Verdict::undecided);
  CHECK(touching.boxes < 20'000);
  CHECK(signature(curve_of(circle, {{-2, -2}, {2.0001, 3}}, 1)) == "closed 1 arcs 0; +b1 -c0");
}

TEST_CASE("a spent budget leaves undecided cells, and what is decided stays true") {
  const PolynomialFunction rings({{1, 4, 0}, {2, 2, 2}, {1, 0, 4}, {-5, 2, 0}, {-5, 0, 2}, {4, 0, 0}});
  LevelCurveOptions options;
  options.max_boxes = 100;
  const auto result = level_curve(rings, {{-3, -3}, {3.5, 3.25}}, options);
  CHECK(result.verdict == Verdict::undecided);
  CHECK(result.stopped);
  CHECK(!result.undecided.empty());
}

TEST_CASE("one variable: every root in an interval of its own") {
  const PolynomialFunction cubic({{1, 3, 0}, {-0.75, 1, 0}}, 1);  // x (x² − 3/4)
  const auto result = curve_of(cubic, {{-1.7}, {2.1}}, rational_exact(0.01), 1e-9);
  REQUIRE(result.verdict == Verdict::proved);
  REQUIRE(result.curves.size() == 3);
  for (const LevelCurve& root : result.curves) {
    CHECK(width_upper(root.root) <= 1e-9);
    const double x = midpoint(root.root);
    CHECK(std::fabs(x * x * x - 0.75 * x - 0.01) < 1e-8);
  }
  REQUIRE(result.components.size() == 4);
  CHECK(result.components[0].status == LevelComponent::Status::closed);  // above, between the first two roots
  CHECK(result.components[1].status == LevelComponent::Status::reaches_boundary);
  Interval total = 0.0;
  for (const LevelComponent& component : result.components) total += component.area;
  CHECK(contains(total, 3.8));
}

TEST_CASE("a root at the middle of the interval is isolated all the same") {
  const PolynomialFunction line({{1, 1, 0}}, 1);
  const auto result = curve_of(line, {{-1}, {1}}, 0, 1e-9);
  REQUIRE(result.verdict == Verdict::proved);
  CHECK(result.curves.size() == 1);
}

TEST_CASE("random quartics: as many components as a fine grid counts, where grids agree") {
  test::RandomCases random(611);
  int compared = 0;
  for (int k = test::cases(25, 600); k > 0; --k) {
    std::vector<PolynomialFunction::Term> terms;
    for (int i = 0; i <= 4; ++i)
      for (int j = 0; i + j <= 4; ++j) terms.push_back({random.uniform(-1, 1), i, j});
    const PolynomialFunction function(terms);
    const Box box{{-1.3, -1.4}, {1.2, 1.1}};
    const auto result = curve_of(function, box, 0);
    REQUIRE(result.verdict == Verdict::proved);
    require_conditions(result, function);
    const std::string coarse = test::grid_signature(function, box, 0, 50),
                      fine = test::grid_signature(function, box, 0, 85);
    if (coarse != fine) continue;
    ++compared;
    CHECK(test::coarse_signature(result) == fine);
  }
  CHECK(compared > 15);
}
