// Passes over balls against exact rational evaluation at points of the balls.
#include "robust/ball_pass.hpp"

#include <cmath>

#include "arith/interval.hpp"
#include "base/errors.hpp"
#include "support.hpp"

using namespace narrows;
using namespace narrows::robust;
using namespace narrows::test;

namespace {

constexpr std::size_t kInputs = 3, kClasses = 3;

bool encloses(const Balls& x, std::size_t i, std::size_t k, const Rational& value) {
  const double lo = lower(x, i, k), hi = upper(x, i, k);
  return (lo == -kInfinity || rational_exact(lo) <= value) &&
         (hi == kInfinity || rational_exact(hi) >= value);
}

Network with_last(std::vector<Layer> layers, std::size_t features) {
  Network network;
  network.input_dim = 1;
  network.layers = std::move(layers);
  AffineLayer last{2, features, std::vector<Rational>(2 * features), {0, 0}};
  for (std::size_t j = 0; j < features; ++j) last.weight[j] = 1;
  network.layers.push_back({last});
  return network;
}

const Layer kRelu{ActivationLayer{Activation::relu, 0}};

Balls one_input(double centre, double radius) {
  Balls input(1);
  for (std::size_t k = 0; k < kSamples; ++k) {
    input.centre[k] = centre;
    input.radius[k] = radius;
  }
  return input;
}

}  // namespace

TEST_CASE("margins and gradients at random points of random balls lie in their enclosures") {
  RandomCases random(81);
  for (int n = 0; n < cases(60, 3000); ++n) {
    const Network network = random_classifier(random, kInputs, kClasses);
    const SparseNetwork sparse = make_sparse_network(network, "random");
    Balls input(kInputs);
    for (std::size_t i = 0; i < input.centre.size(); ++i) {
      input.centre[i] = random.uniform(-1, 1);
      input.radius[i] =
          random.integer(0, 3) == 0 ? 0 : std::ldexp(random.uniform(0, 1), random.integer(-40, 0));
    }
    BallPass pass(sparse);
    pass.forward(input);
    const auto label = static_cast<std::size_t>(random.integer(0, kClasses - 1));
    const Balls margins = pass.margins(label);
    for (std::size_t k = 0; k < kSamples; ++k) {
      std::vector<Rational> x;
      for (std::size_t i = 0; i < kInputs; ++i)  // often a corner of the ball
        x.push_back(rational_exact(input.centre[kSamples * i + k]) +
                    rational_exact(input.radius[kSamples * i + k]) * Rational(random.integer(-2, 2), 2));
      const Exact truth = exact_at(network, x, Rational(random.integer(0, 2), 2));
      for (std::size_t j = 0; j < kClasses; ++j) {
        CHECK(encloses(margins, j, k, truth.value[label] - truth.value[j]));
        if (j == label) continue;
        const Balls gradient = pass.gradient(label, j);
        Rational norm = 0;
        for (std::size_t i = 0; i < kInputs; ++i) {
          const Rational slope = truth.jacobian[label][i] - truth.jacobian[j][i];
          CHECK(encloses(gradient, i, k, slope));
          norm += abs(slope);
        }
        CHECK(norm <= rational_exact(norm_upper(gradient, k)));
        CHECK(norm >= rational_exact(norm_lower(gradient, k)));
      }
    }
  }
}

TEST_CASE("a single point is enclosed tightly") {
  RandomCases random(82);
  for (int n = 0; n < cases(20, 500); ++n) {
    const SparseNetwork sparse = make_sparse_network(random_classifier(random, kInputs, kClasses), "random");
    Balls input(kInputs);
    for (double& x : input.centre) x = random.uniform(-1, 1);
    BallPass pass(sparse);
    pass.forward(input);
    const Balls margins = pass.margins(0);
    for (std::size_t j = 0; j < kClasses; ++j)
      for (std::size_t k = 0; k < kSamples; ++k) CHECK(upper(margins, j, k) - lower(margins, j, k) < 1e-11);
  }
}

TEST_CASE("a larger ball is never enclosed more tightly") {
  RandomCases random(83);
  for (int n = 0; n < cases(20, 500); ++n) {
    const SparseNetwork sparse = make_sparse_network(random_classifier(random, kInputs, kClasses), "random");
    Balls input(kInputs);
    for (std::size_t i = 0; i < kInputs; ++i)
      for (std::size_t k = 0; k < kSamples; ++k) {
        input.centre[kSamples * i + k] = 0.25 * static_cast<double>(i);
        input.radius[kSamples * i + k] = 0.02 * static_cast<double>(k);
      }
    BallPass pass(sparse);
    pass.forward(input);
    const Balls margins = pass.margins(1);
    for (std::size_t k = 1; k < kSamples; ++k)
      for (std::size_t j = 0; j < kClasses; ++j)
        CHECK(lower(margins, j, k) <= lower(margins, j, k - 1) + 1e-12);
  }
}

