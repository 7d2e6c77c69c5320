// Exact rational numbers and matrices.
#pragma once

#include <gmpxx.h>

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace narrows::checker {

using Rational = mpq_class;

/// A row-major matrix of rationals.
struct RationalMatrix {
  std::size_t rows = 0;
  std::size_t cols = 0;
  std::vector<Rational> entries;

  RationalMatrix() = default;
  RationalMatrix(std::size_t r, std::size_t c) : rows(r), cols(c), entries(r * c) {}
  [[nodiscard]] Rational& at(std::size_t i, std::size_t j) { return entries[i * cols + j]; }
  [[nodiscard]] const Rational& at(std::size_t i, std::size_t j) const { return entries[i * cols + j]; }
  bool operator==(const RationalMatrix&) const = default;
};

/// The number that an exact-number string denotes: "p", "p/q" or a hexadecimal float; nothing if it is malformed or
/// its binary exponent exceeds 20,000 in size.
[[nodiscard]] std::optional<Rational> parse_rational(std::string_view text);

[[nodiscard]] RationalMatrix product(const RationalMatrix& a, const RationalMatrix& b);
/// The rows of `a` are linearly independent.
[[nodiscard]] bool has_full_row_rank(RationalMatrix a);
/// Determinant of a square matrix, exactly.
[[nodiscard]] Rational determinant_exact(RationalMatrix a);
/// Inverse of a square matrix, exactly; nothing if it is singular.
[[nodiscard]] std::optional<RationalMatrix> inverse_exact(const RationalMatrix& a);

}  // namespace narrows::checker
