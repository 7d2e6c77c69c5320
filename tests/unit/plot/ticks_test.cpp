#include "plot/ticks.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <random>

using namespace narrows::plot;

TEST_CASE("ticks are multiples of a round step inside the range, never too many and not too few") {
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> mantissa(-10, 10), exponent(-6, 6);
  for (int trial = 0; trial < 500; ++trial) {
    const double a = mantissa(random) * std::pow(10, exponent(random)), b = mantissa(random) * std::pow(10, exponent(random));
    const Range range{std::fmin(a, b), std::fmax(a, b)};
    const Ticks ticks = round_ticks(range, 9);
    INFO("range [" << range.lower << ", " << range.upper << "], step " << ticks.step);
    CHECK(ticks.values.size() <= 9);
    CHECK(ticks.values.size() >= 3);
    for (const double value : ticks.values) {
      CHECK(range.lower - 1e-8 * ticks.step <= value);
      CHECK(value <= range.upper + 1e-8 * ticks.step);
      CHECK(std::fabs(value / ticks.step - std::round(value / ticks.step)) < 1e-6);
    }
    const double leading = ticks.step / std::pow(10, std::floor(std::log10(ticks.step * (1 + 1e-9))));
    CHECK((leading == Approx(1) || leading == Approx(2) || leading == Approx(2.5) || leading == Approx(5)));
  }
}

TEST_CASE("ranges that cannot be divided have no ticks") {
  CHECK(round_ticks({1, 1}, 9).values.empty());
  CHECK(round_ticks({0, INFINITY}, 9).values.empty());
  CHECK(round_ticks({NAN, 1}, 9).values.empty());
}

TEST_CASE("numbers have the decimals of the step and a true minus sign") {
  CHECK(tick_text(0, 0.5) == "0");
  CHECK(tick_text(1, 0.5) == "1.0");
  CHECK(tick_text(-0.25, 0.25) == "−0.25");
  CHECK(tick_text(2.5, 2.5) == "2.5");
  CHECK(tick_text(-20, 10) == "−20");
  CHECK(tick_text(200000, 50000) == "200000");
  CHECK(tick_text(3e7, 1e7) == "3e+07");
  CHECK(tick_text(-2e-6, 1e-6) == "−2e−06");
}
