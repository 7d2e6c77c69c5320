// T2 and T3 against brute force: every principal minor, by cofactor expansion, in rationals.
#include "critical/channel_ratio.hpp"

#include <catch2/catch.hpp>
#include <iostream>

#include "critical/vertex_signs.hpp"
#include "layers.hpp"
#include "support/random_cases.hpp"

using namespace narrows;
using namespace narrows::test;
using Status = CriticalRatio::Status;

namespace {

ChannelBlock block_of(const Layer& layer, std::size_t n, Smoothness network = Smoothness::smooth) {
  const auto& residual = std::get<ResidualLayer>(layer.value);
  const auto block = make_channel_block(residual, n, std::max(network, smoothness_of(residual.branch)));
  REQUIRE(block);
  return *block;
}

struct Sigma {
  Activation function;
  Rational alpha, low, high;
  Ends ends;
};
/// Every activation; silu and gelu with 12 correct digits, which no random rational layer can tell from the truth.
const std::vector<Sigma>& sigmas() {
  static const Rational c("1099839320129/1000000000000"), g("1128904145185/1000000000000");
  static const std::vector<Sigma> all{{Activation::tanh, 0, 0, 1, Ends::half_open},
                                      {Activation::arctan, 0, 0, 1, Ends::half_open},
                                      {Activation::sigmoid, 0, 0, Rational(1) / 4, Ends::half_open},
                                      {Activation::softplus, 0, 0, 1, Ends::open},
                                      {Activation::elu, 1, 0, 1, Ends::half_open},
                                      {Activation::elu, Rational(3) / 2, 0, Rational(3) / 2, Ends::closed},
                                      {Activation::relu, 0, 0, 1, Ends::closed},
                                      {Activation::leaky_relu, Rational(1) / 4, Rational(1) / 4, 1, Ends::closed},
                                      {Activation::leaky_relu, Rational(-1) / 2, Rational(-1) / 2, 1, Ends::closed},
                                      {Activation::sin, 0, -1, 1, Ends::closed},
                                      {Activation::silu, 0, 1 - c, c, Ends::closed},
                                      {Activation::gelu, 0, 1 - g, g, Ends::closed}};
  return all;
}

/// det(I + t D G) at all vertices of [low, high]^m, by expansion.
std::vector<Rational> determinants(const Rows& gram, const Rational& t, const Rational& low, const Rational& high) {
  std::vector<Rational> all;
  for (std::size_t vertex = 0; vertex < std::size_t{1} << gram.size(); ++vertex) {
    Rows m = gram;
    for (std::size_t i = 0; i < m.size(); ++i) {
      for (Rational& x : m[i]) x *= t * ((vertex >> i & 1) != 0 ? high : low);
      m[i][i] += 1;
    }
    all.push_back(cofactor_determinant(m));
  }
  return all;
}
bool all_positive(const std::vector<Rational>& v) {
  return std::all_of(v.begin(), v.end(), [](const Rational& x) { return x > 0; });
}
bool none_negative(const std::vector<Rational>& v) {
  return std::none_of(v.begin(), v.end(), [](const Rational& x) { return x < 0; });
}

/// Empty, or what brute force knows against a critical ratio for slopes in [low, high].
std::string contradiction(const CriticalRatio& found, const Rows& gram, const Rational& low, const Rational& high) {
  if (found.status == Status::lower_bound) return "no bracket";
  if (found.status == Status::infinite) {
    for (const Rational& t : {Rational(1), Rational(1000), Rational(1'000'000'000'000)})
      if (!all_positive(determinants(gram, t, low, high))) return "not infinite";
    return "";
  }
  if (found.lower <= 0 || *found.upper < found.lower) return "ends in the wrong order";
  if ((*found.upper - found.lower) * 1'000'000'000'000 > *found.upper) return "too wide";
  if (!none_negative(determinants(gram, found.lower, low, high))) return "negative at the lower end";
  for (const Rational& part : {Rational(1) / 3, Rational(999) / 1000})
    if (!all_positive(determinants(gram, found.lower * part, low, high))) return "not positive below the lower end";
  if (all_positive(determinants(gram, *found.upper, low, high))) return "positive at the upper end";
  if (none_negative(determinants(gram, *found.upper * Rational(1'000'001) / 1'000'000, low, high))) return "nothing fails above";
  return "";
}

/// T2 by brute force.
bool is_regular(const Rows& gram, const Rational& t, const Sigma& sigma) {
  return regular_by_vertices(determinants(gram, t, sigma.low, sigma.high), sigma.ends);
}

}  // namespace

