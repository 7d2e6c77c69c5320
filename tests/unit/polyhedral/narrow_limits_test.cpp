// Two points and tubes, checked at sampled points of an independent evaluation.
#include "polyhedral/narrow_limits.hpp"

#include <catch2/catch.hpp>

#include "unit/polyhedral/exact_walk.hpp"
#include "unit/polyhedral/narrow_chains.hpp"

namespace narrows {
namespace {

using namespace test;
using namespace test::narrow;

Rational value_at(const Chain& chain, const RationalPoint& x) { return ExactWalk(chain, x, RationalPoint(x.size()), false).value(); }

Chain narrow_network(RandomCases& random, std::size_t dim) {
  return chain_of(dim, fully_connected(random, dim, {Activation::relu, 0}, false));
}

TEST_CASE("a narrow network has the same value at a point of the boundary as at any point inside") {
  RandomCases random(1);
  for (int k = 0; k < cases(100, 2000); ++k) {
    const auto dim = static_cast<std::size_t>(random.integer(2, 4));
    const Chain chain = narrow_network(random, dim);
    Box box;
    RationalPoint inside;
    for (std::size_t i = 0; i < dim; ++i) {
      box.lower.push_back(-random.integer(1, 4));
      box.upper.push_back(random.integer(1, 4));
      inside.push_back(Rational(random.integer(-9, 9)) / 10);
    }
    const RayAnswer answer = constant_ray(chain, inside);
    REQUIRE(answer.ray);
    const auto points = two_points(chain, *answer.ray, box);
    REQUIRE(points);
    CHECK(points->inside == inside);
    CHECK(value_at(chain, points->boundary) == value_at(chain, inside));
    CHECK(points->value == value_at(chain, inside));
    bool on_boundary = false;
    for (std::size_t i = 0; i < dim; ++i) {
      const Rational lower = rational_exact(box.lower[i]), upper = rational_exact(box.upper[i]), &y = points->boundary[i];
      CHECK((y >= lower && y <= upper));
      on_boundary = on_boundary || y == lower || y == upper;
    }
    CHECK(on_boundary);
    CHECK_FALSE(two_points(chain, *answer.ray, Box{std::vector<double>(dim, 5), std::vector<double>(dim, 6)}));
  }
}

TEST_CASE("the tube of a growth certificate misses the support and holds |Φ| above half its value") {
  RandomCases random(2);
  int found = 0;
  for (int k = 0; k < cases(60, 1500); ++k) {
    const auto dim = static_cast<std::size_t>(random.integer(2, 3));
    const Chain chain = narrow_network(random, dim);
    const RationalPoint near = random_point(random, dim);
    const Rational support = 3;
    const auto tube = growth_certificate(chain, near, support);
    if (!tube) {
      CHECK(value_at(chain, near) == 0);
      continue;
    }
    ++found;
    CHECK(tube->value == value_at(chain, tube->point));
    for (int sample = 0; sample < 10; ++sample) {
      const Rational time = Rational(random.integer(0, 1000)) / random.integer(1, 50);
      RationalPoint x = tube->point;
      bool outside = false;
      for (std::size_t i = 0; i < dim; ++i) {
        x[i] += time * tube->direction[i] + tube->half_width * random.integer(-8, 8) / 8;
        outside = outside || abs(x[i]) >= support;
      }
      CHECK(outside);
      CHECK(abs(value_at(chain, x)) >= abs(tube->value) / 2);
    }
    const Rational radius = tube->radius_for(100);
    CHECK(tube->error_at(radius) > 100);
    CHECK(tube->error_at(2 * radius) > tube->error_at(radius));
    CHECK(tube->error_at(tube->half_width / 2) == 0);
  }
  CHECK(found > 40);
}

}  // namespace
}  // namespace narrows
