#include "checker/interval.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <random>

#include "checker/rational.hpp"

using namespace narrows::checker;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

bool holds(const Interval& x, const Rational& value) {
  const Interval v = enclose(value, 256);
  return less_equal(x.lo, v.hi) && less_equal(v.lo, x.hi);
}

}  // namespace

TEST_CASE("checker: interval operations contain the pointwise results") {
  std::mt19937 source(1);
  std::uniform_real_distribution<double> any(-2, 2);
  const double corners[] = {0, 1, -1, 1e-300, -1e300};
  const auto pick = [&] { return source() % 3 == 0 ? corners[source() % 5] : any(source); };
  for (int k = 0; k < 2000; ++k) {
    const double a = pick(), b = pick(), c = pick(), d = pick();
    const Interval x(std::min(a, b), std::max(a, b), 64), y(std::min(c, d), std::max(c, d), 64);
    for (const double s : {a, b}) {
      for (const double t : {c, d}) {
        const Rational p(s), q(t);
        CAPTURE(a, b, c, d, s, t);
        CHECK((holds(x + y, p + q) && holds(x - y, p - q) && holds(x * y, p * q) && holds(square(x), p * p)));
        if (y.nonzero()) CHECK(holds(x / y, p / q));
        CHECK((holds(hull(x, y), p) && holds(hull(x, y), q) && holds(absolute(x), abs(p))));
        CHECK((holds(3 * x, 3 * p) && holds(1 - x, 1 - p) && holds(x / -7, p / -7)));
      }
    }
  }
}

TEST_CASE("checker: 0 times an unbounded interval is 0 and NaN proves nothing") {
  const Interval line = whole_line(64), zero(0, 64), nan = unknown_interval(64), one(1.0, 64);
  const Interval product = zero * line;
  CHECK((product.lo.sign() == 0 && product.hi.sign() == 0 && product.is_finite()));
  for (const Interval& x : {nan + one, nan * zero, nan - one, one / nan, square(nan), hull(one, nan), intersect(one, nan),
                            absolute(nan), square_root(nan), increasing(mpfr_exp, nan), line - line * nan}) {
    CHECK_FALSE(x.positive());
    CHECK_FALSE(x.negative());
    CHECK_FALSE(x.nonzero());
    CHECK_FALSE(inside(x, -infinity, infinity));
    CHECK_FALSE(inside_interior(x, -10, 10));
    CHECK(may_meet(x, one));
  }
  CHECK_FALSE((one / zero).nonzero());
  CHECK_FALSE(intersect(one, Interval(2.0, 64)).nonzero());
  const Interval right(1.0, infinity, 64);
  CHECK((right * right).positive());
  CHECK_FALSE((right - right).nonzero());
}

TEST_CASE("checker: an interval with one NaN end has no magnitude") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const Interval& x : {Interval(-2, nan, 64), Interval(nan, 3, 64), Interval(nan, -1, 64), Interval(1, nan, 64)}) {
    CHECK((absolute(x).has_nan() && absolute(x).hi.is_nan()));
    CHECK((hull(x, 1.0).lo.is_nan() && hull(1.0, x).hi.is_nan()));
    CHECK_FALSE((x.nonzero() || square(x).nonzero() || (x * 2).nonzero()));
  }
}
