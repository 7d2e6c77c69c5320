// exp(x) = 2^k·exp(r), x = k·ln 2 + r with 0 < r < 0.7, and exp(r) by its Taylor polynomial of degree 17.
//
// ln 2 = head + tail: head has 42 bits, so that k·head is exact for |k| < 2^11; tail lies between two neighbouring doubles.
// k is chosen so that r > 0: then all terms are positive, and Horner's scheme rounded down (up) throughout gives a lower (upper) bound.
// The rest of the series is below r^18/18!·(1 + r/19 + (r/19)^2 + …) < 1.1·r^18/18!.
#include "checker/exponential.hpp"

#include <array>

namespace narrows::checker {
namespace {

constexpr double reach = 690;  // exp(±690) and all that is computed on the way is far from overflow and underflow
constexpr double head = 0x1.62e42fefa38p-1, tail_lower = 0x1.ef35793c7673p-45, tail_upper = 0x1.ef35793c76731p-45;
constexpr int degree = 17;

double multiply(double a, double b, bool up) {
  return directed::step(a * b, up);
}

/// 1/i!, rounded down or up. All factorials up to 18! are doubles.
std::array<double, degree + 2> inverse_factorials(bool up) {
  std::array<double, degree + 2> inverse{};
  double factorial = 1;
  for (int i = 0; i <= degree + 1; ++i) {
    if (i > 0) factorial *= i;
    inverse[static_cast<std::size_t>(i)] = i <= 1 ? 1 : directed::step(1 / factorial, up);
  }
  return inverse;
}

/// A bound of exp(x) from below or above, |x| <= reach; NaN if r <= 0 (it never is).
double exponential_bound(double x, bool up) {
  static const std::array<double, degree + 2> lower = inverse_factorials(false), upper = inverse_factorials(true);
  const std::array<double, degree + 2>& c = up ? upper : lower;
  const double k = std::floor(x * 1.4426950408889634 - 0x1p-20);
  // r = (x - k·head) - k·tail, rounded; the product is exact.
  const bool larger_tail = (k < 0) == up;
  const double k_tail = multiply(-k, larger_tail ? tail_upper : tail_lower, up);
  const double r = directed::add(directed::add(x, -k * head, up), k_tail, up);
  if (!(r > 0 && r < 0.7)) return std::numeric_limits<double>::quiet_NaN();
  double sum = c[degree];
  if (up) sum = directed::add(sum, multiply(1.1, multiply(r, c[degree + 1], true), true), true);
  for (int i = degree - 1; i >= 0; --i) sum = directed::add(multiply(sum, r, up), c[static_cast<std::size_t>(i)], up);
  return std::ldexp(sum, static_cast<int>(k));
}

bool within_reach(const Real& x) {
  return x.is_double() && x.as_double() >= -reach && x.as_double() <= reach;
}

}  // namespace

Interval exponential(const Interval& x) {
  if (!within_reach(x.lo) || !within_reach(x.hi)) return increasing(mpfr_exp, x);
  const Interval bounds(exponential_bound(x.lo.as_double(), false), exponential_bound(x.hi.as_double(), true), leaf_precision);
  return bounds.has_nan() ? unknown_interval(leaf_precision) : bounds;
}

}  // namespace narrows::checker
