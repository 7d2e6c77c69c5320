// notation == meaning:  T tanh, S sigmoid == (1 + T(x/2))/2, N normal distribution function, n its density.
//
// Bounds of |σ^(k)|/k! on the whole real line, k >= 1:
//   tanh      |tanh(x + iy)|² = (sinh²x + sin²y)/(sinh²x + cos²y) <= max(1, tan²y): max(1, tan R)/R^k in a disc of radius R;
//   sigmoid   half of that with 2R;  softplus  its derivative is the sigmoid;  arctan  1/k, as arctan^(k)(tan φ) =
//             (k − 1)! cos^k φ sin(k(φ + π/2));  sin  1/k!;  exp on x <= 0  1/k!;
//   normal    |n(x + iy)| <= e^{y²/2}/√(2π): 0.4 e^{R²/2}/R^k for the density;
//   x·g(x)    |t| |g^(k)|/k! + |g^(k−1)|/(k−1)!.
#include "ode/activation_series.hpp"

#include <algorithm>
#include <cmath>

#include "arith/elementary.hpp"

namespace narrows {
namespace {

using Series = std::vector<Interval>;
constexpr std::size_t kCount = ActivationSeries::kOrder + 1;

Interval number(std::size_t k) {
  return static_cast<double>(k);
}

/// Coefficients of a function with (k + 1) a_{k+1} = next(a, k).
template <class Next>
Series series(const Interval& value, Next next) {
  Series a{value};
  for (std::size_t k = 0; k + 1 < kCount; ++k) a.push_back(next(a, k) / number(k + 1));
  return a;
}

/// Coefficient k of the square.
Interval square_coefficient(const Series& a, std::size_t k) {
  Interval sum = 0.0;
  for (std::size_t i = 0; i <= k; ++i) sum += a[i] * a[k - i];
  return sum;
}

/// g with g' = f.
Series integral(const Interval& value, const Series& f) {
  Series a{value};
  for (std::size_t k = 0; k + 1 < kCount; ++k) a.push_back(f[k] / number(k + 1));
  return a;
}

/// x·g(x) about c.
Series times_identity(const Series& g, double c) {
  Series a{Interval(c) * g[0]};
  for (std::size_t k = 1; k < kCount; ++k) a.push_back(Interval(c) * g[k] + g[k - 1]);
  return a;
}

Interval value_of(Activation kind, double c) {
  return jet_at(ActivationFunction<Interval>{kind, 1.0}, Interval(c))[0];
}

Series sigmoid_series(double c) {
  return series(value_of(Activation::sigmoid, c),
                [](const Series& a, std::size_t k) { return a[k] - square_coefficient(a, k); });
}

Series arctan_series(double c) {  // q = 1/(1 + x²): (1 + c²) q_k + 2c q_{k−1} + q_{k−2} = [k = 0]
  const Interval leading = Interval(1.0) + square(Interval(c));
  Series q{Interval(1.0) / leading};
  for (std::size_t k = 1; k < kCount; ++k)
    q.push_back(-(Interval(2 * c) * q[k - 1] + (k > 1 ? q[k - 2] : Interval(0.0))) / leading);
  return integral(value_of(Activation::arctan, c), q);
}

Series sine_series(double c) {
  const Interval cycle[4] = {sin(Interval(c)), cos(Interval(c)), -sin(Interval(c)), -cos(Interval(c))};
  Series a;
  Interval factorial = 1.0;
  for (std::size_t k = 0; k < kCount; ++k) {
    if (k > 1) factorial *= number(k);
    a.push_back(cycle[k % 4] / factorial);
  }
  return a;
}

Series normal_series(double c) {  // n' = −x n
  const Interval density = exp(-square(Interval(c)) * Interval(0.5)) / sqrt(pi(Interval()) * Interval(2.0));
  const Series n = series(density, [c](const Series& a, std::size_t k) {
    return -(Interval(c) * a[k] + (k > 0 ? a[k - 1] : Interval(0.0)));
  });
  return integral((Interval(1.0) + erf(Interval(c) / sqrt(Interval(2.0)))) * Interval(0.5), n);
}

Series elu_series(double c) {
  if (c > 0) {
    Series a(kCount, Interval(0.0));
    a[0] = c;
    a[1] = 1.0;
    return a;
  }
  Series a{expm1(Interval(c))};
  Interval term = exp(Interval(c));
  for (std::size_t k = 1; k < kCount; ++k) {
    term = term / number(k);
    a.push_back(term);
  }
  return a;
}

Series series_of(const ActivationFunction<Interval>& function, double c) {
  switch (function.kind) {
    case Activation::tanh:
      return series(value_of(Activation::tanh, c), [](const Series& a, std::size_t k) {
        return Interval(k == 0 ? 1.0 : 0.0) - square_coefficient(a, k);
      });
    case Activation::sigmoid:
      return sigmoid_series(c);
    case Activation::softplus:
      return integral(value_of(Activation::softplus, c), sigmoid_series(c));
    case Activation::arctan:
      return arctan_series(c);
    case Activation::sin:
      return sine_series(c);
    case Activation::silu:
      return times_identity(sigmoid_series(c), c);
    case Activation::gelu:
      return times_identity(normal_series(c), c);
    case Activation::elu:
      return elu_series(c);
    case Activation::relu:
    case Activation::leaky_relu:
    case Activation::identity:
      break;
  }
  Series a(kCount, Interval(0.0));
  a[0] = c;
  a[1] = 1.0;
  return a;
}

bool is_differentiable(const ActivationFunction<Interval>& function) {
  if (function.kind == Activation::relu) return false;
  const bool parameter = function.kind == Activation::leaky_relu || function.kind == Activation::elu;
  return !parameter || (function.alpha.lower() == 1 && function.alpha.upper() == 1);
}

double power_upper(double x, std::size_t k) {
  double power = 1;
  for (std::size_t i = 0; i < k; ++i) power = mul_upper(power, x);
  return power;
}

/// max(1, tan R)/(scale·R)^k, for the best of a few R; the tangents are rounded up, the radii down to short doubles.
double tanh_bound(std::size_t k, double scale) {
  constexpr double discs[][2] = {
      {1.0, 1.5575}, {1.25, 3.0097}, {1.375, 5.0429}, {1.4375, 7.4582}, {1.5, 14.1015}};
  double best = kInfinity;
  for (const auto& [radius, tangent] : discs)
    best = std::min(
        best, (Interval(tangent) * Interval(power_upper(1 / (scale * radius) * (1 + 0x1p-50), k))).upper());
  return best;
}
double sigmoid_bound(std::size_t k) {
  return 0.5 * tanh_bound(k, 2);
}

double factorial_bound(std::size_t k) {
  double bound = 1;
  for (std::size_t i = 2; i <= k; ++i) bound = next_up(bound / static_cast<double>(i));
  return bound;
}

double normal_bound(std::size_t k) {  // N^(k)/k! = n^(k−1)/(k−1)!/k, discs of radius 1, 2 and 4
  constexpr double discs[][2] = {{1, 0.66}, {2, 2.956}, {4, 1192.5}};
  double best = kInfinity;
  for (const auto& [radius, density] : discs)
    best = std::min(best, next_up(density * power_upper(1 / radius, k - 1)));
  return next_up(best / static_cast<double>(k));
}

}  // namespace

ActivationSeries::ActivationSeries(const ActivationFunction<Interval>& function, double centre)
    : kind_(function.kind),
      differentiable_(is_differentiable(function)),
      centre_(centre),
      a_(series_of(function, centre)) {}

Interval ActivationSeries::coefficient(int derivative, std::size_t k) const {
  return derivative == 0 ? a_[k] : number(k + 1) * a_[k + 1];
}

std::size_t ActivationSeries::highest(int derivative, double radius) const {
  if (kind_ == Activation::elu && !(centre_ + radius < 0) && !(centre_ - radius > 0))
    return derivative == 0 ? 1 : 0;
  return kOrder - 1 - static_cast<std::size_t>(derivative);
}

double ActivationSeries::remainder(int derivative, std::size_t order, double radius) const {
  if (!differentiable_ || !(radius < kInfinity) || order > highest(derivative, radius)) return kInfinity;
  const std::size_t k = order + 1;
  const double bound = derivative == 0
                           ? derivative_bound(k, radius)
                           : mul_upper(static_cast<double>(k + 1), derivative_bound(k + 1, radius));
  return mul_upper(bound, power_upper(radius, k));
}

double ActivationSeries::derivative_bound(std::size_t k, double radius) const {
  const double reach = add_upper(std::fabs(centre_), radius);
  switch (kind_) {
    case Activation::tanh:
      return tanh_bound(k, 1);
    case Activation::sigmoid:
      return sigmoid_bound(k);
    case Activation::softplus:
      return k == 1 ? 1 : next_up(sigmoid_bound(k - 1) / static_cast<double>(k));
    case Activation::arctan:
      return next_up(1 / static_cast<double>(k));
    case Activation::sin:
      return factorial_bound(k);
    case Activation::silu:
      return add_upper(mul_upper(reach, sigmoid_bound(k)), k == 1 ? 1 : sigmoid_bound(k - 1));
    case Activation::gelu:
      return add_upper(mul_upper(reach, normal_bound(k)), k == 1 ? 1 : normal_bound(k - 1));
    case Activation::elu:  // across 0 only k <= 2 is asked for: σ'' ∈ [0, 1] almost everywhere
      return centre_ - radius > 0 ? (k == 1 ? 1 : 0) : factorial_bound(k);
    case Activation::relu:
    case Activation::leaky_relu:
    case Activation::identity:
      break;
  }
  return k == 1 ? 1 : 0;
}

}  // namespace narrows