TEST_CASE("critical ratios and regularity agree with all principal minors, for random layers of all forms and activations") {
  RandomNumbers random(2603);
  int infinite = 0, brackets = 0, regular = 0, equal = 0;
  const int trials = cases(600, 5000);
  for (int trial = 0; trial < trials; ++trial) {
    const auto form = random.below(3);  // outer, inside, general
    const auto n = static_cast<std::size_t>(1 + random.below(trial % 10 == 0 ? 6 : 4));
    const auto m = form == 2 ? static_cast<std::size_t>(1 + random.below(trial % 10 == 0 ? 6 : 4)) : n;
    const Rows inner = form == 1 ? identity_rows(n) : random.matrix(m, n), outer = form == 0 ? identity_rows(n) : random.matrix(n, m);
    const Sigma& sigma = sigmas()[static_cast<std::size_t>(random.below(static_cast<int>(sigmas().size())))];
    const Rational skip = random.nonzero();
    Rational ratio = random.nonzero() / 3;
    const ChannelBlock probe = block_of(block(skip, skip * ratio, inner, sigma.function, outer, sigma.alpha), n);
    const CriticalRatio found = critical_ratio(probe);
    if (found.upper && found.lower == *found.upper && random.below(2) == 0) ratio = ratio < 0 ? Rational(-found.lower) : found.lower, ++equal;
    Rows gram = multiply(inner, outer);
    for (auto& row : gram)
      for (Rational& x : row) x *= ratio < 0 ? -1 : 1;
    INFO("trial " << trial << " W " << to_text(inner) << " W~ " << to_text(outer) << " skip " << skip << " ratio " << ratio << " "
                  << to_string(sigma.function) << " " << sigma.alpha << " lower " << found.lower);
    const bool exact_range = sigma.function != Activation::silu && sigma.function != Activation::gelu;
    if (exact_range) REQUIRE(contradiction(found, gram, std::min<Rational>(sigma.low, 0), sigma.high) == "");
    infinite += found.status == Status::infinite ? 1 : 0;
    brackets += found.status == Status::bracket ? 1 : 0;
    const bool expected = is_regular(gram, abs(ratio), sigma);
    const Layer layer = block(skip, skip * ratio, inner, sigma.function, outer, sigma.alpha);
    const Regularity decided = decide_regularity(block_of(layer, n), abs(ratio));
    Sigma attained = sigma;  // elu' > 0, though its closed range is what regularity is proved over
    if (sigma.function == Activation::elu) attained.ends = Ends::half_open;
    const Regularity otherwise = is_regular(gram, abs(ratio), attained) ? Regularity::undecided : Regularity::not_regular;
    REQUIRE(decided == (expected ? Regularity::regular : otherwise));
    const VertexOutcome vertices =
        decide_by_vertices(std::get<ResidualLayer>(layer.value), n, smoothness_of(std::get<ResidualLayer>(layer.value).branch));
    if (exact_range) REQUIRE((vertices == VertexOutcome::regular) == expected);
    regular += expected ? 1 : 0;
  }
  std::cout << trials << " random layers: " << regular << " regular, " << brackets << " brackets, " << infinite << " infinite, " << equal
            << " at their critical ratio; no disagreement\n";
  CHECK(brackets > trials / 2);
  CHECK(infinite > trials / 20);
  CHECK(regular > trials / 10);
}
