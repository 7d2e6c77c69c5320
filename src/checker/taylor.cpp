// Taylor coefficients of the activation functions, by recurrences.
//
// notation  c_k = σ^(k)(z)/k!, s_k, φ_k, r_k those of sigmoid, of the density of the normal distribution, and of 1/(1+z^2)
//   tanh' = 1 - tanh^2           (k+1) c_{k+1} = -Σ c_i c_{k-i}, k >= 1
//   s' = s - s^2                 (k+1) s_{k+1} = s_k - Σ s_i s_{k-i}
//   φ' = -zφ                     (k+1) φ_{k+1} = -(z φ_k + φ_{k-1})
//   (1 + z^2) r = 1              (1 + z^2) r_k = -(2z r_{k-1} + r_{k-2}), k >= 1
//   softplus' = s, arctan' = r, silu = z s, gelu = zΦ with Φ' = φ.
// Each recurrence holds at every z in x, so it holds for enclosures; the first four coefficients are the ranges of the
// derivatives, which are exact.
#include "checker/taylor.hpp"

#include <algorithm>

namespace narrows::checker {
namespace {

using Coefficients = std::vector<Interval>;

Interval over(const Interval& x, std::size_t k) {
  return x / Interval(static_cast<double>(k));
}

/// Ranges of the first derivatives, then unknown.
Coefficients first_coefficients(const Activation& a, const Interval& x, std::size_t order) {
  Coefficients c(order + 1, unknown_interval(x.precision()));
  const Ranges ranges(a, x);
  double factorial = 1;
  for (std::size_t k = 0; k <= std::min<std::size_t>(order, 3); ++k) {
    factorial *= k == 0 ? 1 : static_cast<double>(k);
    c[k] = ranges.range(static_cast<int>(k)) / Interval(factorial);
  }
  return c;
}

/// Σ c_i c_{k-i}, i = 0…k.
Interval convolution(const Coefficients& c, std::size_t k) {
  Interval sum(0.0, c[0].precision());
  for (std::size_t i = 0; 2 * i < k; ++i) sum = sum + c[i] * c[k - i];
  sum = sum + sum;
  return k % 2 == 0 ? sum + square(c[k / 2]) : sum;
}

/// φ_0…φ_order.
Coefficients density(const Interval& z, std::size_t order) {
  Coefficients f = {increasing(mpfr_exp, -(square(z) / 2.0)) / square_root(2 * pi(z.precision()))};
  for (std::size_t k = 0; k < order; ++k)
    f.push_back(over(-(k == 0 ? z * f[0] : z * f[k] + f[k - 1]), k + 1));
  return f;
}

/// r_0…r_order.
Coefficients reciprocal(const Interval& z, std::size_t order) {
  const Interval w = 1 + square(z);
  Coefficients r = {1 / w};
  for (std::size_t k = 1; k <= order; ++k)
    r.push_back(-(2 * z * r[k - 1] + (k == 1 ? Interval(0.0) : r[k - 2])) / w);
  return r;
}

/// sin^(k) is sin, cos, -sin, -cos in turn.
void continue_sine(Coefficients& c, const Interval& z) {
  const Ranges ranges({Function::sin, 1}, z);
  Interval factorial(1.0, z.precision());
  for (std::size_t k = 1; k < c.size(); ++k) {
    factorial = factorial * Interval(static_cast<double>(k));
    if (k >= 4) c[k] = ranges.range(static_cast<int>(k % 4)) / factorial;
  }
}

/// On either side of 0: e^x/k! or 0. At 0 itself both count: where a solution stays on one side, that side's series holds.
void continue_elu(Coefficients& c, const Interval& z) {
  const bool left = z.hi.sign() <= 0, right = z.lo.sign() >= 0;
  if (!left && !right) return;  // unknown
  for (std::size_t k = 2; k < c.size(); ++k) {
    c[k] = left ? over(c[k - 1], k) : Interval(0.0, z.precision());
    if (left && right && k == 2) c[k] = hull(c[k], 0.0);
  }
}

}  // namespace

Coefficients taylor_coefficients(const Activation& a, const Interval& x, std::size_t order) {
  Coefficients c = first_coefficients(a, x, order);
  const Function f = a.function;
  if (x.has_nan() || smoothness(a) == Smoothness::lipschitz)
    return Coefficients(order + 1, unknown_interval(x.precision()));
  if (f == Function::elu) continue_elu(c, x);
  if (order < 4 || f == Function::elu) return c;
  if (f == Function::sin) {
    continue_sine(c, x);
    return c;
  }
  const bool needs_sigmoid = f == Function::softplus || f == Function::silu;
  const Coefficients s = needs_sigmoid ? taylor_coefficients({Function::sigmoid, 1}, x, order)
                                       : Coefficients(),
                     r = f == Function::arctan ? reciprocal(x, order)
                         : f == Function::gelu ? density(x, order)
                                               : Coefficients();
  for (std::size_t k = 4; k <= order; ++k) {
    if (f == Function::tanh) c[k] = over(-convolution(c, k - 1), k);
    if (f == Function::sigmoid) c[k] = over(c[k - 1] - convolution(c, k - 1), k);
    if (f == Function::softplus) c[k] = over(s[k - 1], k);
    if (f == Function::silu) c[k] = x * s[k] + s[k - 1];
    if (f == Function::arctan) c[k] = over(r[k - 1], k);
    if (f == Function::gelu) c[k] = x * over(r[k - 1], k) + over(r[k - 2], k - 1);
    if (f == Function::identity || f == Function::leaky_relu) c[k] = Interval(0.0, x.precision());
  }
  return c;
}

}  // namespace narrows::checker
