#include "checker/polynomial.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <random>

#include "checker/taylor.hpp"

using namespace narrows::checker;

namespace {

const std::vector<Activation> smooth_functions = {{Function::tanh, 1}, {Function::sigmoid, 1}, {Function::softplus, 1}, {Function::arctan, 1}, {Function::sin, 1}, {Function::silu, 1},
                                                  {Function::gelu, 1}, {Function::elu, 1},     {Function::identity, 1}, {Function::leaky_relu, 1}};

bool contains(const Interval& outer, const Interval& inner) { return less_equal(outer.lo, inner.lo) && less_equal(inner.hi, outer.hi); }

/// A polynomial with random coefficients, some of them 0.
Polynomial random_polynomial(const Basis& basis, Precision p, double size, std::mt19937& source) {
  std::uniform_real_distribution<double> unit(-1, 1);
  Polynomial x(basis, p);
  for (std::size_t k = 0; k <= basis.time_degree; ++k) {
    for (std::size_t m = 0; m < basis.size(); ++m) {
      const double c = unit(source) * size * std::pow(0.5, static_cast<double>(k + m));
      if (source() % 4 != 0) add_monomial(x, Interval(c, c + std::fabs(c) * 1e-3, p), k, m);
    }
  }
  return x;
}

/// The value at a point, without the remainder, and with it.
Interval centre_at(const Polynomial& x, double tau, const std::vector<double>& xi) {
  Interval sum(0.0, x.precision());
  for (std::size_t i = 0; i < x.coefficient.size(); ++i) {
    Interval monomial(1.0, x.precision());
    for (std::size_t k = 0; k < i / x.basis->size(); ++k) monomial = monomial * tau;
    for (std::size_t v = 0; v < xi.size(); ++v) {
      for (std::size_t e = 0; e < x.basis->exponents[i % x.basis->size()][v]; ++e) monomial = monomial * xi[v];
    }
    sum = sum + monomial * Interval(x.coefficient[i]);
  }
  return sum;
}
Interval value_at(const Polynomial& x, double tau, const std::vector<double>& xi) { return centre_at(x, tau, xi) + Interval(x.radius.negated(), x.radius); }

}  // namespace

TEST_CASE("checker: the basis holds every monomial once, and their products") {
  const Basis basis(3, 2, 4);
  CHECK(basis.size() == 35);
  for (std::size_t a = 0; a < basis.size(); ++a) {
    CHECK(basis.find(basis.exponents[a]) == a);
    for (std::size_t b = 0; b < basis.size(); ++b) {
      std::vector<std::size_t> sum = basis.exponents[a];
      for (std::size_t i = 0; i < 3; ++i) sum[i] += basis.exponents[b][i];
      CHECK(basis.products[a * basis.size() + b] == basis.find(sum));
    }
  }
  CHECK(Basis(4, 3, 0).size() == 1);
}

TEST_CASE("checker: products of polynomials contain the products of their values") {
  std::mt19937 source(2);
  std::uniform_real_distribution<double> unit(-1, 1);
  for (const Precision p : {leaf_precision, point_precision}) {
    for (int trial = 0; trial < 20; ++trial) {
      const Basis basis(2, 3, 2);
      const Polynomial x = random_polynomial(basis, p, 2, source), y = random_polynomial(basis, p, 2, source);
      const Polynomial z = product(x, y), w = times_linear(x, Interval(0.25, 0.375, p), Interval(-0.5, p));
      for (int sample = 0; sample < 10; ++sample) {
        const double tau = sample == 0 ? 1 : unit(source);
        const std::vector<double> xi = {sample == 0 ? -1 : unit(source), unit(source)};
        for (const double share : {-1.0, 0.0, 1.0}) {  // of the remainder
          const Interval a = centre_at(x, tau, xi) + share * Interval(x.radius), b = centre_at(y, tau, xi) - share * Interval(y.radius);
          CHECK(contains(value_at(z, tau, xi), to_precision(Interval((a * b).lo.approx()), p)));
        }
        CHECK(contains(value_at(w, tau, xi), centre_at(x, tau, xi) * (0.3 - 0.5 * Interval(tau, p))));
        CHECK(contains(range(z), centre_at(z, tau, xi)));
      }
      CHECK(less(z.radius, Real(40, p)));
    }
  }
}

