// Taylor models against exact rational arithmetic: at every point the exact result is within the error of the polynomial.
#include "ode/taylor_model.hpp"

#include <catch2/catch.hpp>

#include "flows.hpp"
#include "ode/flow_field.hpp"

using namespace narrows;
using namespace narrows::test;

namespace {

struct At {
  Rational s;
  std::vector<Rational> xi;
};

Rational power(const Rational& x, std::size_t k) {
  Rational result = 1;
  for (std::size_t i = 0; i < k; ++i) result *= x;
  return result;
}

Rational value(const TaylorBasis& basis, const std::vector<double>& c, const At& at) {
  Rational sum = 0;
  for (std::size_t i = 0; i <= basis.time_degree(); ++i) {
    for (std::size_t a = 0; a < basis.size(); ++a) {
      Rational term = rational_exact(c[i * basis.size() + a]) * power(at.s, i);
      for (std::size_t k = 0; k < basis.dim(); ++k) term *= power(at.xi[k], basis.exponents(a)[k]);
      sum += term;
    }
  }
  return sum;
}

bool within(const TaylorBasis& basis, const TaylorModel& model, const Rational& exact, const At& at) {
  const Rational gap = value(basis, model.c, at) - exact;
  return abs(gap) <= rational_exact(model.error);
}

TaylorModel random_model(RandomCases& random, const TaylorBasis& basis) {
  TaylorModel model{std::vector<double>(basis.coefficients()), 0};
  for (double& c : model.c) c = random.integer(0, 3) == 0 ? 0.0 : random.uniform(-1, 1);
  return model;
}

At random_point(RandomCases& random, const TaylorBasis& basis, double h) {
  At at{rational_exact(random.integer(0, 2) == 0 ? h : random.uniform(0, h)), {}};
  for (std::size_t k = 0; k < basis.dim(); ++k)
    at.xi.push_back(rational_exact(random.integer(0, 2) == 0 ? (random.integer(0, 1) == 0 ? 1.0 : -1.0)
                                                             : random.uniform(-1, 1)));
  return at;
}

}  // namespace

TEST_CASE("the monomials of a basis are all those up to the degree, and their products are complete") {
  const TaylorBasis basis(3, 2, 4);
  CHECK(basis.size() == 35);
  CHECK(basis.products().size() == 210);  // pairs of monomials with total degree <= 4: C(10, 4)
  CHECK(TaylorBasis(0, 5, 4).size() == 1);
  for (const auto& [first, second, product] : basis.products())
    for (std::size_t k = 0; k < 3; ++k)
      REQUIRE(basis.exponents(first)[k] + basis.exponents(second)[k] == basis.exponents(product)[k]);
}

TEST_CASE("sums, multiples and products of Taylor models contain the exact ones") {
  RandomCases random(72);
  for (int n = 0; n < cases(60, 4000); ++n) {
    const TaylorBasis basis(static_cast<std::size_t>(random.integer(0, 3)),
                            static_cast<std::size_t>(random.integer(0, 4)),
                            static_cast<std::size_t>(random.integer(1, 3)));
    const double h = random.uniform(0, 1.5);
    const TaylorAlgebra algebra(basis, h);
    const TaylorModel f = random_model(random, basis), g = random_model(random, basis);
    const Interval factor(1.0 / 3, 0.34);
    const TaylorModel sum = algebra.add(f, g), product = algebra.multiply(f, g),
                      multiple = algebra.scale(f, factor);
    const TaylorModel twice = algebra.multiply(product, g);  // here the first factor has an error
    for (int k = 0; k < 4; ++k) {
      const At at = random_point(random, basis, h);
      const Rational x = value(basis, f.c, at), y = value(basis, g.c, at);
      REQUIRE(within(basis, sum, x + y, at));
      REQUIRE(within(basis, product, x * y, at));
      REQUIRE(within(basis, twice, x * y * y, at));
      REQUIRE(within(basis, multiple, x * rational_exact(factor.upper()), at));
      REQUIRE(within(basis, multiple, x * rational_exact(factor.lower()), at));
      REQUIRE(holds(algebra.range(f), x));
      REQUIRE(abs(x) <= rational_exact(algebra.norm_upper(f)));
      REQUIRE(within(basis, {f.c, algebra.time_derivative(f.c).error}, x, at));
    }
  }
}

TEST_CASE("products are not looser than their rounding where nothing is truncated") {
  const TaylorBasis basis(1, 4, 4);
  const TaylorAlgebra algebra(basis, 1);
  TaylorModel f = algebra.constant(0.0), g = algebra.constant(0.0);
  f.c[1 * basis.size() + 1] = 0.3;  // s ξ
  g.c[2 * basis.size() + 2] = 0.7;  // s² ξ²
  CHECK(algebra.multiply(f, g).error < 1e-14);
  CHECK(algebra.multiply(algebra.multiply(g, f), g).error > 0.1);  // s^5 ξ^5 is beyond both degrees
}

TEST_CASE("a network over Taylor models contains its values at every point") {
  RandomCases random(73);
  for (int n = 0; n < cases(40, 3000); ++n) {
    const std::size_t dim = static_cast<std::size_t>(random.integer(1, 3));
    const TaylorBasis basis(dim, 3, 3);
    const double h = random.uniform(0, 0.5);
    const TaylorAlgebra algebra(basis, h);
    std::vector<TaylorModel> state;
    for (std::size_t i = 0; i < dim; ++i) {
      state.push_back(random_model(random, basis));
      for (std::size_t k = 1; k < state[i].c.size(); ++k) state[i].c[k] *= 0.1;
    }
    FlowField field(random_branch(random, dim, 1.5), dim);
    const TaylorImage image = field.image(algebra, state, true, 1e-12);
    const At at = random_point(random, basis, h);
    std::vector<Interval> point;
    for (std::size_t i = 0; i < dim; ++i) point.push_back(enclose(value(basis, state[i].c, at)));
    const TaylorBasis thin(0, 0, 0);
    const TaylorAlgebra scalar(thin, 0);
    std::vector<TaylorModel> constants;
    for (const Interval& x : point) constants.push_back(scalar.constant(x));
    const TaylorImage exact = field.image(scalar, constants, true, 1e-18);
    const FieldBounds bounds = field.bounds(point, 0);
    for (std::size_t i = 0; i < dim; ++i) {
      const Interval values =
          Interval(exact.value[i].c[0]) + Interval(-exact.value[i].error, exact.value[i].error);
      REQUIRE_FALSE(disjoint(values, enclose(value(basis, image.value[i].c, at)) +
                                         Interval(-image.value[i].error, image.value[i].error)));
      for (std::size_t j = 0; j < dim; ++j) {
        const TaylorModel& entry = image.derivative[i][j];
        const Interval slope =
            bounds.jacobian.at(i, j);  // natural extension at a point: independent of the series
        REQUIRE_FALSE(
            disjoint(slope, enclose(value(basis, entry.c, at)) + Interval(-entry.error, entry.error)));
      }
    }
  }
}

TEST_CASE("overflow gives an infinite error, never a small one") {
  const TaylorBasis basis(1, 2, 2);
  const TaylorAlgebra algebra(basis, 1);
  TaylorModel huge = algebra.constant(1e300);
  huge.c[1] = 1e300;
  const TaylorModel product = algebra.multiply(huge, huge);
  CHECK(product.error == kInfinity);
  CHECK(algebra.norm_upper(product) == kInfinity);
  CHECK_FALSE(is_finite(algebra.range(product)));
}
