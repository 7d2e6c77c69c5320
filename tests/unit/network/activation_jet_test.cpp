// Activation jets against independent formulas at 200 bits.
#include "network/activation_jet.hpp"

#include <mpfr.h>

#include <boost/multiprecision/mpfr.hpp>
#include <catch2/catch.hpp>

#include "network/scalars.hpp"
#include "support/random_cases.hpp"

using namespace narrows;
using test::RandomCases;
using Real = boost::multiprecision::number<boost::multiprecision::mpfr_float_backend<60>, boost::multiprecision::et_off>;

namespace {

Real sigmoid_value(const Real& x) { return 1 / (1 + exp(-x)); }

// σ^(k)(x) by textbook formulas that differ from the library's.
Real reference(Activation f, const Real& a, int k, const Real& x) {
  const Real s = sigmoid_value(x), t = tanh(x), c = 1 / cosh(x);
  const Real s1 = s * (1 - s), s2 = s1 * (1 - 2 * s), s3 = s1 * (1 - 6 * s + 6 * s * s);
  const Real pdf = exp(-x * x / 2) / sqrt(2 * boost::math::constants::pi<Real>());
  switch (f) {
    case Activation::tanh: return k == 0 ? t : k == 1 ? Real(c * c) : k == 2 ? Real(-2 * c * c * t) : Real(4 * c * c * t * t - 2 * c * c * c * c);
    case Activation::sigmoid: return k == 0 ? s : k == 1 ? s1 : k == 2 ? s2 : s3;
    case Activation::softplus: return k == 0 ? Real(log(1 + exp(x))) : k == 1 ? s : k == 2 ? s1 : s2;
    case Activation::arctan: {
      const Real q = 1 / (1 + x * x);
      return k == 0 ? Real(atan(x)) : k == 1 ? q : k == 2 ? Real(-2 * x * q * q) : Real(8 * x * x * q * q * q - 2 * q * q);
    }
    case Activation::sin: return k == 0 ? Real(sin(x)) : k == 1 ? Real(cos(x)) : k == 2 ? Real(-sin(x)) : Real(-cos(x));
    case Activation::silu: return k == 0 ? Real(x * s) : k == 1 ? Real(s + x * s1) : k == 2 ? Real(2 * s1 + x * s2) : Real(3 * s2 + x * s3);
    case Activation::gelu: {
      const Real cdf = erfc(-x / sqrt(Real(2))) / 2;
      return k == 0 ? Real(x * cdf) : k == 1 ? Real(cdf + x * pdf) : k == 2 ? Real(2 * pdf - x * x * pdf) : Real(x * pdf * (x * x - 4));
    }
    case Activation::elu: return x >= 0 ? (k == 0 ? x : Real(k == 1)) : k == 0 ? Real(a * (exp(x) - 1)) : Real(a * exp(x));
    case Activation::relu: return x >= 0 ? (k == 0 ? x : Real(k == 1)) : Real(0);
    case Activation::leaky_relu: return x >= 0 ? (k == 0 ? x : Real(k == 1)) : (k == 0 ? Real(a * x) : Real(k == 1 ? a : Real(0)));
    case Activation::identity: break;
  }
  return k == 0 ? x : Real(k == 1);
}

bool holds(const Interval& x, const Real& value, const Real& slack) { return Real(x.lower()) - slack <= value && value <= Real(x.upper()) + slack; }

Real end_of(mpfr_srcptr x) { return Real(x); }

constexpr Activation all[] = {Activation::tanh, Activation::sigmoid, Activation::softplus, Activation::arctan, Activation::sin, Activation::silu,
                              Activation::gelu, Activation::elu, Activation::relu, Activation::leaky_relu, Activation::identity};

}  // namespace

