#include "ode/taylor_model.hpp"

#include <algorithm>
#include <cmath>

namespace narrows {
namespace {

constexpr double kUnit = 0x1.01p-53;      ///< u/(1 − t·u) for t < 2^40 terms
constexpr double kInflation = 1 + 1e-10;  ///< rounding of sums of up to 10^5 non-negative terms
constexpr double kTiny = 1e-300;          ///< underflow

/// A bound made of non-negative terms: rounded up, and +inf instead of NaN.
double bound(double sum) {
  const double result = sum * kInflation + kTiny;
  return result < kInfinity ? result : kInfinity;
}

}  // namespace

TaylorAlgebra::TaylorAlgebra(const TaylorBasis& basis, double duration)
    : TaylorAlgebra(basis, duration, basis.time_degree(), true) {}

TaylorAlgebra::TaylorAlgebra(const TaylorBasis& basis, double duration, std::size_t time_order, bool rigorous)
    : basis_(&basis), time_order_(time_order), rigorous_(rigorous), power_(basis.time_degree() + 1, 1.0) {
  for (std::size_t i = 1; i < power_.size(); ++i) power_[i] = mul_upper(power_[i - 1], duration);
}

TaylorAlgebra TaylorAlgebra::approximate(const TaylorBasis& basis, std::size_t time_order) {
  return {basis, 1, time_order, false};
}

TaylorModel TaylorAlgebra::constant(const Interval& value) const {
  TaylorModel result{std::vector<double>(basis_->coefficients()), 0};
  result.c[0] = midpoint(value);
  if (rigorous_) result.error = radius_upper(value, result.c[0]);
  return result;
}

TaylorModel TaylorAlgebra::coordinate(std::size_t i, const Interval& middle, const Interval& radius) const {
  TaylorModel result = constant(middle);
  double& slope = result.c[basis_->linear(i)];
  slope = midpoint(radius);
  if (rigorous_) result.error = bound(result.error + radius_upper(radius, slope));
  return result;
}

TaylorModel TaylorAlgebra::time(const Interval& offset, const Interval& rate) const {
  TaylorModel result = constant(offset);
  double& slope = result.c[basis_->size()];
  if (time_order_ > 0) slope = midpoint(rate);
  if (rigorous_) result.error = bound(result.error + radius_upper(rate, slope) * power_[1]);
  return result;
}

TaylorModel TaylorAlgebra::add(const TaylorModel& a, const TaylorModel& b) const {
  TaylorModel sum = a;
  accumulate(&sum, 1.0, b);
  return sum;
}

TaylorModel TaylorAlgebra::scale(const TaylorModel& a, const Interval& factor) const {
  TaylorModel result{std::vector<double>(basis_->coefficients()), 0};
  accumulate(&result, factor, a);
  return result;
}

// Each new coefficient is fl(fl(f·a) + s): it rounds by u|f·a| + u|sum| at most.
void TaylorAlgebra::accumulate(TaylorModel* sum, const Interval& factor, const TaylorModel& a) const {
  const double f = midpoint(factor);
  const std::size_t count = (time_order_ + 1) * basis_->size();
  for (std::size_t k = 0; k < count; ++k) sum->c[k] += f * a.c[k];
  if (!rigorous_) return;
  const double norm = polynomial_norm(a.c), spread = radius_upper(factor, f);
  const double rounding = kUnit * (std::fabs(f) * norm + polynomial_norm(sum->c));
  sum->error = bound(sum->error + magnitude(factor) * a.error + spread * norm + rounding);
}

TaylorModel TaylorAlgebra::multiply(const TaylorModel& a, const TaylorModel& b) const {
  const std::size_t m = basis_->size();
  TaylorModel result{std::vector<double>(basis_->coefficients()), 0};
  const auto is_zero = [m](const double* row) {
    return std::all_of(row, row + m, [](double x) { return x == 0; });
  };
  for (std::size_t i = 0; i <= time_order_; ++i) {
    const double* x = a.c.data() + i * m;
    if (is_zero(x)) continue;
    for (std::size_t j = 0; i + j <= time_order_; ++j) {
      const double* y = b.c.data() + j * m;
      double* z = result.c.data() + (i + j) * m;
      if (m == 1)
        z[0] += x[0] * y[0];
      else
        for (const auto& [first, second, product] : basis_->products()) z[product] += x[first] * y[second];
    }
  }
  if (rigorous_) result.error = product_error(a, b);
  return result;
}

std::vector<double> TaylorAlgebra::product_row_approx(const std::vector<double>& a,
                                                      const std::vector<double>& b, std::size_t row) const {
  const std::size_t m = basis_->size();
  std::vector<double> result(m);
  for (std::size_t i = 0; i <= row; ++i) {
    const double *x = a.data() + i * m, *y = b.data() + (row - i) * m;
    for (const auto& [first, second, product] : basis_->products()) result[product] += x[first] * y[second];
  }
  return result;
}

// Errors of the factors; rounding (the coefficient of s^i ξ^α sums at most (i + 1)∏(α_j + 1) products, a number that is
// submultiplicative); and the terms beyond the degrees: those of s^i, |α| = k times all of b with j > N − i or |β| > K − k.
double TaylorAlgebra::product_error(const TaylorModel& a, const TaylorModel& b) const {
  const std::size_t rows = basis_->time_degree() + 1, classes = basis_->degree() + 1, m = basis_->size();
  std::vector<double> mass_a(rows * classes), mass_b(rows * classes);
  double weighted_a = 0, weighted_b = 0, norm_a = 0, norm_b = 0;
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t k = 0; k < m; ++k) {
      const double x = std::fabs(a.c[i * m + k]) * power_[i], y = std::fabs(b.c[i * m + k]) * power_[i];
      const std::size_t place = i * classes + basis_->degree_of(k);
      const double terms = static_cast<double>(i + 1) * basis_->splittings(k);
      mass_a[place] += x;
      mass_b[place] += y;
      weighted_a += terms * x;
      weighted_b += terms * y;
      norm_a += x;
      norm_b += y;
    }
  }
  // later[j]: mass of b in rows > j;  high[j·(classes+1) + l]: mass in rows <= j of degree >= l.
  std::vector<double> later(rows), high(rows * (classes + 1));
  for (std::size_t j = rows - 1; j-- > 0;) {
    later[j] = later[j + 1];
    for (std::size_t l = 0; l < classes; ++l) later[j] += mass_b[(j + 1) * classes + l];
  }
  for (std::size_t j = 0; j < rows; ++j) {
    double tail = 0;
    for (std::size_t l = classes; l-- > 0;) {
      tail += mass_b[j * classes + l];
      high[j * (classes + 1) + l] = tail + (j > 0 ? high[(j - 1) * (classes + 1) + l] : 0);
    }
  }
  double beyond = 0;
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t k = 0; k < classes; ++k)
      beyond += mass_a[i * classes + k] *
                (later[rows - 1 - i] + high[(rows - 1 - i) * (classes + 1) + (classes - k)]);
  return bound(a.error * norm_b + b.error * norm_a + a.error * b.error + kUnit * weighted_a * weighted_b +
               beyond);
}

