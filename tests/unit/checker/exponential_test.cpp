// exp in doubles, against MPFR with 200 bits.
#include "checker/exponential.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <random>

#include "support/random_cases.hpp"

using namespace narrows::checker;

namespace {

/// exp(x) with 200 bits, rounded to nearest.
Real reference(double x) {
  Real y(200);
  mpfr_exp(y.raw(), Real(x, 200).raw(), MPFR_RNDN);
  return y;
}

void check_point(double x, int max_ulps) {
  CAPTURE(x);
  const Interval e = exponential(Interval(x));
  const Real exact = reference(x);
  REQUIRE(mpfr_cmp_d(exact.raw(), e.lo.as_double()) >= 0);
  REQUIRE(mpfr_cmp_d(exact.raw(), e.hi.as_double()) <= 0);
  double end = e.lo.as_double();
  for (int i = 0; i < max_ulps; ++i) end = directed::next_up(end);
  REQUIRE(e.hi.as_double() <= end);
}

}  // namespace

TEST_CASE("checker: exp in doubles contains the true value and is narrow") {
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> wide(-690, 690), unit(-1, 1);
  std::uniform_int_distribution<int> exponent(-60, 0);
  for (int i = 0; i < narrows::test::cases(20'000, 10'000'000); ++i) {
    check_point(wide(random), 16);
    check_point(std::ldexp(unit(random), exponent(random)), 16);
  }
  const double log_2 = 0.6931471805599453;
  for (int k = -990; k <= 990; ++k) {  // where the reduced argument is least and largest
    for (const double shift : {-1e-6, -1e-13, 0.0, 1e-13, 1e-6}) check_point(k * log_2 + shift, 16);
  }
}

TEST_CASE("checker: exp at its limits") {
  for (const double x : {0.0, -0.0, 690.0, -690.0, 0x1p-1074, -0x1p-1074, 0x1p-1022}) check_point(x, 16);
  for (const double x : {690.5, -690.5, -700.0, 709.0}) check_point(x, 1);  // by MPFR
  const double infinity = std::numeric_limits<double>::infinity();
  CHECK(exponential(Interval(-infinity)).hi.sign() == 0);
  CHECK(exponential(Interval(-infinity, 0, leaf_precision)).lo.sign() == 0);
  CHECK_FALSE(exponential(Interval(infinity)).hi.is_finite());
  CHECK(exponential(Interval(std::numeric_limits<double>::quiet_NaN())).has_nan());
}

TEST_CASE("checker: exp of an interval contains exp of its points") {
  std::mt19937_64 random(2);
  std::uniform_real_distribution<double> wide(-50, 5);
  for (int i = 0; i < 1000; ++i) {
    const double a = wide(random), b = wide(random), x = 0.5 * (a + b);
    const Interval e = exponential(Interval(std::fmin(a, b), std::fmax(a, b), leaf_precision));
    CHECK(mpfr_cmp_d(reference(x).raw(), e.lo.as_double()) >= 0);
    CHECK(mpfr_cmp_d(reference(x).raw(), e.hi.as_double()) <= 0);
  }
}
