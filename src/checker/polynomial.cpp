// Arithmetic of polynomials with a remainder: coefficients are rounded to nearest, errors go into the radius.
#include "checker/polynomial.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "checker/growth.hpp"
#include "checker/taylor.hpp"

namespace narrows::checker {
namespace {

bool is_zero(const Real& x) {
  return x.is_double() ? x.as_double() == 0 : mpfr_zero_p(x.raw()) != 0;  // not for NaN
}

/// Exponents of n variables with this sum, in lexicographic order.
void append_exponents(std::vector<std::vector<std::size_t>>& list, std::vector<std::size_t>& head,
                      std::size_t n, std::size_t sum) {
  if (n == 0) {
    if (sum == 0) list.push_back(head);
    return;
  }
  for (std::size_t e = n == 1 ? sum : 0; e <= sum; ++e) {
    head.push_back(e);
    append_exponents(list, head, n - 1, sum - e);
    head.pop_back();
  }
}

std::size_t total(const std::vector<std::size_t>& exponents) {
  std::size_t sum = 0;
  for (const std::size_t e : exponents) sum += e;
  return sum;
}

/// Σ|c| + radius, rounded up.
Real norm_upper(const Polynomial& x) {
  Real sum = x.radius;
  {
    Growth growth(sum);
    for (const Real& c : x.coefficient) growth.add(c);
  }
  return sum;
}

}  // namespace

Basis::Basis(std::size_t d, std::size_t n, std::size_t k) : variables(d), time_degree(n), degree(k) {
  std::vector<std::size_t> head;
  for (std::size_t sum = 0; sum <= degree; ++sum) append_exponents(exponents, head, d, sum);
  std::map<std::vector<std::size_t>, std::size_t> places;
  for (const auto& a : exponents) places.emplace(a, places.size());
  for (const auto& a : exponents) {
    for (const auto& b : exponents) {
      std::vector<std::size_t> both = a;
      for (std::size_t i = 0; i < d; ++i) both[i] += b[i];
      products.push_back(total(both) <= degree ? places.at(both) : none);
    }
  }
}

std::size_t Basis::find(const std::vector<std::size_t>& wanted) const {
  const auto found = std::find(exponents.begin(), exponents.end(), wanted);
  return found == exponents.end() ? none : static_cast<std::size_t>(found - exponents.begin());
}

Polynomial::Polynomial(const Basis& monomials, Precision p)
    : basis(&monomials), coefficient((monomials.time_degree + 1) * monomials.size(), Real(p)), radius(p) {}

void add_scaled(Polynomial& y, const Interval& w, const Polynomial& x) {
  Growth growth(y.radius);
  for (std::size_t i = 0; i < x.coefficient.size(); ++i)
    growth.fused_add(y.coefficient[i], w.lo, x.coefficient[i]);
  growth.add(w.lo, x.radius);
  if (w.is_point()) return;
  Real width(y.precision());
  add(width, w.hi, w.lo.negated(), true);
  growth.add(width, norm_upper(x));
}

void add_monomial(Polynomial& y, const Interval& c, std::size_t k, std::size_t m) {
  Growth growth(y.radius);
  if (m == Basis::none || k > y.basis->time_degree) return growth.add(absolute(c).hi);
  const Real middle = c.is_point() ? c.lo : ((Interval(c.lo) + Interval(c.hi)) / 2.0).lo;
  growth.add(absolute(c - Interval(middle)).hi);
  growth.fused_add(y.coefficient[k * y.basis->size() + m], Real(1, leaf_precision), middle);
}

namespace {

/// z += x·y. (The growth of a radius must end before the object is returned.)
void add_product(Polynomial& z, const Polynomial& x, const Polynomial& y) {
  const Basis& basis = *x.basis;
  const std::size_t size = basis.size();
  const Real x_norm = norm_upper(x), y_norm = norm_upper(y);
  Growth growth(z.radius);
  growth.add(x.radius, y_norm);
  growth.add(y.radius, x_norm);
  for (std::size_t i = 0; i < x.coefficient.size(); ++i) {
    const Real& a = x.coefficient[i];
    if (is_zero(a)) continue;
    const std::size_t k = i / size, kept = basis.time_degree - k;
    const std::size_t* const index = &basis.products[i % size * size];
    for (std::size_t l = 0; l <= basis.time_degree; ++l) {
      for (std::size_t m = 0; m < size; ++m) {
        const Real& b = y.coefficient[l * size + m];
        if (is_zero(b)) continue;
        if (l <= kept && index[m] != Basis::none) {
          growth.fused_add(z.coefficient[(k + l) * size + index[m]], a, b);
        } else {
          growth.add(a, b);
        }
      }
    }
  }
}

}  // namespace

Polynomial product(const Polynomial& x, const Polynomial& y) {
  Polynomial z(*x.basis, x.precision());
  add_product(z, x, y);
  return z;
}

Polynomial times_linear(const Polynomial& x, const Interval& a, const Interval& b) {
  const std::size_t size = x.basis->size(), top = x.basis->time_degree * size;
  Polynomial y(*x.basis, x.precision()), shifted = y;
  add_scaled(y, a, x);
  std::copy(x.coefficient.begin(), x.coefficient.begin() + static_cast<std::ptrdiff_t>(top),
            shifted.coefficient.begin() + static_cast<std::ptrdiff_t>(size));
  shifted.radius = x.radius;
  {
    Growth growth(shifted.radius);
    for (std::size_t i = top; i < x.coefficient.size(); ++i) growth.add(x.coefficient[i]);
  }
  add_scaled(y, b, shifted);
  return y;
}

Interval range(const Polynomial& x) {
  const std::size_t size = x.basis->size();
  Interval sum(x.radius.negated(), x.radius);
  for (std::size_t i = 0; i < x.coefficient.size(); ++i) {
    if (is_zero(x.coefficient[i])) continue;
    bool even = i / size % 2 == 0;
    for (const std::size_t e : x.basis->exponents[i % size]) even = even && e % 2 == 0;
    const Interval monomial(i == 0 ? 1 : even ? 0 : -1, 1, leaf_precision);
    sum = sum + Interval(x.coefficient[i]) * monomial;
  }
  return sum;
}

Interval size_upper(const Polynomial& x) {
  return Interval(absolute(range(x)).hi);
}

namespace {

/// Σ_{k < order} c_k t^k + last·t^order.
Polynomial horner(const std::vector<Interval>& c, std::size_t order, const Interval& last,
                  const Polynomial& t) {
  Polynomial sum(*t.basis, t.precision());
  add_monomial(sum, last, 0, 0);
  for (std::size_t k = order; k-- > 0;) {
    sum = product(sum, t);
    add_monomial(sum, c[k], 0, 0);
  }
  return sum;
}

/// The order from 1 on with the least |last_m|·ν^m; the first one that is too small to matter.
std::size_t best_order(const std::vector<Interval>& last, const Interval& nu) {
  std::size_t best = 1;
  Interval power = nu, least = absolute(last[1]) * power;
  const Interval negligible = absolute(last[0]) * Interval(std::ldexp(1.0, -nu.precision() - 4));
  for (std::size_t m = 2; m < last.size() && !less(least.hi, negligible.hi); ++m) {
    power = power * nu;
    const Interval remainder = absolute(last[m]) * power;
    if (!less(remainder.hi, least.hi)) continue;
    best = m;
    least = remainder;
  }
  return best;
}

/// The coefficients of σ', from those of σ.
std::vector<Interval> differentiated(const std::vector<Interval>& c) {
  std::vector<Interval> d;
  for (std::size_t k = 1; k < c.size(); ++k) d.push_back(c[k] * Interval(static_cast<double>(k)));
  return d;
}

}  // namespace

/// Taylor's formula about the constant term z0: c_k(z0) for k < m, and for k = m over the range of z, which is convex.
std::pair<Polynomial, Polynomial> activated(const Activation& a, const Polynomial& z) {
  const Interval z0(z.coefficient[0]);
  Polynomial t = z;
  t.coefficient[0] = Real(z.precision());
  const Interval nu = size_upper(t), whole = hull(z0, range(z));
  const std::size_t order = z.basis->time_degree + z.basis->degree + 10;
  const std::vector<Interval> at = taylor_coefficients(a, z0, order),
                              over = taylor_coefficients(a, whole, order);
  const std::vector<Interval> slope_at = differentiated(at), slope_over = differentiated(over);
  const std::size_t m = best_order(over, nu), n = best_order(slope_over, nu);
  return {horner(at, m, over[m], t), horner(slope_at, n, slope_over[n], t)};
}

}  // namespace narrows::checker
