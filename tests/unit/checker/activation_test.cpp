#include "checker/activation.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <random>

using namespace narrows::checker;

namespace {

const Function smooth_functions[] = {Function::tanh, Function::sigmoid, Function::softplus, Function::arctan,
                                     Function::sin,  Function::silu,    Function::gelu,     Function::elu,
                                     Function::identity};

bool contains(const Interval& x, const Interval& point) {
  return less_equal(x.lo, point.hi) && less_equal(point.lo, x.hi);
}

/// (f(x + h) - f(x - h)) / 2h at high precision.
double slope_approx(const Activation& a, double x, std::size_t k) {
  const double h = 1e-5;
  const auto value = [&](double z) { return jet(a, Interval(z, 192)).order[k]; };
  return midpoint_approx(value(x + h) - value(x - h)) / (2 * h);
}

}  // namespace

TEST_CASE("checker: activation values agree with the library functions") {
  for (const double x : {-3.0, -0.75, 0.0, 1.25, 4.0}) {
    const auto value = [&](Function f) { return midpoint_approx(jet({f, 1}, Interval(x, 64)).order[0]); };
    CHECK(value(Function::tanh) == Approx(std::tanh(x)));
    CHECK(value(Function::sigmoid) == Approx(1 / (1 + std::exp(-x))));
    CHECK(value(Function::softplus) == Approx(std::log1p(std::exp(x))));
    CHECK(value(Function::arctan) == Approx(std::atan(x)));
    CHECK(value(Function::sin) == Approx(std::sin(x)));
    CHECK(value(Function::silu) == Approx(x / (1 + std::exp(-x))));
    CHECK(value(Function::gelu) == Approx(x * 0.5 * std::erfc(-x / std::sqrt(2))));
    CHECK(value(Function::elu) == Approx(x < 0 ? std::expm1(x) : x));
  }
}

TEST_CASE("checker: each derivative is the slope of the one before") {
  for (const Function f : smooth_functions) {
    for (const double x : {-3.1, -1.3, -0.4, 0.3, 1.1, 2.7}) {
      for (std::size_t k = 0; k < 3; ++k) {
        CAPTURE(static_cast<int>(f), x, k);
        const double expected = slope_approx({f, 1}, x, k);
        CHECK(midpoint_approx(jet({f, 1}, Interval(x, 192)).order[k + 1]) == Approx(expected).margin(1e-8));
      }
    }
  }
}

TEST_CASE("checker: jets are narrow and nested in precision") {
  for (const Function f : smooth_functions) {
    for (const double x : {-700.0, -40.0, -1e-9, 0.0, 0.5, 33.0}) {
      const Jet low = jet({f, 1}, Interval(x, 64)), high = jet({f, 1}, Interval(x, 192));
      for (std::size_t k = 0; k < 4; ++k) {
        CAPTURE(static_cast<int>(f), x, k);
        CHECK(contains(low.order[k], high.order[k]));
        const double width = (low.order[k].hi.approx() - low.order[k].lo.approx());
        CHECK(width <= 1e-15 * std::max(1.0, std::fabs(x)));
      }
    }
  }
  // Saturated slopes keep their relative accuracy: sech^2 is not 1 - tanh^2.
  CHECK(jet({Function::tanh, 1}, Interval(400.0, 64)).order[1].positive());
}

TEST_CASE("checker: ranges contain the values at sampled points and are attained up to rounding") {
  std::mt19937 source(2);
  std::uniform_real_distribution<double> centre(-6, 6), part(0, 1);
  for (const Function f : smooth_functions) {
    for (int trial = 0; trial < 150; ++trial) {
      const double a = trial % 10 == 0 ? 0.0 : centre(source), b = a + std::pow(10, 2 * part(source) - 1.5);
      const Ranges ranges({f, 1}, Interval(a, b, 64));
      for (int k = 0; k < 4; ++k) {
        const Interval range = ranges.range(k);
        if (f == Function::elu && k == 3 && a <= 0 && b >= 0) continue;  // no claim across the kink
        double lowest = HUGE_VAL, highest = -HUGE_VAL;
        for (int i = 0; i <= 40; ++i) {
          const double x = std::min(b, a + (b - a) * i / 40);
          const Interval value = jet({f, 1}, Interval(x, 128)).order[static_cast<std::size_t>(k)];
          CAPTURE(static_cast<int>(f), a, b, x, k);
          REQUIRE(contains(range, value));
          lowest = std::min(lowest, midpoint_approx(value));
          highest = std::max(highest, midpoint_approx(value));
        }
        const bool sharp = f != Function::elu && !(f == Function::silu && k == 3);
        if (sharp) {
          CAPTURE(static_cast<int>(f), a, b, k);
          CHECK(range.lo.approx() > lowest - 0.05 * (b - a) - 1e-9);
          CHECK(range.hi.approx() < highest + 0.05 * (b - a) + 1e-9);
        }
      }
    }
  }
}

