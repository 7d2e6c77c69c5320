// The polynomial tests prove nothing that the exact test does not, and the hierarchy of T2 holds.
#include "critical/polynomial_tests.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <iostream>

#include "critical/channel_ratio.hpp"
#include "layers.hpp"
#include "support/random_cases.hpp"

using namespace narrows;
using namespace narrows::test;

namespace {

/// Which tests prove a layer with 0 <= σ' <= s; the first two are the hierarchy's: 2-norm, symmetric part with Λ = I.
struct Proofs {
  bool two_norm = false, any_norm = false, identity = false, scaled = false, exact = false;
};

Proofs proofs_of(const Layer& layer, std::size_t n) {
  const auto& residual = std::get<ResidualLayer>(layer.value);
  const auto maps = branch_doubles(residual, n);
  REQUIRE(maps);
  const LipschitzRatios norms = lipschitz_ratios(residual, n, *maps);
  const Rational ratio = abs(Rational(residual.residual / residual.skip));
  const auto below = [&](double bound) { return bound == kInfinity || ratio < rational_exact(bound); };
  Proofs proofs;
  proofs.two_norm = below(norms.two);
  proofs.any_norm = below(norms.best);
  const auto part = SymmetricPart::of(residual, n, *maps);
  REQUIRE(part);
  proofs.identity = part->is_definite(ratio, {});
  proofs.scaled = proofs.identity || part->is_definite(ratio, part->best_scaling_approx(100));
  const auto block = make_channel_block(residual, n, smoothness_of(residual.branch));
  REQUIRE(block);
  proofs.exact = decide_regularity(with_zero_slopes(*block), ratio) == Regularity::regular;
  return proofs;
}

}  // namespace

TEST_CASE("hierarchy: the 2-norm implies the symmetric part with the identity, and either implies the exact test") {
  RandomCases random(77);
  int counts[5] = {}, trials = 0;
  const Activation functions[] = {Activation::tanh, Activation::sigmoid, Activation::softplus, Activation::relu};
  for (int trial = 0; trial < cases(400, 5000); ++trial) {
    const auto m = static_cast<std::size_t>(random.integer(1, 4)), n = static_cast<std::size_t>(random.integer(1, 4));
    const auto matrix = [&](std::size_t rows, std::size_t cols) {
      Rows w(rows, std::vector<Rational>(cols));
      for (auto& row : w)
        for (Rational& x : row) x = rational_exact(random.uniform(-1, 1));
      return w;
    };
    const Layer layer = block(1, rational_exact(random.uniform(-3, 3)), matrix(m, n), functions[random.integer(0, 3)], matrix(n, m));
    const Proofs p = proofs_of(layer, n);
    INFO("trial " << trial);
    if (p.two_norm) REQUIRE(p.identity);
    if (p.any_norm || p.scaled) REQUIRE(p.exact);
    const bool held[] = {p.two_norm, p.any_norm, p.identity, p.scaled, p.exact};
    for (int k = 0; k < 5; ++k) counts[k] += held[k] ? 1 : 0;
    ++trials;
  }
  std::cout << trials << " random layers (m, n <= 4): 2-norm " << counts[0] << ", any norm " << counts[1] << ", symmetric part with I "
            << counts[2] << ", with a scaling " << counts[3] << ", P-matrix " << counts[4] << "\n";
  CHECK(counts[0] < counts[2]);
  CHECK(counts[2] < counts[3]);
  CHECK(counts[3] < counts[4]);
}

TEST_CASE("at the edge the polynomial tests give up rather than lie") {
  // 1 − t: definite for t < 1 only
  const Layer layer = block(1, -1, {{1}}, Activation::tanh, {{1}});
  const auto& residual = std::get<ResidualLayer>(layer.value);
  const auto maps = branch_doubles(residual, 1);
  REQUIRE(maps);
  const auto part = SymmetricPart::of(residual, 1, *maps);
  REQUIRE(part);
  CHECK_FALSE(part->is_definite(1, {}));
  CHECK_FALSE(part->is_definite(Rational(1) + Rational(1) / 1'000'000, {}));
  CHECK(part->is_definite(Rational(1) - Rational(1) / 1'000'000'000, {}));
  CHECK_FALSE(part->is_definite(Rational(1) / 2, {0.0}));
  CHECK_FALSE(part->is_definite(Rational(1) / 2, {-1.0}));
  CHECK_FALSE(part->is_definite(Rational(1) / 2, {std::nan("")}));
  const LipschitzRatios norms = lipschitz_ratios(residual, 1, *maps);
  CHECK(norms.two < 1);
  CHECK(norms.two > 1 - 1e-12);
}

TEST_CASE("the symmetric part does not apply to slopes of both signs, nor to several activation layers") {
  for (const Activation f : {Activation::sin, Activation::silu, Activation::gelu}) {
    const Layer layer = block(1, 1, {{1}}, f, {{1}});
    const auto& residual = std::get<ResidualLayer>(layer.value);
    CHECK_FALSE(SymmetricPart::of(residual, 1, *branch_doubles(residual, 1)));
  }
  const Layer deep = residual(1, 1, {activation(Activation::tanh), affine({{1}}), activation(Activation::tanh)});
  const auto& two = std::get<ResidualLayer>(deep.value);
  CHECK_FALSE(SymmetricPart::of(two, 1, *branch_doubles(two, 1)));
  CHECK(lipschitz_ratios(two, 1, *branch_doubles(two, 1)).two > 0.999);
}

TEST_CASE("weights that doubles cannot hold are refused or enclosed") {
  const Layer huge = block(1, 1, {{Rational("1" + std::string(400, '0'))}}, Activation::tanh, {{1}});
  CHECK_FALSE(branch_doubles(std::get<ResidualLayer>(huge.value), 1));
  const Layer third = block(1, 1, {{Rational(-1) / 3}}, Activation::tanh, {{3}});
  const auto& residual = std::get<ResidualLayer>(third.value);
  CHECK_FALSE(SymmetricPart::of(residual, 1, *branch_doubles(residual, 1))->is_definite(1, {}));
  CHECK(lipschitz_ratios(residual, 1, *branch_doubles(residual, 1)).best <= 1);
}

TEST_CASE("a good scaling proves what the identity does not") {
  // W W~ = [[0, 9], [−1/9, 0]]: skew after scaling
  const Layer layer = block(1, 3, {{0, 9}, {Rational(-1) / 9, 0}}, Activation::tanh, identity_rows(2));
  const auto& residual = std::get<ResidualLayer>(layer.value);
  const auto part = SymmetricPart::of(residual, 2, *branch_doubles(residual, 2));
  REQUIRE(part);
  CHECK_FALSE(part->is_definite(3, {}));
  CHECK(part->is_definite(3, part->best_scaling_approx(200)));
}
