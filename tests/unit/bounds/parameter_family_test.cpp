#include <catch2/catch.hpp>

#include "families.hpp"

using namespace narrows;
using namespace narrows::test;

TEST_CASE("bounds: the four quarters of a cell come in the order of the certificate and cover it") {
  const ParameterCell cell{{0, 2}, {1, 4}};
  const auto parts = quarters(cell);
  REQUIRE(parts);
  const double expected[4][4] = {{0, 1, 1, 2.5}, {1, 2, 1, 2.5}, {0, 1, 2.5, 4}, {1, 2, 2.5, 4}};
  for (std::size_t k = 0; k < 4; ++k) {
    CHECK((*parts)[k].skip.lower() == expected[k][0]);
    CHECK((*parts)[k].skip.upper() == expected[k][1]);
    CHECK((*parts)[k].residual.lower() == expected[k][2]);
    CHECK((*parts)[k].residual.upper() == expected[k][3]);
  }
  CHECK_FALSE(quarters({{1, next_up(1)}, {0, 1}}));
}

TEST_CASE("bounds: the cone of a cell contains every ratio in it") {
  std::mt19937_64 source(5);
  for (int n = 0; n < 400; ++n) {
    const double e = uniform(source, -2, 2), d = uniform(source, -2, 2);
    const ParameterCell cell{{e, e + uniform(source, 0, 2)}, {d, d + uniform(source, 0, 2)}};
    const auto cone = cone_of(cell);
    const bool has_origin = contains(cell, 0, 0);
    INFO(e << ' ' << cell.skip.upper() << ' ' << d << ' ' << cell.residual.upper());
    if (has_origin) CHECK_FALSE(cone);
    if (!cone) continue;
    const auto cross = [](const std::array<double, 2>& a, double x, double y) { return a[0] * y - a[1] * x; };
    const double turn = cross(cone->first, cone->second[0], cone->second[1]);
    for (int k = 0; k < 20; ++k) {
      const double x = uniform(source, cell.skip.lower(), cell.skip.upper()), y = uniform(source, cell.residual.lower(), cell.residual.upper());
      // (x, y) or its opposite lies between the rays: both turns have the sign of the whole turn.
      const double a = cross(cone->first, x, y) * turn, b = -cross(cone->second, x, y) * turn;
      CHECK(((a >= -1e-12 && b >= -1e-12) || (a <= 1e-12 && b <= 1e-12)));
    }
  }
}

TEST_CASE("bounds: a member of a family has the factors of its parameters") {
  const Chain chain = trained_chain("x2_L2_s2_r1_m04");
  const Chain shared = member_at(family_chain(chain, FamilyType::shared), Rational(1) / 3, Rational(5) / 4);
  const Chain scaled = member_at(family_chain(chain, FamilyType::scaled), Rational(1) / 3, Rational(5) / 4);
  for (std::size_t l = 0; l < chain.layers.size(); ++l) {
    const auto* given = std::get_if<ResidualLayer>(&chain.layers[l].value);
    if (given == nullptr) continue;
    CHECK(std::get<ResidualLayer>(shared.layers[l].value).skip == Rational(1) / 3);
    CHECK(std::get<ResidualLayer>(shared.layers[l].value).residual == Rational(5) / 4);
    CHECK(std::get<ResidualLayer>(scaled.layers[l].value).skip == given->skip / 3);
    CHECK(std::get<ResidualLayer>(scaled.layers[l].value).residual == given->residual * 5 / 4);
  }
}
