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
