#include "checker/rational.hpp"

#include <catch2/catch.hpp>

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

TEST_CASE("checker: rank, determinant and inverse of rational matrices are exact") {
  RationalMatrix a(2, 2);
  a.entries = {1, Rational(1, 3), 3, 1};
  CHECK_FALSE(has_full_row_rank(a));
  CHECK((determinant_exact(a) == 0));
  CHECK_FALSE(inverse_exact(a).has_value());
  a.entries = {0, 2, Rational(1, 2), 5};
  CHECK(has_full_row_rank(a));
  CHECK((determinant_exact(a) == -1));
  const auto inverse = inverse_exact(a);
  REQUIRE(inverse.has_value());
  CHECK((product(a, *inverse).entries == std::vector<Rational>{1, 0, 0, 1}));
  RationalMatrix tall(2, 1), wide(1, 2);
  tall.entries = {1, 2};
  wide.entries = {0, 2};
  CHECK_FALSE(has_full_row_rank(tall));
  CHECK(has_full_row_rank(wide));
}
