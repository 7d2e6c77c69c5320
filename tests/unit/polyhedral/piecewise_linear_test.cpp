#include "polyhedral/piecewise_linear.hpp"

#include <catch2/catch.hpp>

#include "base/errors.hpp"
#include "polyhedral/stages.hpp"
#include "random_networks.hpp"

namespace narrows::test {
namespace {

Stages stages_of(const Network& net) { return make_stages(make_piecewise_linear(chain_of(net), "test")); }

std::vector<Rational> random_point(RandomCases& random, std::size_t d) {
  std::vector<Rational> x;
  for (std::size_t i = 0; i < d; ++i) x.push_back(Rational(random.integer(-30, 30)) / Rational(random.integer(1, 7)));
  return x;
}

}  // namespace

TEST_CASE("the integer stages compute what the layers compute over the rationals") {
  RandomCases random(1);
  for (int k = 0; k < cases(200, 5000); ++k) {
    const auto d = static_cast<std::size_t>(random.integer(1, 4));
    const Network net = random_piecewise_linear(random, d, random.integer(0, 4), 4);
    const std::vector<Rational> x = random_point(random, d);
    CAPTURE(k, d);
    CHECK(evaluate_exact(stages_of(net), x) == plain_value(net.layers, x)[0]);
  }
}

TEST_CASE("a homogeneous point may be scaled by any positive integer") {
  RandomCases random(2);
  for (int k = 0; k < 100; ++k) {
    const Stages net = stages_of(random_piecewise_linear(random, 2, 3, 3));
    std::vector<Integer> p = homogeneous_point(random_point(random, 2));
    const HomogeneousValues one = evaluate_homogeneous(net, p);
    for (Integer& x : p) x *= 6;
    const HomogeneousValues six = evaluate_homogeneous(net, p);
    CHECK(six.value == 6 * one.value);
    REQUIRE(six.neurons.size() == net.neurons);
    for (std::size_t i = 0; i < net.neurons; ++i) CHECK(six.neurons[i] == 6 * one.neurons[i]);
  }
}

TEST_CASE("at a direction the stages give the limit of value over distance") {
  RandomCases random(3);
  for (int k = 0; k < 100; ++k) {
    const Network net = random_piecewise_linear(random, 2, 3, 3);
    const Stages stages = stages_of(net);
    const Integer a = random.integer(-5, 5), b = random.integer(-5, 5);
    const HomogeneousValues ideal = evaluate_homogeneous(stages, {a, b, 0});
    // Beyond every kink along the ray, Φ is affine in the parameter.
    const Rational far("1000000000000000"), farther = 2 * far;
    const Rational slope = (plain_value(net.layers, {farther * a, farther * b})[0] - plain_value(net.layers, {far * a, far * b})[0]) / far;
    CHECK(Rational(ideal.value) / Rational(ideal.scales.back()) == slope);
  }
}

TEST_CASE("a smooth activation is refused with the subcommand that takes it") {
  Network net;
  net.input_dim = 1;
  net.layers.push_back(Layer{ActivationLayer{Activation::tanh, 0}});
  CHECK_FALSE(is_piecewise_linear(net.layers));
  CHECK_THROWS_WITH(make_piecewise_linear(chain_of(net), "x.json"), Catch::Contains("x.json") && Catch::Contains("tanh") && Catch::Contains("certify"));
}

TEST_CASE("batch_norm becomes a diagonal layer of doubles next to its factors, and is reported") {
  Network net;
  net.input_dim = 2;
  BatchNormLayer norm{{2, 3}, {1, -1}, {Rational(1) / 3, 0}, {4, 2}, Rational(1) / 100};
  net.layers.push_back(Layer{norm});
  const FoldedNetwork folded = fold_batch_norm(net);
  CHECK(folded.folded);
  const auto& layer = std::get<AffineLayer>(folded.network.layers[0].value);
  for (std::size_t i = 0; i < 2; ++i) {
    const Rational f = layer.weight[3 * i], ratio = f * f * (norm.variance[i] + norm.epsilon) / (norm.scale[i] * norm.scale[i]);
    CHECK(abs(ratio - 1) < Rational(1) / Rational("1000000000000000"));
    CHECK(abs(layer.bias[i] - (norm.bias[i] - f * norm.mean[i])) < Rational(1) / Rational("100000000000000"));
    double exact = 0;
    CHECK(is_double(f, &exact));
  }
  CHECK(layer.weight[1] == 0);
  CHECK_FALSE(fold_batch_norm(folded.network).folded);
  CHECK(make_piecewise_linear(chain_of(net), "test").folded);
}

}  // namespace narrows::test
