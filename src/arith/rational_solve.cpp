#include "arith/rational_solve.hpp"

#include <utility>

namespace narrows {
namespace {

using Integer = boost::multiprecision::number<boost::multiprecision::gmp_int, boost::multiprecision::et_off>;

void subtract_multiple(RationalMatrix& m, std::size_t row, const Rational& factor, std::size_t pivot_row) {
  for (std::size_t j = 0; j < m.cols; ++j) m.at(row, j) -= factor * m.at(pivot_row, j);
}

bool bring_pivot(RationalMatrix& m, std::size_t row, std::size_t col) {
  for (std::size_t i = row; i < m.rows; ++i) {
    if (m.at(i, col) == 0) continue;
    for (std::size_t j = 0; i != row && j < m.cols; ++j) std::swap(m.at(i, j), m.at(row, j));
    return true;
  }
  return false;
}

/// Reduced row echelon form with respect to the first `columns` columns; returns the columns of the pivots.
std::vector<std::size_t> reduce(RationalMatrix& m, std::size_t columns) {
  std::vector<std::size_t> pivots;
  for (std::size_t col = 0; col < columns && pivots.size() < m.rows; ++col) {
    const std::size_t row = pivots.size();
    if (!bring_pivot(m, row, col)) continue;
    const Rational scale = 1 / m.at(row, col);
    for (std::size_t j = 0; j < m.cols; ++j) m.at(row, j) *= scale;
    for (std::size_t i = 0; i < m.rows; ++i) {
      if (i != row && m.at(i, col) != 0) subtract_multiple(m, i, Rational(m.at(i, col)), row);
    }
    pivots.push_back(col);
  }
  return pivots;
}

}  // namespace

std::optional<std::vector<Rational>> kernel_vector_exact(const RationalMatrix& a) {
  RationalMatrix m = a;
  const std::vector<std::size_t> pivots = reduce(m, m.cols);
  if (pivots.size() == m.cols) return std::nullopt;
  std::size_t free = 0;  // the first column without a pivot
  while (free < pivots.size() && pivots[free] == free) ++free;
  std::vector<Rational> r(m.cols);
  r[free] = 1;
  for (std::size_t i = 0; i < pivots.size(); ++i) r[pivots[i]] = -m.at(i, free);
  return primitive_multiple(std::move(r));
}

std::optional<RationalMatrix> inverse_exact(const RationalMatrix& a) {
  if (a.rows != a.cols) return std::nullopt;
  const std::size_t n = a.rows;
  RationalMatrix m(n, 2 * n);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) m.at(i, j) = a.at(i, j);
    m.at(i, n + i) = 1;
  }
  if (reduce(m, n).size() != n) return std::nullopt;
  RationalMatrix inverse(n, n);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) inverse.at(i, j) = m.at(i, n + j);
  }
  return inverse;
}

std::vector<Rational> product(const RationalMatrix& a, const std::vector<Rational>& x) {
  std::vector<Rational> y(a.rows);
  for (std::size_t i = 0; i < a.rows; ++i) {
    for (std::size_t j = 0; j < a.cols; ++j) y[i] += a.at(i, j) * x[j];
  }
  return y;
}

std::vector<Rational> primitive_multiple(std::vector<Rational> v) {
  Integer common = 1, divisor = 0;
  for (const Rational& x : v) common = lcm(common, Integer(denominator(x)));
  for (const Rational& x : v) divisor = gcd(divisor, Integer(numerator(x) * (common / denominator(x))));
  if (divisor == 0) return v;
  for (Rational& x : v) x = x * Rational(common) / Rational(divisor);
  return v;
}

}  // namespace narrows
