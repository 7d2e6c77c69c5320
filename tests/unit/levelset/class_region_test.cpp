// Regions and areas against closed forms and against sampled points.
#include "levelset/class_region.hpp"

#include <catch2/catch.hpp>
#include <numbers>

#include "base/errors.hpp"
#include "levelset/level_area.hpp"
#include "polynomial_function.hpp"
#include "support/random_cases.hpp"

using namespace narrows;
using test::PolynomialFunction;

namespace {

ClassRegion disc(double x, double y, double r, double inner = 0) {
  ClassRegion region;
  region.type = inner > 0 ? ClassRegion::Type::annulus : ClassRegion::Type::disc;
  region.centre[0] = x;
  region.centre[1] = y;
  region.radius = r;
  region.inner = inner;
  return region;
}

ClassRegion polygon(std::vector<std::pair<double, double>> vertices) {
  ClassRegion region;
  region.type = ClassRegion::Type::polygon;
  region.vertices = std::move(vertices);
  return region;
}

ClassRegion box_region(double x, double X, double y, double Y) {
  ClassRegion region;
  region.type = ClassRegion::Type::box;
  region.bounds = {{x, y}, {X, Y}};
  return region;
}

bool holds(const ClassRegion& region, double x, double y) {
  const double r = std::hypot(x - region.centre[0], y - region.centre[1]);
  switch (region.type) {
    case ClassRegion::Type::disc:
      return r < region.radius;
    case ClassRegion::Type::annulus:
      return r < region.radius && r > region.inner;
    case ClassRegion::Type::box:
      return region.bounds.lower[0] < x && x < region.bounds.upper[0] && region.bounds.lower[1] < y &&
             y < region.bounds.upper[1];
    case ClassRegion::Type::polygon:
      break;
  }
  bool odd = false;
  for (std::size_t i = 0; i < region.vertices.size(); ++i) {
    const auto [ax, ay] = region.vertices[i];
    const auto [bx, by] = region.vertices[(i + 1) % region.vertices.size()];
    if ((ay > y) != (by > y) && x < ax + (bx - ax) * (y - ay) / (by - ay)) odd = !odd;
  }
  return odd;
}

const LevelArea& entry(const LevelAreaResult& result, bool positive, std::optional<std::size_t> region,
                       bool inside) {
  for (const LevelArea& area : result.areas)
    if (area.positive == positive && area.region == region && area.inside == inside) return area;
  throw std::logic_error("no such area");
}

}  // namespace

TEST_CASE("a half-plane cuts a polygon exactly, also where it is not convex") {
  const ExactPolygon comb{{0.0, 0.0}, {3.0, 0.0}, {3.0, 2.0}, {2.0, 2.0},
                          {2.0, 1.0}, {1.0, 1.0}, {1.0, 2.0}, {0.0, 2.0}};
  CHECK(contains(area(comb), 5.0));
  CHECK(contains(area(clipped(comb, {0, 1, Rational(-3, 2)})), 1.0));  // y >= 3/2: two pieces of 1 x 1/2
  CHECK(contains(area(clipped(comb, {0, -1, Rational(3, 2)})), 4.0));
  CHECK(contains(area(clipped(comb, {1, 0, -5})), 0.0));
  CHECK(width_upper(area(clipped(comb, {Rational(1, 3), Rational(-2, 7), 0}))) < 1e-12);
}

