#include "critical/polynomial_tests.hpp"

#include <algorithm>
#include <cmath>

#include "arith/dense_kernels.hpp"
#include "arith/isa.hpp"
#include "arith/lanczos.hpp"
#include "arith/verified_definite.hpp"
#include "network/slope_range.hpp"

namespace narrows {
namespace {

constexpr double kUnit = 0x1p-53;

double upper_double(const Rational& x) { return enclose(x).upper(); }

/// max_i Σ_j |a_ij|, rounded up, for all matrices within the relative error.
double row_sum_upper(const DenseMatrix<double>& a) {
  double largest = 0;
  for (std::size_t i = 0; i < a.rows; ++i) {
    double sum = 0;
    for (std::size_t j = 0; j < a.cols; ++j) sum = add_upper(sum, std::fabs(a.at(i, j)));
    largest = std::max(largest, sum);
  }
  return mul_upper(largest, 1 + BranchDoubles::kEntryError);
}

/// Lower bound of 1/product.
double reciprocal_lower(double product) {
  if (product == 0) return kInfinity;
  return std::isfinite(product) ? std::max(0.0, next_down(1 / product)) : 0;
}

/// √(Σ x²) of row i or column i, rounded up generously.
std::vector<double> lengths_upper(const DenseMatrix<double>& a, bool of_rows) {
  std::vector<double> squares(of_rows ? a.rows : a.cols, 0.0);
  for (std::size_t i = 0; i < a.rows; ++i)
    for (std::size_t j = 0; j < a.cols; ++j) squares[of_rows ? i : j] += a.at(i, j) * a.at(i, j);
  for (double& x : squares) x = std::sqrt(x) * (1 + 1e-9) + 1e-290;
  return squares;
}

}  // namespace

LipschitzRatios lipschitz_ratios(const ResidualLayer& layer, std::size_t input_dim, const BranchDoubles& maps) {
  double slopes = 1, one = 1, two = 1, infinity = 1;
  for (const BranchActivation& a : branch_activations(layer, input_dim))
    slopes = mul_upper(slopes, upper_double(largest_slope(slope_range(a.function))));
  for (std::size_t k = 0; k < maps.maps.size(); ++k) {
    if (maps.is_identity[k] != 0) continue;
    one = mul_upper(one, row_sum_upper(transpose(maps.maps[k])));
    infinity = mul_upper(infinity, row_sum_upper(maps.maps[k]));
    two = mul_upper(two, spectral_norm_upper(maps.maps[k], BranchDoubles::kEntryError));
  }
  const auto ratio = [&](double norms) { return reciprocal_lower(mul_upper(slopes, norms)); };
  const double elementary = std::max(ratio(one), ratio(infinity));
  return {ratio(two), elementary, std::max(ratio(two), elementary)};
}

std::optional<SymmetricPart> SymmetricPart::of(const ResidualLayer& layer, std::size_t input_dim, const BranchDoubles& maps) {
  const auto activations = branch_activations(layer, input_dim);
  if (activations.size() != 1) return std::nullopt;
  const SlopeRange range = slope_range(activations[0].function);
  if (range.low < 0) return std::nullopt;
  return of(layer, input_dim, maps, std::vector<Rational>(activations[0].width, range.high));
}

std::optional<SymmetricPart> SymmetricPart::of(const ResidualLayer& layer, std::size_t input_dim, const BranchDoubles& maps,
                                               const std::vector<Rational>& highest_slopes) {
  if (layer.skip == 0 || branch_activations(layer, input_dim).size() != 1) return std::nullopt;
  const NearestRounding rounding;
  SymmetricPart part;
  const DenseMatrix<double>&w = maps.maps[0], &v = maps.maps[1];  // W: m x n, W̃: n x m
  const bool negative = (layer.residual < 0) != (layer.skip < 0);
  const bool is_product = maps.is_identity[0] == 0 && maps.is_identity[1] == 0;
  part.gram_ = DenseMatrix<double>(w.rows, v.cols);
  if (is_product)
    dense_kernels().multiply(w.entries.data(), v.entries.data(), part.gram_.entries.data(), w.rows, w.cols, v.cols);
  else
    part.gram_ = maps.is_identity[0] != 0 ? v : w;
  part.error_row_.assign(w.rows, 0.0);
  part.error_col_.assign(w.rows, 0.0);
  if (is_product) {
    // Rounding of the sum, and of the entries that went into it: |fl − true| <= (γ_n + 3 kEntryError) Σ|w_ik||v_kj|.
    const double error = 2 * kUnit * static_cast<double>(w.cols + 4) + 4 * BranchDoubles::kEntryError;
    part.error_row_ = lengths_upper(w, true);
    part.error_col_ = lengths_upper(v, false);
    for (double& x : part.error_row_) x *= error;
  }
  for (std::size_t i = 0; i < w.rows; ++i) {
    const double s = upper_double(highest_slopes[i]), scale = negative ? -s : s;  // within 2u of the slope
    for (std::size_t j = 0; j < v.cols; ++j) part.gram_.at(i, j) *= scale;
    part.error_row_[i] *= s;
  }
  for (std::vector<double>* lengths : {&part.error_row_, &part.error_col_})
    for (double& x : *lengths) x = std::max(x, 1e-150);  // their product covers underflow
  return part;
}

bool SymmetricPart::is_definite(const Rational& t, const std::vector<double>& scaling) const {
  return is_definite(enclose(t).upper(), 1, scaling);
}

bool SymmetricPart::is_definite_without_identity(const std::vector<double>& scaling) const { return is_definite(1, 0, scaling); }

bool SymmetricPart::is_definite(double ratio, double one, const std::vector<double>& scaling) const {
  const NearestRounding rounding;
  const std::size_t n = side();
  if (!(ratio >= 0 && ratio < 1e200)) return false;
  std::vector<double> lambda = scaling.empty() ? std::vector<double>(n, 1.0) : scaling, balance(n);
  for (std::size_t i = 0; i < n; ++i) {
    if (!(lambda[i] > 1e-100 && lambda[i] < 1e100)) return false;
    balance[i] = 1 / std::sqrt(lambda[i]);  // a congruence by any positive diagonal keeps definiteness
  }
  // Each entry d_i d_j (λ_i t g_ij + λ_j t g_ji + 2 λ_i [i = j]) is computed with at most 8 roundings per term, after entries with a
  // relative error of kEntryError and 3u; (1 + 2^-49)… is far above all of them together.
  constexpr double kTermError = 2 * BranchDoubles::kEntryError + 16 * kUnit;
  DenseMatrix<double> sum(n, n);
  std::vector<double> radius(n, 0.0);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = i; j < n; ++j) {
      const double factor = balance[i] * balance[j];
      const double a = factor * (ratio * lambda[i]) * gram_.at(i, j), b = factor * (ratio * lambda[j]) * gram_.at(j, i);
      const double identity = i == j ? one * factor * 2 * lambda[i] : 0;
      sum.at(i, j) = a + b + identity;
      const double uncertain = factor * ratio * (lambda[i] * error_row_[i] * error_col_[j] + lambda[j] * error_row_[j] * error_col_[i]);
      const double error = kTermError * (std::fabs(a) + std::fabs(b) + identity) + 1.001 * uncertain + 1e-300;
      radius[i] += error;
      if (j != i) radius[j] += error;
    }
  }
  // The 2-norm of a symmetric matrix is at most its largest absolute row sum; the factor covers the rounding of n sums.
  const double norm = *std::max_element(radius.begin(), radius.end()) * (1 + 1e-9);
  return std::isfinite(norm) && is_positive_definite_verified(std::move(sum), norm);
}

