// Interval arithmetic against exact rationals.
#include "arith/interval.hpp"

#include <catch2/catch.hpp>
#include <limits>

#include "support/random_cases.hpp"

using namespace narrows;
using test::RandomCases;

namespace {

bool holds(const Interval& x, const Rational& exact) {
  const bool above = x.lower() == -kInfinity || rational_exact(x.lower()) <= exact;
  const bool below = x.upper() == kInfinity || exact <= rational_exact(x.upper());
  return above && below;
}

Interval random_interval(RandomCases& random) {
  const double a = random.any_double(), b = random.integer(0, 3) == 0 ? a : random.any_double();
  return {std::fmin(a, b), std::fmax(a, b)};
}

// An end point or a point between: any double of the interval.
double member(RandomCases& random, const Interval& x) {
  switch (random.integer(0, 2)) {
    case 0: return x.lower();
    case 1: return x.upper();
    default: return std::fmin(x.upper(), std::fmax(x.lower(), x.lower() / 2 + x.upper() / 2));
  }
}

}  // namespace

TEST_CASE("sums, differences, products and quotients of intervals contain every exact pointwise result") {
  RandomCases random(1);
  for (int k = 0; k < test::cases(20'000, 1'000'000); ++k) {
    const Interval a = random_interval(random), b = random_interval(random);
    const double x = member(random, a), y = member(random, b);
    const Rational p = rational_exact(x), q = rational_exact(y);
    CAPTURE(a.lower(), a.upper(), b.lower(), b.upper(), x, y);
    REQUIRE(holds(a + b, p + q));
    REQUIRE(holds(a - b, p - q));
    REQUIRE(holds(a * b, p * q));
    REQUIRE(holds(square(a), p * p));
    if (y != 0) REQUIRE(holds(a / b, p / q));
  }
}

TEST_CASE("operations on moderate points are at most two units in the last place wide") {
  RandomCases random(2);
  for (int k = 0; k < 10'000; ++k) {
    const Interval a = random.moderate(), b = random.moderate();
    for (const Interval& result : {a + b, a * b})
      REQUIRE(result.upper() <= next_up(next_up(result.lower())));
  }
}

TEST_CASE("square roots contain the exact root") {
  RandomCases random(3);
  for (int k = 0; k < 20'000; ++k) {
    const double x = std::fabs(random.any_double());
    const Interval root = sqrt(Interval(x));
    REQUIRE(root.lower() >= 0);
    REQUIRE(rational_exact(root.lower()) * rational_exact(root.lower()) <= rational_exact(x));
    if (std::isfinite(root.upper())) REQUIRE(rational_exact(root.upper()) * rational_exact(root.upper()) >= rational_exact(x));
  }
}

TEST_CASE("rationals are enclosed by neighbouring doubles, and exactly if they are doubles") {
  RandomCases random(4);
  for (int k = 0; k < 5'000; ++k) {
    const double x = random.any_double();
    REQUIRE(enclose(rational_exact(x)).lower() == x);
    REQUIRE(enclose(rational_exact(x)).upper() == x);
    const Rational q = rational_exact(x) / 3;
    const Interval around = enclose(q);
    REQUIRE(holds(around, q));
    REQUIRE(around.upper() <= next_up(around.lower()));
  }
  Rational huge = 1;
  for (int k = 0; k < 400; ++k) huge *= 10;
  REQUIRE(holds(enclose(huge), huge));
  REQUIRE(holds(enclose(Rational(-huge)), Rational(-huge)));
  REQUIRE(holds(enclose(Rational(1 / huge)), Rational(1 / huge)));
}

TEST_CASE("a NaN or an overflow becomes the entire line and never excludes zero") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const Interval& x : {Interval(nan), Interval(nan, 1), Interval(1, nan), Interval(2, 1), Interval(kInfinity), Interval(1) / Interval(0.0),
                            Interval(1) / Interval(-1, 1), Interval::entire() - Interval::entire()}) {
    REQUIRE_FALSE(excludes_zero(x));
    REQUIRE_FALSE(is_positive(x));
    REQUIRE_FALSE(is_negative(x));
    REQUIRE(x.lower() == -kInfinity);
    REQUIRE(x.upper() == kInfinity);
  }
  const Interval overflow = Interval(1e300) * Interval(1e300);
  REQUIRE(overflow.lower() == DBL_MAX);
  REQUIRE(overflow.upper() == kInfinity);
}

TEST_CASE("an exact zero factor annihilates an unbounded interval") {
  REQUIRE((Interval(0.0) * Interval::entire()).upper() == 0);
  REQUIRE((Interval(0.0, 1.0) * Interval(1.0, kInfinity)).lower() == 0);
}

TEST_CASE("next_up and next_down step to the neighbouring double across zero and at the ends") {
  REQUIRE(next_up(0.0) == std::numeric_limits<double>::denorm_min());
  REQUIRE(next_up(-0.0) == std::numeric_limits<double>::denorm_min());
  REQUIRE(next_up(-std::numeric_limits<double>::denorm_min()) == 0.0);
  REQUIRE(next_up(DBL_MAX) == kInfinity);
  REQUIRE(next_up(kInfinity) == kInfinity);
  REQUIRE(next_down(kInfinity) == DBL_MAX);
  RandomCases random(5);
  for (int k = 0; k < 10'000; ++k) {
    const double x = random.any_double();
    REQUIRE(next_up(x) == std::nextafter(x, kInfinity));
    REQUIRE(next_down(x) == std::nextafter(x, -kInfinity));
  }
}
