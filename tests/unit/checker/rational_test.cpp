#include "checker/rational.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

using namespace narrows::checker;

TEST_CASE("checker: exact number strings denote what they say") {
  CHECK((parse_rational("3/4") == Rational(3, 4)));
  CHECK((parse_rational("-6/8") == Rational(-3, 4)));
  CHECK((parse_rational("007") == Rational(7)));
  CHECK((parse_rational("0x1.8p-3") == Rational(3, 16)));
  CHECK((parse_rational("-0x1p+4") == Rational(-16)));
  CHECK((parse_rational("0x.8p0") == Rational(1, 2)));
  for (const char* bad : {"", "-", "1/0", "1/-2", "+1", "1.5", "1/", "/2", " 1", "0x", "0xp1", "0x1", "0x1p", "0x1.1.1p0",
                          "0x1p99999", "0x1p999999999999999999999", "--1", "1e5", "0xgp0"}) {
    INFO(bad);
    CHECK_FALSE(parse_rational(bad).has_value());
  }
}

TEST_CASE("checker: exact number strings have at most 20,000 digits") {
  const std::string most(20000, '7'), more(20001, '7');
  CHECK(parse_rational(most).has_value());
  CHECK(parse_rational('-' + most + '/' + most) == std::optional<Rational>(-1));
  CHECK(parse_rational("0x." + most + "p-20000").has_value());
  for (const std::string& bad : {more, "1/" + more, more + "/1", "0x" + more + "p0", "0x1." + most + "p0", "0x1p" + more})
    CHECK_FALSE(parse_rational(bad).has_value());
}

TEST_CASE("checker: rank, determinant and inverse of rational matrices are exact") {
  RationalMatrix a(2, 2);
  a.entries = {1, Rational(1, 3), 3, 1};
  CHECK_FALSE(has_full_row_rank(a));
  CHECK((determinant(a) == 0));
  CHECK_FALSE(inverse(a).has_value());
  a.entries = {0, 2, Rational(1, 2), 5};
  CHECK(has_full_row_rank(a));
  CHECK((determinant(a) == -1));
  const auto b = inverse(a);
  REQUIRE(b.has_value());
  CHECK((product(a, *b).entries == std::vector<Rational>{1, 0, 0, 1}));
  RationalMatrix tall(2, 1), wide(1, 2);
  tall.entries = {1, 2};
  wide.entries = {0, 2};
  CHECK_FALSE(has_full_row_rank(tall));
  CHECK(has_full_row_rank(wide));
}

TEST_CASE("checker: the index of symmetric interval matrices") {
  const auto index = [](std::size_t n, const std::vector<double>& entries) {
    IntervalMatrix a(n, n);
    std::copy(entries.begin(), entries.end(), a.entries.begin());
    return negative_index(a);
  };
  CHECK(index(2, {2, 1, 1, 2}) == 0);
  CHECK(index(2, {0, 2, 2, 0}) == 1);
  CHECK(index(2, {-1, 3, 3, -1}) == 1);
  CHECK(index(3, {0, 0, 1, 0, -5, 0, 1, 0, 0}) == 2);
  CHECK(index(3, {0, 1, 1, 1, 0, 1, 1, 1, 0}) == 2);
  CHECK_FALSE(index(2, {1, 1, 1, 1}).has_value());
  CHECK_FALSE(index(2, {0, 0, 0, 0}).has_value());
  CHECK_FALSE(index(1, {HUGE_VAL - HUGE_VAL}).has_value());
}

TEST_CASE("checker: a guessed inverse proves regularity only if it is near") {
  IntervalMatrix a(2, 2);
  a.entries = {1, 2, 3, 4};
  const auto c = inverse_approx(a);
  REQUIRE(c.has_value());
  CHECK(is_near_inverse(*c, a, {1, 1}));
  CHECK_FALSE(is_near_inverse(*c, a, {0, 1}));
  CHECK_FALSE(is_near_inverse(IntervalMatrix(2, 2), a, {1, 1}));
  a.entries = {1, 2, 2, 4};
  CHECK_FALSE(is_near_inverse(*c, a, {1, 1}));
  a.at(0, 0) = unknown_interval(64);
  CHECK_FALSE(is_near_inverse(*c, a, {1, 1}));
}
