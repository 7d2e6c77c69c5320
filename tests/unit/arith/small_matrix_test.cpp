#include "arith/small_matrix.hpp"

#include <catch2/catch.hpp>

#include "arith/big_interval.hpp"
#include "arith/rational_matrix.hpp"
#include "support/random_cases.hpp"

using namespace narrows;
using test::RandomCases;

TEST_CASE("interval determinants contain the exact determinant up to dimension six, in both arithmetics") {
  RandomCases random(31);
  for (int k = 0; k < test::cases(1'500, 100'000); ++k) {
    const std::size_t n = static_cast<std::size_t>(random.integer(1, 6));
    RationalMatrix exact(n, n);
    std::vector<Interval> intervals;
    std::vector<BigInterval> big;
    for (std::size_t i = 0; i < n * n; ++i) {
      const double entry = random.moderate();
      exact.entries[i] = rational_exact(entry);
      intervals.emplace_back(entry - 1e-9, entry + 1e-9);
      big.emplace_back(entry, 120);
    }
    const Rational det = determinant_exact(exact);
    for (const Interval& enclosure : {determinant(intervals, n), determinant(big, n).to_double()}) {
      REQUIRE((enclosure.lower() == -kInfinity || rational_exact(enclosure.lower()) <= det));
      REQUIRE((enclosure.upper() == kInfinity || det <= rational_exact(enclosure.upper())));
    }
  }
}

TEST_CASE("LDL counts the negative eigenvalues of a congruence of a diagonal matrix") {
  RandomCases random(32);
  int decided = 0;
  for (int k = 0; k < 2'000; ++k) {
    const std::size_t n = static_cast<std::size_t>(random.integer(1, 5));
    std::vector<double> signs, t;
    int negative = 0;
    for (std::size_t i = 0; i < n; ++i) {
      signs.push_back(random.integer(0, 1) ? 1 : -1);
      negative += signs.back() < 0;
    }
    for (std::size_t i = 0; i < n * n; ++i) t.push_back(random.integer(-3, 3) + (i / n == i % n ? 8 : 0));  // diagonally dominant
    std::vector<Interval> a(n * n, Interval(0.0));
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j) {
        double sum = 0;  // small integers: exact
        for (std::size_t m = 0; m < n; ++m) sum += t[m * n + i] * signs[m] * t[m * n + j];
        a[i * n + j] = sum;
      }
    if (const auto found = negative_eigenvalues(a, n)) {
      ++decided;
      REQUIRE(*found == negative);
    }
  }
  REQUIRE(decided > 1'500);
}

TEST_CASE("LDL does not decide a singular matrix") {
  REQUIRE_FALSE(negative_eigenvalues(std::vector<Interval>{1, 1, 1, 1}, 2).has_value());
  REQUIRE_FALSE(negative_eigenvalues(std::vector<Interval>{0.0}, 1).has_value());
}

TEST_CASE("contraction is refused when some matrix of the interval matrix is singular") {
  const std::vector<double> identity{1, 0, 0, 1}, ones{1, 1};
  REQUIRE(contracts(identity, {Interval(0.9, 1.1), Interval(-0.1, 0.1), Interval(-0.1, 0.1), Interval(0.9, 1.1)}, ones));
  REQUIRE_FALSE(contracts(identity, {Interval(0.0, 1.1), 0.0, 0.0, 1.0}, ones));
  REQUIRE_FALSE(contracts(identity, {Interval::entire(), 0.0, 0.0, 1.0}, ones));
}
