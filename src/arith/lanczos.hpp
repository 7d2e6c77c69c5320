// Lanczos' method with full reorthogonalisation: guesses at the smallest eigenvalue of a symmetric matrix, nothing rigorous.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

namespace narrows {

/// The smallest eigenvalue of the symmetric tridiagonal matrix with this diagonal and side diagonal, by bisection on Sturm's
/// sequence, and its vector by inverse iteration. A guess.
[[nodiscard]] std::pair<double, std::vector<double>> smallest_tridiagonal_approx(const std::vector<double>& diagonal,
                                                                                 const std::vector<double>& side);

/// The smallest eigenvalue of a symmetric matrix and its vector (length 1).
struct EigenGuess {
  double value = 0;
  std::vector<double> vector;
};

/// Only a guess: nothing is promised.
/// @param apply  apply(x, y) sets y = A x for the symmetric A of side n
/// @param steps  matrix-vector products at most; n of them give the eigenvalue to rounding
template <class Apply>
[[nodiscard]] EigenGuess smallest_eigenvalue_approx(std::size_t n, Apply apply, std::size_t steps) {
  const auto dot = [n](const std::vector<double>& a, const std::vector<double>& b) {
    double sum = 0;
    for (std::size_t i = 0; i < n; ++i) sum += a[i] * b[i];
    return sum;
  };
  std::vector<std::vector<double>> basis;
  std::vector<double> diagonal, side, q(n), w(n);
  unsigned state = 12345;
  for (double& x : q) {  // a start that has a part in every direction
    state = state * 1664525U + 1013904223U;
    x = 0.5 + static_cast<double>(state >> 8) / 16777216.0 * (state % 2 == 0 ? 1 : -1);
  }
  double length = std::sqrt(dot(q, q));
  while (basis.size() < std::min(n, steps)) {
    for (double& x : q) x /= length;
    basis.push_back(q);
    apply(q.data(), w.data());
    diagonal.push_back(dot(q, w));
    for (int twice = 0; twice < 2; ++twice) {
      for (const auto& b : basis) {
        const double part = dot(b, w);
        for (std::size_t i = 0; i < n; ++i) w[i] -= part * b[i];
      }
    }
    length = std::sqrt(dot(w, w));
    if (!(length > 1e-14 * (std::fabs(diagonal[0]) + 1e-300)) || basis.size() == std::min(n, steps)) break;
    side.push_back(length);
    q = w;
  }
  const auto [value, weights] = smallest_tridiagonal_approx(diagonal, side);
  EigenGuess guess{value, std::vector<double>(n, 0.0)};
  for (std::size_t k = 0; k < basis.size(); ++k)
    for (std::size_t i = 0; i < n; ++i) guess.vector[i] += weights[k] * basis[k][i];
  return guess;
}

}  // namespace narrows
