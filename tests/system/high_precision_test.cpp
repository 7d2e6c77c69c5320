// The measuring instrument itself.
#include <catch2/catch.hpp>

#include "high_precision.hpp"
#include "unit/network/layers.hpp"

using namespace narrows;
using namespace narrows::test;

namespace {

const Activation smooth_ones[] = {Activation::tanh, Activation::sigmoid, Activation::softplus, Activation::arctan, Activation::sin,
                                  Activation::silu, Activation::gelu,    Activation::identity, Activation::elu};

Network two_unit_network(Activation function) {
  const BatchNormLayer norm{{2, Rational(-1, 3)}, {0, Rational(1, 7)}, {Rational(1, 5), 0}, {3, Rational(1, 2)}, Rational(1, 1000)};
  return network(2, {affine({{1, Rational(1, 2)}, {Rational(-1, 3), 2}}, {Rational(1, 10), Rational(-1, 5)}), activation(function, 1),
                     residual(Rational(3, 4), -2, {Layer{norm}, activation(function, 1), affine({{1, 2}, {Rational(1, 9), -1}}, {1, 0})}),
                     affine({{Rational(5, 7), -2}}, {3})});
}

}  // namespace

TEST_CASE("gradient and Hessian in 60 digits are the difference quotients of value and gradient") {
  const Real h("1e-18"), tolerance("1e-30");
  for (const Activation function : smooth_ones) {
    INFO(to_string(function));
    const HighPrecision net(two_unit_network(function));
    for (const double x0 : {-1.25, 0.375, 2.0}) {
      const std::vector<Real> x{x0, 0.625};
      const SecondJet<Real> jet = net.at(x);
      for (std::size_t i = 0; i < 2; ++i) {
        std::vector<Real> up = x, down = x;
        up[i] += h;
        down[i] -= h;
        const SecondJet<Real> above = net.at(up), below = net.at(down);
        CHECK(abs((above.value - below.value) / (2 * h) - jet.gradient[i]) < tolerance);
        for (std::size_t j = 0; j < 2; ++j)
          CHECK(abs((above.gradient[j] - below.gradient[j]) / (2 * h) - jet.hessian[i * 2 + j]) < tolerance);
      }
    }
  }
}

TEST_CASE("Newton's method in 60 digits finds the two critical points of x - 2 tanh x") {
  const HighPrecision net(network(1, {residual(1, -2, {activation(Activation::tanh)})}));
  const std::vector<FoundPoint> found = net.search({{-3}, {3}}, 20);
  REQUIRE(found.size() == 2);
  for (const FoundPoint& point : found) {
    const Real cosh_x = cosh(point.x[0]);
    CHECK(abs(cosh_x * cosh_x - 2) < Real("1e-55"));
    CHECK(point.morse_index == (point.x[0] > 0 ? 0 : 1));
  }
}

TEST_CASE("Newton's method does not converge to a degenerate critical point or to none") {
  CHECK_FALSE(HighPrecision(network(1, {residual(1, -1, {activation(Activation::tanh)})})).newton({0.25}));
  CHECK(HighPrecision(network(1, {activation(Activation::tanh)})).search({{-4}, {4}}, 16).empty());
}
