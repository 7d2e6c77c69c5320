#include <catch2/catch.hpp>
#include <cmath>
#include <random>

#include "checker/rules/levels.hpp"
#include "level_parts.hpp"

using namespace narrows::checker;
using namespace narrows::checker::test;

namespace {

double softplus(double t) {
  return std::log1p(std::exp(-std::fabs(t))) + std::fmax(t, 0);
}
double parabola_at(double x, double y) {
  return x - softplus(y) - softplus(-y);
}

}  // namespace

TEST_CASE("checker: strict-sign never contradicts sampled values of boxes, points and segments") {
  const Setting s = setting_of(parabola(), Family::fixed);
  std::mt19937 source(4);
  std::uniform_real_distribution<double> coordinate(-4, 4), width(0, 1);
  int decided = 0;
  for (int trial = 0; trial < 300; ++trial) {
    const double x = coordinate(source), y = coordinate(source), u = x + width(source), v = y + width(source);
    const int on_box = sign_on(s, Box{{x, y}, {u, v}});
    const int between = has_sign_between(s, {x, y}, {u, v}, 1)    ? 1
                        : has_sign_between(s, {x, y}, {u, v}, -1) ? -1
                                                                  : 0;
    decided += on_box != 0 ? 1 : 0;
    for (const double t : {0.0, 0.25, 0.5, 0.75, 1.0}) {
      const double value = parabola_at(x + t * (u - x), y + t * (v - y));
      CHECK(on_box * value >= 0);
      CHECK(between * value >= 0);
      CHECK(sign_at(s, {x + t * (u - x), y + t * (v - y)}) * value > 0);
    }
  }
  CHECK(decided > 100);
}

TEST_CASE("checker: strict-sign decides points that doubles cannot, and not the level itself") {
  const Setting s = setting_of(model(1, dense("[[1]]", "[\"-1/3\"]")), Family::fixed);
  CHECK(sign_at(s, {Rational(1, 3)}) == 0);
  CHECK(sign_at(s, {Rational(1, 3) + Rational(1, mpz_class(1) << 100)}) == 1);
  CHECK(sign_at(s, {Rational(1, 3) - Rational(1, mpz_class(1) << 100)}) == -1);
  CHECK_FALSE(has_sign_between(s, {Rational(1, 3)}, {Rational(1)}, 1));
  CHECK_FALSE(has_sign_between(s, {Rational(0)}, {Rational(1)}, 1));
  CHECK(has_sign_between(s, {Rational(1, 3) + Rational(1, 1000)}, {Rational(1)}, 1));
}

TEST_CASE("checker: strict-sign knows nothing of relu") {
  const Setting s = setting_of(model(1, activated("relu") + ", " + dense("[[1]]", "[1]")), Family::fixed);
  CHECK(sign_on(s, Box{{1}, {2}}) == 0);
}

TEST_CASE("checker: a pass without slopes has the values of one with slopes, and no layer is regular on it") {
  const std::string net = deep_model(4, 0.5, 3);
  Setting s = setting_of(net, Family::fixed);
  const Box box{{-0.5, 0.25}, {0.125, 0.5}};
  BoxPass with(s.leaf_chain, 0, box, leaf_precision, Carry::values),
      without(s.leaf_chain, 0, box, leaf_precision, Carry::state);
  const Interval a = with.finish()[0].value.range, b = without.finish()[0].value.range;
  CHECK(a.lo.as_double() == b.lo.as_double());
  CHECK(a.hi.as_double() == b.hi.as_double());
  CHECK_FALSE(without.row_vector_along(0, {Interval(1), Interval(0)}).range.nonzero());
  BoxPass again(s.leaf_chain, 0, box, leaf_precision, Carry::state);
  CHECK_FALSE(is_regular_on_trace(s, s.leaf_chain, 0, again.advance()));
}
