// Exact linear systems over the rationals: the kernel and the inverse of a matrix.
//
// Gauss and Jordan's elimination on fractions in lowest terms; for the small matrices of one layer.
#pragma once

#include <optional>
#include <vector>

#include "arith/rational_matrix.hpp"

namespace narrows {

/// A nonzero r with a·r = 0, with coprime integer entries; nothing if the columns are linearly independent.
[[nodiscard]] std::optional<std::vector<Rational>> kernel_vector_exact(const RationalMatrix& a);

/// The inverse of a square matrix; nothing if it is singular or not square.
[[nodiscard]] std::optional<RationalMatrix> inverse_exact(const RationalMatrix& a);

/// a·x. Precondition: a.cols == x.size().
[[nodiscard]] std::vector<Rational> product(const RationalMatrix& a, const std::vector<Rational>& x);

/// The positive multiple of v whose entries are coprime integers; the zero vector stays.
[[nodiscard]] std::vector<Rational> primitive_multiple(std::vector<Rational> v);

}  // namespace narrows
