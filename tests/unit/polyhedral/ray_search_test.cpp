// Rays above and below a level in more than three dimensions, walked exactly.
#include "polyhedral/analysis.hpp"

#include <catch2/catch.hpp>

#include "unit/polyhedral/exact_walk.hpp"
#include "unit/polyhedral/narrow_chains.hpp"

namespace narrows {
namespace {

using namespace test;
using namespace test::narrow;

/// Φ − level keeps the strict sign `side` on the path and on the ray.
void require_on_side(const Chain& chain, const LevelRay& ray, const Rational& level, int side) {
  for (std::size_t k = 0; k < ray.path.size(); ++k) {
    const bool last = k + 1 == ray.path.size();
    RationalPoint step = ray.direction;
    for (std::size_t i = 0; !last && i < step.size(); ++i) step[i] = ray.path[k + 1][i] - ray.path[k][i];
    const ExactWalk walk(chain, ray.path[k], step, last);
    REQUIRE(walk.one_sign());
    REQUIRE((walk.value() - level).sign() == side);
    REQUIRE((last ? walk.rate().sign() * side >= 0 : (walk.value() + walk.rate() - level).sign() == side));
  }
}

TEST_CASE("four and five inputs: what a set is said to be unbounded by is a ray in it") {
  RandomCases random(3);
  int decided = 0;
  for (int k = 0; k < cases(25, 400); ++k) {
    const auto dim = static_cast<std::size_t>(random.integer(4, 5));
    const Chain chain = chain_of(dim, fully_connected(random, dim, {Activation::relu, 0}, true));
    LevelSetOptions options;
    options.level = small_rational(random);
    options.max_regions = 64;
    const LevelSetResult result = analyse_level_sets(chain, options, "test");
    CAPTURE(k);
    for (const int side : {1, -1}) {
      const auto& set = side > 0 ? result.sets.superlevel : result.sets.sublevel;
      if (!set) continue;
      ++decided;
      CHECK(set->status == SetStatus::unbounded);
      REQUIRE(set->witness);
      require_on_side(chain, *set->witness, options.level, side);
    }
  }
  CHECK(decided > 10);
}

TEST_CASE("an augmented network in four dimensions is left to linear programming, whose verdicts carry no certificate") {
  // 1 − Σ |x_i|: eight neurons, wider than the input.
  AffineLayer hidden{8, 4, std::vector<Rational>(32), std::vector<Rational>(8)};
  for (std::size_t i = 0; i < 4; ++i) {
    hidden.weight[(2 * i) * 4 + i] = 1;
    hidden.weight[(2 * i + 1) * 4 + i] = -1;
  }
  const AffineLayer output{1, 8, std::vector<Rational>(8, -1), {Rational(1)}};
  const Chain chain = chain_of(4, {{hidden}, {ActivationLayer{Activation::relu, 0}}, {output}});
  const LevelSetResult result = analyse_level_sets(chain, {}, "test");
  CHECK(result.verdict == Verdict::undecided);
  CHECK_FALSE(result.sets.superlevel);
  REQUIRE(result.patterns);
  CHECK(result.patterns->regions == 16);
  CHECK(result.patterns->sets.superlevel->status == SetStatus::bounded);
  REQUIRE(result.sets.sublevel);
  require_on_side(chain, *result.sets.sublevel->witness, 0, -1);
}

}  // namespace
}  // namespace narrows
