// Verified linear algebra for small dense matrices (row-major std::vector), over intervals of either precision.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <optional>
#include <vector>

#include "arith/interval.hpp"

namespace narrows {

/// Enclosure of the determinant of an n × n interval matrix, by expansion for n <= 3 and by elimination with pivots of
/// largest magnitude beyond; the entire line if a pivot may vanish.
template <class I>
[[nodiscard]] I determinant(std::vector<I> a, std::size_t n) {
  if (n == 1) return a[0];
  if (n == 2) return a[0] * a[3] - a[1] * a[2];
  if (n == 3)
    return a[0] * (a[4] * a[8] - a[5] * a[7]) - a[1] * (a[3] * a[8] - a[5] * a[6]) + a[2] * (a[3] * a[7] - a[4] * a[6]);
  I det(1.0);
  for (std::size_t k = 0; k < n; ++k) {
    std::size_t pivot = k;
    for (std::size_t i = k + 1; i < n; ++i)
      if (magnitude(a[i * n + k]) > magnitude(a[pivot * n + k])) pivot = i;
    if (pivot != k) {
      for (std::size_t j = 0; j < n; ++j) std::swap(a[pivot * n + j], a[k * n + j]);
      det = -det;
    }
    det = det * a[k * n + k];
    if (k + 1 < n && !excludes_zero(a[k * n + k])) return I(0.0) / I(0.0);  // entire
    for (std::size_t i = k + 1; i < n; ++i) {
      const I factor = a[i * n + k] / a[k * n + k];
      for (std::size_t j = k + 1; j < n; ++j) a[i * n + j] = a[i * n + j] - factor * a[k * n + j];
    }
  }
  return det;
}

/// Number of negative eigenvalues of every symmetric matrix in the n × n interval matrix, by LDLᵀ without pivoting
/// (Sylvester); nullopt if a pivot's sign is not certain. T8's Morse index.
template <class I>
[[nodiscard]] std::optional<int> negative_eigenvalues(std::vector<I> a, std::size_t n) {
  int negative = 0;
  for (std::size_t k = 0; k < n; ++k) {
    const I pivot = a[k * n + k];
    if (is_negative(pivot))
      ++negative;
    else if (!is_positive(pivot))
      return std::nullopt;
    for (std::size_t i = k + 1; i < n; ++i) {
      const I factor = a[i * n + k] / pivot;
      for (std::size_t j = k + 1; j <= i; ++j) {
        a[i * n + j] = a[i * n + j] - factor * a[j * n + k];
        a[j * n + i] = a[i * n + j];
      }
    }
  }
  return negative;
}

/// An approximate inverse in plain doubles (no guarantee), or nullopt if the matrix is numerically singular.
[[nodiscard]] inline std::optional<std::vector<double>> inverse_approx(std::vector<double> a, std::size_t n) {
  std::vector<double> inverse(n * n, 0.0);
  for (std::size_t i = 0; i < n; ++i) inverse[i * n + i] = 1;
  for (std::size_t k = 0; k < n; ++k) {
    std::size_t pivot = k;
    for (std::size_t i = k + 1; i < n; ++i)
      if (std::fabs(a[i * n + k]) > std::fabs(a[pivot * n + k])) pivot = i;
    const double p = a[pivot * n + k];
    if (!(std::fabs(p) > 1e-280) || !std::isfinite(p)) return std::nullopt;
    for (std::size_t j = 0; j < n; ++j) {
      std::swap(a[pivot * n + j], a[k * n + j]);
      std::swap(inverse[pivot * n + j], inverse[k * n + j]);
    }
    for (std::size_t j = 0; j < n; ++j) a[k * n + j] /= p, inverse[k * n + j] /= p;
    for (std::size_t i = 0; i < n; ++i) {
      if (i == k) continue;
      const double factor = a[i * n + k];
      for (std::size_t j = 0; j < n; ++j) {
        a[i * n + j] -= factor * a[k * n + j];
        inverse[i * n + j] -= factor * inverse[k * n + j];
      }
    }
  }
  for (const double x : inverse)
    if (!std::isfinite(x)) return std::nullopt;
  return inverse;
}

/// True if ‖I − C·A‖ < limit <= 1 in the ∞-norm weighted by `scale` (> 0), for every A in the interval matrix: then every A
/// is nonsingular, and a map whose derivatives lie in A is injective on a convex set. A limit below 1 leaves a margin for
/// another arithmetic to prove the same.
[[nodiscard]] inline bool contracts(const std::vector<double>& c, const std::vector<Interval>& a, const std::vector<double>& scale,
                                    double limit = 1.0) {
  const std::size_t n = scale.size();
  for (std::size_t i = 0; i < n; ++i) {
    double row = 0;
    for (std::size_t j = 0; j < n; ++j) {
      Interval entry = i == j ? 1.0 : 0.0;
      for (std::size_t k = 0; k < n; ++k) entry = entry - Interval(c[i * n + k]) * a[k * n + j];
      row = add_upper(row, mul_upper(magnitude(entry), scale[j]));
    }
    if (!(row < limit * scale[i])) return false;
  }
  return true;
}

}  // namespace narrows
