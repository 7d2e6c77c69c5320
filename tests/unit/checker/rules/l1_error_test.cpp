#include <catch2/catch.hpp>
#include <cmath>

#include "approximation_parts.hpp"
#include "checker/rules/approximations.hpp"

using namespace narrows::checker;
using namespace narrows::checker::test;

namespace {

Grid grid_of(const ApproximationParts& p) {
  return {p.d, p.n, p.values, p.theta, p.theta / (2 * Rational(p.n))};
}
Rational error_of(const ApproximationParts& p) {
  return l1_error(read_digit_form(network_of(p)), grid_of(p));
}

/// 1 in the cells whose centre lies in the disc of radius 2/5 round (1/2, 1/2).
std::vector<Rational> disc(std::size_t n) {
  std::vector<Rational> values;
  for (std::size_t m = 0; m < n * n; ++m) {
    const Rational x = (Rational(m % n) + Rational(1, 2)) / n - Rational(1, 2),
                   y = (Rational(m / n) + Rational(1, 2)) / n - Rational(1, 2);
    values.emplace_back(x * x + y * y <= Rational(4, 25) ? 1 : 0);
  }
  return values;
}

/// relu(min(x, 1 − x)) by folds, four times that, cut off at 1: 1 on [1/4, 3/4].
ApproximationParts trapezoid() {
  ApproximationParts p{1, 1, {1}, {1, 2}, {}, true, true, "null", "", ""};
  p.blocks = {
      {0, -1, 0, 0, 1}, {0, 1, Rational(-1, 2), 0, -2}, {0, -1, 0, 0, 1}, {0, 1, 0, 0, 3}, {0, 1, -1, 0, -1}};
  return p;
}

}  // namespace

TEST_CASE("checker: l1-error of networks that can be integrated by hand") {
  CHECK((error_of(trapezoid()) == Rational(1, 4)));  // two triangles of width 1/4 and height 1
  CHECK((error_of(on_cube(2, 1, {7}, {1, 2})) == 0));
  for (const Rational& theta : {Rational(1, 2), Rational(1, 10)}) {
    // z = y + s(x), where s rises from 0 to 1 round x = 1/2; N rises from 0 to 1 round z = 1; h is 1 for x > 1/2
    const Rational w = theta / 4;
    CHECK((error_of(on_cube(2, 2, {0, 0, 1, 1}, theta)) == 3 * w / 4 - w * w / 2 + w * w * w / 3));
  }
}

TEST_CASE("checker: l1-error of discs is that of other programs") {
  for (const auto& [n, error] : {std::pair{4, 0.115}, {8, 0.048}, {12, 0.0315607}}) {
    const auto cells = static_cast<std::size_t>(n);
    CHECK(error_of(on_space(2, cells, disc(cells), {1, n})).get_d() ==
          Approx(error).epsilon(n == 12 ? 1e-5 : 0.01));
  }
}

TEST_CASE("checker: l1-error scales with the values and is that of the mirrored grid") {
  const std::vector<Rational> h = {1, 0, 2, -1, 3, 3, 0, 0, 5}, back(h.rbegin(), h.rend());
  std::vector<Rational> triple = h, shifted = h;
  for (Rational& x : triple) x *= -3;
  for (Rational& x : shifted) x += 11;
  const Rational error = error_of(on_cube(2, 3, h, {1, 3}));
  CHECK((error > 0));
  CHECK((error_of(on_cube(2, 3, triple, {1, 3})) == 3 * error));
  CHECK((error_of(on_cube(2, 3, shifted, {1, 3})) == error));
  CHECK((error_of(on_cube(2, 3, back, {1, 3})) == error));
}

TEST_CASE("checker: l1-error is near the mean over a fine grid of points") {
  const ApproximationParts p = on_space(3, 2, {1, 2, 0, 4, 1, -1, 3, 2}, {1, 2});
  const Grid grid = grid_of(p);
  struct Block {
    std::size_t from, to;
    double u, b, v;
  };
  std::vector<Block> blocks;  // the network in doubles, without its digit form
  for (const OneNeuron& block : p.blocks)
    blocks.push_back({block.from, block.to, block.u.get_d(), block.b.get_d(), block.v.get_d()});
  const std::size_t points = 80;
  double sum = 0;
  for (std::size_t k = 0; k < points * points * points; ++k) {
    const std::size_t index[] = {k % points, k / points % points, k / points / points};
    double x[3];
    for (int i = 0; i < 3; ++i) x[i] = (static_cast<double>(index[i]) + 0.5) / points;
    for (const Block& block : blocks)
      x[block.to] += block.v * std::fmax(block.u * x[block.from] + block.b, 0);
    sum += std::fabs(
        x[0] - grid.value({index[0] * 2 / points, index[1] * 2 / points, index[2] * 2 / points}).get_d());
  }
  CHECK(error_of(p).get_d() == Approx(sum / std::pow(points, 3)).epsilon(0.01));
}

TEST_CASE("checker: l1-error accepts the exact number only") {
  ApproximationParts p = trapezoid();
  for (const auto& [error, verdict] :
       {std::pair{R"("1/4")", "ACCEPTED"}, {R"("2/8")", "ACCEPTED"}, {"0.25", "ACCEPTED"}}) {
    p.error = error;
    CHECK(verdict_of(p) == verdict);
  }
  p.error = R"("250000000000000000000000000001/1000000000000000000000000000000")";
  CHECK(verdict_of(p) == "l1-error mismatch");
  p.error = R"("249999999999999999999999999999/1000000000000000000000000000000")";
  CHECK(verdict_of(p) == "l1-error mismatch");
  p.error = R"("1/4")";
  CHECK(check(certificate(p)).claim ==
        "approximation proved on R^1 output 0: grid 1^1, theta 1/2, zero outside, L1 error 1/4, at most 1/2");
}

TEST_CASE("checker: l1-error refuses more than it can do") {
  Grid grid{4, 1, {0}, {1, 2}, {1, 4}};
  std::vector<BrokenLine::Relu> kinks;
  for (int k = 0; k < 70; ++k) kinks.push_back({1, Rational(-k, 70), 1});
  BrokenLine bent(0, 0);
  bent.add(kinks);
  const DigitForm form{{bent, bent, bent, bent}, BrokenLine(0, 1)};  // 70^4 boxes
  try {
    (void)l1_error(form, grid);
    FAIL("accepted");
  } catch (const Rejection& rejection) {
    CHECK(rejection.rejected.reason == Reason::limit);
  }
}
