// The determinant of a residual layer as a polynomial in its slopes, against exact rationals.
#include "network/layer_determinant.hpp"

#include <catch2/catch.hpp>

#include "layers.hpp"
#include "support/random_cases.hpp"

using namespace narrows;
using namespace narrows::test;

namespace {

Rational exact(double x) { return rational_exact(x); }

bool encloses(const Interval& x, const Rational& number) { return exact(x.lower()) <= number && number <= exact(x.upper()); }

Rational determinant_by_cofactors(const Rows& a) {
  if (a.empty()) return 1;
  Rational sum = 0;
  for (std::size_t j = 0; j < a.size(); ++j) {
    Rows minor;
    for (std::size_t i = 1; i < a.size(); ++i) {
      minor.push_back(a[i]);
      minor.back().erase(minor.back().begin() + static_cast<std::ptrdiff_t>(j));
    }
    const Rational term = a[0][j] * determinant_by_cofactors(minor);
    sum = j % 2 == 0 ? Rational(sum + term) : Rational(sum - term);
  }
  return sum;
}

/// A residual layer on R^n without batch_norm (its factors are irrational), and where its activations stand.
struct Block {
  ResidualLayer layer;
  std::size_t dim, slopes;
};

Rational random_weight(RandomCases& random) {
  const Rational x = rational_exact(random.moderate());
  return random.integer(0, 2) == 0 ? Rational(x / 3) : x;  // a third is no double
}

Block random_block(RandomCases& random) {
  const auto n = static_cast<std::size_t>(random.integer(1, 4));
  Block block{{random_weight(random), random_weight(random), {}}, n, 0};
  if (random.integer(0, 5) == 0) block.layer.skip = 0;
  std::size_t width = n;
  const auto add_affine = [&](std::size_t rows) {
    Rows weight(rows, std::vector<Rational>(width));
    for (auto& row : weight)
      for (Rational& w : row) w = random_weight(random);
    block.layer.branch.push_back(affine(weight));
    width = rows;
  };
  for (int turns = random.integer(1, 2); turns > 0; --turns) {
    if (random.integer(0, 3) != 0) add_affine(static_cast<std::size_t>(random.integer(1, 4)));
    block.layer.branch.push_back(activation(random.integer(0, 3) == 0 ? Activation::identity : Activation::tanh));
    block.slopes += width;
  }
  if (width != n || random.integer(0, 1)) add_affine(n);
  return block;
}

/// skip·I + residual·J_branch at these slopes.
Rows jacobian(const Block& block, const std::vector<Rational>& slopes) {
  const std::size_t n = block.dim;
  Rows product(n, std::vector<Rational>(n));
  for (std::size_t i = 0; i < n; ++i) product[i][i] = 1;
  std::size_t next = 0;
  for (const Layer& inner : block.layer.branch) {
    if (const auto* map = std::get_if<AffineLayer>(&inner.value)) {
      Rows image(map->rows, std::vector<Rational>(n));
      for (std::size_t i = 0; i < map->rows; ++i)
        for (std::size_t j = 0; j < n; ++j)
          for (std::size_t k = 0; k < map->cols; ++k) image[i][j] += map->weight[i * map->cols + k] * product[k][j];
      product = std::move(image);
    } else {
      for (auto& row : product) {
        for (Rational& x : row) x *= slopes[next];
        ++next;
      }
    }
  }
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) product[i][j] = product[i][j] * block.layer.residual + (i == j ? block.layer.skip : Rational(0));
  return product;
}

CompiledLayer<Interval> compiled(const Block& block) {
  Network network;
  network.input_dim = block.dim;
  network.layers = {{block.layer}, affine(Rows(1, std::vector<Rational>(block.dim, 1)))};
  return compile(make_chain(network, {}, "block")).layers[0];
}

}  // namespace

TEST_CASE("the determinant polynomial encloses the exact determinant at random slopes") {
  RandomCases random(41);
  int made = 0;
  for (int k = 0; k < cases(400, 40'000); ++k) {
    const Block block = random_block(random);
    const auto coefficients = layer_determinant(compiled(block), block.dim);
    REQUIRE(coefficients.has_value() == (block.slopes <= kMaxDeterminantSlopes));
    if (!coefficients) continue;
    REQUIRE(coefficients->size() == std::size_t{1} << block.slopes);
    ++made;
    for (int s = 0; s < 4; ++s) {
      std::vector<Rational> slopes;
      std::vector<Interval> points;
      for (std::size_t i = 0; i < block.slopes; ++i) {
        const double slope = random.integer(0, 3) == 0 ? random.integer(0, 1) : random.uniform(0, 1);
        slopes.push_back(exact(slope));
        points.emplace_back(slope);
      }
      Rational low = 0, high = 0;
      for (std::size_t subset = 0; subset < coefficients->size(); ++subset) {
        Rational factor = 1;
        for (std::size_t i = 0; i < block.slopes; ++i)
          if (subset >> i & 1) factor *= slopes[i];
        low += exact((*coefficients)[subset].lower()) * factor;  // slopes >= 0
        high += exact((*coefficients)[subset].upper()) * factor;
      }
      const Rows at = jacobian(block, slopes);
      const Rational determinant = determinant_by_cofactors(at);
      INFO("block " << k << " dimension " << block.dim << " slopes " << block.slopes << " determinant " << determinant);
      REQUIRE((low <= determinant && determinant <= high));
      // Tight: doubles lose little on such small layers.
      Rational size = 1;
      for (const auto& row : at)
        for (const Rational& x : row) size += abs(x);
      REQUIRE(high - low <= rational_exact(1e-6) * size * size * size * size * rational_exact(1e4));
      const std::vector<Interval> enclosed = residual_jacobian(compiled(block), points, block.dim);
      for (std::size_t i = 0; i < block.dim; ++i)
        for (std::size_t j = 0; j < block.dim; ++j) REQUIRE(encloses(enclosed[i * block.dim + j], at[i][j]));
    }
  }
  REQUIRE(made > 200);
}

TEST_CASE("the determinant polynomial of a block with a known determinant has exactly its coefficients") {
  // J = I + diag(s_0, s_1)·[[2, 1], [0, 4]]: det = (1 + 2 s_0)(1 + 4 s_1).
  const Block block{std::get<ResidualLayer>(residual(1, 1, {affine({{2, 1}, {0, 4}}), activation(Activation::tanh)}).value), 2, 2};
  const auto coefficients = layer_determinant(compiled(block), 2);
  REQUIRE(coefficients);
  const double expected[] = {1, 2, 4, 8};
  for (std::size_t i = 0; i < 4; ++i) {
    REQUIRE(contains((*coefficients)[i], expected[i]));
    REQUIRE((*coefficients)[i].upper() - (*coefficients)[i].lower() < 1e-13);
  }
}