TEST_CASE("checker: activated polynomials contain values and slopes at every point") {
  std::mt19937 source(4);
  std::uniform_real_distribution<double> unit(-1, 1);
  for (const Activation& a : smooth_functions) {
    for (const double shift : {-2.5, 0.1, 0.0, 1.5}) {
      const Basis basis(2, 4, 3);
      Polynomial z = random_polynomial(basis, leaf_precision, 0.2, source);
      add_monomial(z, Interval(shift), 0, 0);
      const auto [value, slope] = activated(a, z);
      CAPTURE(static_cast<int>(a.function), shift, value.radius.approx(), slope.radius.approx());
      if (a.function != Function::elu) CHECK(value.radius.approx() < 0.02);
      for (int sample = 0; sample < 10; ++sample) {
        const double tau = unit(source);
        const std::vector<double> xi = {unit(source), unit(source)};
        const Interval at = to_precision(centre_at(z, tau, xi), point_precision);
        const Ranges exact(a, Interval(at.lo));
        CHECK(contains(value_at(value, tau, xi), exact.range(0)));
        CHECK(contains(value_at(slope, tau, xi), exact.range(1)));
      }
    }
  }
}

TEST_CASE("checker: Taylor coefficients sum up to the function") {
  for (const Activation& a : smooth_functions) {
    for (const double x : {-3.0, -0.75, 0.5, 2.125}) {
      const double t = 0.1;
      const std::vector<Interval> c = taylor_coefficients(a, Interval(x, point_precision), 45);
      const Interval step(t, point_precision);
      Interval sum = c[45];
      for (std::size_t k = 45; k-- > 0;) sum = sum * step + c[k];
      const Interval error = absolute(sum - jet(a, Interval(x, point_precision) + step).order[0]);
      CAPTURE(static_cast<int>(a.function), x, error.hi.approx());
      CHECK(error.hi.approx() < 1e-38);
    }
  }
}

TEST_CASE("checker: Taylor coefficients over an interval contain those of its points") {
  std::mt19937 source(6);
  std::uniform_real_distribution<double> unit(-3, 3);
  for (const Activation& a : smooth_functions) {
    for (int trial = 0; trial < 10; ++trial) {
      const double lo = unit(source), hi = lo + 0.25 * (trial % 3);
      const std::vector<Interval> over = taylor_coefficients(a, Interval(lo, hi, leaf_precision), 12);
      for (const double x : {lo, hi, 0.5 * (lo + hi)}) {
        const std::vector<Interval> at = taylor_coefficients(a, Interval(x, point_precision), 12);
        const bool kink = a.function == Function::elu && lo < 0 && hi > 0;
        for (std::size_t k = 0; k <= (kink ? 2u : 12u); ++k) CHECK(contains(over[k], at[k]));
        if (kink) CHECK(over[3].has_nan());
      }
    }
  }
  for (const Activation& a : {Activation{Function::relu, 1}, Activation{Function::leaky_relu, Rational(1, 2)}, Activation{Function::elu, 2}})
    CHECK(taylor_coefficients(a, Interval(1.0), 5)[5].has_nan());
}

TEST_CASE("checker: at the kink of elu both sides count") {
  const std::vector<Interval> c = taylor_coefficients({Function::elu, 1}, Interval(0.0, point_precision), 5);
  double factorial = 1;
  for (std::size_t k = 2; k <= 5; ++k) {
    factorial *= static_cast<double>(k);
    CHECK(c[k].lo.sign() <= 0);
    CHECK(less_equal(Real(0.999999 / factorial, point_precision), c[k].hi));
  }
}
