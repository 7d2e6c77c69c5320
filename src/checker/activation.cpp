// Values of the activation functions, by closed formulas in exp, atan, sin, cos and erfc.
//
// notation  E = exp(-|x|)                  q = sech^2 = 4E'/(1+E')^2 with E' = exp(-2|x|), t = tanh x
//           s = sigmoid x, p = s(1-s) = E/(1+E)^2, T = tanh(x/2) = 2s - 1
//           φ, Φ density and distribution function of the normal distribution
// The formulas in E lose no relative accuracy when a neuron saturates: 1 - t^2 would.
//
// tanh      t; q; -2tq; q(4 - 6q)                    sigmoid   s; p; -pT; p(1 - 6p)
// softplus  max(x,0) + log(1+E); s; p; -pT           arctan    atan x; r = 1/(1+x^2); -2x r^2; r^2(6 - 8r)
// silu      xs; s + xp; p(2 - xT); p(x(1-6p) - 3T)   gelu      xΦ; Φ + xφ; φ(2 - x^2); φx(x^2 - 4)
#include "checker/activation.hpp"

namespace narrows::checker {
namespace {

Jet unknown_jet(Precision p) {
  return {{unknown_interval(p), unknown_interval(p), unknown_interval(p), unknown_interval(p)}};
}

/// E = exp(-k|x|), decreasing in |x|.
Interval decay(const Interval& x, long k) { return exponential((-k) * absolute(x)); }

/// s, p and T of the notation for x that does not hold 0 inside.
struct Logistic {
  Interval s, p, T;
  explicit Logistic(const Interval& x) : s(x.precision()), p(x.precision()), T(x.precision()) {
    const Interval E = decay(x, 1), one(1.0, x.precision());
    const Interval u = 1 + E;
    const bool right = x.lo.sign() >= 0;
    s = right ? one / u : E / u;
    p = E / square(u);
    T = right ? (1 - E) / u : (E - one) / u;
  }
};

Jet tanh_jet(const Interval& x) {
  const Interval E = decay(x, 2), u = 1 + E, t_abs = (1 - E) / u, q = (4 * E) / square(u);
  const Interval t = x.lo.sign() >= 0 ? t_abs : -t_abs;
  return {{t, q, (-2) * (t * q), q * (4 - 6 * q)}};
}

Jet sigmoid_jet(const Interval& x) {
  const Logistic f(x);
  return {{f.s, f.p, -(f.p * f.T), f.p * (1 - 6 * f.p)}};
}

Jet softplus_jet(const Interval& x) {
  const Logistic f(x);
  const Interval E = decay(x, 1);
  Interval value(x.precision());
  mpfr_log1p(value.lo.raw(), E.lo.raw(), MPFR_RNDD);
  mpfr_log1p(value.hi.raw(), E.hi.raw(), MPFR_RNDU);
  if (x.lo.sign() >= 0) value = value + x;
  return {{value, f.s, f.p, -(f.p * f.T)}};
}

Jet arctan_jet(const Interval& x) {
  Interval value(x.precision());
  mpfr_atan(value.lo.raw(), x.lo.raw(), MPFR_RNDD);
  mpfr_atan(value.hi.raw(), x.hi.raw(), MPFR_RNDU);
  const Interval r = Interval(1.0, x.precision()) / (1 + square(x)), r2 = square(r);
  return {{value, r, (-2) * (x * r2), r2 * (6 - 8 * r)}};
}

Jet sin_jet(const Interval& x) {
  if (!x.is_point()) return unknown_jet(x.precision());
  const Interval s = enclose_value(mpfr_sin, x.lo), c = enclose_value(mpfr_cos, x.lo);
  return {{s, c, -s, -c}};
}

Jet silu_jet(const Interval& x) {
  const Logistic f(x);
  return {{x * f.s, f.s + x * f.p, f.p * (2 - x * f.T), f.p * (x * (1 - 6 * f.p) - 3 * f.T)}};
}

Jet gelu_jet(const Interval& x) {
  const Precision precision = x.precision();
  Interval two_pi(precision), cdf(precision);
  mpfr_const_pi(two_pi.lo.raw(), MPFR_RNDD);
  mpfr_const_pi(two_pi.hi.raw(), MPFR_RNDU);
  two_pi = 2 * two_pi;
  const Interval x2 = square(x);
  const Interval density = exponential(-(x2 / 2)) / square_root(two_pi);
  const Interval y = (-x) / square_root(Interval(2.0, precision));
  mpfr_erfc(cdf.lo.raw(), y.hi.raw(), MPFR_RNDD);  // erfc decreases
  mpfr_erfc(cdf.hi.raw(), y.lo.raw(), MPFR_RNDU);
  cdf = cdf / 2;
  return {{x * cdf, cdf + x * density, density * (2 - x2), density * (x * ((-4) + x2))}};
}

/// x >= 0: x; x < 0: a(e^x - 1). C1 and C2 only off 0 unless a = 1; at 0 the right-hand values.
Jet elu_jet(const Activation& a, const Interval& x) {
  const Precision precision = x.precision();
  const Interval zero(precision), one(1.0, precision);
  if (x.lo.sign() >= 0) return {{x, one, zero, zero}};
  const Interval alpha = enclose(a.alpha, precision), slope = alpha * exponential(x);
  Interval value(precision);
  mpfr_expm1(value.lo.raw(), x.lo.raw(), MPFR_RNDD);
  mpfr_expm1(value.hi.raw(), x.hi.raw(), MPFR_RNDU);
  return {{alpha * value, slope, slope, slope}};
}

/// The limits at an infinite point: σ, σ' and, for all but sin, vanishing higher derivatives.
Jet limit_jet(const Activation& a, const Interval& x) {
  const Precision precision = x.precision();
  const bool right = x.lo.sign() > 0;
  const Interval zero(precision), one(1.0, precision);
  Interval half_pi(precision);
  mpfr_const_pi(half_pi.lo.raw(), MPFR_RNDD);
  mpfr_const_pi(half_pi.hi.raw(), MPFR_RNDU);
  half_pi = half_pi / 2;
  switch (a.function) {
    case Function::tanh: return {{right ? one : -one, zero, zero, zero}};
    case Function::sigmoid: return {{right ? one : zero, zero, zero, zero}};
    case Function::arctan: return {{right ? half_pi : -half_pi, zero, zero, zero}};
    case Function::softplus:
    case Function::silu:
    case Function::gelu: return {{right ? x : zero, right ? one : zero, zero, zero}};
    case Function::elu: return {{right ? x : -enclose(a.alpha, precision), right ? one : zero, zero, zero}};
    case Function::identity:
    case Function::leaky_relu: return {{x, one, zero, zero}};
    default: return unknown_jet(precision);
  }
}

}  // namespace

Smoothness smoothness(const Activation& a) {
  const bool unit = a.alpha == 1;
  switch (a.function) {
    case Function::relu: return Smoothness::lipschitz;
    case Function::leaky_relu: return unit ? Smoothness::smooth : Smoothness::lipschitz;
    case Function::elu: return unit ? Smoothness::c1 : Smoothness::lipschitz;
    default: return Smoothness::smooth;
  }
}

SlopeRange slope_range_kind(const Activation& a) {
  switch (a.function) {
    case Function::tanh:
    case Function::sigmoid:
    case Function::arctan: return SlopeRange::half_open;
    case Function::softplus: return SlopeRange::open;
    case Function::elu: return a.alpha == 1 ? SlopeRange::half_open : SlopeRange::closed;
    default: return SlopeRange::closed;
  }
}

bool slope_is_positive(const Activation& a) {
  switch (a.function) {
    case Function::tanh:
    case Function::sigmoid:
    case Function::softplus:
    case Function::arctan:
    case Function::identity: return true;
    case Function::elu:
    case Function::leaky_relu: return a.alpha > 0;
    default: return false;
  }
}

Interval slope_bounds(const Activation& a, Precision precision) {
  const Interval zero(precision), one(1.0, precision), alpha = enclose(a.alpha, precision);
  switch (a.function) {
    case Function::relu: return hull(zero, one);
    case Function::leaky_relu: return hull(alpha, one);
    case Function::elu: return hull(hull(zero, alpha), one);
    case Function::identity: return one;
    default: return Ranges(a, whole_line(precision)).range(1);
  }
}

Jet jet(const Activation& a, const Interval& x) {
  if (smoothness(a) == Smoothness::lipschitz || x.lo.is_nan() || x.hi.is_nan()) return unknown_jet(x.precision());
  if (x.lo.sign() < 0 && x.hi.sign() > 0) return unknown_jet(x.precision());
  if (x.is_point() && !x.lo.is_finite()) return limit_jet(a, x);
  const Interval one(1.0, x.precision()), zero(x.precision());
  switch (a.function) {
    case Function::tanh: return tanh_jet(x);
    case Function::sigmoid: return sigmoid_jet(x);
    case Function::softplus: return softplus_jet(x);
    case Function::arctan: return arctan_jet(x);
    case Function::sin: return sin_jet(x);
    case Function::silu: return silu_jet(x);
    case Function::gelu: return gelu_jet(x);
    case Function::elu: return elu_jet(a, x);
    case Function::identity:
    case Function::leaky_relu: return {{x, one, zero, zero}};  // only slope 1 comes here
    case Function::relu: break;
  }
  return unknown_jet(x.precision());
}

}  // namespace narrows::checker
