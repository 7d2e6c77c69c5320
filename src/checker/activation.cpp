// Values of the activation functions, by closed formulas in exp, atan, sin, cos and erfc.
//
// notation  E = exp(-|x|), s = sigmoid x, p = s' = s(1-s) = E/(1+E)^2, T = tanh(x/2) = 2s - 1, r = 1/(1+x^2),
//           φ, Φ density and distribution function of the normal distribution
// The formulas in E lose no relative accuracy when a neuron saturates: 1 - tanh^2 would.
// At an infinite x they give the limits, because 0 times infinity is 0: each factor that vanishes there (E,
// φ, r^2) vanishes faster than the powers of x beside it grow.
#include "checker/activation.hpp"

#include <algorithm>

#include "checker/exponential.hpp"
#include "checker/sigmoid_jet.hpp"

namespace narrows::checker {
namespace {

Jet unknown_jet(Precision p) {
  const Interval unknown = unknown_interval(p);
  return {{unknown, unknown, unknown, unknown, unknown}};
}

/// softplus(x) = max(x, 0) + log(1 + E); its slope is sigmoid.
Jet softplus_jet(const Interval& x) {
  const Interval log = increasing(mpfr_log1p, exponential(-absolute(x)));
  const Jet s = sigmoid_jet(x);
  return {{x.lo.sign() >= 0 ? x + log : log, s.order[0], s.order[1], s.order[2], s.order[3]}};
}

Jet arctan_jet(const Interval& x) {
  const Interval x2 = square(x), r = 1 / (1 + x2), r2 = square(r), xr2 = x * r2;
  return {{increasing(mpfr_atan, x), r, -2 * xr2, r2 * (6 - 8 * r), 24 * (xr2 * ((1 - x2) * r2))}};
}

/// Nothing but |sin| <= 1 is said about huge numbers, because their sine needs as many digits of π.
Jet sin_jet(const Interval& x) {
  if (!x.is_point() || !x.is_finite()) return unknown_jet(x.precision());
  const bool huge = mpfr_cmpabs_ui(raw(x.lo), 1) > 0 && mpfr_get_exp(raw(x.lo)) > 4096;
  const Interval any(-1, 1, x.precision());
  const Interval s = huge ? any : increasing(mpfr_sin, x), c = huge ? any : increasing(mpfr_cos, x);
  return {{s, c, -s, -c, s}};
}

/// The jet of x·f(x): its n-th derivative is x f^(n) + n f^(n-1).
Jet times_x(const Interval& x, const Jet& f) {
  Jet y{{x * f.order[0]}};
  for (std::size_t n = 1; n < 5; ++n) {
    y.order[n] = x * f.order[n] + static_cast<double>(n) * f.order[n - 1];
  }
  return y;
}

/// Φ(x) = erfc(-x/√2)/2.
Jet normal_jet(const Interval& x) {
  const Interval y = x / square_root(Interval(2, x.precision())), x2 = square(x);
  const auto erfc_of_minus = [](mpfr_ptr r, mpfr_srcptr t, mpfr_rnd_t rounding) {
    mpfr_neg(r, t, rounding);  // exact
    return mpfr_erfc(r, r, rounding);
  };
  const Interval twice = increasing(erfc_of_minus, y);
  const Interval density = exponential(-x2 / 2) / square_root(2 * pi(x.precision()));
  return {{twice / 2, density, -(x * density), (x2 - 1) * density, x * ((3 - x2) * density)}};
}

/// x >= 0: x; x < 0: a(e^x - 1). C1 and C2 only off 0 unless a = 1; at 0 the right-hand values.
Jet elu_jet(const Activation& a, const Interval& x) {
  const Interval zero(0, x.precision()), one(1, x.precision());
  if (x.lo.sign() >= 0) return {{x, one, zero, zero, zero}};
  const Interval alpha = enclose(a.alpha, x.precision()), slope = alpha * exponential(x);
  return {{alpha * increasing(mpfr_expm1, x), slope, slope, slope, slope}};
}

}  // namespace

Interval pi(Precision precision) {
  const auto constant = [](mpfr_ptr r, mpfr_srcptr, mpfr_rnd_t rounding) {
    return mpfr_const_pi(r, rounding);
  };
  return increasing(constant, Interval(0, precision));
}

Jet jet(const Activation& a, const Interval& x) {
  const Precision p = x.precision();
  const bool kink_inside = x.lo.sign() < 0 && x.hi.sign() > 0;
  if (smoothness(a) == Smoothness::lipschitz || x.has_nan() || kink_inside) return unknown_jet(p);
  if (a.function == Function::tanh) return tanh_jet(x);
  if (a.function == Function::sigmoid) return sigmoid_jet(x);
  if (a.function == Function::softplus) return softplus_jet(x);
  if (a.function == Function::arctan) return arctan_jet(x);
  if (a.function == Function::sin) return sin_jet(x);
  if (a.function == Function::silu) return times_x(x, sigmoid_jet(x));
  if (a.function == Function::gelu) return times_x(x, normal_jet(x));
  if (a.function == Function::elu) return elu_jet(a, x);
  const Interval zero(0, p);
  return {{x, Interval(1, p), zero, zero, zero}};  // identity, leaky_relu with slope 1
}

BasicJet<LeafInterval> jet(const Activation& a, const LeafInterval& x) {
  const bool kink_inside = x.lo.sign() < 0 && x.hi.sign() > 0;
  if (a.function == Function::tanh && !x.has_nan() && !kink_inside) return tanh_jet(x);
  if (a.function == Function::sigmoid && !x.has_nan() && !kink_inside) return sigmoid_jet(x);
  BasicJet<LeafInterval> y;
  const Jet values = jet(a, Interval(x));
  for (std::size_t k = 0; k < y.order.size(); ++k) y.order[k] = LeafInterval(values.order[k]);
  return y;
}

Smoothness smoothness(const Activation& a) {
  const bool unit = a.alpha == 1;
  if (a.function == Function::relu) return Smoothness::lipschitz;
  if (a.function == Function::leaky_relu) return unit ? Smoothness::smooth : Smoothness::lipschitz;
  if (a.function == Function::elu) return unit ? Smoothness::c1 : Smoothness::lipschitz;
  return Smoothness::smooth;
}

SlopeRange slope_range_kind(const Activation& a) {
  const Function f = a.function;
  if (f == Function::softplus) return SlopeRange::open;
  const bool bell = f == Function::tanh || f == Function::sigmoid || f == Function::arctan;
  return bell || (f == Function::elu && a.alpha == 1) ? SlopeRange::half_open : SlopeRange::closed;
}

bool slope_is_positive(const Activation& a) {
  if (a.function == Function::elu || a.function == Function::leaky_relu) return a.alpha > 0;
  return a.function == Function::identity || slope_range_kind(a) != SlopeRange::closed;
}

std::optional<std::pair<Rational, Rational>> exact_slopes(const Activation& a) {
  const Function f = a.function;
  if (f == Function::silu || f == Function::gelu) return std::nullopt;
  const Rational high = f == Function::sigmoid ? Rational(1, 4) : Rational(1);
  if (f == Function::leaky_relu) return {{std::min(a.alpha, high), std::max(a.alpha, high)}};
  if (f == Function::elu) return {{0, std::max(a.alpha, high)}};
  return {{f == Function::sin ? -1 : f == Function::identity ? 1 : 0, high}};
}

Interval attained_slope(const Activation& a, bool supremum) {
  const double x = a.function == Function::silu ? 2.3993572805154677 : 1.4142135623730951;
  return jet(a, Interval(supremum ? x : -x, exact_precision)).order[1];
}

Interval slope_bounds(const Activation& a, Precision precision) {
  if (const auto s = exact_slopes(a))
    return hull(enclose(s->first, precision), enclose(s->second, precision));
  return Ranges(a, whole_line(precision)).range(1);
}

}  // namespace narrows::checker
