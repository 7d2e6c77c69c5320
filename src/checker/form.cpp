// Affine arithmetic with rigorous rounding: coefficients are rounded to nearest, and one unit in the last
// place of every inexact result is added to the radius.
#include "checker/form.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace narrows::checker {
namespace {

/// radius += the rounding error of `result` (to nearest: half a unit of its last place; a whole one is
/// charged).
void charge(Real& radius, int inexact, const Real& result) {
  if (inexact == 0) return;
  if (mpfr_regular_p(result.raw()) == 0) return mpfr_set_nan(radius.raw());
  Real ulp(result.precision());
  mpfr_set_ui_2exp(ulp.raw(), 1, mpfr_get_exp(result.raw()) - result.precision(), MPFR_RNDU);
  add(radius, radius, ulp, true);
}

/// r += a·b, a bound on the error of the form goes to `radius`.
void fused_add(Real& r, const Real& a, const Real& b, Real& radius) {
  if (r.is_double()) return directed::fused_add(r.as_double(), a.as_double(), b.as_double(), radius.as_double());
  charge(radius, mpfr_fma(r.raw(), raw(a), raw(b), r.raw(), MPFR_RNDN), r);
}

/// s += |x|, rounded up.
void accumulate_magnitude(Real& s, const Real& x) {
  add(s, s, x.magnitude(), true);
}

/// radius += |a|·|b|, rounded up; NaN if either is NaN.
void enlarge(Real& radius, const Real& a, const Real& b) {
  Real t(radius.precision());
  multiply(t, a.magnitude(), b.magnitude(), true);
  add(radius, radius, t, true);
}

/// Slopes 0 for symbols that y does not know yet.
void extend(Form& y, std::size_t symbols) {
  if (y.slope.size() < symbols) y.slope.resize(symbols, Real(y.centre.precision()));
}

/// Σ|slope_i|, rounded up.
Real spread(const Form& x) {
  Real s(x.centre.precision());
  for (const Real& slope : x.slope) accumulate_magnitude(s, slope);
  return s;
}

/// A point near the middle of x; 0 if x is unbounded.
Real middle_of(const Interval& x) {
  Real m(x.precision());
  if (!x.is_finite()) return m;
  if (m.is_double()) return Real(midpoint_approx(x), leaf_precision);
  mpfr_add(m.raw(), x.lo.raw(), x.hi.raw(), MPFR_RNDN);
  mpfr_div_2ui(m.raw(), m.raw(), 1, MPFR_RNDN);
  return m;
}

/// The interval as a centre (added to `y`) and a half-width (added to its radius).
void add_affine_constant(Form& y, const Interval& c) {
  const Real middle = middle_of(c);
  const Interval half_width = absolute(c - Interval(middle));
  add(y.radius, y.radius, half_width.hi, true);
  fused_add(y.centre, Real(1, leaf_precision), middle, y.radius);
}

/// λz + remainder, known to lie in `range`.
Form linear_form(const Form& z, const Real& lambda, const Interval& remainder, const Interval& range) {
  Form y(z.slope.size(), z.centre.precision());
  add_scaled(y, Interval(lambda), z);
  add_affine_constant(y, remainder);
  y.range = range;
  tighten(y);
  return y;
}

double width_approx(const Interval& x) {
  const double w = x.hi.approx() - x.lo.approx();
  return std::isnan(w) ? HUGE_VAL : w;
}

}  // namespace

Form constant_form(const Interval& value, std::size_t d) {
  Form y(d, value.precision());
  add_affine_constant(y, value);
  y.range = value;
  return y;
}

Form coordinate_form(double lo, double hi, std::size_t i, std::size_t d, Precision p) {
  Form x = constant_form(Interval(lo, hi, p), d);
  std::swap(x.slope[i], x.radius);  // the half-width belongs to the symbol
  return x;
}

void add_constant(Form& y, const Interval& c) {
  add_affine_constant(y, c);
  y.range = y.range + c;
}

void add_scaled(Form& y, const Interval& w, const Form& x) {
  const Real& a = w.lo;
  fused_add(y.centre, a, x.centre, y.radius);
  extend(y, x.slope.size());
  for (std::size_t i = 0; i < x.slope.size(); ++i) fused_add(y.slope[i], a, x.slope[i], y.radius);
  enlarge(y.radius, a, x.radius);
  if (!w.is_point()) {  // w·x = a·x + (w - a)·x
    Real width(y.radius.precision());
    add(width, w.hi, w.lo.negated(), true);
    enlarge(y.radius, width, absolute(x.range).hi);
  }
  y.range = y.range + w * x.range;
}

void tighten(Form& y) {
  Real total = spread(y);
  add(total, total, y.radius, true);
  if (total.is_finite() && y.centre.is_finite()) {
    y.range = intersect(y.range, Interval(y.centre) + Interval(total.negated(), total));
  }
}

void give_symbol(Form& y, std::size_t index) {
  extend(y, index + 1);
  std::swap(y.slope[index], y.radius);
}

