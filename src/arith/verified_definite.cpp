#include "arith/verified_definite.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "arith/dense_kernels.hpp"
#include "arith/interval.hpp"
#include "arith/isa.hpp"
#include "arith/lanczos.hpp"

namespace narrows {
namespace {

constexpr double kUnit = 0x1p-53;

DenseKernels pick_kernels() {
  switch (best_isa()) {
#if defined(__x86_64__)
    case Isa::avx512:
      return avx512::make_dense_kernels();
    case Isa::avx2:
      return avx2::make_dense_kernels();
#else
    case Isa::avx512:
    case Isa::avx2:
#endif
    case Isa::portable:
      break;
  }
  return portable::make_dense_kernels();
}

/// Upper bound of γ_k/(1 − γ_k) for k <= 10^6: both are at most 1.001 k u.
double gamma_upper(std::size_t k) { return 1.01 * static_cast<double>(k + 1) * kUnit; }

/// A (rows x cols) times its transpose, the smaller of the two ways round: at most min(rows, cols) on a side.
DenseMatrix<double> smaller_gram(const DenseMatrix<double>& a) {
  const DenseMatrix<double> t = transpose(a);
  const bool wide = a.rows <= a.cols;
  const DenseMatrix<double>&left = wide ? a : t, &right = wide ? t : a;
  DenseMatrix<double> gram(left.rows, left.rows);
  dense_kernels().multiply(left.entries.data(), right.entries.data(), gram.entries.data(), left.rows, left.cols, left.rows);
  return gram;
}

/// Σ a_ij², rounded up.
double sum_of_squares_upper(const DenseMatrix<double>& a) {
  double sum = 0;
  for (const double x : a.entries) sum += x * x;
  return next_up(sum * (1 + 2 * gamma_upper(a.entries.size() + 1))) + 1e-290;
}

}  // namespace

const DenseKernels& dense_kernels() {
  static const DenseKernels kernels = pick_kernels();
  return kernels;
}

bool is_positive_definite_verified(DenseMatrix<double> a, double radius) {
  const NearestRounding rounding;
  const std::size_t n = a.rows;
  if (n == 0 || n != a.cols || n > 1'000'000 || !(radius >= 0)) return false;
  double trace = 0, largest = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const double x = a.at(i, i);
    if (!(x > 0 && x < 1e150)) return false;
    trace = add_upper(trace, x);
    largest = std::max(largest, x);
  }
  // The last term is far above what underflow can do: n² operations, each at most 2^-1074 times a factor below 1e150.
  const double underflow = (2 * static_cast<double>(n) + largest) * static_cast<double>(n) * 1e-300;
  const double shift = add_upper(add_upper(mul_upper(gamma_upper(n + 1), trace), radius), underflow);
  for (std::size_t i = 0; i < n; ++i) a.at(i, i) = next_down(a.at(i, i) - next_up(shift));
  return dense_kernels().cholesky(a.entries.data(), n);
}

double spectral_norm_upper(const DenseMatrix<double>& a, double relative) {
  const NearestRounding rounding;
  const double frobenius_squared = sum_of_squares_upper(a), infinite = std::numeric_limits<double>::infinity();
  if (!std::isfinite(frobenius_squared) || !(relative >= 0)) return infinite;
  double bound = std::nextafter(std::sqrt(frobenius_squared), infinite);
  const DenseMatrix<double> gram = smaller_gram(a);
  const std::size_t n = gram.rows;
  const auto negative = [&](const double* x, double* y) {
    dense_kernels().apply(gram.entries.data(), x, y, n, n);
    for (std::size_t i = 0; i < n; ++i) y[i] = -y[i];
  };
  const double guess = -smallest_eigenvalue_approx(n, negative, 48).value;
  // |fl(A Aᵀ) − A Aᵀ|_ij <= γ ‖a_i‖ ‖a_j‖, whose Frobenius norm is at most γ ‖A‖_F².
  const double error = mul_upper(gamma_upper(std::max(a.rows, a.cols)), frobenius_squared);
  for (const double margin : {16 * static_cast<double>(n) * kUnit, 1e-11, 1e-8, 1e-5, 1e-3, 1e-2, 1e-1}) {
    const double square = std::max(guess, 0.0) * (1 + margin) + error;
    if (!(square > 0) || !std::isfinite(square)) break;
    DenseMatrix<double> rest = gram;
    for (double& x : rest.entries) x = -x;
    // the subtraction rounds by at most u(square + a_ii) on the diagonal
    double rounding_error = 0;
    for (std::size_t i = 0; i < n; ++i) {
      rest.at(i, i) = square - gram.at(i, i);
      rounding_error = std::max(rounding_error, 2 * kUnit * (square + gram.at(i, i)));
    }
    if (!is_positive_definite_verified(rest, add_upper(error, rounding_error))) continue;
    bound = std::min(bound, std::nextafter(std::sqrt(square), infinite));
    break;
  }
  // ‖B − A‖₂ <= relative ‖A‖_F
  return relative == 0 ? bound : add_upper(bound, mul_upper(relative, std::nextafter(std::sqrt(frobenius_squared), infinite)));
}

}  // namespace narrows
