// The prover's level-set certificates against the checker: every random piecewise linear network, and refusals of small lies.
#include <catch2/catch.hpp>

#include "certify/levelset_certificate.hpp"
#include "support.hpp"
#include "support/random_cases.hpp"
#include "unit/polyhedral/narrow_chains.hpp"
#include "unit/polyhedral/random_networks.hpp"

namespace narrows::test {
namespace {

std::string certificate_of(const Network& net, const Rational& level, const std::optional<Domain>& domain) {
  LevelSetOptions options;
  options.level = level;
  options.domain = domain;
  const LevelSetResult result = analyse_level_sets(make_chain(net, {}, "test"), options, "test");
  CHECK(result.verdict == Verdict::proved);
  return levelset_certificate(result, net, {}, {"test.json", std::string(64, '0')});
}

/// The text with the first number after `key` replaced.
std::string with_count(std::string text, const std::string& key, const std::string& value) {
  const std::size_t start = text.find("\"" + key + "\":") + key.size() + 3, end = text.find_first_of(",}", start);
  return text.replace(start, end - start, value);
}

}  // namespace

TEST_CASE("the checker accepts the level sets of random piecewise linear networks", "[levelset]") {
  RandomCases random(31);
  for (int k = 0; k < cases(60, 2000); ++k) {
    const auto d = static_cast<std::size_t>(random.integer(1, 3));
    const Network net = random_piecewise_linear(random, d, random.integer(0, 3), d == 3 ? 3 : 5);
    const std::optional<Domain> domain = random.integer(0, 1) ? std::optional(cube(d, 1.5)) : std::nullopt;
    const std::string text = certificate_of(net, small_rational(random), domain);
    CAPTURE(k, d, check_line(text));
    CHECK(accepted(text));
    CHECK_FALSE(accepted(with_count(text, "linear_regions", "1000")));
    CHECK_FALSE(accepted(with_count(text, "affine_pieces", "1000")));
  }
}

TEST_CASE("the checker accepts the constant ray of every random network no wider than its input", "[levelset]") {
  RandomCases random(33);
  for (int k = 0; k < cases(150, 3000); ++k) {
    const auto d = static_cast<std::size_t>(random.integer(2, 4));
    Network net;
    net.input_dim = d;
    net.layers = narrow::fully_connected(random, d, {Activation::relu, 0}, random.integer(0, 1) == 0);
    const FromPoint from = ray_from(make_chain(net, {}, "test"), narrow::random_point(random, d));
    CAPTURE(k, d, from.answer.why_not);
    REQUIRE(from.answer.ray);
    for (const int side : {1, -1}) {  // the ray lies above any lower level, and below any higher one
      LevelSetResult result;
      result.input_dim = d;
      result.level = from.value - side;
      add_ray(*from.answer.ray, side, &result.sets);
      const auto certificate = [&] { return levelset_certificate(result, net, {}, {"test.json", std::string(64, '0')}); };
      CHECK(accepted(certificate()));
      result.level = from.value + side;
      CHECK_FALSE(accepted(certificate()));
    }
  }
}

TEST_CASE("a certificate speaks of the folded network when there is batch_norm", "[levelset]") {
  RandomCases random(32);
  Network net = random_piecewise_linear(random, 2, 2, 4);
  net.layers.insert(net.layers.begin(), Layer{BatchNormLayer{{2, 3}, {1, -1}, {Rational(1) / 3, 0}, {4, 2}, Rational(1) / 100}});
  const FoldedNetwork folded = fold_batch_norm(net);
  REQUIRE(folded.folded);
  CHECK(accepted(certificate_of(folded.network, 0, std::nullopt)));
}

}  // namespace narrows::test
