// Thousands of small layers, decided by cofactor expansion of every minor: the answers must agree in both
// directions.
#include <catch2/catch.hpp>

#include "critical/global_regularity.hpp"
#include "critical/vertex_signs.hpp"
#include "layers.hpp"

using namespace narrows;
using namespace narrows::test;

namespace {

struct Sigma {
  Activation function;
  Rational s;
  Ends ends;
};
const std::vector<Sigma>& sigmas() {
  static const std::vector<Sigma> all{{Activation::tanh, 1, Ends::half_open},
                                      {Activation::sigmoid, Rational(1) / 4, Ends::half_open},
                                      {Activation::softplus, 1, Ends::open},
                                      {Activation::relu, 1, Ends::closed}};
  return all;
}

Layer block_of(const Rational& skip, const Rational& factor, const std::vector<Rows>& maps,
               Activation function) {
  std::vector<Layer> branch{affine(maps[0])};
  for (std::size_t k = 1; k < maps.size(); ++k) {
    branch.push_back(activation(function));
    branch.push_back(affine(maps[k]));
  }
  return residual(skip, factor, branch);
}

/// A ratio at which some principal minor of I + s α W W̃ of size 1 vanishes; any ratio if there is none.
Rational critical_ratio(const Rows& inner, const Rows& outer, const Rational& s, RandomNumbers& random) {
  const Rows gram = multiply(inner, outer);
  const std::size_t j = static_cast<std::size_t>(random.below(static_cast<int>(gram.size())));
  return gram[j][j] == 0 ? random.nonzero() : Rational(-1 / (s * gram[j][j]));
}

}  // namespace

TEST_CASE("blocks with one activation layer agree with the P-matrix form of T2") {
  RandomNumbers random(20240607);
  int regular = 0, total = 0;
  for (int trial = 0; trial < 4000; ++trial) {
    const auto m = static_cast<std::size_t>(1 + random.below(4)),
               n = static_cast<std::size_t>(1 + random.below(3));
    const Rows inner = random.matrix(m, n), outer = random.matrix(n, m);
    const Sigma& sigma = sigmas()[static_cast<std::size_t>(random.below(4))];
    const Rational skip = random.nonzero();
    const Rational ratio =
        random.below(3) == 0 ? critical_ratio(inner, outer, sigma.s, random) : random.nonzero() / 3;
    INFO("W " << to_text(inner) << " W~ " << to_text(outer) << " skip " << skip << " ratio " << ratio << " "
              << to_string(sigma.function));
    const Layer layer = block(skip, skip * ratio, inner, sigma.function, outer);
    const bool expected = regular_by_vertices(principal_minors(sigma.s * ratio, inner, outer), sigma.ends);
    const RegularityTest test = prove_layer_regular(layer, n);
    REQUIRE((test != RegularityTest::none) == expected);
    const VertexOutcome outcome =
        decide_by_vertices(std::get<ResidualLayer>(layer.value), n,
                           sigma.ends == Ends::closed ? Smoothness::lipschitz : Smoothness::smooth);
    REQUIRE(outcome == (expected ? VertexOutcome::regular : VertexOutcome::not_regular));
    REQUIRE(why_not_regular(layer, n).empty() == expected);
    regular += expected ? 1 : 0;
    ++total;
  }
  CHECK(regular > total / 5);
  CHECK(regular < total * 4 / 5);
}

TEST_CASE("blocks with skip 0 or several activation layers agree with the determinants at all vertices") {
  RandomNumbers random(97);
  int regular = 0;
  for (int trial = 0; trial < 2000; ++trial) {
    const auto n = static_cast<std::size_t>(1 + random.below(3));
    const auto depth = static_cast<std::size_t>(1 + random.below(2));
    std::vector<Rows> maps;
    std::size_t width = n;
    for (std::size_t k = 0; k < depth; ++k) {
      const std::size_t next = random.below(2) == 0 ? n : static_cast<std::size_t>(1 + random.below(3));
      maps.push_back(random.matrix(next, width));
      width = next;
    }
    maps.push_back(random.matrix(n, width));
    const Sigma& sigma = sigmas()[static_cast<std::size_t>(random.below(4))];
    const Rational skip = random.below(2) == 0 ? Rational(0) : random.nonzero(),
                   factor = random.nonzero() / 4;
    const bool expected = regular_by_vertices(vertex_determinants(skip, factor, maps, sigma.s), sigma.ends);
    INFO("skip " << skip << " factor " << factor << " maps " << to_text(maps[0]) << to_text(maps[1])
                 << (depth == 2 ? to_text(maps[2]) : "") << " " << to_string(sigma.function));
    REQUIRE((prove_layer_regular(block_of(skip, factor, maps, sigma.function), n) != RegularityTest::none) ==
            expected);
    regular += expected ? 1 : 0;
  }
  CHECK(regular > 200);
}

TEST_CASE("at random slopes the determinant of a regular layer keeps one strict sign") {
  RandomNumbers random(5);
  int layers = 0;
  for (int trial = 0; trial < 1500 && layers < 150; ++trial) {
    const auto m = static_cast<std::size_t>(1 + random.below(4)),
               n = static_cast<std::size_t>(1 + random.below(3));
    const Rows inner = random.matrix(m, n), outer = random.matrix(n, m);
    const Rational skip = random.nonzero(), factor = random.nonzero() / 2;
    if (prove_layer_regular(block(skip, factor, inner, Activation::tanh, outer), n) == RegularityTest::none)
      continue;
    ++layers;
    int sign = 0;
    for (int sample = 0; sample < 40; ++sample) {
      Rows scaled = inner;
      for (auto& row : scaled) {
        const Rational slope = random.below(4) == 0 ? Rational(1) : Rational(1 + random.below(1000)) / 1000;
        for (Rational& x : row) x *= slope;
      }
      Rows jacobian = multiply(outer, scaled);
      for (std::size_t i = 0; i < n; ++i) {
        for (Rational& x : jacobian[i]) x *= factor;
        jacobian[i][i] += skip;
      }
      const int here = cofactor_determinant(jacobian).sign();
      REQUIRE(here != 0);
      REQUIRE(here * sign >= 0);
      sign = here;
    }
  }
  CHECK(layers >= 100);
}

TEST_CASE("sixteen neurons are decided, seventeen are not tried") {
  // W W̃ = strictly upper triangular: all minors of I + D W W̃ are 1, the symmetric part is indefinite
  const auto triangular = [](std::size_t m) {
    Rows upper(m, std::vector<Rational>(m));
    for (std::size_t i = 0; i < m; ++i)
      for (std::size_t j = i + 1; j < m; ++j) upper[i][j] = 3;
    return block(1, 1, upper, Activation::relu, identity_rows(m));
  };
  CHECK(prove_layer_regular(triangular(16), 16) == RegularityTest::vertices);
  CHECK(prove_layer_regular(triangular(17), 17) == RegularityTest::none);
}
