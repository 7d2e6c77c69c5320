#include "plot/approximate.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "network/point_value.hpp"
#include "support.hpp"

using namespace narrows;
using namespace narrows::test;

TEST_CASE("the approximate value is close to the enclosure of the true one, for every kind of layer and activation") {
  for (const Activation function : {Activation::tanh, Activation::sigmoid, Activation::softplus, Activation::arctan, Activation::sin, Activation::silu,
                                    Activation::gelu, Activation::elu, Activation::relu, Activation::leaky_relu, Activation::identity}) {
    const Layer activation{ActivationLayer{function, Rational(1) / 3}};
    const Layer normalisation{BatchNormLayer{{2, 3}, {1, -1}, {Rational(1) / 2, 0}, {2, 5}, Rational(1) / 100000}};
    const Layer block{ResidualLayer{Rational(1) / 2, 2, {affine(2, 2, {1, 2, -1, Rational(1) / 7}, {0, 1}), activation}}};
    const Chain net = chain(2, {affine(2, 2, {1, Rational(1) / 3, -2, 1}, {Rational(1) / 10, 0}), normalisation, block, activation});
    const auto compiled = plot::compile_approx(net);
    for (const double x : {-3.0, -0.3, 0.0, 1.7})
      for (const double y : {-2.0, 0.0, 0.4}) {
        const std::vector<double> point{x, y};
        const double exact = midpoint(evaluate_at(net, point).value);
        INFO(to_string(function) << " at (" << x << ", " << y << ")");
        CHECK(std::fabs(plot::value_approx(compiled, point) - exact) <= 1e-12 * (1 + std::fabs(exact)));
      }
  }
}

TEST_CASE("the difference from the two limits is that of the closed forms for linear branches") {
  // h ← h/2 + (2h)/3 twice: the flow of f(h) = 2h over the time 2/3 is e^(4/3)·h, the MLP keeps 2h/3.
  const Layer block{ResidualLayer{Rational(1) / 2, Rational(1) / 3, {affine(1, 1, {2}, {0})}}};
  const auto compiled = plot::compile_approx(chain(1, {block, block, affine(1, 1, {3}, {0})}));
  const std::vector<double> x{0.7};
  const double network = std::pow(0.5 + 2.0 / 3, 2), flow = std::pow(0.5 * std::exp(4.0 / 3), 2), mlp = 4.0 / 9;
  CHECK(plot::difference_from_limit_approx(compiled, true, x) == Approx(3 * 0.7 * (network - flow)).epsilon(1e-4));
  CHECK(plot::difference_from_limit_approx(compiled, false, x) == Approx(3 * 0.7 * (network - mlp)));
}
