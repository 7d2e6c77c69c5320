// Affine arithmetic with rigorous rounding: coefficients are rounded to nearest, and one unit in the last
// place of every inexact result is added to the radius.
#include "checker/form.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

#include "checker/growth.hpp"

namespace narrows::checker {
namespace {

/// Σ|slope_i| + radius, rounded up.
Real deviation(const Form& x) {
  Real s = x.radius;
  {
    Growth growth(s);  // changes s where this block ends
    for (const double slope : x.slope.doubles()) growth.add(slope);
    for (const Real& slope : x.slope.reals()) growth.add(slope);
  }
  return s;
}

/// The interval as a centre (added to `y`) and a half-width (added to its radius).
void add_affine_constant(Form& y, const Interval& c) {
  const Real middle = middle_of(c);
  const Interval half_width = absolute(c - Interval(middle));
  Growth growth(y.radius);
  growth.add(half_width.hi);
  growth.fused_add(y.centre, Real(1, leaf_precision), middle);
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

}  // namespace

Form constant_form(const Interval& value, std::size_t d) {
  Form y(d, value.precision());
  add_affine_constant(y, value);
  y.range = value;
  return y;
}

Form coordinate_form(double lo, double hi, std::size_t i, std::size_t d, Precision p) {
  Form x = constant_form(Interval(lo, hi, p), d);
  if (lo < hi)
    x.slope.exchange(
        i, x.radius);  // the half-width belongs to the symbol; a point has none, only a rounding error
  return x;
}

void add_constant(Form& y, const Interval& c) {
  add_affine_constant(y, c);
  y.range = y.range + c;
}

namespace {

std::vector<Real> reals_of(const Slopes& slopes) {
  std::vector<Real> reals;
  for (std::size_t i = 0; i < slopes.size(); ++i) reals.push_back(slopes[i]);
  return reals;
}

/// y += a·x, where x is not longer than y.
template <class Number>
void add_slopes(Growth& growth, std::vector<Number>& y, const Number& a, const std::vector<Number>& x) {
  for (std::size_t i = 0; i < x.size(); ++i) growth.fused_add(y[i], a, x[i]);
}

}  // namespace

void add_scaled(Form& y, const Interval& w, const Form& x) {
  const Real& a = w.lo;
  Growth growth(y.radius);
  growth.fused_add(y.centre, a, x.centre);
  y.slope.extend(x.slope.size());
  if (y.slope.is_double()) {  // so is x, or else the centre is NaN now
    add_slopes(growth, y.slope.doubles(), a.as_double(), x.slope.doubles());
  } else {
    add_slopes(growth, y.slope.reals(), a, reals_of(x.slope));
  }
  growth.add(a, x.radius);
  if (!w.is_point()) {  // w·x = a·x + (w - a)·x
    Real width(y.radius.precision());
    add(width, w.hi, w.lo.negated(), true);
    growth.add(width, absolute(x.range).hi);
  }
  y.range = y.range + w * x.range;
}

void tighten(Form& y) {
  const Real total = deviation(y);
  if (total.is_finite() && y.centre.is_finite()) {
    y.range = intersect(y.range, Interval(y.centre) + Interval(total.negated(), total));
  }
}

void give_symbol(Form& y, std::size_t index) {
  y.slope.extend(index + 1);
  y.slope.exchange(index, y.radius);
}

namespace {

/// Half of y, away from 0 where it is no double.
double half_of(double y) {
  const double half = 0.5 * y;
  return half + half == y ? half : directed::step(half, y > 0);
}
Real half_of(const Real& y) {
  Real half(y.precision());
  multiply(half, y, Real(0.5, leaf_precision), y.sign() > 0);
  return half;
}

/// sum += |x|, rounded up: the factor makes good what both operations lose, and subnormal sums are exact.
void add_magnitude(double& sum, double x) {
  sum = (sum + std::fabs(x)) * (1 + 0x1p-51);
}
void add_magnitude(Real& sum, const Real& x) {
  add(sum, sum, x.magnitude(), true);
}

/// The affine part of a product of two forms with these centres (x0, y0) and slopes: centre and slopes of z, which are 0, and what
/// does not depend on the radii of the factors in `growth`. Returns bounds of Σ|X_j| and Σ|Y_j|.
template <class Number>
std::pair<Number, Number> add_products(Growth& growth, Number& z0, std::vector<Number>& z, const Number& x0,
                                       const std::vector<Number>& x, const Number& y0,
                                       const std::vector<Number>& y, const Number& zero, std::size_t d) {
  growth.fused_add(z0, x0, y0);
  for (std::size_t i = 0; i < y.size(); ++i) growth.fused_add(z[i], x0, y[i]);
  for (std::size_t i = 0; i < x.size(); ++i) growth.fused_add(z[i], y0, x[i]);
  Number x_before = zero, y_before = zero;  // Σ|X_j|, Σ|Y_j| over the symbols before i
  for (std::size_t i = 0; i < z.size(); ++i) {
    const Number &xi = i < x.size() ? x[i] : zero, &yi = i < y.size() ? y[i] : zero;
    const Number half = half_of(yi);
    growth.fused_add(z0, xi, half);
    growth.add(xi, half);
    for (std::size_t j = i + 1; j < d; ++j) {
      Number mixed = zero;
      growth.fused_add(mixed, xi, y[j]);
      growth.fused_add(mixed, x[j], yi);
      growth.add(mixed);
    }
    if (i >= d) {
      growth.add(xi, y_before);
      growth.add(x_before, yi);
    }
    add_magnitude(x_before, xi);
    add_magnitude(y_before, yi);
  }
  return {x_before, y_before};
}

/// The affine part of a product: centre, slope and radius of z, which is 0.
void add_affine_product(Form& z, const Form& x, const Form& y, std::size_t d) {
  const Real zero(z.centre.precision());
  Growth growth(z.radius);
  Real x_sum = zero, y_sum = zero;
  if (z.slope.is_double()) {  // so are x and y
    std::tie(x_sum.as_double(), y_sum.as_double()) =
        add_products(growth, z.centre.as_double(), z.slope.doubles(), x.centre.as_double(), x.slope.doubles(),
                     y.centre.as_double(), y.slope.doubles(), 0.0, d);
  } else {
    std::tie(x_sum, y_sum) = add_products(growth, z.centre, z.slope.reals(), x.centre, reals_of(x.slope),
                                          y.centre, reals_of(y.slope), zero, d);
  }
  growth.add(x.centre, y.radius);
  growth.add(x_sum, y.radius);
  growth.add(y.centre, x.radius);
  growth.add(y_sum, x.radius);
  growth.add(x.radius, y.radius);
}

}  // namespace

/// (cx + X + rx)(cy + Y + ry). The square terms X_i Y_i e_i^2, e_i^2 in [0, 1], are centred at X_i Y_i / 2. Of the mixed
/// terms those of the first d symbols are paired: |X_i Y_j + X_j Y_i|; all others are bounded by Σ|X|·Σ|Y|.
Form product(const Form& x, const Form& y, std::size_t d) {
  Form z(std::max(x.slope.size(), y.slope.size()), std::max(x.centre.precision(), y.centre.precision()));
  add_affine_product(z, x, y, d);
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

Form ActivatedForm::derivative(int k) const {
  const Line<Interval> line = at_.of(k, lines_);
  if (!line.affine) return constant_form(line.range, z_.slope.size());
  return linear_form(z_, line.lambda, line.remainder, line.range);
}

}  // namespace narrows::checker
