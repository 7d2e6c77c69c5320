// Limiting gradients against an independent evaluation beside the point, and hulls that hold 0 or do not.
#include "polyhedral/clarke_hull.hpp"

#include <catch2/catch.hpp>

#include "critical/global_regularity.hpp"
#include "polyhedral/local_map.hpp"
#include "support/random_cases.hpp"

namespace narrows {
namespace {

using test::cases;
using test::RandomCases;

Layer affine(std::size_t rows, std::size_t cols, std::vector<Rational> weight, std::vector<Rational> bias) {
  return {AffineLayer{rows, cols, std::move(weight), std::move(bias)}};
}

const Layer relu{ActivationLayer{Activation::relu, 0}};

Chain chain_of(std::size_t dim, std::vector<Layer> layers) {
  Network network;
  network.input_dim = dim;
  network.layers = std::move(layers);
  return make_chain(network, {}, "test");
}

/// |x| = relu(x) + relu(−x).
Chain absolute_value() {
  return chain_of(1, {affine(2, 1, {1, -1}, {0, 0}), relu, affine(1, 2, {1, 1}, {0})});
}

/// x1 − |x2 + 2 relu(x1)| by two residual blocks.
Chain folded_wedge() {
  const Layer first{ResidualLayer{1, 1, {affine(1, 2, {1, 0}, {0}), relu, affine(2, 1, {0, 2}, {0, 0})}}};
  const Layer second{
      ResidualLayer{1, 1, {affine(2, 2, {0, 1, 0, -1}, {0, 0}), relu, affine(2, 2, {-1, -1, 0, 0}, {0, 0})}}};
  return chain_of(2, {first, second, affine(1, 2, {1, 0}, {0})});
}

std::vector<RationalPoint> directions(RandomCases& random, std::size_t dim, int count) {
  std::vector<RationalPoint> list;
  for (int k = 0; k < count; ++k) {
    RationalPoint r;
    for (std::size_t i = 0; i < dim; ++i) r.push_back(random.integer(-50, 50));
    list.push_back(r);
  }
  return list;
}

TEST_CASE("the limiting gradient is the gradient a little way along the direction") {
  RandomCases random(1);
  const Rational tiny = Rational(1) / 1'000'000'000;
  int compared = 0;
  for (int k = 0; k < cases(60, 2000); ++k) {
    const auto dim = static_cast<std::size_t>(random.integer(1, 3));
    const auto numbers = [&random](std::size_t count) {
      std::vector<Rational> list;
      for (std::size_t i = 0; i < count; ++i) list.push_back(random.integer(-3, 3));
      return list;
    };
    const Layer leaky{ActivationLayer{Activation::leaky_relu, Rational(1) / 4}};
    const Layer block{ResidualLayer{1,
                                    Rational(random.integer(1, 3)) / 2,
                                    {affine(2, dim, numbers(2 * dim), numbers(2)), k % 2 ? relu : leaky,
                                     affine(dim, 2, numbers(2 * dim), numbers(dim))}}};
    const Chain chain = chain_of(dim, {affine(dim, dim, numbers(dim * dim), numbers(dim)), relu, block,
                                       affine(1, dim, numbers(dim), {0})});
    const RationalPoint x = numbers(dim);
    for (const RationalPoint& r : directions(random, dim, 4)) {
      const auto gradient = limiting_gradient(chain, x, r);
      if (!gradient) continue;
      RationalPoint beside = x;
      for (std::size_t i = 0; i < dim; ++i) beside[i] += tiny * r[i];
      const LocalMap local = local_map(chain, beside);
      CHECK(*gradient == local.gradient);
      ++compared;
    }
  }
  CHECK(compared > 100);
}

TEST_CASE("a direction in a kink has no limiting gradient") {
  CHECK_FALSE(limiting_gradient(absolute_value(), {0}, {0}));
  CHECK_FALSE(limiting_gradient(folded_wedge(), {0, 0}, {0, 1}));
  CHECK(limiting_gradient(absolute_value(), {0}, {-3}) == RationalPoint{-1});
  CHECK(limiting_gradient(absolute_value(), {-2}, {0}) ==
        RationalPoint{-1});  // away from the kink every direction will do
}

TEST_CASE("0 is in the subdifferential of |x| at 0 only") {
  const auto hull = clarke_hull(absolute_value(), {0}, {{1}, {-1}});
  REQUIRE(hull);
  CHECK(hull->weights == std::vector<Rational>{Rational(1) / 2, Rational(1) / 2});
  CHECK_FALSE(clarke_hull(absolute_value(), {1}, {{1}, {-1}}));
  const Chain rising =
      chain_of(1, {Layer{ResidualLayer{1, 1, {affine(1, 1, {1}, {0}), relu, affine(1, 1, {1}, {0})}}},
                   affine(1, 1, {1}, {0})});
  CHECK_FALSE(clarke_hull(rising, {0}, {{1}, {-1}}));  // x + relu(x): slopes 1 and 2
}

TEST_CASE("layers regular in the sense of Clarke do not keep 0 out of the subdifferential") {
  const Chain chain = folded_wedge();
  for (const RegularityTest test : prove_layers_regular(chain)) CHECK(test != RegularityTest::none);
  RandomCases random(2);
  const auto hull = clarke_hull(chain, {0, 0}, directions(random, 2, 60));
  REQUIRE(hull);
  Rational total = 0;
  RationalPoint sum(2);
  for (std::size_t i = 0; i < hull->weights.size(); ++i) {
    CHECK(hull->weights[i] > 0);
    total += hull->weights[i];
    // The gradients again, from a point of the cone itself: the network is linear on it.
    const LocalMap local = local_map(chain, hull->directions[i]);
    for (std::size_t j = 0; j < 2; ++j) sum[j] += hull->weights[i] * local.gradient[j];
  }
  CHECK(total == 1);
  CHECK(sum == RationalPoint{0, 0});
  CHECK_FALSE(clarke_hull(chain, {1, 1}, directions(random, 2, 60)));
}

}  // namespace
}  // namespace narrows
