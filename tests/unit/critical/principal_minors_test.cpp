#include "critical/principal_minors.hpp"

#include <catch2/catch.hpp>
#include <chrono>

#include "layers.hpp"
#include "support/random_cases.hpp"

using namespace narrows;
using namespace narrows::test;

namespace {

RationalMatrix matrix_of(const Rows& rows) {
  RationalMatrix m(rows.size(), rows.size());
  for (std::size_t i = 0; i < m.rows; ++i)
    for (std::size_t j = 0; j < m.cols; ++j) m.at(i, j) = rows[i][j];
  return m;
}

/// All minors by cofactor expansion; bit i of the index: i is in the set.
std::vector<Rational> all_minors(const Rows& rows) {
  Rows less_identity = rows;
  for (std::size_t i = 0; i < rows.size(); ++i) less_identity[i][i] -= 1;
  return principal_minors(1, less_identity, identity_rows(rows.size()));
}

std::size_t bits_of(const std::vector<std::size_t>& set) {
  std::size_t bits = 0;
  for (const std::size_t i : set) bits |= std::size_t{1} << i;
  return bits;
}

}  // namespace

TEST_CASE("signs of principal minors agree with cofactor expansion") {
  RandomNumbers random(4711);
  int counts[4] = {};
  for (int trial = 0; trial < cases(2000, 20000); ++trial) {
    const auto n = static_cast<std::size_t>(1 + random.below(6));
    Rows rows = random.matrix(n, n);
    const Rational shift = random.below(7) - 1;
    for (std::size_t i = 0; i < n; ++i) rows[i][i] += shift;
    const std::vector<Rational> minors = all_minors(rows);
    bool negative = false, zero = false;
    for (const Rational& minor : minors) {
      negative = negative || minor < 0;
      zero = zero || minor == 0;
    }
    INFO("trial " << trial << " " << to_text(rows));
    MinorOptions options;
    options.stop_at_zero = random.below(2) == 0;
    for (std::size_t i = n; i-- > 0;) options.order.push_back(i);
    const MinorReport report = principal_minor_signs(matrix_of(rows), options);
    ++counts[static_cast<int>(report.signs)];
    if (!negative && !zero) REQUIRE(report.signs == MinorSigns::positive);
    if (negative && !options.stop_at_zero) REQUIRE((report.signs == MinorSigns::not_positive && report.negative));
    if (zero && !negative && !options.stop_at_zero) {
      REQUIRE(report.signs == MinorSigns::nonnegative);
      REQUIRE(report.whole_is_zero == (minors.back() == 0));
    }
    if ((negative || zero) && options.stop_at_zero) REQUIRE(report.signs == MinorSigns::not_positive);
    if (report.signs == MinorSigns::not_positive) {
      const Rational& minor = minors[bits_of(report.witness)];
      REQUIRE((report.negative ? minor < 0 : minor <= 0));
    }
    if (report.signs == MinorSigns::nonnegative) REQUIRE(minors[bits_of(report.witness)] == 0);
  }
  CHECK(counts[static_cast<int>(MinorSigns::positive)] > 50);
  CHECK(counts[static_cast<int>(MinorSigns::nonnegative)] > 10);
  CHECK(counts[static_cast<int>(MinorSigns::not_positive)] > 50);
  CHECK(counts[static_cast<int>(MinorSigns::undecided)] == 0);
}

TEST_CASE("a minor of size 1e-60 is told from zero, and intervals of entries never prove too much") {
  Rational tiny = 1;
  for (int i = 0; i < 60; ++i) tiny /= 10;
  const Rows rows{{1, 1, 0}, {1, 1 + tiny, 0}, {0, 0, 2}};
  CHECK(principal_minor_signs(matrix_of(rows)).signs == MinorSigns::positive);
  const Rows singular{{1, 1, 0}, {1, 1, 0}, {0, 0, 2}};
  CHECK(principal_minor_signs(matrix_of(singular)).signs == MinorSigns::not_positive);
  const auto big = map_entries<BigInterval>(matrix_of(singular), [](const Rational& x) { return BigInterval(x / 3, 128); });
  CHECK(principal_minor_signs(big).signs == MinorSigns::undecided);
  const auto thin = map_entries<BigInterval>(matrix_of(rows), [](const Rational& x) { return BigInterval(x / 3, 384); });
  CHECK(principal_minor_signs(thin).signs == MinorSigns::positive);
}

TEST_CASE("a spent budget is undecided") {
  RandomNumbers random(5);
  Rows rows(8, std::vector<Rational>(8));  // a hollow matrix: every pivot has to be decided exactly
  for (std::size_t i = 0; i < 8; ++i)
    for (std::size_t j = i + 1; j < 8; ++j) rows[i][j] = 1;
  MinorOptions options;
  options.stop_at_zero = false;
  CHECK(principal_minor_signs(matrix_of(rows), options).signs == MinorSigns::nonnegative);
  options.exact_budget = 100;
  CHECK(principal_minor_signs(matrix_of(rows), options).signs == MinorSigns::undecided);
}
