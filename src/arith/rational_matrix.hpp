// Exact linear algebra: rank, determinant and positive definiteness of rational matrices.
//
// Idea: each row is multiplied by the (positive) common denominator of its entries, which changes neither the
// rank nor the sign of any minor; Bareiss' elimination then stays in the integers, with exact divisions and
// entries that are minors of the matrix, so they do not explode as fractions do.
#pragma once

#include <cstddef>

#include "arith/dense_matrix.hpp"
#include "arith/rational.hpp"

namespace narrows {

using RationalMatrix = DenseMatrix<Rational>;

/// Rank over the rationals. Special: a matrix without rows or columns has rank 0.
/// Cost  a rank modulo a large prime is a lower bound, so full rank is usually settled in machine words.
[[nodiscard]] std::size_t rank_exact(const RationalMatrix& a);

/// Determinant of a square matrix; 1 for the 0 x 0 matrix.
[[nodiscard]] Rational determinant_exact(const RationalMatrix& a);

/// Sign (-1, 0, 1) of the determinant of a square matrix, without the final division.
[[nodiscard]] int determinant_sign_exact(const RationalMatrix& a);

/// True iff the symmetric matrix `a` is positive definite: all pivots of LDLᵀ are positive. Only a symmetric
/// matrix has an answer: any other, square or not, gives false.
[[nodiscard]] bool is_positive_definite_exact(const RationalMatrix& a);

}  // namespace narrows
