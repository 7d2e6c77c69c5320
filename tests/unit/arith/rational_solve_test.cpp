// Kernels and inverses against their definitions.
#include "arith/rational_solve.hpp"

#include <catch2/catch.hpp>

#include "support/random_cases.hpp"

namespace narrows {
namespace {

RationalMatrix random_matrix(test::RandomCases& random, std::size_t rows, std::size_t cols) {
  RationalMatrix a(rows, cols);
  for (Rational& x : a.entries) x = Rational(random.integer(-3, 3)) / random.integer(1, 4);
  return a;
}

TEST_CASE("an inverse exists exactly for matrices of full rank, and undoes them") {
  test::RandomCases random(1);
  int singular = 0;
  for (int k = 0; k < 200; ++k) {
    const auto n = static_cast<std::size_t>(random.integer(1, 4));
    const RationalMatrix a = random_matrix(random, n, n);
    const auto inverse = inverse_exact(a);
    REQUIRE(inverse.has_value() == (rank_exact(a) == n));
    singular += inverse ? 0 : 1;
    if (inverse) REQUIRE(product(a, *inverse).entries == identity_matrix<Rational>(n).entries);
  }
  CHECK(singular > 0);
  CHECK_FALSE(inverse_exact(random_matrix(random, 2, 3)));
}

TEST_CASE("a kernel vector exists exactly where the rank is short, is mapped to 0 and has coprime integer entries") {
  test::RandomCases random(2);
  for (int k = 0; k < 200; ++k) {
    const RationalMatrix a = random_matrix(random, static_cast<std::size_t>(random.integer(1, 4)), static_cast<std::size_t>(random.integer(1, 4)));
    const auto r = kernel_vector_exact(a);
    REQUIRE(r.has_value() == (rank_exact(a) < a.cols));
    if (!r) continue;
    bool zero = true;
    for (const Rational& y : product(a, *r)) REQUIRE(y == 0);
    for (const Rational& x : *r) {
      zero = zero && x == 0;
      REQUIRE(denominator(x) == 1);
    }
    REQUIRE_FALSE(zero);
    REQUIRE(primitive_multiple(*r) == *r);
  }
}

}  // namespace
}  // namespace narrows
