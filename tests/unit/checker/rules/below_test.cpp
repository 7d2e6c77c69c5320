#include <catch2/catch.hpp>
#include <cmath>
#include <random>

#include "checker/rules/targets.hpp"
#include "level_parts.hpp"

using namespace narrows::checker;
using namespace narrows::checker::test;

TEST_CASE("checker: below never contradicts sampled errors, and is sharp on small boxes") {
  std::mt19937 source(12);
  std::uniform_real_distribution<double> coefficient(-2, 2), coordinate(-1.5, 1.5);
  const Setting s = setting_of(parabola(), Family::fixed);
  const auto softplus = [](double t) { return std::log1p(std::exp(-std::fabs(t))) + std::fmax(t, 0); };
  for (int trial = 0; trial < 200; ++trial) {
    Target target;
    target.sigmoid = trial % 2 == 0;
    for (int k = 0; k < 4; ++k) target.terms.push_back({coefficient(source), {source() % 6, source() % 4}});
    const double x = coordinate(source), y = coordinate(source),
                 side = std::ldexp(1.0, -static_cast<int>(source() % 12));
    double largest = 0;
    for (int i = 0; i <= 4; ++i) {
      for (int j = 0; j <= 4; ++j) {
        const double u = x + side * i / 4, v = y + side * j / 4;
        double p = 0;
        for (const auto& term : target.terms)
          p += term.coefficient.get_d() * std::pow(u, static_cast<double>(term.exponents[0])) *
               std::pow(v, static_cast<double>(term.exponents[1]));
        const double f = target.sigmoid ? 1 / (1 + std::exp(-p)) : p;
        const Interval enclosed = value_at(target, {u, v});
        CHECK(std::fabs(midpoint_approx(enclosed) - f) < 1e-9 * (1 + std::fabs(f)));
        largest = std::fmax(largest, std::fabs(f - (u - softplus(v) - softplus(-v))));
      }
    }
    const Box box{{x, y}, {x + side, y + side}};
    INFO(trial << ' ' << largest << ' ' << side);
    CHECK_FALSE(is_error_below(target, s, box, largest - 1e-9));
    CHECK(is_error_below(target, s, box, largest + 1e-9 + 300 * side * (side < 0.01 ? side : 10)));
  }
}

TEST_CASE("checker: below proves nothing where the enclosure knows nothing") {
  const Setting s = setting_of(model(1, activated("relu")), Family::fixed);
  CHECK_FALSE(is_error_below({}, s, Box{{0}, {1}}, 1e300));
}
