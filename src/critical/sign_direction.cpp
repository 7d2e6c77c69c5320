#include "critical/sign_direction.hpp"

#include <cmath>

#include "arith/small_matrix.hpp"

namespace narrows {
namespace {

using Forms = std::vector<AffineForm>;

// Directions are kept in single precision: any direction proves as well, and short numbers keep certificates small.
std::vector<double> shortened(const std::vector<double>& direction) {
  double largest = 0;
  for (const double u : direction) largest = std::fmax(largest, std::fabs(u));
  std::vector<double> result;
  for (const double u : direction) result.push_back(static_cast<double>(static_cast<float>(u / largest)));
  return result;
}

AffineForm combine(const Forms& v, const std::vector<double>& u) {
  AffineForm sum = v[0] * Interval(u[0]);
  for (std::size_t j = 1; j < v.size(); ++j) sum += v[j] * Interval(u[j]);
  return sum;
}

bool has_sign_along(const Forms& v, std::vector<double>* u) {
  *u = shortened(*u);
  for (const double component : *u)
    if (!std::isfinite(component)) return false;
  return excludes_zero(combine(v, *u).range());
}

std::optional<std::vector<double>> inverse_of_linear_part(const Forms& v) {
  std::vector<double> linear;
  for (const AffineForm& component : v)
    for (std::size_t k = 0; k < v.size(); ++k) linear.push_back(component.coefficients()[k]);
  return inverse_approx(linear, v.size());
}

}  // namespace

std::optional<std::vector<double>> find_direction(const Forms& v, std::size_t dim, double* remainder) {
  *remainder = kInfinity;
  const std::size_t n = v.size();
  for (std::size_t j = 0; j < n; ++j) {
    if (!excludes_zero(v[j].range())) continue;
    std::vector<double> unit(n, 0.0);
    unit[j] = 1;
    return unit;
  }
  std::vector<double> middle;
  for (const AffineForm& component : v) middle.push_back(component.centre());
  if (n > 1 && has_sign_along(v, &middle)) return middle;
  if (n != dim) return std::nullopt;
  const auto inverse = inverse_of_linear_part(v);
  if (!inverse) return std::nullopt;
  double worst = 0;
  for (std::size_t i = 0; i < n; ++i) {
    std::vector<double> row(inverse->begin() + static_cast<std::ptrdiff_t>(i * n), inverse->begin() + static_cast<std::ptrdiff_t>((i + 1) * n));
    const AffineForm preconditioned = combine(v, row);
    double deviation = preconditioned.radius();
    for (std::size_t k = 0; k < dim; ++k) deviation += std::fabs(preconditioned.coefficients()[k] - (k == i ? 1.0 : 0.0));
    worst = std::fmax(worst, deviation);
    if (excludes_zero(preconditioned.range()) && has_sign_along(v, &row)) return row;
  }
  *remainder = std::isfinite(worst) ? worst : kInfinity;
  return std::nullopt;
}

}  // namespace narrows