/// (cx + X + rx)(cy + Y + ry). The square terms X_i Y_i e_i^2, e_i^2 in [0, 1], are centred at X_i Y_i / 2. Of the mixed
/// terms those of the first d symbols are paired: |X_i Y_j + X_j Y_i|; all others are bounded by Σ|X|·Σ|Y|.
Form product(const Form& x, const Form& y, std::size_t d) {
  const Precision p = x.centre.precision();
  const std::size_t symbols = std::max(x.slope.size(), y.slope.size());
  Form z(symbols, p);
  fused_add(z.centre, x.centre, y.centre, z.radius);
  for (std::size_t i = 0; i < y.slope.size(); ++i) fused_add(z.slope[i], x.centre, y.slope[i], z.radius);
  for (std::size_t i = 0; i < x.slope.size(); ++i) fused_add(z.slope[i], y.centre, x.slope[i], z.radius);
  Real x_before(p), y_before(p);  // Σ|X_j|, Σ|Y_j| over the symbols before i
  for (std::size_t i = 0; i < symbols; ++i) {
    const Real zero(p);
    const Real &xi = i < x.slope.size() ? x.slope[i] : zero, &yi = i < y.slope.size() ? y.slope[i] : zero;
    Real half(p);
    multiply(half, yi, Real(0.5, leaf_precision), yi.sign() > 0);  // away from 0
    fused_add(z.centre, xi, half, z.radius);
    enlarge(z.radius, xi, half);
    for (std::size_t j = i + 1; j < d; ++j) {
      Real mixed(p);
      fused_add(mixed, xi, y.slope[j], z.radius);
      fused_add(mixed, x.slope[j], yi, z.radius);
      accumulate_magnitude(z.radius, mixed);
    }
    if (i >= d) {
      enlarge(z.radius, xi, y_before);
      enlarge(z.radius, x_before, yi);
    }
    accumulate_magnitude(x_before, xi);
    accumulate_magnitude(y_before, yi);
  }
  enlarge(z.radius, x.centre, y.radius);
  enlarge(z.radius, x_before, y.radius);
  enlarge(z.radius, y.centre, x.radius);
  enlarge(z.radius, y_before, x.radius);
  enlarge(z.radius, x.radius, y.radius);
  z.range = x.range * y.range;
  tighten(z);
  return z;
}

void add_scaled(Dual& y, const Interval& w, const Dual& x) {
  add_scaled(y.value, w, x.value);
  for (std::size_t i = 0; i < x.derivative.size(); ++i) add_scaled(y.derivative[i], w, x.derivative[i]);
}

void tighten(Dual& y) {
  tighten(y.value);
  for (Form& derivative : y.derivative) tighten(derivative);
}

Dual product(const Dual& x, const Dual& y, std::size_t d) {
  Dual z(x.value.slope.size(), 0, x.value.centre.precision());
  z.value = product(x.value, y.value, d);
  for (std::size_t i = 0; i < x.derivative.size(); ++i) {
    Form sum = product(x.value, y.derivative[i], d);
    add_scaled(sum, 1.0, product(x.derivative[i], y.value, d));
    tighten(sum);
    z.derivative.push_back(std::move(sum));
  }
  return z;
}

ActivatedForm::ActivatedForm(const Activation& a, const Form& z)
    : z_(z),
      ranges_(a, z.range),
      middle_(middle_of(z.range)),
      half_width_(absolute(z.range - Interval(middle_))),
      at_middle_(jet(a, Interval(middle_))) {
  half_width_.lo = half_width_.hi;
}

/// With g = σ^(k), g' in [l, u] and g'' in G on [a, b] = z.range, middle m, half-width h:
///   λ = l or u: g(z) - λz is monotone, so it lies in the hull of its values at a and b
///   λ ~ g'(m):  g(z) - λz in g(m) - λm + (g'(m) - λ)[-h, h] + (G hull 0)h²/2 (Taylor)
/// The narrowest is taken. All are valid for elu too, where g' and G hold the one-sided derivatives.
Form ActivatedForm::derivative(int k) const {
  const auto order = static_cast<std::size_t>(k);
  const Interval& z = z_.range;
  const Interval range = ranges_.range(k);
  if (!z.is_finite()) return constant_form(range, z_.slope.size());

  const Interval slope = ranges_.range(k + 1);
  Real lambda = slope.lo;
  Interval remainder = unknown_interval(z.precision());
  const auto prefer = [&](const Real& other, const Interval& candidate) {
    if (!(width_approx(candidate) < width_approx(remainder))) return;
    lambda = other;
    remainder = candidate;
  };
  for (const Real& end : {slope.lo, slope.hi}) {
    const Interval at_lower = ranges_.at_lower().order[order] - Interval(end) * Interval(z.lo);
    prefer(end, hull(at_lower, ranges_.at_upper().order[order] - Interval(end) * Interval(z.hi)));
  }
  if (k <= 1) {
    const Interval& tangent = at_middle_.order[order + 1];
    const Interval bend = hull(ranges_.range(k + 2), 0.0) * square(half_width_) / 2;
    const Interval spread = (tangent - Interval(tangent.lo)) * hull(half_width_, -half_width_);
    prefer(tangent.lo, at_middle_.order[order] - Interval(tangent.lo) * Interval(middle_) + spread + bend);
  }
  if (!lambda.is_finite() || !remainder.is_finite()) return constant_form(range, z_.slope.size());
  return linear_form(z_, lambda, remainder, range);
}

}  // namespace narrows::checker
