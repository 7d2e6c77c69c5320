// Rule `symmetric-part`: for 0 <= σ' <= s, if Λ(I + sαWW̃) plus its transpose is positive definite for a positive diagonal Λ, then
// I + sαWW̃ is a P-matrix, and I + αW̃DW is regular for all D in [0, s]^m (T2 (ii)); then so it is at smaller ratios.
//
// Wide matrices are tested in doubles (S. M. Rump, BIT 46, 2006): if Cholesky's algorithm runs to the end on a matrix A of side n,
// rounding to nearest, then λ_min(A) >= −tr(A) γ/(1 − γ), γ = (n+1)u/(1 − (n+1)u), u = 2^-53, by Higham, Theorem 10.3.
#include <cmath>
#include <utility>

#include "checker/rules/rules.hpp"

namespace narrows::checker {
namespace {

constexpr std::size_t max_interval_side = 64;

/// Cholesky's algorithm; true if all pivots are positive.
bool cholesky(ApproxMatrix& a) {
  for (std::size_t k = 0; k < a.rows; ++k) {
    if (!(a.at(k, k) > 0)) return false;
    const double root = std::sqrt(a.at(k, k));
    a.at(k, k) = root;
    for (std::size_t j = k + 1; j < a.rows; ++j) a.at(k, j) /= root;
    for (std::size_t i = k + 1; i < a.rows; ++i) {
      const double factor = a.at(k, i);
      for (std::size_t j = i; j < a.rows; ++j) a.at(i, j) -= factor * a.at(k, j);
    }
  }
  return true;
}

/// Proved: every symmetric matrix in `a` is positive definite. All sums of bounds get a factor 1.01, far above their rounding.
bool is_definite_in_doubles(const IntervalMatrix& a) {
  const std::size_t n = a.rows;
  ApproxMatrix middle(n, n);
  double trace = 0, largest_row = 0;
  for (std::size_t i = 0; i < n; ++i) {
    double row = 0;
    for (std::size_t j = 0; j < n; ++j) {
      const double m = midpoint_approx(a.at(i, j));
      row += absolute(a.at(i, j) - m).hi.approx();  // infinite or NaN if the entry is: then the shift is, too
      middle.at(i, j) = m;
    }
    largest_row = std::fmax(largest_row, row);
    if (!(row >= 0) || !(middle.at(i, i) > 0 && middle.at(i, i) < 1e100)) return false;
    trace += middle.at(i, i);
  }
  const double side = static_cast<double>(n), underflow = 1e-300 * side * (side + trace);
  const double shift = 1.01 * (1.01 * (side + 2) * 0x1p-53 * trace + largest_row + underflow);
  for (std::size_t i = 0; i < n; ++i) middle.at(i, i) = (middle.at(i, i) - shift) * (1 - 0x1p-50);
  return cholesky(middle);
}

}  // namespace

TestResult test_definite(const Layer& layer, bool at_infinity, const std::vector<Rational>& scaling) {
  const auto split = split_branch(layer);
  if (!split) return TestResult::inapplicable;
  const Interval slopes = slope_bounds(split->activation, exact_precision);
  if (slopes.has_nan() || slopes.lo.sign() < 0) return TestResult::inapplicable;
  const Interval factor = Interval(slopes.hi) * split->ratio;
  const bool is_outer = split->position + 1 == layer.branch.size();
  IntervalMatrix a = is_outer               ? split->before
                     : split->position == 0 ? split->after
                                            : product(split->before, split->after);
  if (!scaling.empty() && scaling.size() != a.rows) return TestResult::inapplicable;
  std::vector<Interval>
      root;  // Λ^(1/2), guessed: dividing rows and columns by it keeps definiteness and balances the matrix
  for (std::size_t i = 0; i < a.rows; ++i) {
    const Rational lambda = scaling.empty() ? Rational(1) : scaling[i];
    if (lambda <= 0) return TestResult::inapplicable;
    const Interval scale = factor * enclose(lambda, exact_precision);
    for (std::size_t j = 0; j < a.cols; ++j) a.at(i, j) = scale * a.at(i, j);
    if (!at_infinity) a.at(i, i) = enclose(lambda, exact_precision) + a.at(i, i);
    root.emplace_back(Real(std::sqrt(lambda.get_d()), exact_precision));
    if (!root.back().positive() || !root.back().is_finite()) return TestResult::not_proved;
  }
  IntervalMatrix sum(a.rows, a.cols);
  for (std::size_t i = 0; i < a.rows; ++i) {
    for (std::size_t j = 0; j < a.cols; ++j) sum.at(i, j) = (a.at(i, j) + a.at(j, i)) / (root[i] * root[j]);
  }
  if (sum.rows > max_interval_side)
    return is_definite_in_doubles(sum) ? TestResult::proved : TestResult::not_proved;
  const auto negative = negative_index(std::move(sum));
  return negative && *negative == 0 ? TestResult::proved : TestResult::not_proved;
}

TestResult test_symmetric_part(const Layer& layer, Smoothness) {
  return test_definite(layer, false, {});
}

}  // namespace narrows::checker
