#include "arith/interval.hpp"

#include <algorithm>

namespace narrows {
namespace {

// The product of two end points; a zero factor gives an exact zero even against an infinite end.
double end_product(double a, double b) { return (a == 0 || b == 0) ? 0.0 : a * b; }

}  // namespace

Interval enclose(const Rational& exact) {
  const double truncated = mpq_get_d(exact.backend().data());  // rounds toward zero
  if (!std::isfinite(truncated)) return exact > 0 ? Interval(DBL_MAX, kInfinity) : Interval(-kInfinity, -DBL_MAX);
  if (rational_exact(truncated) == exact) return truncated;
  return exact > 0 ? Interval(truncated, next_up(truncated)) : Interval(next_down(truncated), truncated);
}

double midpoint(const Interval& x) {
  if (is_finite(x)) return std::clamp(0.5 * x.lower() + 0.5 * x.upper(), x.lower(), x.upper());
  if (contains(x, 0)) return 0;
  return std::isfinite(x.lower()) ? x.lower() : x.upper();
}

Interval operator*(const Interval& a, const Interval& b) {
  if ((a.lower() == 0 && a.upper() == 0) || (b.lower() == 0 && b.upper() == 0)) return 0.0;
  const double products[4] = {end_product(a.lower(), b.lower()), end_product(a.lower(), b.upper()),
                              end_product(a.upper(), b.lower()), end_product(a.upper(), b.upper())};
  const double lo = *std::min_element(products, products + 4), hi = *std::max_element(products, products + 4);
  // A factor that touches 0 gives an exact zero end; everything else was rounded to nearest.
  return {lo == 0 && a.lower() >= 0 && b.lower() >= 0 ? 0.0 : next_down(lo), next_up(hi)};
}

Interval operator/(const Interval& a, const Interval& b) {
  if (!excludes_zero(b)) return Interval::entire();
  const double quotients[4] = {a.lower() / b.lower(), a.lower() / b.upper(), a.upper() / b.lower(), a.upper() / b.upper()};
  for (const double q : quotients)
    if (std::isnan(q)) return Interval::entire();
  return {next_down(*std::min_element(quotients, quotients + 4)), next_up(*std::max_element(quotients, quotients + 4))};
}

Interval square(const Interval& x) {
  const double low = std::fabs(x.lower()), high = std::fabs(x.upper());
  const double smallest = contains(x, 0) ? 0.0 : std::fmin(low, high);
  return {smallest == 0 ? 0.0 : std::fmax(0.0, next_down(smallest * smallest)), next_up(std::fmax(low, high) * std::fmax(low, high))};
}

Interval sqrt(const Interval& x) {
  if (x.upper() < 0) return Interval::entire();
  const double lo = x.lower() > 0 ? std::fmax(0.0, next_down(std::sqrt(x.lower()))) : 0.0;
  return {lo, next_up(std::sqrt(x.upper()))};
}

}  // namespace narrows
