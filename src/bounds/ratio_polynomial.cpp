#include "bounds/ratio_polynomial.hpp"

#include <algorithm>

#include "arith/small_matrix.hpp"

namespace narrows {
namespace {

using Polynomial = std::vector<Interval>;  // q_k: the coefficient of t^k (1−t)^{n−k}

constexpr int kHalvings = 5;

Polynomial times(const Polynomial& p, const Interval& at_0, const Interval& at_1) {
  Polynomial product(p.size() + 1, Interval(0.0));
  for (std::size_t k = 0; k < p.size(); ++k) {
    product[k] += p[k] * at_0;
    product[k + 1] += p[k] * at_1;
  }
  return product;
}

/// Σ_k e_k ε^{n−k} δ^k along (1−t)·first + t·second.
Polynomial along_segment(const std::vector<Interval>& e, const Cone& cone, const Interval& skip, const Interval& residual) {
  const std::size_t n = e.size() - 1;
  const Interval e0 = skip * Interval(cone.first[0]), e1 = skip * Interval(cone.second[0]);
  const Interval d0 = residual * Interval(cone.first[1]), d1 = residual * Interval(cone.second[1]);
  Polynomial sum(n + 1, Interval(0.0));
  for (std::size_t k = 0; k <= n; ++k) {
    Polynomial term{e[k]};
    for (std::size_t i = 0; i < n; ++i) term = i < k ? times(term, d0, d1) : times(term, e0, e1);
    for (std::size_t i = 0; i <= n; ++i) sum[i] += term[i];
  }
  return sum;
}

RangeSign negated(RangeSign sign) {
  switch (sign) {
    case RangeSign::positive: return RangeSign::negative;
    case RangeSign::nonnegative: return RangeSign::nonpositive;
    case RangeSign::negative: return RangeSign::positive;
    case RangeSign::nonpositive: return RangeSign::nonnegative;
    case RangeSign::unknown: break;
  }
  return RangeSign::unknown;
}

/// The sign for t in [0, 1] where it follows from the coefficients: strictly if both ends are.
RangeSign upper_sign(const Polynomial& q) {
  const Interval &first = q.front(), &last = q.back();
  if (!(first.lower() >= 0 && last.lower() >= 0)) return RangeSign::unknown;
  const bool inside = std::all_of(q.begin(), q.end(), [](const Interval& c) { return c.lower() >= 0; });
  const bool strict = is_positive(first) && is_positive(last);
  if (inside) return strict ? RangeSign::positive : RangeSign::nonnegative;
  if (q.size() == 3 && strict && is_positive(Interval(4.0) * first * last - square(q[1]))) return RangeSign::positive;
  return RangeSign::unknown;
}

RangeSign sign_of(const Polynomial& q) {
  const RangeSign sign = upper_sign(q);
  if (sign != RangeSign::unknown) return sign;
  Polynomial opposite;
  for (const Interval& c : q) opposite.push_back(-c);
  return negated(upper_sign(opposite));
}

/// The sign on the union of two parts.
RangeSign joined(RangeSign a, RangeSign b) {
  const auto up = [](RangeSign s) { return s == RangeSign::positive || s == RangeSign::nonnegative; };
  const auto down = [](RangeSign s) { return s == RangeSign::negative || s == RangeSign::nonpositive; };
  if (a == b) return a;
  if (up(a) && up(b)) return RangeSign::nonnegative;
  if (down(a) && down(b)) return RangeSign::nonpositive;
  return RangeSign::unknown;
}

RangeSign sign_with_halvings(const std::vector<Interval>& e, const Cone& cone, const Interval& skip, const Interval& residual, int halvings) {
  const RangeSign sign = sign_of(along_segment(e, cone, skip, residual));
  if (sign != RangeSign::unknown || halvings == 0) return sign;
  // Any ray will do: the two cones together contain the whole.
  const std::array<double, 2> ray{0.5 * cone.first[0] + 0.5 * cone.second[0], 0.5 * cone.first[1] + 0.5 * cone.second[1]};
  const RangeSign first = sign_with_halvings(e, {cone.first, ray}, skip, residual, halvings - 1);
  if (first == RangeSign::unknown) return first;
  return joined(first, sign_with_halvings(e, {ray, cone.second}, skip, residual, halvings - 1));
}

}  // namespace

std::vector<Interval> principal_minor_sums(const std::vector<Interval>& b, std::size_t n) {
  std::vector<Interval> sums(n + 1, Interval(0.0));
  sums[0] = 1.0;
  for (std::size_t set = 1; set < (std::size_t{1} << n); ++set) {
    std::vector<std::size_t> rows;
    for (std::size_t i = 0; i < n; ++i)
      if (set >> i & 1) rows.push_back(i);
    std::vector<Interval> minor;
    for (const std::size_t i : rows)
      for (const std::size_t j : rows) minor.push_back(b[i * n + j]);
    sums[rows.size()] += determinant(std::move(minor), rows.size());
  }
  return sums;
}

RangeSign sign_on_cone(const std::vector<Interval>& e, const Cone& cone, const Interval& skip, const Interval& residual) {
  return sign_with_halvings(e, cone, skip, residual, e.size() > 3 ? kHalvings : 0);
}

}  // namespace narrows
