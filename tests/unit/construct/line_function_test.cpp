// Piecewise linear functions of one variable against pointwise evaluation.
#include "construct/line_function.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>

#include "unit/construct/support.hpp"

namespace narrows::test {

TEST_CASE("blocks act on a line function as they act on its values") {
  RandomCases random(1);
  for (int k = 0; k < cases(60, 2000); ++k) {
    LineFunction f = LineFunction::identity();
    std::vector<std::array<Rational, 3>> blocks;
    for (int b = 0; b < 6; ++b) {
      blocks.push_back({random_rational(random), random_rational(random), random_rational(random)});
      f.apply_block(blocks.back()[0], blocks.back()[1], blocks.back()[2]);
      if (random.integer(0, 2) == 0) f.simplify();
    }
    REQUIRE(std::is_sorted(f.x().begin(), f.x().end()));
    std::vector<Rational> places = f.x();
    for (int p = 0; p < 10; ++p) places.push_back(random_rational(random, 40));
    for (const Rational& x : places) {
      Rational y = x;
      for (const auto& [u, v, b] : blocks) y += v * positive_part(u * y + b);
      CHECK(f(x) == y);
    }
  }
}

TEST_CASE("sums of hinges and of line functions are sums of values") {
  RandomCases random(2);
  for (int k = 0; k < cases(60, 2000); ++k) {
    std::vector<LineFunction::Hinge> hinges;
    for (int i = random.integer(0, 6); i > 0; --i) hinges.push_back({random_rational(random), random_rational(random), random.integer(0, 1) == 0});
    const Rational c = random_rational(random);
    LineFunction f = LineFunction::sum_of_hinges(c, hinges);
    LineFunction g = f;
    g.multiply(3);
    g.add(LineFunction::identity());
    LineFunction r = g;
    r.relu();
    for (int p = 0; p < 10; ++p) {
      const Rational x = random_rational(random, 30);
      Rational y = c;
      for (const auto& hinge : hinges) y += hinge.gain * positive_part(hinge.opens_right ? x - hinge.at : hinge.at - x);
      CHECK(f(x) == y);
      CHECK(g(x) == 3 * y + x);
      CHECK(r(x) == positive_part(3 * y + x));
    }
    const auto everywhere = f.supremum(), left = f.supremum_left_of(1), right = f.supremum_right_of(1);
    for (int p = -20; p < 20; ++p) {
      const Rational x = Rational(p) / 3, y = f(x);
      if (everywhere.bounded) CHECK(y <= everywhere.value);
      if (left.bounded && x <= 1) CHECK(y <= left.value);
      if (right.bounded && x >= 1) CHECK(y <= right.value);
    }
  }
}

TEST_CASE("the integral of a distance splits where the level is crossed") {
  CHECK(integral_of_distance(LineFunction::identity(), Rational(1, 2), 0, 1) == Rational(1, 4));
  CHECK(integral_of_distance(LineFunction::identity(), -1, 0, 2) == 4);
  CHECK(integral_of_distance(LineFunction::constant(3), 3, 0, 2) == 0);
}

}  // namespace narrows::test
