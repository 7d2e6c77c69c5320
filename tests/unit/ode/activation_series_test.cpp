#include "ode/activation_series.hpp"

#include <catch2/catch.hpp>

#include "arith/big_interval.hpp"
#include "support/random_cases.hpp"

using namespace narrows;
using narrows::test::cases;
using narrows::test::RandomCases;

namespace {

constexpr mpfr_prec_t kPrecision = 256;
constexpr Activation kFunctions[] = {Activation::tanh,   Activation::sigmoid, Activation::softplus,
                                     Activation::arctan, Activation::sin,     Activation::silu,
                                     Activation::gelu,   Activation::elu,     Activation::identity};

/// σ^(derivative)(t) at high precision, by the library's independent jets.
BigInterval exact_value(Activation kind, int derivative, double t) {
  const BigInterval at(t, kPrecision);
  return jet_at(ActivationFunction<BigInterval>{kind, BigInterval(1.0, kPrecision)},
                at)[static_cast<std::size_t>(derivative)];
}

/// The series of the given order at t, with its remainder.
BigInterval enclosed_value(const ActivationSeries& series, int derivative, std::size_t order, double radius,
                           double t) {
  const BigInterval step = BigInterval(t, kPrecision) - BigInterval(series.centre(), kPrecision);
  BigInterval sum(0.0, kPrecision);
  for (std::size_t k = order + 1; k-- > 0;)
    sum = sum * step + BigInterval(series.coefficient(derivative, k), kPrecision);
  const double remainder = series.remainder(derivative, order, radius);
  return sum + BigInterval(Interval(-remainder, remainder), kPrecision);
}

}  // namespace

TEST_CASE("series with remainders contain the activation and its slope on the whole radius") {
  RandomCases random(71);
  for (int n = 0; n < cases(400, 40000); ++n) {
    const Activation kind = kFunctions[random.integer(0, 8)];
    const double centre = random.integer(0, 4) == 0 ? 0.0 : random.uniform(-4, 4),
                 radius = random.uniform(0, 1.2);
    const double t = std::clamp(centre + random.uniform(-radius, radius), centre - radius, centre + radius);
    const ActivationSeries series({kind, 1.0}, centre);
    const int derivative = random.integer(0, 1);
    const auto order = std::min<std::size_t>(static_cast<std::size_t>(random.integer(0, 30)),
                                             series.highest(derivative, radius));
    INFO(to_string(kind) << " centre " << centre << " radius " << radius << " t " << t << " order " << order
                         << " derivative " << derivative);
    const Interval difference = (enclosed_value(series, derivative, order, radius * (1 + 1e-12), t) -
                                 exact_value(kind, derivative, t))
                                    .to_double();
    REQUIRE(contains(difference, 0));
  }
}

TEST_CASE("remainders fall fast enough for a dozen digits") {
  for (const Activation kind : kFunctions) {
    const ActivationSeries series({kind, 1.0}, 0.7);
    CHECK(series.remainder(0, 20, 0.25) < 1e-12);
    CHECK(series.remainder(1, 20, 0.25) < 1e-10);
  }
}

TEST_CASE("elu is expanded to first order across its kink and no further") {
  const ActivationSeries series({Activation::elu, 1.0}, 0.1);
  CHECK(series.highest(0, 0.2) == 1);
  CHECK(series.highest(1, 0.2) == 0);
  CHECK(series.remainder(0, 2, 0.2) == kInfinity);
  CHECK(series.remainder(0, 1, 0.2) >= 0.5 * 0.2 * 0.2);
  CHECK(series.remainder(0, 1, 0.05) == 0);
}

TEST_CASE("kinked activations have no series") {
  CHECK(ActivationSeries({Activation::relu, 0.0}, 1.0).remainder(0, 3, 0.1) == kInfinity);
  CHECK(ActivationSeries({Activation::leaky_relu, 0.5}, 1.0).remainder(0, 3, 0.1) == kInfinity);
  CHECK(ActivationSeries({Activation::elu, 0.5}, 1.0).remainder(0, 3, 0.1) == kInfinity);
  CHECK(ActivationSeries({Activation::leaky_relu, 1.0}, 1.0).remainder(0, 3, 0.1) == 0);
}
