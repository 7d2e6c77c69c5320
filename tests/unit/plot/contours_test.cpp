#include "plot/contours.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

using namespace narrows::plot;

namespace {

template <class Function>
Grid sampled(const Range& x, const Range& y, std::size_t steps, Function f) {
  Grid grid{x, y, steps + 1, steps + 1, {}};
  for (std::size_t row = 0; row <= steps; ++row)
    for (std::size_t column = 0; column <= steps; ++column)
      grid.values.push_back(f(grid.x_at(static_cast<double>(column)), grid.y_at(static_cast<double>(row))));
  return grid;
}

double squared_norm(double x, double y) {
  return x * x + y * y;
}

}  // namespace

TEST_CASE("the level curves of x² + y² are circles up to the error of linear interpolation") {
  for (const std::size_t steps : {20, 50, 200}) {
    const double h = 3.0 / static_cast<double>(steps);
    for (const double radius : {0.3, 1.0, 1.4}) {
      const auto curves = level_curves(sampled({-1.5, 1.5}, {-1.5, 1.5}, steps, squared_norm), radius * radius);
      INFO("steps " << steps << ", radius " << radius);
      REQUIRE(curves.size() == 1);
      CHECK(curves[0].closed);
      // On an edge of length h the interpolation of x² errs by at most h²/4, the radius by at most h²/(4·2·radius) to first order.
      for (const Point& p : curves[0].points) CHECK(std::fabs(std::hypot(p.x, p.y) - radius) <= h * h / (4 * radius));
      double length = 0;
      for (std::size_t k = 0; k < curves[0].points.size(); ++k) {
        const Point a = curves[0].points[k], b = curves[0].points[(k + 1) % curves[0].points.size()];
        CHECK(std::hypot(a.x - b.x, a.y - b.y) <= 1.5 * h);
        length += std::hypot(a.x - b.x, a.y - b.y);
      }
      CHECK(length == Approx(2 * 3.14159265 * radius).epsilon(0.2 * h / radius + 1e-3));
    }
  }
}

TEST_CASE("a curve that leaves the grid is open and ends on its border") {
  const auto curves = level_curves(sampled({0, 1}, {0, 2}, 10, [](double x, double y) { return x + y; }), 0.77);
  REQUIRE(curves.size() == 1);
  CHECK_FALSE(curves[0].closed);
  for (const Point& p : curves[0].points) CHECK(p.x + p.y == Approx(0.77));
  for (const Point& p : {curves[0].points.front(), curves[0].points.back()}) CHECK((p.x == 0 || p.y == 0));
}

TEST_CASE("every sign pattern of a cell is crossed by as many pieces as its border has sign changes") {
  for (unsigned pattern = 0; pattern < 16; ++pattern)
    for (const double weight : {1.0, 3.0}) {  // of the corners above, so that both resolutions of the ambiguous patterns occur
      Grid grid{{0, 1}, {0, 1}, 2, 2, {}};
      const auto value = [&](unsigned k) { return (pattern >> k & 1U) != 0 ? weight : -2.0; };
      grid.values = {value(0), value(1), value(3), value(2)};  // corners are numbered round the cell
      std::size_t changes = 0;
      for (unsigned k = 0; k < 4; ++k) changes += (value(k) > 0) != (value((k + 1) % 4) > 0);
      const auto curves = level_curves(grid, 0);
      INFO("pattern " << pattern << ", weight " << weight);
      CHECK(2 * curves.size() == changes);
      for (const Polyline& curve : curves) CHECK(curve.points.size() == 2);
      if (pattern == 5 && weight == 3)  // the middle is above: the lower left corner stays connected, (1, 0) is cut off
        for (const Polyline& curve : curves) CHECK((curve.points[0].x > 0) == (curve.points[1].x > 0.5));
    }
}

TEST_CASE("constant functions have no level curves, and cells without finite values none either") {
  CHECK(level_curves(sampled({0, 1}, {0, 1}, 5, [](double, double) { return 2.0; }), 2).empty());
  const auto broken = [](double x, double y) { return x < 0 ? std::numeric_limits<double>::quiet_NaN() : squared_norm(x, y); };
  const auto curves = level_curves(sampled({-1, 1}, {-1, 1}, 40, broken), 0.5);
  REQUIRE(curves.size() == 1);
  CHECK_FALSE(curves[0].closed);
  for (const Point& p : curves[0].points) CHECK(p.x >= 0);
}

TEST_CASE("a simplified line stays within the tolerance and keeps its ends") {
  Polyline circle;
  for (int k = 0; k <= 1000; ++k) circle.points.push_back({std::cos(k * 0.005), std::sin(k * 0.005)});
  const Polyline simple = simplified(circle, 0.001);
  CHECK(simple.points.size() < 200);
  CHECK(simple.points.front().x == circle.points.front().x);
  CHECK(simple.points.back().x == circle.points.back().x);
  for (std::size_t k = 0; k + 1 < simple.points.size(); ++k) {
    const Point a = simple.points[k], b = simple.points[k + 1];
    CHECK(1 - std::hypot((a.x + b.x) / 2, (a.y + b.y) / 2) <= 0.001);
  }
  CHECK(simplified({{}, false}, 1).points.empty());
  CHECK(simplified({{{1, 2}}, false}, 1).points.size() == 1);
}