namespace {

/// The symmetric part of E G E^{-1}, E = diag(e): twice the product with a vector, halved.
class ScaledPart {
 public:
  explicit ScaledPart(const DenseMatrix<double>& gram) : gram_(gram), transposed_(transpose(gram)), x_(gram.rows), p_(gram.rows), q_(gram.rows) {}

  EigenGuess smallest(const std::vector<double>& e) {
    const std::size_t n = gram_.rows;
    return smallest_eigenvalue_approx(
        n,
        [&](const double* x, double* y) {
          halves(e, x);
          for (std::size_t i = 0; i < n; ++i) y[i] = 0.5 * (p_[i] + q_[i]);
        },
        48);
  }
  /// d/d(log e_i) of the smallest eigenvalue with this vector.
  std::vector<double> slope(const std::vector<double>& e, const std::vector<double>& v) {
    halves(e, v.data());
    std::vector<double> g(v.size());
    for (std::size_t i = 0; i < v.size(); ++i) g[i] = v[i] * (p_[i] - q_[i]);
    return g;
  }

 private:
  /// p = E G E^{-1} x, q its transpose times x.
  void halves(const std::vector<double>& e, const double* x) {
    const std::size_t n = gram_.rows;
    for (std::size_t i = 0; i < n; ++i) x_[i] = x[i] / e[i];
    dense_kernels().apply(gram_.entries.data(), x_.data(), p_.data(), n, n);
    for (std::size_t i = 0; i < n; ++i) p_[i] *= e[i], x_[i] = x[i] * e[i];
    dense_kernels().apply(transposed_.entries.data(), x_.data(), q_.data(), n, n);
    for (std::size_t i = 0; i < n; ++i) q_[i] /= e[i];
  }

  const DenseMatrix<double>& gram_;
  DenseMatrix<double> transposed_;
  std::vector<double> x_, p_, q_;
};

}  // namespace

double SymmetricPart::limit_approx(const std::vector<double>& scaling) const {
  std::vector<double> e(side(), 1.0);
  for (std::size_t i = 0; i < scaling.size(); ++i) e[i] = std::sqrt(scaling[i]);
  const double value = ScaledPart(gram_).smallest(e).value;
  return value < 0 ? -1 / value : kInfinity;
}

std::vector<double> SymmetricPart::best_scaling_approx(int steps) const {
  const std::size_t n = side();
  ScaledPart part(gram_);
  std::vector<double> log_e(n, 0.0), e(n, 1.0), best = e;
  double best_value = -kInfinity, reach = 0.7;
  for (int k = 0; k < steps; ++k) {
    const EigenGuess guess = part.smallest(e);
    if (!std::isfinite(guess.value)) break;
    if (guess.value > best_value) {
      best_value = guess.value;
      best = e;
    } else {
      reach *= 0.8;  // the smallest eigenvalue has kinks: overshooting is normal
    }
    const std::vector<double> g = part.slope(e, guess.vector);
    double length = 0;
    for (const double x : g) length = std::hypot(length, x);
    if (!(length > 1e-14)) break;
    for (std::size_t i = 0; i < n; ++i) {
      log_e[i] = std::clamp(log_e[i] + reach * g[i] / length, -20.0, 20.0);
      e[i] = std::exp(log_e[i]);
    }
  }
  for (double& x : best) x *= x;
  return best;
}

}  // namespace narrows