TEST_CASE("parts of a region in random boxes hold what they must") {
  test::RandomCases random(62);
  const std::vector<ClassRegion> regions{disc(0.1, -0.2, 0.7), disc(0, 0, 1.1, 0.4),
                                         box_region(-0.5, 0.6, -1, 0.3),
                                         polygon({{-1, -1}, {1, -0.5}, {0.2, 0.1}, {0.9, 1}, {-0.8, 0.6}}),
                                         polygon({{-0.8, 0.6}, {0.9, 1}, {0.2, 0.1}, {1, -0.5}, {-1, -1}})};
  const std::vector<RegionGeometry> geometries(regions.begin(), regions.end());
  for (int k = test::cases(60, 2000); k > 0; --k) {
    const auto which = static_cast<std::size_t>(random.integer(0, 4));
    const ClassRegion& region = regions[which];
    const RegionGeometry& geometry = geometries[which];
    const double width = std::pow(10, random.uniform(-2.5, 0.5)),
                 lower[2] = {random.uniform(-1.3, 1), random.uniform(-1.3, 1)},
                 upper[2] = {lower[0] + width, lower[1] + width * random.uniform(0.5, 2)};
    const auto place = geometry.place(lower, upper);
    const auto parts = geometry.parts(lower, upper);
    const double least = (area(parts.inner) - area(parts.hole_outer)).lower(),
                 most = (area(parts.outer) - area(parts.hole_inner)).upper(),
                 whole = (upper[0] - lower[0]) * (upper[1] - lower[1]);
    REQUIRE(least <= most);
    constexpr int n = 60;
    int inside = 0;
    for (int i = 0; i < n; ++i)
      for (int j = 0; j < n; ++j)
        inside += holds(region, lower[0] + (upper[0] - lower[0]) * (i + 0.5) / n,
                        lower[1] + (upper[1] - lower[1]) * (j + 0.5) / n)
                      ? 1
                      : 0;
    const double share = static_cast<double>(inside) / (n * n);
    if (place == RegionGeometry::Place::inside) REQUIRE(inside == n * n);
    if (place == RegionGeometry::Place::outside) REQUIRE(inside == 0);
    REQUIRE(least / whole <= share + 6.0 / n);
    REQUIRE(most / whole >= share - 6.0 / n);
    REQUIRE((most - least) / whole <= 4e-5 * region.radius * region.radius / whole + 1e-9);
  }
}

TEST_CASE("areas of a disc above a level, in the box and in regions") {
  const PolynomialFunction bowl({{-1, 2, 0}, {-1, 0, 2}});  // above −1 on the unit disc
  LevelAreaOptions options;
  options.level = -1;
  options.gap = 1e-2;
  const auto result = level_areas(
      bowl, {{-2, -2}, {2, 2}},
      {disc(0, 0, 0.5), disc(0, 0, 1.5, 0.5), box_region(0, 3, -3, 3), polygon({{0, 0}, {2, 0}, {2, 2}})},
      options);
  REQUIRE(result.verdict == Verdict::proved);
  const double pi = std::numbers::pi;
  const auto check = [&](bool positive, std::optional<std::size_t> region, bool inside, double truth) {
    const Interval got = entry(result, positive, region, inside).area;
    INFO(truth);
    CHECK(contains(got, truth));
    CHECK(got.upper() - got.lower() <= 1e-2 * truth + 1e-5);
  };
  check(true, std::nullopt, true, pi);
  check(false, std::nullopt, true, 16 - pi);
  check(true, 0U, true, pi / 4);
  check(true, 0U, false, 3 * pi / 4);
  check(false, 0U, true, 0);
  check(true, 1U, true, 3 * pi / 4);
  check(false, 1U, true, 5 * pi / 4);
  check(true, 2U, true, pi / 2);
  check(false, 2U, false, 8 - pi / 2);
  check(true, 3U, true, pi / 8);
  check(false, 3U, true, 2 - pi / 8);
}

TEST_CASE("a wanted gap that is out of reach is said so, and the areas hold") {
  const PolynomialFunction bowl({{-1, 2, 0}, {-1, 0, 2}});
  LevelAreaOptions options;
  options.level = -1;
  options.max_boxes = 100;
  options.gap = 1e-4;
  const auto result = level_areas(bowl, {{-2, -2}, {2, 2}}, {}, options);
  CHECK(result.verdict == Verdict::undecided);
  CHECK(contains(entry(result, true, std::nullopt, true).area, std::numbers::pi));
}

TEST_CASE("regions that are none are refused") {
  CHECK_THROWS_AS(require_valid(disc(0, 0, -1), "r"), InputError);
  CHECK_THROWS_AS(require_valid(disc(0, 0, 1, 2), "r"), InputError);
  CHECK_THROWS_AS(require_valid(polygon({{0, 0}, {1, 0}}), "r"), InputError);
  CHECK_THROWS_AS(require_valid(polygon({{0, 0}, {1, 1}, {1, 0}, {0, 1}}), "r"), InputError);
  CHECK_THROWS_AS(require_valid(polygon({{0, 0}, {2, 0}, {1, 0}, {1, 1}}), "r"), InputError);
  CHECK_THROWS_AS(require_valid(box_region(1, 1, 0, 1), "r"), InputError);
  CHECK_NOTHROW(require_valid(polygon({{0, 0}, {1, 0}, {1, 1}}), "r"));
}
