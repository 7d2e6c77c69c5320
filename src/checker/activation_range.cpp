// Ranges of σ^(k) over an interval: the values at the ends and at the critical points of σ^(k) inside.
//
// The table of critical points is complete, which makes the range exact up to rounding:
//   tanh      σ': 0; σ'': tanh^2 = 1/3; σ''': 0 and tanh^2 = 2/3. sigmoid(x) = (1 + tanh(x/2))/2 has twice these.
//   softplus  σ^(k+1) = sigmoid^(k), σ' > 0.
//   arctan    σ': 0; σ'': x^2 = 1/3; σ''': 0, ±1 (its derivative is 24x(1 - x^2)/(1 + x^2)^4).
//   silu      σ'' = p(2 - xT): zeros ±x1, as xT increases in |x|. σ: σ' < 0 left of -x1 (it falls from 0), rises on
//             [-x1, x1], falls to 1 right of it: one zero, in (-x1, 0). σ''' = p(x(3T^2 - 1)/2 - 3T): 0 and ±x2, as
//             x(3T - 1/T)/6 increases in x > 0 where it is positive. σ''' itself has no table: formula over the interval.
//   gelu      σ'' = φ(2 - x^2): ±√2. σ: the same argument, one zero of σ' in (-√2, 0). σ''' = φx(x^2 - 4): 0, ±2.
//             σ'''' = -φ(x^4 - 7x^2 + 4): x^2 = (7 ± √33)/2.
//   elu       σ and σ' rise; σ'', σ''' are e^x left of 0 and 0 right of it.
#include <algorithm>

#include "checker/activation.hpp"