TEST_CASE("jets of every activation over intervals contain all four orders at sampled points, in both arithmetics") {
  RandomCases random(41);
  for (const Activation f : all)
    for (int k = 0; k < test::cases(400, 40'000); ++k) {
      const double alpha = f == Activation::elu ? (random.integer(0, 1) ? 1.0 : 0.5) : 0.125;
      const double a = random.integer(0, 5) == 0 ? random.uniform(-400, 400) : random.moderate();
      const double b = a + (random.integer(0, 4) == 0 ? 0.0 : random.uniform(0, 4) * std::ldexp(1.0, -random.integer(0, 25)));
      const double t = random.integer(0, 3) == 0 ? b : std::fmin(b, std::fmax(a, random.uniform(a, b)));
      const Jet<Interval> jet = jet_over({f, Interval(alpha)}, Interval(a, b));
      const Jet<BigInterval> big = jet_over({f, BigInterval(alpha, 100)}, BigInterval(Interval(a, b), 100));
      for (int order = 0; order < 4; ++order) {
        const Real value = reference(f, Real(alpha), order, Real(t));
        const Real slack = abs(value) * Real("1e-50") + Real("1e-58");  // of the 60-digit reference itself
        CAPTURE(to_string(f), order, a, b, t);
        REQUIRE(holds(jet[static_cast<std::size_t>(order)], value, slack));
        REQUIRE(holds(big[static_cast<std::size_t>(order)].to_double(), value, slack));
      }
    }
}

TEST_CASE("activations of thin intervals of many bits contain their values, as thin as the argument allows") {
  RandomCases random(42);
  for (const Activation f : all)
    for (int k = 0; k < test::cases(200, 20'000); ++k) {
      const double a = random.integer(0, 3) == 0 ? random.uniform(-200, 200) : random.integer(0, 3) == 0 ? 0.0 : random.moderate();
      const double width = random.integer(0, 4) == 0 ? 0.0 : std::ldexp(random.uniform(0.5, 1), -random.integer(55, 120));
      const BigInterval z = BigInterval(a, 160) + BigInterval(Interval(0, width), 160);
      BigInterval value, slope;
      activate(ActivationFunction<BigInterval>{f, BigInterval(0.125, 160)}, z, &value, &slope);
      for (const double share : {0.0, 0.25, 1.0}) {
        const Real x = Real(a) + Real(width) * Real(share);
        CAPTURE(to_string(f), a, width, share);
        const Real exact = reference(f, Real(0.125), 0, x), exact_slope = reference(f, Real(0.125), 1, x);
        const Real slack = Real("1e-54") * (1 + abs(x));  // of the 60-digit reference itself
        REQUIRE(end_of(&value.raw()->left) - slack <= exact);
        REQUIRE(end_of(&value.raw()->right) + slack >= exact);
        REQUIRE(end_of(&slope.raw()->left) - slack <= exact_slope);
        REQUIRE(end_of(&slope.raw()->right) + slack >= exact_slope);
      }
      const Real wide = Real(1.2) * Real(width) + Real("1e-45") * (1 + abs(Real(a)));
      if (std::fabs(a) < 160 && f != Activation::elu && f != Activation::relu && f != Activation::leaky_relu) {  // beyond: limits
        REQUIRE(end_of(&value.raw()->right) - end_of(&value.raw()->left) <= wide);
        REQUIRE(end_of(&slope.raw()->right) - end_of(&slope.raw()->left) <= wide);
      }
    }
}

TEST_CASE("the slope of tanh keeps relative accuracy where it is saturated") {
  for (const double x : {5.0, 20.0, 80.0, 150.0}) {
    const Interval slope = jet_at(ActivationFunction<Interval>{Activation::tanh, 0.0}, Interval(x))[1];
    REQUIRE(is_positive(slope));
    REQUIRE(slope.upper() <= slope.lower() * (1 + 1e-12));
  }
}

TEST_CASE("jets on unbounded intervals enclose the limits") {
  for (const Activation f : {Activation::tanh, Activation::sigmoid, Activation::arctan, Activation::softplus}) {
    const Jet<Interval> tail = jet_over(ActivationFunction<Interval>{f, 0.0}, Interval(50, kInfinity));
    const Jet<Interval> left = jet_over(ActivationFunction<Interval>{f, 0.0}, Interval(-kInfinity, -50));
    CAPTURE(to_string(f));
    const double far = f == Activation::softplus ? 1.0 : 0.0;
    REQUIRE(contains(tail[1], far));
    REQUIRE(tail[1].upper() - tail[1].lower() < 1e-3);
    REQUIRE(contains(left[1], 0.0));
    REQUIRE(left[1].upper() < 1e-3);
  }
}

TEST_CASE("the Clarke slope at a kink is the whole range between the one-sided slopes") {
  const Jet<Interval> relu = jet_over(ActivationFunction<Interval>{Activation::relu, 0.0}, Interval(0.0));
  REQUIRE(relu[1].lower() == 0);
  REQUIRE(relu[1].upper() == 1);
}
