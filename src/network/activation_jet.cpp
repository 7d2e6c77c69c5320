#include "network/activation_jet.hpp"

namespace narrows {
namespace {

Interval lower_point(const Interval& x) { return Interval(x.lower(), x.lower()); }
Interval upper_point(const Interval& x) { return Interval(x.upper(), x.upper()); }
BigInterval lower_point(const BigInterval& x) { return x.lower_point(); }
BigInterval upper_point(const BigInterval& x) { return x.upper_point(); }
Interval entire_like(const Interval&) { return Interval::entire(); }
BigInterval entire_like(const BigInterval& x) { return {Interval::entire(), x.precision()}; }
Interval constant_like(double value, const Interval&) { return value; }
BigInterval constant_like(double value, const BigInterval& x) { return {value, x.precision()}; }
Interval between(double lo, double hi, const Interval&) { return {lo, hi}; }
BigInterval between(double lo, double hi, const BigInterval& x) { return {Interval(lo, hi), x.precision()}; }
bool may_be_zero(const Interval& x) { return contains(x, 0); }
bool may_be_zero(const BigInterval& x) { return contains(x, 0); }
double upper_of(const Interval& x) { return x.upper(); }
double upper_of(const BigInterval& x) { return x.to_double().upper(); }
double lower_of(const Interval& x) { return x.lower(); }
double lower_of(const BigInterval& x) { return x.to_double().lower(); }

template <class I>
I half(const I& x) {
  return x * constant_like(0.5, x);
}
template <class I>
I number(double value, const I& like) {
  return constant_like(value, like);
}

// Beyond this |x| the limits with a crude bound (sech² 170 < 9e-148) replace formulas in which e² would overflow.
constexpr double kSaturated = 170;
constexpr double kSaturatedSlope = 1e-147;

// t = tanh x and s = sech² x at a thin point x.
template <class I>
void tanh_and_slope(const I& x, I* t, I* s) {
  const bool negative = upper_of(x) < 0;
  const I magnitude_x = negative ? -x : x;
  if (lower_of(magnitude_x) > kSaturated) {
    *t = negative ? between(-1, next_up(-1.0), x) : between(next_down(1.0), 1, x);
    *s = between(0, kSaturatedSlope, x);
    return;
  }
  const I e = expm1(magnitude_x * number(2.0, x)), two = number(2.0, x), one = number(1.0, x);
  const I tanh_magnitude = e / (e + two);
  *t = meet(negative ? -tanh_magnitude : tanh_magnitude, between(-1, 1, x));
  *s = meet(number(4.0, x) * (e + one) / square(e + two), between(0, 1, x));
}

// Orders 0…3 of tanh: t, s, −2ts, s(4 − 6s).
template <class I>
Jet<I> tanh_jet(const I& x) {
  I t = x, s = x;
  tanh_and_slope(x, &t, &s);
  return {t, s, -(number(2.0, x) * t * s), s * (number(4.0, x) - number(6.0, x) * s)};
}

// Over [lo, hi]: s peaks at 0 (value 1); −2ts has extrema ∓4/(3√3) where s = 2/3; s(4 − 6s) is largest, 2/3, where s = 1/3
// and smallest, −2, where s = 1.
template <class I>
Jet<I> tanh_jet_over(const I& lo, const I& hi, const Jet<I>& a, const Jet<I>& b) {
  Jet<I> jet;
  jet[0] = hull(a[0], b[0]);
  jet[1] = hull(a[1], b[1]);
  if (may_be_zero(hull(lo, hi))) jet[1] = hull(jet[1], number(1.0, lo));
  jet[2] = hull(a[2], b[2]);
  jet[3] = hull(a[3], b[3]);
  const I two_thirds = number(2.0, lo) / number(3.0, lo), one_third = number(1.0, lo) / number(3.0, lo);
  const I peak = number(4.0, lo) / (number(3.0, lo) * sqrt(number(3.0, lo)));
  if (may_be_zero(jet[1] - two_thirds)) {
    if (upper_of(jet[0]) > 0) jet[2] = hull(jet[2], -peak);
    if (lower_of(jet[0]) < 0) jet[2] = hull(jet[2], peak);
  }
  if (may_be_zero(jet[1] - one_third)) jet[3] = hull(jet[3], two_thirds);
  if (may_be_zero(jet[1] - number(1.0, lo))) jet[3] = hull(jet[3], number(-2.0, lo));
  return jet;
}

// sigmoid(x) = (1 + tanh(x/2))/2: order k scales by 2^-(k+1).
template <class I>
Jet<I> sigmoid_from_tanh(const Jet<I>& t) {
  const I& like = t[0];
  return {half(t[0] + number(1.0, like)), t[1] * number(0.25, like), t[2] * number(0.125, like), t[3] * number(0.0625, like)};
}

// max(x,0) + log1p(exp(−|x|)) at a thin point.
template <class I>
I softplus(const I& x) {
  const bool negative = upper_of(x) < 0;
  const I tail = log1p(exp(negative ? x : -x));
  return negative ? tail : x + tail;
}

template <class I>
Jet<I> arctan_jet(const I& x) {
  const I one = number(1.0, x), q = one / (one + square(x)), q2 = square(q);
  return {atan(x), q, -(number(2.0, x) * x * q2), (number(6.0, x) * square(x) - number(2.0, x)) * q2 * q};
}

// q peaks at 0; −2xq² has extrema ∓3√3/8 at x = ±1/√3; the third derivative is −2 at 0 and 1/2 at ±1.
template <class I>
Jet<I> arctan_jet_over(const I& lo, const I& hi, const Jet<I>& a, const Jet<I>& b) {
  const I x = hull(lo, hi), root = number(1.0, lo) / sqrt(number(3.0, lo));
  const I peak = number(3.0, lo) * sqrt(number(3.0, lo)) * number(0.125, lo);
  Jet<I> jet{hull(a[0], b[0]), hull(a[1], b[1]), hull(a[2], b[2]), hull(a[3], b[3])};
  if (may_be_zero(x)) jet[1] = hull(jet[1], number(1.0, lo)), jet[3] = hull(jet[3], number(-2.0, lo));
  if (may_be_zero(x - root)) jet[2] = hull(jet[2], -peak);
  if (may_be_zero(x + root)) jet[2] = hull(jet[2], peak);
  if (may_be_zero(x - number(1.0, lo)) || may_be_zero(x + number(1.0, lo))) jet[3] = hull(jet[3], number(0.5, lo));
  // At infinity the formulas meet ∞·0; the limits are 0 and already inside the global ranges.
  jet[2] = meet(between(-0.65, 0.65, lo), jet[2]);
  jet[3] = meet(between(-2, 0.5, lo), jet[3]);
  return jet;
}

template <class I>
Jet<I> sin_jet(const I& x) {
  const I s = sin(x), c = cos(x);
  return {s, c, -s, -c};
}

// x·sigmoid(x): k σ_{k-1} + x σ_k. The slope lies in [−0.1, 1.1] everywhere.
template <class I>
Jet<I> silu_jet(const I& x, const Jet<I>& s) {
  return {x * s[0], meet(between(-0.1, 1.1, x), s[0] + x * s[1]), number(2.0, x) * s[1] + x * s[2], number(3.0, x) * s[2] + x * s[3]};
}

// x·Φ(x) with the normal distribution Φ and density φ: Φ + xφ, φ(2 − x²), φ(x³ − 4x). The slope lies in [−0.13, 1.13].
template <class I>
Jet<I> gelu_jet(const I& x) {
  const I one = number(1.0, x), two = number(2.0, x), x2 = square(x);
  const I distribution = half(one + erf(x / sqrt(two)));
  const I density = exp(-half(x2)) / sqrt(two * pi(x));
  return {x * distribution, meet(between(-0.13, 1.13, x), distribution + x * density), density * (two - x2),
          density * x * (x2 - number(4.0, x))};
}

// Sharpens orders 0…2 of a smooth function over [lo, hi] by f(lo) + f'·(x − lo) and the same from the right end.
template <class I>
Jet<I> mean_value(const I& lo, const I& hi, const Jet<I>& a, const Jet<I>& b, Jet<I> jet) {
  const I x = hull(lo, hi);
  for (int k = 2; k >= 0; --k)
    jet[k] = meet(meet(jet[k], a[k] + jet[k + 1] * (x - lo)), b[k] + jet[k + 1] * (x - hi));
  return jet;
}

// Piecewise functions x ↦ x for x >= 0 and α·g(x) for x < 0, g = expm1 (elu) or the identity (relu, leaky relu).
template <class I>
Jet<I> kinked_jet(const I& lo, const I& hi, const I& alpha, bool exponential) {
  const I zero = number(0.0, lo), one = number(1.0, lo);
  const bool left = lower_of(lo) <= 0, right = upper_of(hi) >= 0;
  Jet<I> jet{hull(lo, hi), one, zero, zero};
  if (!left) return jet;
  const I end = right ? zero : hi;  // the left branch lives on [lo, end]
  const I slopes = exponential ? alpha * hull(exp(lo), exp(end)) : alpha;
  jet[0] = hull(exponential ? alpha * expm1(lo) : alpha * lo, right ? hi : (exponential ? alpha * expm1(hi) : alpha * hi));
  jet[1] = right ? hull(slopes, one) : slopes;
  if (exponential) {
    jet[2] = right ? hull(slopes, zero) : slopes;
    jet[3] = right ? entire_like(lo) : slopes;
  }
  if (right && !exponential) jet[2] = jet[3] = entire_like(lo);
  // A leaky slope above 1 or an elu with alpha > 1 is still monotone; a negative leaky slope folds at 0.
  if (right) jet[0] = hull(jet[0], zero);
  return jet;
}

template <class I>
I kink_alpha(const ActivationFunction<I>& f, const I& like) {
  return f.kind == Activation::relu ? number(0.0, like) : f.alpha;
}

template <class I>
Jet<I> jet_over_interval(const ActivationFunction<I>& f, const I& x) {
  const I lo = lower_point(x), hi = upper_point(x);
  return jet_over(f, lo, hi, jet_at(f, lo), jet_at(f, hi));
}

}  // namespace

template <class I>
Jet<I> jet_at(const ActivationFunction<I>& f, const I& x) {
  switch (f.kind) {
    case Activation::tanh: return tanh_jet(x);
    case Activation::sigmoid: return sigmoid_from_tanh(tanh_jet(half(x)));
    case Activation::softplus: {
      const Jet<I> s = sigmoid_from_tanh(tanh_jet(half(x)));
      return {softplus(x), s[0], s[1], s[2]};
    }
    case Activation::arctan: return arctan_jet(x);
    case Activation::sin: return sin_jet(x);
    case Activation::silu: return silu_jet(x, sigmoid_from_tanh(tanh_jet(half(x))));
    case Activation::gelu: return gelu_jet(x);
    case Activation::elu: return kinked_jet(x, x, f.alpha, true);
    case Activation::relu:
    case Activation::leaky_relu: return kinked_jet(x, x, kink_alpha(f, x), false);
    case Activation::identity: break;
  }
  return {x, number(1.0, x), number(0.0, x), number(0.0, x)};
}

template <class I>
Jet<I> jet_over(const ActivationFunction<I>& f, const I& lo, const I& hi, const Jet<I>& a, const Jet<I>& b) {
  switch (f.kind) {
    case Activation::tanh: return tanh_jet_over(lo, hi, a, b);
    case Activation::sigmoid:
    case Activation::softplus:
    case Activation::silu: {
      const I half_lo = half(lo), half_hi = half(hi);
      const Jet<I> s = sigmoid_from_tanh(tanh_jet_over(half_lo, half_hi, tanh_jet(half_lo), tanh_jet(half_hi)));
      if (f.kind == Activation::sigmoid) return s;
      if (f.kind == Activation::softplus) return {hull(a[0], b[0]), s[0], s[1], s[2]};
      return mean_value(lo, hi, a, b, silu_jet(hull(lo, hi), s));
    }
    case Activation::arctan: return arctan_jet_over(lo, hi, a, b);
    case Activation::sin: return sin_jet(hull(lo, hi));
    case Activation::gelu: return mean_value(lo, hi, a, b, gelu_jet(hull(lo, hi)));
    case Activation::elu: return kinked_jet(lo, hi, f.alpha, true);
    case Activation::relu:
    case Activation::leaky_relu: return kinked_jet(lo, hi, kink_alpha(f, lo), false);
    case Activation::identity: break;
  }
  return {hull(lo, hi), number(1.0, lo), number(0.0, lo), number(0.0, lo)};
}

Jet<Interval> jet_over(const ActivationFunction<Interval>& f, const Interval& x) { return jet_over_interval(f, x); }
Jet<BigInterval> jet_over(const ActivationFunction<BigInterval>& f, const BigInterval& x) { return jet_over_interval(f, x); }

template Jet<Interval> jet_at(const ActivationFunction<Interval>&, const Interval&);
template Jet<BigInterval> jet_at(const ActivationFunction<BigInterval>&, const BigInterval&);
template Jet<Interval> jet_over(const ActivationFunction<Interval>&, const Interval&, const Interval&, const Jet<Interval>&, const Jet<Interval>&);
template Jet<BigInterval> jet_over(const ActivationFunction<BigInterval>&, const BigInterval&, const BigInterval&, const Jet<BigInterval>&, const Jet<BigInterval>&);

}  // namespace narrows