TaylorModel TaylorAlgebra::compose(const ActivationSeries& series, int derivative, const TaylorModel& u,
                                   double tolerance) const {
  TaylorModel v = u;
  v.c[0] = 0;
  std::size_t order = basis_->degree() + time_order_;  // higher powers of v vanish in plain polynomials
  double tail = 0;
  if (rigorous_) {
    const double radius = norm_upper(v);
    for (order = 0;; ++order) {
      tail = series.remainder(derivative, order, radius);
      if (tail <= tolerance || order >= series.highest(derivative, radius)) break;
    }
  } else {
    order = std::min(order, series.highest(derivative, 0));
  }
  TaylorModel result = constant(series.coefficient(derivative, order));
  for (std::size_t k = order; k-- > 0;) {
    result = multiply(result, v);
    const Interval next = series.coefficient(derivative, k);
    const double middle = midpoint(next), before = result.c[0];
    result.c[0] += middle;
    if (rigorous_)
      result.error =
          bound(result.error + radius_upper(next, middle) + kUnit * (std::fabs(before) + std::fabs(middle)));
  }
  if (rigorous_) result.error = bound(result.error + tail);
  return result;
}

TaylorModel TaylorAlgebra::time_derivative(const std::vector<double>& p) const {
  const std::size_t m = basis_->size();
  TaylorModel result{std::vector<double>(basis_->coefficients()), 0};
  for (std::size_t i = 1; i <= basis_->time_degree(); ++i)
    for (std::size_t k = 0; k < m; ++k) result.c[(i - 1) * m + k] = static_cast<double>(i) * p[i * m + k];
  if (rigorous_) result.error = bound(kUnit * polynomial_norm(result.c));
  return result;
}

double TaylorAlgebra::polynomial_norm(const std::vector<double>& c) const {
  const std::size_t m = basis_->size();
  double sum = 0;
  for (std::size_t i = 0; i <= basis_->time_degree(); ++i) {
    double row = 0;
    for (std::size_t k = 0; k < m; ++k) row += std::fabs(c[i * m + k]);
    sum += row * power_[i];
  }
  return bound(sum);
}

double TaylorAlgebra::norm_upper(const TaylorModel& a) const {
  return bound(polynomial_norm(a.c) + a.error);
}

Interval TaylorAlgebra::range(const TaylorModel& a) const {
  const std::size_t m = basis_->size();
  if (!(a.error < kInfinity)) return Interval::entire();
  Interval sum(-a.error, a.error);
  for (std::size_t i = 0; i <= basis_->time_degree(); ++i) {
    for (std::size_t k = 0; k < m; ++k) {
      const double c = a.c[i * m + k];
      if (c == 0) continue;
      const Interval box = k == 0 ? Interval(1.0) : basis_->is_even(k) ? Interval(0, 1) : Interval(-1, 1);
      sum += Interval(c) * box * (i == 0 ? Interval(1.0) : Interval(0, power_[i]));
    }
  }
  return sum;
}

std::vector<Interval> at_time(const TaylorBasis& basis, const std::vector<double>& p, const Interval& time) {
  const std::size_t m = basis.size();
  std::vector<Interval> result(m);
  for (std::size_t k = 0; k < m; ++k) {
    Interval sum = p[basis.time_degree() * m + k];
    for (std::size_t i = basis.time_degree(); i-- > 0;) sum = sum * time + Interval(p[i * m + k]);
    result[k] = sum;
  }
  return result;
}

}  // namespace narrows