namespace narrows::checker {
namespace {

/// A critical point of σ^(k), enclosed, and the value of σ^(k) there.
struct Extremum {
  Interval where;
  Interval value;
};

constexpr Precision table_precision = exact_precision;

Interval number(double value) { return Interval(value, table_precision); }

/// Encloses a zero of σ^(k) in (lo, hi), where it changes sign: bisection with proved signs.
Interval zero_of(Function f, int k, double lo, double hi) {
  const Activation a{f, 1};
  const auto sign_at = [&](const Real& x) {
    const Interval y = jet(a, Interval(x)).order[k];
    return y.positive() ? 1 : y.negative() ? -1 : 0;
  };
  Interval r(lo, hi, table_precision);
  const int left = sign_at(r.lo);
  if (left == 0 || sign_at(r.hi) != -left) return unknown_interval(table_precision);
  for (int i = 0; i < table_precision - 20; ++i) {
    Real m(table_precision);
    mpfr_add(m.raw(), r.lo.raw(), r.hi.raw(), MPFR_RNDN);
    mpfr_div_2ui(m.raw(), m.raw(), 1, MPFR_RNDN);
    const int sign = sign_at(m);
    if (sign == 0) break;
    (sign == left ? r.lo : r.hi) = m;
  }
  return r;
}

/// atanh(√(i/3)) = log((1 + r)/(1 - r))/2.
Interval atanh_root_third(long i) {
  const Interval r = square_root(number(static_cast<double>(i)) / 3), quotient = (1 + r) / (1 - r);
  Interval y(table_precision);
  mpfr_log(y.lo.raw(), quotient.lo.raw(), MPFR_RNDD);
  mpfr_log(y.hi.raw(), quotient.hi.raw(), MPFR_RNDU);
  return y / 2;
}

using Points = std::vector<Interval>;

Points plus_minus(const Interval& x) { return {x, -x}; }
Points with_zero(Points points) {
  points.push_back(number(0));
  return points;
}

/// All critical points of σ^(k).
Points critical_points(Function f, int k) {
  switch (f) {
    case Function::tanh:
      if (k == 1) return {number(0)};
      if (k == 2) return plus_minus(atanh_root_third(1));
      if (k == 3) return with_zero(plus_minus(atanh_root_third(2)));
      return {};
    case Function::sigmoid: {
      Points points = critical_points(Function::tanh, k);
      for (Interval& x : points) x = 2 * x;
      return points;
    }
    case Function::softplus: return k == 0 ? Points{} : critical_points(Function::sigmoid, k - 1);
    case Function::arctan:
      if (k == 1) return {number(0)};
      if (k == 2) return plus_minus(square_root(number(1) / 3));
      if (k == 3) return with_zero(plus_minus(number(1)));
      return {};
    case Function::silu:
      if (k == 0) return {zero_of(f, 1, -1.5, -1)};
      if (k == 1) return plus_minus(zero_of(f, 2, 2, 3));
      if (k == 2) return with_zero(plus_minus(zero_of(f, 3, 3, 5)));
      return {};
    case Function::gelu: {
      if (k == 0) return {zero_of(f, 1, -1, -0.5)};
      if (k == 1) return plus_minus(square_root(number(2)));
      if (k == 2) return with_zero(plus_minus(number(2)));
      const Interval root = square_root(number(33));
      Points points = plus_minus(square_root((7 - root) / 2));
      for (const Interval& x : plus_minus(square_root((7 + root) / 2))) points.push_back(x);
      return points;
    }
    default: return {};
  }
}

std::vector<Extremum> make_extrema(Function f, int k) {
  std::vector<Extremum> extrema;
  for (const Interval& x : critical_points(f, k)) extrema.push_back({x, jet({f, 1}, x).order[k]});
  return extrema;
}

/// The table for every function and order, computed once.
const std::vector<Extremum>& extrema(Function f, int k) {
  static const auto table = [] {
    std::array<std::array<std::vector<Extremum>, 4>, 11> t;
    for (int i = 0; i < 11; ++i) {
      for (int j = 0; j < 4; ++j) t[i][j] = make_extrema(static_cast<Function>(i), j);
    }
    return t;
  }();
  return table[static_cast<std::size_t>(f)][static_cast<std::size_t>(k)];
}

/// sin^(k)(x) = sin(x + kπ/2) over x: extremes ±1 at π/2 + nπ - kπ/2.
Interval sin_range(const Interval& x, const Interval& ends, int k) {
  const Precision p = x.precision();
  const Interval full(-1.0, 1.0, p);
  if (!x.is_finite()) return full;
  Interval pi(p);
  mpfr_const_pi(pi.lo.raw(), MPFR_RNDD);
  mpfr_const_pi(pi.hi.raw(), MPFR_RNDU);
  // n with x = (n + (1 - k)/2)π
  const Interval n = x / pi - Interval(0.5 * (1 - k), p);
  Real first(p), last(p);
  mpfr_ceil(first.raw(), n.lo.raw());
  mpfr_floor(last.raw(), n.hi.raw());
  if (less(last, first)) return ends;
  if (!mpfr_equal_p(first.raw(), last.raw()) || !mpfr_fits_slong_p(first.raw(), MPFR_RNDN)) return full;
  Interval r = ends;
  widen(r, Interval(mpfr_get_si(first.raw(), MPFR_RNDN) % 2 == 0 ? 1.0 : -1.0, p));
  return r;
}

/// silu''' = p(x(1 - 6p) - 3T) over an interval, with the exact ranges of p and T.
Interval silu_third_range(const Interval& x) {
  const Ranges sigmoid({Function::sigmoid, 1}, x);
  const Interval p = sigmoid.range(1), T = (-1) + 2 * sigmoid.range(0);
  return p * (x * (1 - 6 * p) - 3 * T);
}

}  // namespace

Ranges::Ranges(const Activation& a, const Interval& x)
    : activation_(a), x_(x), lower_(jet(a, Interval(x.lo))), upper_(jet(a, Interval(x.hi))) {}

Interval Ranges::range(int k) const {
  const auto order = static_cast<std::size_t>(k);
  const Interval ends = hull(lower_.order[order], upper_.order[order]);
  const Precision p = x_.precision();
  switch (activation_.function) {
    case Function::sin: return sin_range(x_, ends, k);
    case Function::silu:
      if (k == 3) return silu_third_range(x_);
      break;
    case Function::elu:
      if (k < 2 || x_.lo.sign() > 0 || x_.hi.sign() < 0) return ends;
      return k == 2 && activation_.alpha == 1 ? Interval(0.0, 1.0, p) : unknown_interval(p);
    default: break;
  }
  Interval r = ends;
  for (const Extremum& extremum : extrema(activation_.function, k)) {
    if (may_meet(extremum.where, x_)) widen(r, extremum.value);
  }
  return r;
}

}  // namespace narrows::checker
