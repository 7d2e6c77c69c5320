#include "arith/rational_matrix.hpp"

#include <catch2/catch.hpp>
#include <limits>
#include <random>

#include "base/errors.hpp"

using namespace narrows;

namespace {

class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}
  [[nodiscard]] int below(int n) { return std::uniform_int_distribution<int>(0, n - 1)(engine_); }
  /// Small integers over small denominators, often 0.
  [[nodiscard]] Rational number() {
    return below(3) == 0 ? Rational(0) : Rational(below(13) - 6) / (1 + below(5));
  }
  [[nodiscard]] RationalMatrix matrix(std::size_t rows, std::size_t cols) {
    RationalMatrix m(rows, cols);
    for (Rational& x : m.entries) x = number();
    return m;
  }

 private:
  std::mt19937 engine_;
};

RationalMatrix without(const RationalMatrix& a, std::size_t row, std::size_t col) {
  RationalMatrix minor(a.rows - 1, a.cols - 1);
  for (std::size_t i = 0; i < minor.rows; ++i)
    for (std::size_t j = 0; j < minor.cols; ++j)
      minor.at(i, j) = a.at(i + (i >= row ? 1 : 0), j + (j >= col ? 1 : 0));
  return minor;
}

Rational cofactor_determinant(const RationalMatrix& a) {
  if (a.rows == 0) return 1;
  Rational sum = 0;
  for (std::size_t j = 0; j < a.cols; ++j) {
    const Rational term = a.at(0, j) * cofactor_determinant(without(a, 0, j));
    sum += j % 2 == 0 ? term : Rational(-term);
  }
  return sum;
}

}  // namespace

TEST_CASE("the determinant equals its cofactor expansion") {
  Random random(1);
  for (int trial = 0; trial < 400; ++trial) {
    const auto n = static_cast<std::size_t>(random.below(6));
    const RationalMatrix a = random.matrix(n, n);
    const Rational expected = cofactor_determinant(a);
    REQUIRE(determinant_exact(a) == expected);
    REQUIRE(determinant_sign_exact(a) == expected.sign());
    REQUIRE((rank_exact(a) == n) == (expected != 0));
  }
}

TEST_CASE("the determinant of dyadic weights is exact where doubles cancel") {
  // det = (1 + u)(1 − u) − 1 = −u², u = 2^-52: plain doubles give 0 or the wrong size
  const double u = 0x1p-52;
  RationalMatrix a(2, 2);
  a.entries = {rational_exact(1 + u), 1, 1, rational_exact(1 - u)};
  CHECK(determinant_exact(a) == -rational_exact(u) * rational_exact(u));
  CHECK(determinant_sign_exact(a) == -1);
}

TEST_CASE("the rank of a product of generic factors is the inner dimension") {
  Random random(2);
  const auto generic = [&random](std::size_t rows, std::size_t cols) {
    RationalMatrix m(rows, cols);
    for (Rational& x : m.entries)
      x = Rational(random.below(1'000'000'000) + 1) / (1 + random.below(1'000'000));
    return m;
  };
  for (std::size_t inner = 1; inner <= 5; ++inner) {
    const RationalMatrix a = product(generic(5, inner), generic(inner, 7));
    CHECK(rank_exact(a) == inner);
    CHECK(rank_exact(transpose(a)) == inner);
  }
  CHECK(rank_exact(RationalMatrix(3, 4)) == 0);
  CHECK(rank_exact(RationalMatrix(0, 4)) == 0);
}

TEST_CASE("a determinant divisible by the prime of the fast rank is not taken for zero") {
  const long long prime = (1LL << 61) - 1;
  RationalMatrix a = identity_matrix<Rational>(2);
  a.at(0, 0) = Rational(prime);
  CHECK(rank_exact(a) == 2);
  a.at(0, 0) = Rational(1) / Rational(prime);
  CHECK(rank_exact(a) == 2);
  a.entries = {Rational(prime), 2 * Rational(prime), 1, 2};
  CHECK(rank_exact(a) == 1);
}

TEST_CASE("a matrix is positive definite exactly if all leading minors are positive") {
  Random random(3);
  int definite = 0;
  for (int trial = 0; trial < 600; ++trial) {
    const auto n = static_cast<std::size_t>(1 + random.below(4));
    const RationalMatrix root = random.matrix(n, n);
    RationalMatrix a = product(root, transpose(root));  // semidefinite, often singular
    if (random.below(2) == 0) a.at(0, 0) += random.number() / 4;
    bool expected = true;
    RationalMatrix leading = a;
    while (expected && leading.rows > 0) {
      expected = cofactor_determinant(leading) > 0;
      leading = without(leading, leading.rows - 1, leading.cols - 1);
    }
    REQUIRE(is_positive_definite_exact(a) == expected);
    definite += expected ? 1 : 0;
  }
  CHECK(definite > 100);
  CHECK(definite < 500);
}

TEST_CASE("only symmetric matrices are called positive definite") {
  RationalMatrix a = identity_matrix<Rational>(2);
  CHECK(is_positive_definite_exact(a));
  a.at(0, 1) = Rational(1) / 1000;
  CHECK_FALSE(is_positive_definite_exact(a));
  CHECK_FALSE(is_positive_definite_exact(RationalMatrix(1, 2)));
}

TEST_CASE("a double that is not finite has no exact rational value", "[arith]") {
  CHECK(rational_exact(0x1p-1074) * (Rational(2) * rational_exact(0x1p1023)) == rational_exact(0x1p-50));
  CHECK_THROWS_AS(rational_exact(std::numeric_limits<double>::infinity()), InputError);
  CHECK_THROWS_AS(rational_exact(std::numeric_limits<double>::quiet_NaN()), InputError);
}
