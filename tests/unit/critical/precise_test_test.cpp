// Boxes on which the gradient is far below the rounding errors of doubles.
#include <catch2/catch.hpp>

#include "critical/box_test.hpp"
#include "critical/precise_test.hpp"

using namespace narrows;

namespace {

// Φ(x) = softplus(x) + softplus(−x), Φ'(x) = tanh(x/2): one critical point, the minimum at 0.
Chain even_function() {
  Network network;
  network.input_dim = 1;
  network.layers.push_back({AffineLayer{2, 1, {1, -1}, {0, 0}}});
  network.layers.push_back({ActivationLayer{Activation::softplus, 0}});
  network.layers.push_back({AffineLayer{1, 2, {1, 1}, {0}}});
  return make_chain(network, {}, "even");
}

}  // namespace

TEST_CASE("a gradient of 1e-17 is told from zero where doubles cannot") {
  const Problem problem(even_function(), {});
  const IntervalBox right{Interval(1e-17, 2e-17)}, left{Interval(-2e-17, -1e-17)}, around{Interval(-1e-17, 2e-17)};
  REQUIRE(is_below_double_resolution(right));
  CHECK(test_box(problem, right).outcome == BoxTest::Outcome::open);
  CHECK(precise_direction(problem, right, 0).has_value());
  CHECK(precise_direction(problem, left, 0).has_value());
  CHECK_FALSE(precise_direction(problem, around, 0).has_value());
}
