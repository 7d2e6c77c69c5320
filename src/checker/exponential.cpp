// exp(x) = 2^k·exp(r), x = k·ln 2 + r with 0 < r < 0.7, and exp(r) by its Taylor polynomial of degree 17.
//
// ln 2 = head + tail: head has 42 bits, so that k·head is exact for |k| < 2^11; tail is rounded to nearest.
// k is chosen so that r > 0: then all terms are positive. Everything is computed to nearest, u = 2^-53 at most relative to each result:
//   r:            both differences and the product err by at most u·(0.71 + 0.7 + 2^-35), and so e^r by a factor within 1 ± 1.42u
//   coefficients: the polynomial by a factor within 1 ± u
//   Horner:       a running sum, e := e·r + (product + sum) for each step, of which the error of the polynomial is at most e·u·1.01
//   the rest:     below r^18/18!·(1 + r/19 + (r/19)^2 + …) < 1.1·0.7^18/18! < u/256, and e^r > 1
// Together at most u·(1.02·e + 2.5·e^r).
#include "checker/exponential.hpp"

#include <array>

namespace narrows::checker {
namespace {

constexpr double reach =
    690;  // exp(±690) and all that is computed on the way is far from overflow and underflow
constexpr double head = 0x1.62e42fefa38p-1, tail = 0x1.ef35793c7673p-45;
constexpr int degree = 17;

/// 1/i!, rounded to nearest. All factorials up to 17! are doubles.
std::array<double, degree + 1> inverse_factorials() {
  std::array<double, degree + 1> inverse{};
  double factorial = 1;
  for (int i = 0; i <= degree; ++i) {
    if (i > 0) factorial *= i;
    inverse[static_cast<std::size_t>(i)] = 1 / factorial;
  }
  return inverse;
}

struct Bounds {
  double lower, upper;
};

/// Bounds of exp(x), |x| <= reach; NaN if r is not where it should be (it always is).
Bounds exponential_bounds(double x) {
  static const std::array<double, degree + 1> c = inverse_factorials();
  const double k = std::floor(x * 1.4426950408889634 - 0x1p-20);
  const double r = (x - k * head) - k * tail;  // k·head is exact
  if (!(r > 0 && r < 0.7))
    return {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::quiet_NaN()};
  double sum = c[degree], errors = 0;
  for (int i = degree - 1; i >= 0; --i) {
    const double product = sum * r;
    sum = product + c[static_cast<std::size_t>(i)];
    errors = errors * r + (product + sum);
  }
  const double error = 0x1p-53 * (1.03 * errors + 2.6 * sum);
  const int exponent = static_cast<int>(k);
  return {std::ldexp(directed::add(sum, -error, false), exponent),
          std::ldexp(directed::add(sum, error, true), exponent)};
}

bool within_reach(double x) {
  return x >= -reach && x <= reach;
}

}  // namespace

LeafInterval exponential(const LeafInterval& x) {
  const double lo = x.lo.as_double(), hi = x.hi.as_double();
  if (!within_reach(lo) || !within_reach(hi)) return LeafInterval(increasing(mpfr_exp, Interval(x)));
  const Bounds at_lo = exponential_bounds(lo), at_hi = lo == hi ? at_lo : exponential_bounds(hi);
  const LeafInterval bounds(at_lo.lower, at_hi.upper);
  return bounds.has_nan() ? unknown_leaf_interval() : bounds;
}

Interval exponential(const Interval& x) {
  const bool doubles = x.lo.is_double() && x.hi.is_double();
  return doubles ? Interval(exponential(LeafInterval(x))) : increasing(mpfr_exp, x);
}

}  // namespace narrows::checker