TEST_CASE("a relu whose argument is 0 may have any slope from 0 to 1") {
  // x ↦ relu(x) at x = 0: the convention relu'(0) = 0 would give the gradient 0.
  const SparseNetwork sparse =
      make_sparse_network(with_last({{AffineLayer{1, 1, {1}, {0}}}, kRelu}, 1), "kink");
  BallPass pass(sparse);
  pass.forward(one_input(0, 0));
  const Balls gradient = pass.gradient(0, 1);
  CHECK(lower(gradient, 0, 0) <= 0);
  CHECK(upper(gradient, 0, 0) >= 1);
  // relu(x) − relu(−x) = x has slope 1 at 0; both units at their kinks must allow for it.
  const SparseNetwork both = make_sparse_network(
      with_last({{AffineLayer{2, 1, {1, -1}, {0, 0}}}, kRelu, {AffineLayer{1, 2, {1, -1}, {0}}}}, 1), "both");
  BallPass second(both);
  second.forward(one_input(0, 0));
  CHECK(upper(second.gradient(0, 1), 0, 0) >= 1);
}

TEST_CASE("an overflow proves nothing") {
  const Rational huge = rational_exact(1e308);
  const std::vector<Layer> layers = {
      {AffineLayer{2, 1, {huge, huge}, {0, 0}}}, kRelu, {AffineLayer{1, 2, {huge, -huge}, {1}}}, kRelu};
  const SparseNetwork sparse = make_sparse_network(with_last(layers, 1), "huge");
  BallPass pass(sparse);
  pass.forward(one_input(3, 0.5));
  const Balls margins = pass.margins(0), gradient = pass.gradient(0, 1);
  for (std::size_t k = 0; k < kSamples; ++k) {
    CHECK_FALSE(lower(margins, 1, k) > 0);
    CHECK_FALSE(upper(margins, 1, k) < 0);
    CHECK(norm_upper(gradient, k) == kInfinity);
    CHECK_FALSE(norm_lower(gradient, k) > 0);
  }
}

TEST_CASE("the gradient of a linear classifier encloses weights that are no doubles") {
  for (const int denominator : {3, 7, 10, 81}) {
    Network network;
    network.input_dim = 1;
    network.layers = {{AffineLayer{2, 1, {Rational(1, denominator), Rational(-1, denominator)}, {0, 0}}}};
    const SparseNetwork sparse = make_sparse_network(network, "linear");
    BallPass pass(sparse);
    pass.forward(one_input(0, 1));
    CHECK(encloses(pass.gradient(0, 1), 0, 0, Rational(2, denominator)));
    CHECK(encloses(pass.gradient(1, 0), 0, 0, Rational(-2, denominator)));
  }
}

TEST_CASE("all instruction sets give the same bits") {
  RandomCases random(84);
  const SparseNetwork sparse = make_sparse_network(random_classifier(random, kInputs, kClasses), "random");
  const SparseMap& map = sparse.maps[0];
  const SparseView view{map.rows, map.start.data(), map.column.data(), map.weight.data(), map.bias.data()};
  std::vector<double> x(kSamples * map.cols), s(x.size()), y(kSamples * map.rows), z(y.size()), y2(y), z2(z);
  for (double& entry : x) entry = random.moderate();
  for (double& entry : s) entry = random.uniform(0, 1);
  sparse_kernels().ball_product(view, x.data(), s.data(), 1e-14, y.data(), z.data());
  portable::make_sparse_kernels().ball_product(view, x.data(), s.data(), 1e-14, y2.data(), z2.data());
  CHECK(y == y2);
  CHECK(z == z2);
  portable::make_sparse_kernels().product(view, x.data(), y2.data());
  CHECK(y == y2);
}

TEST_CASE("networks that are no relu classifiers are refused by name") {
  const auto message = [](const Network& network) -> std::string {
    try {
      (void)make_sparse_network(network, "net");
    } catch (const InputError& error) {
      return error.what();
    }
    return "";
  };
  CHECK(message(with_last({{ActivationLayer{Activation::tanh, 0}}}, 1))
            .find("net: layers[0]: the activation tanh") == 0);
  CHECK(message(with_last({{BatchNormLayer{{1}, {0}, {0}, {1}, 0}}}, 1))
            .find("net: layers[0]: a layer of the kind batch_norm") == 0);
  Network open = with_last({}, 1);
  open.layers.push_back(kRelu);
  CHECK(message(open).find("net: the last layer is not affine") == 0);
  Network tiny = with_last({}, 1);
  std::get<AffineLayer>(tiny.layers[0].value).weight[0] = rational_exact(4.9e-324) / 3;
  CHECK(message(tiny).find("net: a number of the network is too small") == 0);
  CHECK(message(with_last({}, 1)).empty());
}
