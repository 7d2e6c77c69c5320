// Values of activation functions and differences of them, in affine forms.
#include "checker/increment.hpp"

#include <utility>

namespace narrows::checker {
namespace {

Form zero_like(const Form& x) {
  return Form(x.slope.size(), x.centre.precision());
}

Form scaled(const Interval& w, const Form& x) {
  Form y = zero_like(x);
  add_scaled(y, w, x);
  tighten(y);
  return y;
}

/// σ = smooth_weight·smooth + relu_weight·relu.
struct Decomposition {
  Rational smooth_weight = 1;
  Activation smooth;
  Rational relu_weight = 0;
};

Decomposition decompose(const Activation& a) {
  if (smoothness(a) != Smoothness::lipschitz) return {1, a, 0};
  if (a.function == Function::relu) return {0, {Function::identity, 1}, 1};
  return {a.alpha, {a.function == Function::elu ? Function::elu : Function::identity, 1}, 1 - a.alpha};
}

/// relu(z) = λz + a remainder that is convex, with its minimum 0 at 0.
Form relu_form(const Form& z) {
  const Interval& x = z.range;
  if (x.lo.sign() >= 0 && !x.has_nan()) return z;
  if (x.hi.sign() <= 0 && !x.has_nan()) return zero_like(z);
  const double l = x.lo.approx(), u = x.hi.approx(), chord = u / (u - l);
  const Interval lambda(chord >= 0 && chord <= 1 ? chord : 0.5);
  Form y = zero_like(z);
  add_scaled(y, lambda, z);
  add_constant(y, hull(0.0, hull(-lambda * Interval(x.lo), (1 - lambda) * Interval(x.hi))));
  y.range = intersect(y.range, hull(0.0, Interval(x.hi)));
  tighten(y);
  return y;
}

/// The mean slope between z and z + ζ = w: with m = z + ζ/2, σ'(m) + ζ²/24·σ''' for a mean of values of σ''' between them.
Form mean_slope(const Activation& a, const Form& z, const Form& w, const Form& zeta) {
  Form m = z;
  add_scaled(m, 0.5, zeta);
  m.range = hull(z.range, w.range);
  const ActivatedForm f(a, m);
  const Interval bend = f.range(3) * square(zeta.range) / 24.0;
  if (!bend.is_finite()) return constant_form(f.range(1), z.slope.size());
  Form s = f.derivative(1);
  add_constant(s, bend);
  s.range = intersect(s.range, f.range(1));
  tighten(s);
  return s;
}

/// Of relu.
Interval mean_slope_of_kink(const Form& z, const Form& w) {
  const Interval both = hull(z.range, w.range);
  if (both.has_nan()) return both;
  if (both.is_point() && both.lo.sign() == 0) return Interval(0.0, 1.0, both.precision());
  return Interval(both.lo.sign() >= 0 ? 1 : 0, both.hi.sign() <= 0 ? 0 : 1, both.precision());
}

}  // namespace

Form value_form(const Activation& a, const Form& z) {
  const auto [smooth_weight, smooth, relu_weight] = decompose(a);
  if (relu_weight == 0) return ActivatedForm(a, z).derivative(0);
  const Precision p = z.centre.precision();
  Form y = scaled(enclose(relu_weight, p), relu_form(z));
  if (smooth_weight != 0) add_scaled(y, enclose(smooth_weight, p), ActivatedForm(smooth, z).derivative(0));
  tighten(y);
  return y;
}

Form increment(const Activation& a, const Activated& at, const Form& zeta, std::size_t d) {
  if (zeta.range.is_point() && zeta.range.lo.sign() == 0) return zero_like(zeta);
  const Form& z = at.argument;
  Form w = z;
  add_scaled(w, 1.0, zeta);
  tighten(w);
  const double size = absolute(zeta.range).hi.approx(), width = z.range.hi.approx() - z.range.lo.approx();
  Form difference = zero_like(z);
  if (4 * size > width) {
    difference = value_form(a, w);
    add_scaled(difference, -1.0, at.value);
    tighten(difference);
    if (size > 8 * width) return difference;
  }
  const auto [smooth_weight, smooth, relu_weight] = decompose(a);
  const Precision p = z.centre.precision();
  Form product_form = zero_like(z);
  if (smooth_weight != 0)
    add_scaled(product_form, enclose(smooth_weight, p), product(mean_slope(smooth, z, w, zeta), zeta, d));
  if (relu_weight != 0) {
    const Form slope = constant_form(mean_slope_of_kink(z, w), z.slope.size());
    add_scaled(product_form, enclose(relu_weight, p), product(slope, zeta, d));
  }
  tighten(product_form);
  if (!(4 * size > width)) return product_form;
  if (!less(difference.radius, product_form.radius)) std::swap(difference, product_form);
  difference.range = intersect(difference.range, product_form.range);
  return difference;
}

}  // namespace narrows::checker
