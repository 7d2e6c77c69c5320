#include "arith/lanczos.hpp"

namespace narrows {

std::pair<double, std::vector<double>> smallest_tridiagonal_approx(const std::vector<double>& diagonal, const std::vector<double>& side) {
  const std::size_t n = diagonal.size();
  double low = 0, high = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const double radius = (i > 0 ? side[i - 1] : 0) + (i + 1 < n ? side[i] : 0);
    low = i == 0 ? diagonal[i] - radius : std::min(low, diagonal[i] - radius);
    high = i == 0 ? diagonal[i] + radius : std::max(high, diagonal[i] + radius);
  }
  const double tiny = 1e-300 + 1e-17 * std::max(std::fabs(low), std::fabs(high));
  const auto any_below = [&](double x) {
    double pivot = 1;
    for (std::size_t i = 0; i < n; ++i) {
      pivot = diagonal[i] - x - (i > 0 ? side[i - 1] * side[i - 1] / pivot : 0);
      if (pivot < 0) return true;
      pivot = std::max(pivot, tiny);
    }
    return false;
  };
  for (int k = 0; k < 120 && low < high; ++k) {
    const double middle = 0.5 * (low + high);
    if (middle <= low || middle >= high) break;
    (any_below(middle) ? high : low) = middle;
  }
  std::vector<double> v(n, 1.0);  // two steps of inverse iteration with T − low I, by LDLᵀ
  for (int step = 0; step < 3; ++step) {
    std::vector<double> pivots(n);
    for (std::size_t i = 0; i < n; ++i) {
      pivots[i] = diagonal[i] - low - (i > 0 ? side[i - 1] * side[i - 1] / pivots[i - 1] : 0);
      if (!(std::fabs(pivots[i]) > tiny)) pivots[i] = tiny;
      if (i > 0) v[i] -= side[i - 1] / pivots[i - 1] * v[i - 1];
    }
    for (std::size_t i = n; i-- > 0;) v[i] = v[i] / pivots[i] - (i + 1 < n ? side[i] / pivots[i] * v[i + 1] : 0);
    double length = 0;
    for (const double x : v) length = std::hypot(length, x);
    for (double& x : v) x /= length;
  }
  return {low, v};
}

}  // namespace narrows