TEST_CASE("checker: slope bounds are exact where the rules need it") {
  const auto check = [](Function f, double lo, double hi) {
    const Interval s = slope_bounds({f, 1}, exact_precision);
    CHECK((s.lo.approx() == lo && s.hi.approx() == hi));
    CHECK((mpfr_cmp_d(s.lo.raw(), lo) == 0 && mpfr_cmp_d(s.hi.raw(), hi) == 0));
  };
  check(Function::tanh, 0, 1);
  check(Function::sigmoid, 0, 0.25);
  check(Function::softplus, 0, 1);
  check(Function::arctan, 0, 1);
  check(Function::sin, -1, 1);
  check(Function::elu, 0, 1);
  check(Function::relu, 0, 1);
  check(Function::identity, 1, 1);
  const Interval silu = slope_bounds({Function::silu, 1}, 64), gelu = slope_bounds({Function::gelu, 1}, 64);
  CHECK(silu.lo.approx() == Approx(-0.0998393).epsilon(1e-5));
  CHECK(silu.hi.approx() == Approx(1.0998393).epsilon(1e-5));
  CHECK(gelu.lo.approx() == Approx(-0.1289041).epsilon(1e-5));
  CHECK(gelu.hi.approx() == Approx(1.1289041).epsilon(1e-5));
  const Interval leaky = slope_bounds({Function::leaky_relu, Rational(3, 2)}, 64);
  CHECK((leaky.lo.approx() == 1 && leaky.hi.approx() == 1.5));
}

TEST_CASE("checker: nothing is claimed about functions that are not differentiable") {
  for (const Activation& a : {Activation{Function::relu, 1}, Activation{Function::leaky_relu, Rational(1, 2)},
                              Activation{Function::elu, 2}}) {
    CHECK_FALSE(Ranges(a, Interval(1.0, 2.0, 64)).range(1).nonzero());
    CHECK(smoothness(a) == Smoothness::lipschitz);
  }
}

TEST_CASE("checker: values at infinite points are the limits") {
  const double infinity = HUGE_VAL;
  const auto limit = [](Function f, double x, std::size_t k) { return jet({f, 1}, Interval(x, 64)).order[k]; };
  for (const Function f : smooth_functions) {
    if (f == Function::sin) continue;
    const double right = f == Function::tanh || f == Function::sigmoid || f == Function::arctan ? 0 : 1;
    const double left = f == Function::identity ? 1 : 0;
    CAPTURE(static_cast<int>(f));
    CHECK(inside(limit(f, infinity, 1), right, right));
    CHECK(inside(limit(f, -infinity, 1), left, left));
    for (std::size_t k = 2; k < 5; ++k) {
      CHECK((inside(limit(f, infinity, k), 0, 0) && inside(limit(f, -infinity, k), 0, 0)));
    }
  }
  CHECK(inside(limit(Function::tanh, -infinity, 0), -1, -1));
  CHECK(inside(limit(Function::gelu, -infinity, 0), 0, 0));
  CHECK(inside(limit(Function::silu, -infinity, 0), 0, 0));
  CHECK(inside(limit(Function::elu, -infinity, 0), -1, -1));
  CHECK_FALSE(limit(Function::sin, infinity, 1).nonzero());
}

TEST_CASE("checker: the sine of a huge number costs nothing and says nothing") {
  Interval huge(1.0, 64);
  mpfr_set_ui_2exp(huge.lo.raw(), 1, 1000000000, MPFR_RNDN);
  huge.hi = huge.lo;
  const Jet j = jet({Function::sin, 1}, huge);
  for (const Interval& x : j.order) CHECK((inside(x, -1, 1) && !x.nonzero()));
}
