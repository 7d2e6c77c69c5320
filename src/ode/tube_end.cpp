// The polynomials at the end of the last step, over the whole box, widened by the errors of the tube.
#include "ode/tube_end.hpp"

#include <cmath>

#include "arith/elementary.hpp"

namespace narrows {
namespace {

using ModelMatrix = std::vector<std::vector<TaylorModel>>;

/// p(h, ·) as a model with error `error` and the rounding of its coefficients.
TaylorModel end_model(const TaylorBasis& basis, const std::vector<double>& p, const Interval& h,
                      double error) {
  TaylorModel result{std::vector<double>(basis.coefficients()), error};
  const std::vector<Interval> end = at_time(basis, p, h);
  for (std::size_t k = 0; k < end.size(); ++k) {
    result.c[k] = midpoint(end[k]);
    result.error = add_upper(result.error, radius_upper(end[k], result.c[k]));
  }
  return result;
}

/// Laplace's expansion along the first column, for small matrices of models.
TaylorModel determinant(const TaylorAlgebra& algebra, const ModelMatrix& a) {
  if (a.size() == 1) return a[0][0];
  TaylorModel sum = algebra.constant(0.0);
  for (std::size_t i = 0; i < a.size(); ++i) {
    ModelMatrix minor;
    for (std::size_t k = 0; k < a.size(); ++k)
      if (k != i) minor.emplace_back(a[k].begin() + 1, a[k].end());
    algebra.accumulate(&sum, i % 2 == 0 ? 1.0 : -1.0, algebra.multiply(a[i][0], determinant(algebra, minor)));
  }
  return sum;
}

/// Laplace's expansion for sides up to 3, else Gaussian elimination with the largest pivots; entire once none excludes 0.
Interval determinant(DenseMatrix<Interval> a) {
  const auto minor = [&a](std::size_t i, std::size_t j, std::size_t k, std::size_t l) {
    return a.at(i, k) * a.at(j, l) - a.at(i, l) * a.at(j, k);
  };
  if (a.rows == 2) return minor(0, 1, 0, 1);
  if (a.rows == 3)
    return a.at(0, 0) * minor(1, 2, 1, 2) - a.at(0, 1) * minor(1, 2, 0, 2) + a.at(0, 2) * minor(1, 2, 0, 1);
  Interval result = 1.0;
  for (std::size_t k = 0; k < a.rows; ++k) {
    std::size_t best = k;
    for (std::size_t i = k + 1; i < a.rows; ++i)
      if (std::fabs(midpoint(a.at(i, k))) > std::fabs(midpoint(a.at(best, k)))) best = i;
    if (best != k) {
      for (std::size_t j = 0; j < a.cols; ++j) std::swap(a.at(k, j), a.at(best, j));
      result = -result;
    }
    result *= a.at(k, k);
    if (!excludes_zero(a.at(k, k))) return k + 1 == a.rows ? result : Interval::entire();
    for (std::size_t i = k + 1; i < a.rows; ++i) {
      const Interval factor = a.at(i, k) / a.at(k, k);
      for (std::size_t j = k + 1; j < a.cols; ++j) a.at(i, j) = a.at(i, j) - factor * a.at(k, j);
    }
  }
  return result;
}

bool all_finite(const std::vector<Interval>& numbers) {
  for (const Interval& x : numbers)
    if (!is_finite(x)) return false;
  return true;
}

}  // namespace

std::vector<TaylorModel> box_coordinates(const TaylorAlgebra& algebra, const Box& box) {
  std::vector<TaylorModel> x;
  std::size_t active = 0;
  for (std::size_t i = 0; i < box.dim(); ++i) {
    const Rational lo = rational_exact(box.lower[i]), hi = rational_exact(box.upper[i]);
    x.push_back(lo == hi ? algebra.constant(box.lower[i])
                         : algebra.coordinate(active++, enclose((lo + hi) / 2), enclose((hi - lo) / 2)));
  }
  return x;
}

std::vector<TaylorModel> end_models(const Tube& tube) {
  const TubeStep& last = tube.steps.back();
  std::vector<TaylorModel> result;
  for (const auto& p : last.state)
    result.push_back(end_model(*tube.basis, p, enclose(last.duration), last.error));
  return result;
}

std::vector<std::vector<TaylorModel>> end_jacobian_models(const Tube& tube) {
  const TubeStep& last = tube.steps.back();
  std::vector<std::vector<TaylorModel>> result(last.jacobian.size());
  for (std::size_t i = 0; i < result.size(); ++i)
    for (const auto& p : last.jacobian[i])
      result[i].push_back(end_model(*tube.basis, p, enclose(last.duration), last.jacobian_error));
  return result;
}

void enclose_end(Tube* tube) {
  constexpr std::size_t kLaplace = 4;  // sides up to which the determinant is expanded in Taylor models
  const TubeStep& last = tube->steps.back();
  const Interval h = enclose(last.duration);
  const TaylorBasis& basis = *tube->basis;
  const TaylorAlgebra algebra(basis, 0.0);
  for (const auto& p : last.state)
    tube->end.push_back(algebra.range(end_model(basis, p, h, mul_upper(2, last.error))));
  tube->closed = all_finite(tube->end);
  const std::size_t n = last.jacobian.size();
  if (n > 0) {
    ModelMatrix models(n);
    tube->jacobian = DenseMatrix<Interval>(n, n);
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) {
        models[i].push_back(end_model(basis, last.jacobian[i][j], h, mul_upper(2, last.jacobian_error)));
        tube->jacobian.at(i, j) = algebra.range(models[i][j]);
      }
    }
    tube->box_determinant = determinant(tube->jacobian);
    tube->determinant = n <= kLaplace ? algebra.range(determinant(algebra, models)) : tube->box_determinant;
    tube->box_determinant = hull(tube->box_determinant, *tube->determinant);
    tube->determinant = meet(*tube->determinant, exp(tube->trace));
    tube->closed = tube->closed && all_finite(tube->jacobian.entries) && is_finite(*tube->determinant);
  }
  if (!tube->closed) tube->reason = "the tube is unbounded at the end; take a smaller box";
}

}  // namespace narrows
