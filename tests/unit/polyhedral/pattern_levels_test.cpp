// Level sets from patterns against those from the partition, a different algorithm.
#include "polyhedral/pattern_levels.hpp"

#include <catch2/catch.hpp>
#include <memory>

#include "random_networks.hpp"

namespace narrows::test {

TEST_CASE("patterns and partition agree on status and bounding box in one to three dimensions") {
  RandomCases random(5);
  int bounded = 0, unbounded = 0, empty = 0;
  for (int k = 0; k < cases(60, 1000); ++k) {
    const auto d = static_cast<std::size_t>(random.integer(1, 3));
    const Stages net = make_stages(make_piecewise_linear(chain_of(random_piecewise_linear(random, d, random.integer(1, 3), d == 3 ? 3 : 4)), "test"));
    const Rational level = small_rational(random);
    Partition cut(std::make_shared<const Stages>(with_level(net, level)));
    cut.cut_along(1);
    const LevelSets expected = level_sets_exact(cut);
    const PatternRegions patterns = enumerate_patterns(net);
    REQUIRE(patterns.complete);
    const LevelSets found = level_sets_of_patterns(patterns.regions, d, level);
    CAPTURE(k, d);
    for (std::size_t i = 0; i < 4; ++i) {
      const LevelSet &a = *expected.at(i), &b = *found.at(i);
      CAPTURE(i);
      CHECK(to_string(a.status) == to_string(b.status));
      CHECK(a.bounding_box == b.bounding_box);
      CHECK((b.status != SetStatus::unbounded || b.witness.has_value()));
      bounded += b.status == SetStatus::bounded ? 1 : 0;
      unbounded += b.status == SetStatus::unbounded ? 1 : 0;
      empty += b.status == SetStatus::empty ? 1 : 0;
    }
  }
  CHECK(bounded > 0);
  CHECK(unbounded > 0);
  CHECK(empty > 0);
}

TEST_CASE("in four dimensions a sum of tents is bounded above a level, its complement is not") {
  // Φ(x) = 1 − Σ |x_i|, |t| = relu(t) + relu(−t): {Φ > 0} is the cross-polytope.
  Network net;
  net.input_dim = 4;
  AffineLayer hidden{8, 4, std::vector<Rational>(32), std::vector<Rational>(8)}, output{1, 8, std::vector<Rational>(8, -1), {Rational(1)}};
  for (std::size_t i = 0; i < 4; ++i) {
    hidden.weight[(2 * i) * 4 + i] = 1;
    hidden.weight[(2 * i + 1) * 4 + i] = -1;
  }
  net.layers = {Layer{hidden}, Layer{ActivationLayer{Activation::relu, 0}}, Layer{output}};
  const PatternRegions patterns = enumerate_patterns(make_stages(make_piecewise_linear(chain_of(net), "test")));
  CHECK(patterns.regions.size() == 16);
  const LevelSets sets = level_sets_of_patterns(patterns.regions, 4, 0);
  CHECK(sets.superlevel->status == SetStatus::bounded);
  CHECK(sets.closed_superlevel->status == SetStatus::bounded);
  CHECK(sets.sublevel->status == SetStatus::unbounded);
  CHECK(sets.superlevel->bounding_box == std::vector<std::pair<Rational, Rational>>(4, {-1, 1}));
  const LevelSets top = level_sets_of_patterns(patterns.regions, 4, 1);
  CHECK(top.superlevel->status == SetStatus::empty);
  CHECK(top.closed_superlevel->status == SetStatus::measure_zero);
}

}  // namespace narrows::test
