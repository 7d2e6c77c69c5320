// Matrices of rationals (exact), intervals (enclosing) and doubles (guesses that precondition intervals).
#pragma once

#include <gmpxx.h>

#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "checker/leaf_interval.hpp"

namespace narrows::checker {

using Rational = mpq_class;

/// A row-major matrix.
template <class T>
struct Matrix {
  std::size_t rows = 0;
  std::size_t cols = 0;
  std::vector<T> entries;

  Matrix() = default;
  Matrix(std::size_t r, std::size_t c) : rows(r), cols(c), entries(r * c) {}
  [[nodiscard]] T& at(std::size_t i, std::size_t j) { return entries[i * cols + j]; }
  [[nodiscard]] const T& at(std::size_t i, std::size_t j) const { return entries[i * cols + j]; }
  bool operator==(const Matrix&) const = default;
};

using RationalMatrix = Matrix<Rational>;
using IntervalMatrix = Matrix<Interval>;
using ApproxMatrix = Matrix<double>;

template <class T>
[[nodiscard]] Matrix<T> identity_matrix(std::size_t n) {
  Matrix<T> a(n, n);
  for (std::size_t i = 0; i < n; ++i) a.at(i, i) = T(1.0);
  return a;
}

template <class T>
[[nodiscard]] Matrix<T> transpose(const Matrix<T>& a) {
  Matrix<T> b(a.cols, a.rows);
  for (std::size_t i = 0; i < a.rows; ++i) {
    for (std::size_t j = 0; j < a.cols; ++j) b.at(j, i) = a.at(i, j);
  }
  return b;
}

template <class T>
[[nodiscard]] Matrix<T> product(const Matrix<T>& a, const Matrix<T>& b) {
  Matrix<T> c(a.rows, b.cols);
  for (std::size_t i = 0; i < a.rows; ++i) {
    for (std::size_t k = 0; k < a.cols; ++k) {
      for (std::size_t j = 0; j < b.cols; ++j) c.at(i, j) = c.at(i, j) + a.at(i, k) * b.at(k, j);
    }
  }
  return c;
}

/// How good x is as a pivot; 0 unless x is proved to be nonzero (a double: unless it is).
inline double pivot_quality(double x) {
  return std::fabs(x);
}
inline double pivot_quality(const Rational& x) {
  return x == 0 ? 0 : 1;
}
template <class I>
double pivot_quality(const I& x) {
  const double size = std::fabs(midpoint_approx(x));
  return !x.nonzero() ? 0 : size > 0 ? size : std::numeric_limits<double>::min();
}

/// Gauss-Jordan elimination of `a` on its first `columns` columns. Returns the number of pivots that were
/// found, which for rationals is the rank of those columns, and their product, negated for each exchange of
/// rows. Not `above`: rows above a pivot stay, which both do not depend on.
template <class T>
std::pair<std::size_t, T> eliminate(Matrix<T>& a, std::size_t columns, bool above = true) {
  std::size_t rank = 0;
  T pivots(1.0);
  for (std::size_t j = 0; j < columns && rank < a.rows; ++j) {
    std::size_t best = rank;
    for (std::size_t i = rank + 1; i < a.rows; ++i) {
      if (pivot_quality(a.at(i, j)) > pivot_quality(a.at(best, j))) best = i;
    }
    const T pivot = a.at(best, j);
    if (!(pivot_quality(pivot) > 0)) continue;
    pivots = pivots * pivot;
    if (best != rank) pivots = -pivots;
    for (std::size_t k = j; k < a.cols; ++k) {
      std::swap(a.at(best, k), a.at(rank, k));
      a.at(rank, k) = a.at(rank, k) / pivot;
    }
    for (std::size_t i = above ? 0 : rank + 1; i < a.rows; ++i) {
      const T factor = a.at(i, j);
      for (std::size_t k = j; i != rank && k < a.cols; ++k) a.at(i, k) = a.at(i, k) - factor * a.at(rank, k);
    }
    ++rank;
  }
  return {rank, pivots};
}

/// The rows of `a` are linearly independent. Exact for rationals, proved if true for intervals.
template <class T>
[[nodiscard]] bool has_full_row_rank(Matrix<T> a) {
  const std::size_t columns = a.cols;
  return eliminate(a, columns, false).first == a.rows;
}

/// Determinant of a square matrix. Of intervals: of every matrix inside (all of R if a pivot may vanish, n >
/// 3).
template <class T>
[[nodiscard]] T determinant(Matrix<T> a) {
  const auto minor = [&a](std::size_t i, std::size_t j, std::size_t k, std::size_t l) -> T {
    return a.at(i, k) * a.at(j, l) - a.at(i, l) * a.at(j, k);
  };
  if (a.rows == 1) return a.at(0, 0);
  if (a.rows == 2) return minor(0, 1, 0, 1);
  if (a.rows == 3) {
    return a.at(0, 0) * minor(1, 2, 1, 2) - a.at(0, 1) * minor(1, 2, 0, 2) + a.at(0, 2) * minor(1, 2, 0, 1);
  }
  const auto [rank, pivots] = eliminate(a, a.rows, false);
  if (rank == a.rows) return pivots;
  if constexpr (std::is_same_v<T, Interval>) return whole_line(a.entries[0].precision());
  if constexpr (std::is_same_v<T, LeafInterval>) return LeafInterval(whole_line(leaf_precision));
  return T(0.0);
}

/// Inverse of a square matrix, exactly or approximately; nothing if it is or looks singular.
template <class T>
[[nodiscard]] std::optional<Matrix<T>> inverse(const Matrix<T>& a) {
  const std::size_t n = a.rows;
  Matrix<T> extended(n, 2 * n), result(n, n);  // (A | I) becomes (I | inverse)
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) extended.at(i, j) = a.at(i, j);
    extended.at(i, n + i) = T(1.0);
  }
  if (eliminate(extended, n).first != n) return std::nullopt;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) result.at(i, j) = extended.at(i, n + j);
  }
  return result;
}

/// The number, which is finite.
[[nodiscard]] Rational exact_value(const Real& x);
[[nodiscard]] IntervalMatrix enclose(const RationalMatrix& a, Precision p);
/// A guess at the inverse of the matrices in `a`, as points; nothing if there is none.
template <class I>
[[nodiscard]] std::optional<Matrix<I>> inverse_approx(const Matrix<I>& a);

/// Proved: ‖I - C·A‖ < 1 in the ∞-norm scaled by `scale` (all > 0) for every matrix in `a`.
template <class I>
[[nodiscard]] bool is_near_inverse(const Matrix<I>& c, const Matrix<I>& a, const std::vector<double>& scale);

/// The number of negative eigenvalues of every symmetric matrix in `a`, if each pivot of LDLᵀ has a proved
/// sign.
[[nodiscard]] std::optional<std::size_t> negative_index(IntervalMatrix a);

}  // namespace narrows::checker
