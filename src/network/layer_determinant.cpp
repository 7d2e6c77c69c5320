#include "network/layer_determinant.hpp"

namespace narrows {
namespace {

using Matrix = std::vector<Interval>;
constexpr std::size_t kMaxExpansion = 10;

// Expansion along the rows by the minors of all column subsets: no division, O(n 2^n).
Interval determinant_by_minors(const Matrix& a, std::size_t n) {
  std::vector<Interval> minors(std::size_t{1} << n, Interval(0.0));
  minors[0] = 1.0;
  for (std::size_t columns = 1; columns < minors.size(); ++columns) {
    const auto row = static_cast<std::size_t>(__builtin_popcountll(columns)) - 1;
    Interval sum = 0.0;
    bool negative = row % 2 == 1;
    for (std::size_t j = 0; j < n; ++j) {
      if ((columns >> j & 1) == 0) continue;
      const Interval term = a[row * n + j] * minors[columns & ~(std::size_t{1} << j)];
      sum = negative ? sum - term : sum + term;
      negative = !negative;
    }
    minors[columns] = sum;
  }
  return minors.back();
}

std::size_t slopes_of(const CompiledLayer<Interval>& layer, std::size_t dim) {
  std::size_t count = 0, width = dim;
  for (const CompiledLayer<Interval>& inner : layer.branch) {
    if (inner.kind == LayerKind::affine) width = inner.rows;
    if (inner.kind == LayerKind::activation) count += width;
  }
  return count;
}

}  // namespace

std::vector<Interval> residual_jacobian(const CompiledLayer<Interval>& layer, const std::vector<Interval>& slopes, std::size_t dim) {
  Matrix product(dim * dim, Interval(0.0));
  for (std::size_t i = 0; i < dim; ++i) product[i * dim + i] = 1.0;
  std::size_t rows = dim, next = 0;
  for (const CompiledLayer<Interval>& inner : layer.branch) {
    if (inner.kind == LayerKind::affine) {
      Matrix image(inner.rows * dim, Interval(0.0));
      for (std::size_t i = 0; i < inner.rows; ++i)
        for (std::size_t j = 0; j < dim; ++j)
          for (std::size_t k = 0; k < inner.cols; ++k)
            image[i * dim + j] = image[i * dim + j] + inner.weight[i * inner.cols + k] * product[k * dim + j];
      product = std::move(image);
      rows = inner.rows;
    } else {
      for (std::size_t i = 0; i < rows; ++i) {
        const Interval factor = inner.kind == LayerKind::activation ? slopes[next + i] : inner.weight[i];
        for (std::size_t j = 0; j < dim; ++j) product[i * dim + j] = product[i * dim + j] * factor;
      }
      if (inner.kind == LayerKind::activation) next += rows;
    }
  }
  for (std::size_t i = 0; i < dim; ++i)
    for (std::size_t j = 0; j < dim; ++j)
      product[i * dim + j] = product[i * dim + j] * layer.residual + (i == j ? layer.skip : Interval(0.0));
  return product;
}

std::optional<std::vector<Interval>> layer_determinant(const CompiledLayer<Interval>& layer, std::size_t dim) {
  const std::size_t m = slopes_of(layer, dim);
  if (m > kMaxDeterminantSlopes || dim > kMaxExpansion) return std::nullopt;
  std::vector<Interval> coefficients;
  for (std::size_t vertex = 0; vertex < (std::size_t{1} << m); ++vertex) {
    std::vector<Interval> slopes;
    for (std::size_t i = 0; i < m; ++i) slopes.emplace_back(vertex >> i & 1 ? 1.0 : 0.0);
    coefficients.push_back(determinant_by_minors(residual_jacobian(layer, slopes, dim), dim));
  }
  for (std::size_t bit = 1; bit < coefficients.size(); bit *= 2)
    for (std::size_t k = 0; k < coefficients.size(); ++k)
      if (k & bit) coefficients[k] = coefficients[k] - coefficients[k ^ bit];
  return coefficients;
}

}  // namespace narrows
