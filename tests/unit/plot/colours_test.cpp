#include "plot/colours.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "plot/value_scale.hpp"

using namespace narrows::plot;

namespace {

// Oklab lightness.
double lightness(const Colour& colour) {
  const auto linear = [](double part) { return part <= 0.04045 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4); };
  const double r = linear(colour.red), g = linear(colour.green), b = linear(colour.blue);
  const double l = std::cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const double m = std::cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const double s = std::cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return 0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s;
}

}  // namespace

TEST_CASE("the colour map darkens evenly and equally to both sides, blue below and orange above") {
  for (double t = 0; t < 0.995; t += 0.01) {
    INFO("t = " << t);
    for (const double sign : {-1.0, 1.0}) {
      const double drop = lightness(diverging_colour(sign * t)) - lightness(diverging_colour(sign * (t + 0.01)));
      CHECK(drop == Approx(0.00375).margin(0.0012));
    }
    CHECK(lightness(diverging_colour(t)) == Approx(lightness(diverging_colour(-t))).margin(0.015));
  }
  CHECK(diverging_colour(-1).blue > diverging_colour(-1).red + 0.3);
  CHECK(diverging_colour(1).red > diverging_colour(1).blue + 0.3);
  CHECK(diverging_colour(7).red == diverging_colour(1).red);
}

TEST_CASE("values that change sign are coloured about zero, others about their median") {
  const ValueScale crossing({-1, 0.5, 3, INFINITY, NAN});
  CHECK(crossing.changes_sign());
  CHECK(crossing.position(0) == 0);
  CHECK(crossing.position(3) == 1);
  CHECK(crossing.position(-1) == Approx(-1.0 / 3));

  const ValueScale positive({1, 2, 7});
  CHECK_FALSE(positive.changes_sign());
  CHECK(positive.position(2) == 0);
  CHECK(positive.position(7) == 1);

  const ValueScale constant({4, 4, 4});
  CHECK(constant.position(4) == 0);
  CHECK(constant.levels().values.empty());
  CHECK_NOTHROW(ValueScale({NAN}));
}
