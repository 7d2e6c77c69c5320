// Elementary functions against MPFR at 300 bits: rounding to nearest there is far finer than any enclosure here.
#include "arith/elementary.hpp"

#include <mpfr.h>

#include <catch2/catch.hpp>

#include "arith/big_interval.hpp"
#include "support/random_cases.hpp"

using namespace narrows;
using test::RandomCases;

namespace {

using MpfrFunction = int (*)(mpfr_t, const mpfr_t, mpfr_rnd_t);

// x.lower() <= f(t) <= x.upper(), up to the error of the 300-bit value.
bool holds(const Interval& x, MpfrFunction f, double t) {
  mpfr_t value;
  mpfr_init2(value, 300);
  mpfr_set_d(value, t, MPFR_RNDN);
  f(value, value, MPFR_RNDN);
  const bool inside = mpfr_cmp_d(value, x.lower()) >= 0 && mpfr_cmp_d(value, x.upper()) <= 0;
  mpfr_clear(value);
  return inside;
}

struct Function {
  const char* name;
  Interval (*interval)(const Interval&);
  BigInterval (*big)(const BigInterval&);
  MpfrFunction reference;
  double lowest, highest;
};

const Function functions[] = {{"exp", exp, exp, mpfr_exp, -800, 800},     {"expm1", expm1, expm1, mpfr_expm1, -800, 800},
                              {"log1p", log1p, log1p, mpfr_log1p, -0.999, 1e6}, {"atan", atan, atan, mpfr_atan, -1e6, 1e6},
                              {"erf", erf, erf, mpfr_erf, -8, 8},         {"sin", sin, sin, mpfr_sin, -50, 50},
                              {"cos", cos, cos, mpfr_cos, -50, 50}};

}  // namespace

TEST_CASE("elementary functions of intervals contain the values at sampled points, in both arithmetics") {
  RandomCases random(11);
  for (const Function& f : functions)
    for (int k = 0; k < test::cases(2'000, 200'000); ++k) {
      const double scale = std::ldexp(1.0, -random.integer(0, 30));
      const double a = std::fmin(f.highest, std::fmax(f.lowest, random.uniform(f.lowest, f.highest) * scale));
      const double b = random.integer(0, 2) == 0 ? a : std::fmin(f.highest, a + random.uniform(0, 3) * scale);
      const Interval x(a, b);
      const double t = random.integer(0, 3) == 0 ? b : std::fmin(b, std::fmax(a, random.uniform(a, b)));
      CAPTURE(f.name, a, b, t);
      REQUIRE(holds(f.interval(x), f.reference, t));
      REQUIRE(holds(f.big(BigInterval(x, 80)).to_double(), f.reference, t));
    }
}

TEST_CASE("elementary functions at a point are at most one unit in the last place wide") {
  RandomCases random(12);
  for (const Function& f : functions)
    for (int k = 0; k < 500; ++k) {
      const Interval value = f.interval(random.uniform(std::fmax(f.lowest, -20.0), std::fmin(f.highest, 20.0)));
      CAPTURE(f.name);
      REQUIRE(value.upper() <= next_up(next_up(value.lower())));
    }
}

TEST_CASE("elementary functions respect infinite ends and overflow") {
  REQUIRE(exp(Interval(-kInfinity, 0)).lower() == 0);
  REQUIRE(exp(Interval(0, kInfinity)).upper() == kInfinity);
  REQUIRE(exp(Interval(1000)).lower() == DBL_MAX);
  REQUIRE(exp(Interval(1000)).upper() == kInfinity);
  REQUIRE(exp(Interval(-1000)).lower() == 0);
  REQUIRE(exp(Interval(-1000)).upper() > 0);
  REQUIRE(expm1(Interval(-kInfinity, -kInfinity)).upper() == -1);
  REQUIRE(sin(Interval::entire()).upper() == 1);
  REQUIRE(contains(atan(Interval::entire()), 1.57));
}
