// Interval matrices, and approximate double matrices that precondition them.
#pragma once

#include <optional>
#include <vector>

#include "checker/interval.hpp"
#include "checker/rational.hpp"

namespace narrows::checker {

/// A row-major matrix of intervals, all of one precision.
struct IntervalMatrix {
  std::size_t rows = 0;
  std::size_t cols = 0;
  std::vector<Interval> entries;

  IntervalMatrix() = default;
  IntervalMatrix(std::size_t r, std::size_t c, Precision p) : rows(r), cols(c), entries(r * c, Interval(p)) {}
  [[nodiscard]] Interval& at(std::size_t i, std::size_t j) { return entries[i * cols + j]; }
  [[nodiscard]] const Interval& at(std::size_t i, std::size_t j) const { return entries[i * cols + j]; }
};

/// A square matrix of doubles without any guarantee.
using ApproxMatrix = std::vector<std::vector<double>>;

[[nodiscard]] IntervalMatrix enclose(const RationalMatrix& a, Precision p);
[[nodiscard]] IntervalMatrix identity_matrix(std::size_t n, Precision p);
[[nodiscard]] IntervalMatrix product(const IntervalMatrix& a, const IntervalMatrix& b);
/// C·A for a double matrix C taken exactly.
[[nodiscard]] IntervalMatrix product(const ApproxMatrix& c, const IntervalMatrix& a);
[[nodiscard]] IntervalMatrix transpose(const IntervalMatrix& a);

/// Encloses the determinants of all real matrices in the square matrix `a` (all of R if a pivot may vanish, n > 3).
[[nodiscard]] Interval determinant(IntervalMatrix a);

/// Proved: ‖I - C·A‖ < 1 in the ∞-norm scaled by `scale` (all > 0) for every matrix in `a`.
[[nodiscard]] bool is_near_inverse(const ApproxMatrix& c, const IntervalMatrix& a, const std::vector<double>& scale);

/// The number of negative eigenvalues of every symmetric matrix in `a`, if each pivot of LDLᵀ has a proved sign.
/// The matrix is first brought near to diagonal form by a congruence, which keeps the index.
[[nodiscard]] std::optional<std::size_t> negative_index(const IntervalMatrix& a);
/// Proved: every symmetric matrix in `a` is positive definite.
[[nodiscard]] bool is_positive_definite(const IntervalMatrix& a);

/// Midpoints; an inverse of the midpoint matrix; nothing if a number is not finite or the matrix looks singular.
[[nodiscard]] ApproxMatrix midpoints(const IntervalMatrix& a);
[[nodiscard]] std::optional<ApproxMatrix> inverse_approx(const IntervalMatrix& a);

}  // namespace narrows::checker
