// The ranges of σ' are proved: by interval subdivision in 128-bit arithmetic, with formulas written out here.
#include "network/slope_range.hpp"

#include <catch2/catch.hpp>

#include "arith/big_interval.hpp"

using namespace narrows;

namespace {

using Slope = BigInterval (*)(const BigInterval&);
constexpr mpfr_prec_t kBits = 128;
BigInterval big(double x) {
  return {x, kBits};
}

/// s + x s (1 − s), s = 1/(1 + e^−x).
BigInterval silu_slope(const BigInterval& x) {
  const BigInterval s = big(1) / (big(1) + exp(-x));
  return s + x * s * (big(1) - s);
}
BigInterval normal_density(const BigInterval& x) {
  return exp(-(square(x) / big(2))) / sqrt(big(2) * pi(x));
}
/// Φ + x φ.
BigInterval gelu_slope(const BigInterval& x) {
  return (big(1) + erf(x / sqrt(big(2)))) / big(2) + x * normal_density(x);
}
/// σ''  = s (1 − s) (2 − x (2s − 1)) and φ (2 − x²): for the mean value form.
BigInterval silu_curvature(const BigInterval& x) {
  const BigInterval s = big(1) / (big(1) + exp(-x));
  return s * (big(1) - s) * (big(2) - x * (big(2) * s - big(1)));
}
BigInterval gelu_curvature(const BigInterval& x) {
  return normal_density(x) * (big(2) - square(x));
}

/// Proves σ' <= c on [lo, hi] by bisection, with σ'(m) + σ''(X)(X − m).
bool is_below(Slope slope, Slope curvature, const Rational& c, double lo, double hi, int depth) {
  const double m = 0.5 * (lo + hi);
  const BigInterval x(Interval(lo, hi), kBits);
  if (is_positive(BigInterval(c, kBits) - (slope(big(m)) + curvature(x) * (x - big(m))))) return true;
  return depth > 0 && is_below(slope, curvature, c, lo, m, depth - 1) &&
         is_below(slope, curvature, c, m, hi, depth - 1);
}

SlopeRange range_of(Activation function, const Rational& alpha = 0) {
  return slope_range({function, alpha});
}

}  // namespace

TEST_CASE("the slopes of silu and gelu stay below their upper bounds on all of R") {
  const Rational silu = range_of(Activation::silu).high, gelu = range_of(Activation::gelu).high;
  CHECK(is_below(silu_slope, silu_curvature, silu, -64, 64, 40));
  CHECK(is_below(gelu_slope, gelu_curvature, gelu, -64, 64, 40));
  // |x| >= 64: s(1 − s) <= e^−|x| and φ(x) <= e^−|x|, so σ' <= 1 + |x| e^−|x|, which falls
  CHECK(is_negative(big(1) + big(64) * exp(big(-64)) - BigInterval(silu, kBits)));
  CHECK(is_negative(big(1) + big(64) * exp(big(-64)) - BigInterval(gelu, kBits)));
}

TEST_CASE("the lower bounds follow by the symmetry of silu and gelu about one half") {
  for (const Activation f : {Activation::silu, Activation::gelu})
    CHECK(range_of(f).low == 1 - range_of(f).high);
  for (const double x : {0.0, 0.5, 1.4, 2.4, 7.0}) {
    CHECK(contains(silu_slope(big(x)) + silu_slope(big(-x)), 1.0));
    CHECK(contains(gelu_slope(big(x)) + gelu_slope(big(-x)), 1.0));
  }
}

TEST_CASE("the bounds of silu and gelu are sharp to 1e-8") {
  const Rational slack = Rational(1) / 100'000'000;
  CHECK(
      is_positive(silu_slope(big(2.39935728)) - BigInterval(range_of(Activation::silu).high - slack, kBits)));
  CHECK(
      is_positive(gelu_slope(big(1.41421356)) - BigInterval(range_of(Activation::gelu).high - slack, kBits)));
}

TEST_CASE("the table of ranges is that of the theory") {
  const auto is = [](const SlopeRange& range, const Rational& low, const Rational& high, RangeEnds ends) {
    return range.low == low && range.high == high && range.ends == ends && range.sharp;
  };
  CHECK(is(range_of(Activation::tanh), 0, 1, RangeEnds::half_open));
  CHECK(is(range_of(Activation::arctan), 0, 1, RangeEnds::half_open));
  CHECK(is(range_of(Activation::sigmoid), 0, Rational(1) / 4, RangeEnds::half_open));
  CHECK(is(range_of(Activation::softplus), 0, 1, RangeEnds::open));
  CHECK(is(range_of(Activation::elu, 1), 0, 1, RangeEnds::half_open));
  CHECK(is(range_of(Activation::elu, 3), 0, 3, RangeEnds::closed));
  CHECK(is(range_of(Activation::elu, Rational(1) / 3), 0, 1, RangeEnds::closed));
  CHECK(is(range_of(Activation::relu), 0, 1, RangeEnds::closed));
  CHECK(is(range_of(Activation::leaky_relu, Rational(1) / 100), Rational(1) / 100, 1, RangeEnds::closed));
  CHECK(is(range_of(Activation::leaky_relu, 2), 1, 2, RangeEnds::closed));
  CHECK(is(range_of(Activation::leaky_relu, -2), -2, 1, RangeEnds::closed));
  CHECK(is(range_of(Activation::sin), -1, 1, RangeEnds::closed));
  CHECK(is(range_of(Activation::identity), 1, 1, RangeEnds::closed));
  CHECK(largest_slope(range_of(Activation::leaky_relu, -2)) == 2);
}
