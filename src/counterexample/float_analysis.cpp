#include "counterexample/float_analysis.hpp"

#include <algorithm>
#include <cmath>

namespace narrows {
namespace {

/// Differences of the gradient over steps of this length: short where the weights are large.
double difference_step(const Candidate& candidate) {
  double largest = 1;
  for (const double weight : candidate.weights) largest = std::max(largest, std::fabs(weight));
  return 1e-4 / largest;
}

}  // namespace

std::vector<double> eigenvalues_approx(std::vector<double> a, std::size_t n) {
  for (int sweep = 0; sweep < 20; ++sweep)
    for (std::size_t p = 0; p < n; ++p)
      for (std::size_t q = p + 1; q < n; ++q) {
        if (std::fabs(a[p * n + q]) < 1e-300) continue;
        const double angle = 0.5 * std::atan2(2 * a[p * n + q], a[q * n + q] - a[p * n + p]),
                     c = std::cos(angle), s = std::sin(angle);
        for (std::size_t k = 0; k < n; ++k) {
          const double x = a[k * n + p], y = a[k * n + q];
          a[k * n + p] = c * x - s * y;
          a[k * n + q] = s * x + c * y;
        }
        for (std::size_t k = 0; k < n; ++k) {
          const double x = a[p * n + k], y = a[q * n + k];
          a[p * n + k] = c * x - s * y;
          a[q * n + k] = s * x + c * y;
        }
      }
  std::vector<double> values;
  for (std::size_t i = 0; i < n; ++i) values.push_back(a[i * n + i]);
  return values;
}

double norm_approx(const std::vector<double>& x) {
  double sum = 0;
  for (const double entry : x) sum += entry * entry;
  return std::sqrt(sum);
}

std::vector<double> hessian_approx(const Candidate& candidate, const std::vector<double>& x) {
  const std::size_t d = x.size();
  const double step = difference_step(candidate);
  std::vector<double> hessian(d * d), above, below, shifted = x;
  for (std::size_t i = 0; i < d; ++i) {
    shifted[i] = x[i] + step;
    (void)value_approx(candidate, shifted, &above);
    shifted[i] = x[i] - step;
    (void)value_approx(candidate, shifted, &below);
    shifted[i] = x[i];
    for (std::size_t j = 0; j < d; ++j) hessian[i * d + j] = (above[j] - below[j]) / (2 * step);
  }
  for (std::size_t i = 0; i < d; ++i)
    for (std::size_t j = 0; j < i; ++j)
      hessian[i * d + j] = hessian[j * d + i] = 0.5 * (hessian[i * d + j] + hessian[j * d + i]);
  return hessian;
}

std::vector<double> solve_approx(std::vector<double> a, std::vector<double> b) {
  const std::size_t n = b.size();
  for (std::size_t k = 0; k < n; ++k) {
    std::size_t pivot = k;
    for (std::size_t i = k + 1; i < n; ++i)
      if (std::fabs(a[i * n + k]) > std::fabs(a[pivot * n + k])) pivot = i;
    if (!(std::fabs(a[pivot * n + k]) > 1e-12)) return {};
    for (std::size_t j = 0; j < n; ++j) std::swap(a[k * n + j], a[pivot * n + j]);
    std::swap(b[k], b[pivot]);
    for (std::size_t i = k + 1; i < n; ++i) {
      const double factor = a[i * n + k] / a[k * n + k];
      for (std::size_t j = k; j < n; ++j) a[i * n + j] -= factor * a[k * n + j];
      b[i] -= factor * b[k];
    }
  }
  for (std::size_t k = n; k-- > 0;) {
    for (std::size_t j = k + 1; j < n; ++j) b[k] -= a[k * n + j] * b[j];
    b[k] /= a[k * n + k];
  }
  return b;
}

double output_norm(const Candidate& candidate) {
  const std::size_t d = candidate.family.dim;
  if (!candidate.family.free_output) return std::sqrt(static_cast<double>(d));
  return norm_approx({candidate.weights.end() - static_cast<std::ptrdiff_t>(d), candidate.weights.end()});
}

double determinant_approx(std::vector<double> a, std::size_t n) {
  double determinant = 1;
  for (std::size_t k = 0; k < n; ++k) {
    std::size_t pivot = k;
    for (std::size_t i = k + 1; i < n; ++i)
      if (std::fabs(a[i * n + k]) > std::fabs(a[pivot * n + k])) pivot = i;
    if (a[pivot * n + k] == 0) return 0;
    if (pivot != k) determinant = -determinant;
    for (std::size_t j = 0; j < n; ++j) std::swap(a[k * n + j], a[pivot * n + j]);
    determinant *= a[k * n + k];
    for (std::size_t i = k + 1; i < n; ++i)
      for (std::size_t j = n; j-- > k;) a[i * n + j] -= a[i * n + k] / a[k * n + k] * a[k * n + j];
  }
  return determinant;
}

std::vector<double> principal_minors_approx(const Candidate& candidate, std::size_t block, double factor) {
  const std::size_t d = candidate.family.dim, m = candidate.family.neurons;
  const std::size_t stride = 2 * m * d + (candidate.family.biases ? m : 0);
  const double* inner = candidate.weights.data() + block * stride;
  const double* outer = inner + stride - m * d;
  const double delta = mpq_get_d(candidate.family.ratio.backend().data());
  std::vector<double> minors;
  for (std::size_t set = 1; set < (std::size_t{1} << std::min<std::size_t>(m, 8)); ++set) {
    std::vector<std::size_t> rows;
    for (std::size_t k = 0; k < m; ++k)
      if (set >> k & 1) rows.push_back(k);
    std::vector<double> entries;
    for (const std::size_t i : rows)
      for (const std::size_t j : rows) {
        double entry = 0;
        for (std::size_t c = 0; c < d; ++c) entry += inner[i * d + c] * outer[c * m + j];
        entries.push_back((i == j ? 1 : 0) + factor * entry * delta);
      }
    minors.push_back(determinant_approx(entries, rows.size()));
  }
  return minors;
}

}  // namespace narrows
