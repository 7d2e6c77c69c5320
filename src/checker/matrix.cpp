// Interval linear algebra for the small matrices of narrow networks.
#include "checker/matrix.hpp"

#include <algorithm>

namespace narrows::checker {
namespace {

/// Brings a large entry of the rows and columns from k on to the diagonal place (k, k), by congruences: an
/// entry (i, j) off the diagonal by adding row and column j to row and column i, a diagonal one by an
/// exchange.
void pivot_symmetric(IntervalMatrix& a, std::size_t k) {
  const std::size_t n = a.rows;
  const auto size = [&](std::size_t i, std::size_t j) { return std::fabs(midpoint_approx(a.at(i, j))); };
  std::size_t row = k, col = k;
  for (std::size_t i = k; i < n; ++i) {
    for (std::size_t j = k; j <= i; ++j) {
      const double preference = i == j ? 2 : 1;
      if (preference * size(i, j) > (row == col ? 2 : 1) * size(row, col)) row = i, col = j;
    }
  }
  if (row != col) {
    for (std::size_t j = 0; j < n; ++j) a.at(row, j) = a.at(row, j) + a.at(col, j);
    for (std::size_t i = 0; i < n; ++i) a.at(i, row) = a.at(i, row) + a.at(i, col);
  }
  for (std::size_t j = 0; j < n; ++j) std::swap(a.at(k, j), a.at(row, j));
  for (std::size_t i = 0; i < n; ++i) std::swap(a.at(i, k), a.at(i, row));
}

}  // namespace

Rational exact_value(const Real& x) {
  Rational q;
  mpfr_get_q(q.get_mpq_t(), raw(x));
  return q;
}

IntervalMatrix enclose(const RationalMatrix& a, Precision p) {
  IntervalMatrix b(a.rows, a.cols);
  for (std::size_t i = 0; i < a.entries.size(); ++i) b.entries[i] = enclose(a.entries[i], p);
  return b;
}

template <class I>
std::optional<Matrix<I>> inverse_approx(const Matrix<I>& a) {
  ApproxMatrix middle(a.rows, a.cols);
  std::transform(a.entries.begin(), a.entries.end(), middle.entries.begin(),
                 [](const I& x) { return midpoint_approx(x); });
  const auto guess = inverse(middle);
  const auto finite = [](double x) { return std::isfinite(x); };
  if (!guess || !std::all_of(guess->entries.begin(), guess->entries.end(), finite)) return std::nullopt;
  Matrix<I> c(a.rows, a.cols);
  std::copy(guess->entries.begin(), guess->entries.end(), c.entries.begin());
  return c;
}

template <class I>
bool is_near_inverse(const Matrix<I>& c, const Matrix<I>& a, const std::vector<double>& scale) {
  const Matrix<I> b = product(c, a);
  for (std::size_t i = 0; i < b.rows; ++i) {
    I row;
    for (std::size_t j = 0; j < b.cols; ++j) {
      row = row + absolute((i == j ? 1.0 : 0.0) - b.at(i, j)) * scale[j];
    }
    if (!less(row.hi, decltype(I::hi)(scale[i], 53))) return false;
  }
  return b.rows > 0;
}

template std::optional<IntervalMatrix> inverse_approx(const IntervalMatrix&);
template std::optional<Matrix<LeafInterval>> inverse_approx(const Matrix<LeafInterval>&);
template bool is_near_inverse(const IntervalMatrix&, const IntervalMatrix&, const std::vector<double>&);
template bool is_near_inverse(const Matrix<LeafInterval>&, const Matrix<LeafInterval>&,
                              const std::vector<double>&);

std::optional<std::size_t> negative_index(IntervalMatrix a) {
  std::size_t negative = 0;
  for (std::size_t k = 0; k < a.rows; ++k) {
    pivot_symmetric(a, k);
    const Interval pivot = a.at(k, k);
    if (!pivot.nonzero()) return std::nullopt;
    if (pivot.negative()) ++negative;
    for (std::size_t i = k + 1; i < a.rows; ++i) {
      for (std::size_t j = k + 1; j < i; ++j) {
        a.at(i, j) = a.at(i, j) - a.at(i, k) * a.at(j, k) / pivot;
        a.at(j, i) = a.at(i, j);
      }
      a.at(i, i) = a.at(i, i) - square(a.at(i, k)) / pivot;
    }
  }
  return negative;
}

}  // namespace narrows::checker
