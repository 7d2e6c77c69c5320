// Activation patterns by linear programming, against exhaustive sampling and closed forms.
#include "polyhedral/pattern_regions.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "random_networks.hpp"
#include "polyhedral/stages.hpp"

namespace narrows::test {
namespace {

Stages stages_of(const Network& net) { return make_stages(make_piecewise_linear(chain_of(net), "test")); }

std::vector<bool> pattern_at(const Stages& net, const std::vector<Rational>& x) {
  std::vector<bool> positive;
  for (const Integer& z : evaluate_homogeneous(net, homogeneous_point(x)).neurons) positive.push_back(z > 0);
  return positive;
}

/// One hidden layer of m hyperplanes in general position.
Network one_layer(RandomCases& random, std::size_t d, std::size_t m) {
  Network net;
  net.input_dim = d;
  AffineLayer hidden{m, d, {}, {}}, output{1, m, {}, {Rational(0)}};
  for (std::size_t k = 0; k < m * d; ++k) hidden.weight.push_back(Rational(random.integer(-1000, 1000)));
  for (std::size_t k = 0; k < m; ++k) hidden.bias.push_back(Rational(random.integer(-1000, 1000)));
  for (std::size_t k = 0; k < m; ++k) output.weight.push_back(Rational(random.integer(1, 9)));
  net.layers = {Layer{hidden}, Layer{ActivationLayer{Activation::relu, 0}}, Layer{output}};
  return net;
}

}  // namespace

TEST_CASE("m hyperplanes in general position cut R^d into the sum of the binomials up to d") {
  RandomCases random(1);
  const std::size_t m = 7, expected[] = {0, 8, 29, 64, 99, 120};  // d = 1 … 5
  for (std::size_t d = 1; d <= 5; ++d) {
    const PatternRegions found = enumerate_patterns(stages_of(one_layer(random, d, m)));
    CHECK(found.complete);
    CHECK(found.regions.size() == expected[d]);
    CHECK(count_affine_pieces(found.regions) == expected[d]);
  }
}

TEST_CASE("every sampled point lies in a region that is listed once, with its pattern and its affine map") {
  RandomCases random(2);
  for (int k = 0; k < cases(25, 400); ++k) {
    const auto d = static_cast<std::size_t>(random.integer(1, 4));
    const Network net = random_piecewise_linear(random, d, random.integer(1, 3), 4);
    const Stages stages = stages_of(net);
    const PatternRegions found = enumerate_patterns(stages);
    REQUIRE(found.complete);
    std::set<std::vector<bool>> listed;
    for (const PatternRegion& region : found.regions) {
      CHECK(listed.insert(region.positive).second);
      CHECK(pattern_at(stages, region.interior) == region.positive);
      Rational value(region.value.back());
      for (std::size_t i = 0; i < d; ++i) value += Rational(region.value[i]) * region.interior[i];
      CHECK(value / Rational(region.scale) == evaluate_exact(stages, region.interior));
    }
    for (int sample = 0; sample < 60; ++sample) {
      std::vector<Rational> x;  // far from round numbers: not on a kink
      for (std::size_t i = 0; i < d; ++i) x.push_back(Rational(random.integer(-30000, 30000)) / 7919);
      const std::vector<bool> pattern = pattern_at(stages, x);
      CAPTURE(k, sample);
      CHECK(listed.count(pattern) == 1);
    }
  }
}

TEST_CASE("generators span the region: they satisfy its sides, and a cube has its corners") {
  const HalfSpaces cube{{1, 0, 0, 1}, {-1, 0, 0, 1}, {0, 1, 0, 1}, {0, -1, 0, 1}, {0, 0, 1, 1}, {0, 0, -1, 1}};
  CHECK(generators_of(cube, 3).size() == 8);
  const HalfSpaces slab{{1, 0, 0}, {-1, 0, 3}};  // 0 <= x <= 3 in the plane: a line in it
  std::size_t rays = 0;
  for (const auto& g : generators_of(slab, 2)) rays += g.back() == 0 ? 1 : 0;
  CHECK(rays == 2);
  CHECK(point_where_negative(cube, {1, 0, 0, 0}).has_value());
  CHECK_FALSE(point_where_negative(cube, {1, 0, 0, 1}).has_value());
  CHECK(point_where_negative({{1, 0}}, {-1, 5}).has_value());  // unbounded below
}

}  // namespace narrows::test
