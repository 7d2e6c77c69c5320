// Constant rays of random networks, checked by walking them exactly.
#include "polyhedral/witness.hpp"

#include <catch2/catch.hpp>

#include "base/errors.hpp"
#include "unit/polyhedral/exact_walk.hpp"
#include "unit/polyhedral/narrow_chains.hpp"

namespace narrows {
namespace {

using namespace test;
using namespace test::narrow;

/// The ray starts at `from`, never moves Φ, and every neuron keeps its sign on every piece.
void require_constant(const Chain& chain, const LevelRay& ray, const RationalPoint& from) {
  REQUIRE(ray.path.front() == from);
  const Rational level = ExactWalk(chain, from, RationalPoint(from.size()), false).value();
  bool moves = false;
  for (const Rational& r : ray.direction) moves = moves || r != 0;
  REQUIRE(moves);
  for (std::size_t k = 0; k < ray.path.size(); ++k) {
    const bool last = k + 1 == ray.path.size();
    RationalPoint step = ray.direction;
    for (std::size_t i = 0; !last && i < step.size(); ++i) step[i] = ray.path[k + 1][i] - ray.path[k][i];
    const ExactWalk walk(chain, ray.path[k], step, last);
    REQUIRE(walk.one_sign());
    REQUIRE(walk.value() == level);
    REQUIRE(walk.rate() == 0);
  }
}

TEST_CASE("a ReLU network no wider than its input is constant along a ray from every point") {
  RandomCases random(9);
  for (int k = 0; k < cases(300, 3000); ++k) {
    const auto dim = static_cast<std::size_t>(random.integer(2, 4));
    const Chain chain = chain_of(dim, fully_connected(random, dim, {Activation::relu, 0}, random.integer(0, 1) == 0));
    const RationalPoint from = random_point(random, dim);
    const RayAnswer answer = constant_ray(chain, from);
    INFO("case " << k);
    REQUIRE(answer.ray);
    require_constant(chain, *answer.ray, from);
  }
}

TEST_CASE("states that stay positive through many layers give paths with corners") {
  // Hidden layers near the identity: nothing is cut off early, so the path bends on the way back.
  RandomCases random(10);
  std::size_t longest = 0;
  for (int k = 0; k < cases(100, 1000); ++k) {
    const auto dim = static_cast<std::size_t>(random.integer(2, 4));
    auto layers = fully_connected(random, dim, {Activation::relu, 0}, false);
    for (std::size_t l = 0; l + 1 < layers.size(); l += 2) {
      auto& affine = std::get<AffineLayer>(layers[l].value);
      for (std::size_t i = 0; i < dim * dim; ++i) affine.weight[i] = affine.weight[i] / 8 + (i % (dim + 1) == 0 ? 1 : 0);
      for (Rational& b : affine.bias) b = abs(b) + 1;
    }
    const Chain chain = chain_of(dim, std::move(layers));
    RationalPoint from = random_point(random, dim);
    for (Rational& x : from) x = abs(x);
    const RayAnswer answer = constant_ray(chain, from);
    REQUIRE(answer.ray);
    require_constant(chain, *answer.ray, from);
    longest = std::max(longest, answer.ray->path.size());
  }
  CHECK(longest >= 4);
}

TEST_CASE("leaky ReLU networks are constant along a ray, too") {
  RandomCases random(11);
  for (int k = 0; k < cases(60, 600); ++k) {
    const auto dim = static_cast<std::size_t>(random.integer(2, 3));
    const Chain chain = chain_of(dim, fully_connected(random, dim, {Activation::leaky_relu, Rational(1) / random.integer(1, 9)}, false));
    const RationalPoint from = random_point(random, dim);
    const RayAnswer answer = constant_ray(chain, from);
    REQUIRE(answer.ray);
    require_constant(chain, *answer.ray, from);
  }
}

/// x ↦ skip x + residual (v σ(u·x + b) + c), scaled so that α u·v == gain where that is possible.
Layer one_neuron_block(RandomCases& random, std::size_t dim, const Rational& gain, const ActivationLayer& activation) {
  AffineLayer before = random_affine(random, 1, dim), after = random_affine(random, dim, 1);
  const Rational skip = random.integer(0, 3) == 0 ? Rational(-2) : Rational(1), residual = small_rational(random) + 20;
  Rational dot;
  for (std::size_t i = 0; i < dim; ++i) dot += before.weight[i] * after.weight[i];
  for (Rational& v : after.weight) v *= dot == 0 ? Rational(1) : Rational(gain * skip / residual / dot);
  return {ResidualLayer{skip, residual, {{before}, {activation}, {after}}}};
}

TEST_CASE("one-neuron ResNets that do not fold are constant along a ray") {
  RandomCases random(12);
  for (int k = 0; k < cases(200, 2000); ++k) {
    const auto dim = static_cast<std::size_t>(random.integer(2, 4));
    const bool leaky = random.integer(0, 2) == 0;
    const ActivationLayer activation{leaky ? Activation::leaky_relu : Activation::relu, leaky ? Rational(1) / 3 : Rational(0)};
    std::vector<Layer> layers;
    for (int b = random.integer(1, 6); b > 0; --b) {
      const Rational gains[] = {-1, Rational(-1) / 2, 0, Rational(7) / 3, -1};
      layers.push_back(one_neuron_block(random, dim, gains[random.integer(0, 4)], activation));
    }
    layers.push_back({random_affine(random, 1, dim)});
    const Chain chain = chain_of(dim, std::move(layers));
    const RationalPoint from = random_point(random, dim);
    const RayAnswer answer = constant_ray(chain, from);
    INFO("case " << k << ' ' << answer.why_not);
    REQUIRE(answer.ray);
    require_constant(chain, *answer.ray, from);
  }
}

TEST_CASE("where the theorem does not apply there is no ray but a reason") {
  RandomCases random(13);
  SECTION("a fold") {
    const Chain chain = chain_of(2, {one_neuron_block(random, 2, -2, {Activation::relu, 0}), {random_affine(random, 1, 2)}});
    const RayAnswer answer = constant_ray(chain, {0, 0});
    CHECK_FALSE(answer.ray);
    CHECK(answer.why_not.find("folds") != std::string::npos);
  }
  SECTION("a layer wider than the input") {
    const Chain chain = chain_of(2, {{AffineLayer{3, 2, {1, 0, 0, 1, 1, 1}, {0, 0, 0}}}, {ActivationLayer{Activation::relu, 0}}, {random_affine(random, 1, 3)}});
    CHECK(constant_ray(chain, {0, 0}).why_not.find("wider") != std::string::npos);
  }
  SECTION("one dimension") {
    const Chain chain = chain_of(1, {{AffineLayer{1, 1, {2}, {1}}}});
    CHECK_FALSE(constant_ray(chain, {0}).ray);
  }
  SECTION("a smooth activation is bad input") {
    const Chain chain = chain_of(2, {{random_affine(random, 2, 2)}, {ActivationLayer{Activation::tanh, 0}}, {random_affine(random, 1, 2)}});
    CHECK_THROWS_AS(constant_ray(chain, {0, 0}), InputError);
  }
}

}  // namespace
}  // namespace narrows
