#include <catch2/catch.hpp>

#include "arith/small_matrix.hpp"
#include "bounds/ratio_polynomial.hpp"
#include "families.hpp"

using namespace narrows;
using namespace narrows::test;

namespace {

std::vector<Interval> random_matrix(std::mt19937_64& source, std::size_t n) {
  std::vector<Interval> b;
  for (std::size_t i = 0; i < n * n; ++i) b.emplace_back(uniform(source, -2, 2));
  return b;
}

Interval determinant_at(const std::vector<Interval>& b, std::size_t n, double e, double d) {
  std::vector<Interval> j;
  for (std::size_t i = 0; i < n * n; ++i) j.push_back(b[i] * Interval(d) + (i % (n + 1) == 0 ? Interval(e) : Interval(0.0)));
  return determinant(std::move(j), n);
}

}  // namespace

TEST_CASE("bounds: the sums of principal minors are the coefficients of det(εI + δB)") {
  std::mt19937_64 source(1);
  for (std::size_t n = 1; n <= 4; ++n)
    for (int k = 0; k < 20; ++k) {
      const auto b = random_matrix(source, n);
      const auto e = principal_minor_sums(b, n);
      const double skip = uniform(source, -1, 1), residual = uniform(source, -1, 1);
      Interval sum = 0.0;
      for (std::size_t i = 0; i <= n; ++i) {
        Interval term = e[i];
        for (std::size_t j = 0; j < n; ++j) term = term * Interval(j < i ? residual : skip);
        sum += term;
      }
      CHECK(intersect(sum, determinant_at(b, n, skip, residual)).has_value());
    }
}

TEST_CASE("bounds: a sign over a cell is the sign at every sampled parameter, and touching zero is not positive") {
  std::mt19937_64 source(2);
  std::size_t decided = 0;
  for (int n = 0; n < 600; ++n) {
    const std::size_t side = 1 + source() % 3;
    const auto b = random_matrix(source, side);
    const ParameterCell cell = random_cell(source);
    const auto cone = cone_of(cell);
    if (!cone) continue;
    const RangeSign sign = sign_on_cone(principal_minor_sums(b, side), *cone, 1.0, 1.0);
    if (sign == RangeSign::unknown) continue;
    ++decided;
    for (int k = 0; k < 30; ++k) {
      const Interval det = determinant_at(b, side, uniform(source, cell.skip.lower(), cell.skip.upper()), uniform(source, cell.residual.lower(), cell.residual.upper()));
      CHECK_FALSE((sign == RangeSign::positive || sign == RangeSign::nonnegative ? is_negative(det) : is_positive(det)));
    }
  }
  CHECK(decided > 100);
  // (ε − δ)² has a double zero on the diagonal.
  CHECK(sign_on_cone({1.0, -2.0, 1.0}, *cone_of({{0.5, 1}, {0.5, 1}}), 1.0, 1.0) == RangeSign::unknown);
  CHECK(sign_on_cone({1.0, -2.0, 1.0}, *cone_of({{0.75, 1}, {0.25, 0.5}}), 1.0, 1.0) == RangeSign::positive);
  CHECK(sign_on_cone({1.0, -1.9, 1.0}, *cone_of({{0.5, 1}, {0.5, 1}}), 1.0, 1.0) == RangeSign::positive);  // the discriminant decides
}
