#include "ode/integrate.hpp"

#include <catch2/catch.hpp>

#include <limits>

#include "arith/big_interval.hpp"
#include "base/errors.hpp"
#include "flows.hpp"

using namespace narrows;
using namespace narrows::test;

namespace {

/// ẏ = sin y from y(0): y(t) = 2 arctan(tan(y(0)/2) e^t).
BigInterval sine_flow(double start, double time) {
  constexpr mpfr_prec_t precision = 512;
  const BigInterval half = BigInterval(start, precision) / BigInterval(2.0, precision);
  return BigInterval(2.0, precision) * atan(sin(half) / cos(half) * exp(BigInterval(time, precision)));
}

double gap(const Rational& x, const BigInterval& truth) {
  return magnitude(BigInterval(x, 512) - truth);
}

Integration run(const FlowNetwork& network, const std::vector<Rational>& x, StepperKind stepper, int digits,
                std::optional<double> tolerance = {}) {
  IntegrationOptions options;
  options.stepper = stepper;
  options.digits = digits;
  options.tolerance = tolerance;
  return integrate_flow_approx(network, x, options);
}

}  // namespace

TEST_CASE("every stepper and every number of digits reaches the closed form") {
  const FlowNetwork network = flow(1, {{activation(Activation::sin)}}, Rational(3, 2));
  const BigInterval truth = sine_flow(0.75, 1.5);
  const struct {
    StepperKind stepper;
    int digits;
    double error;
  } kinds[] = {{StepperKind::dopri5, 16, 1e-11},         {StepperKind::fehlberg78, 16, 1e-11},
               {StepperKind::bulirsch_stoer, 16, 1e-11}, {StepperKind::dopri5, 50, 1e-15},
               {StepperKind::fehlberg78, 50, 1e-24},     {StepperKind::bulirsch_stoer, 50, 1e-39},
               {StepperKind::bulirsch_stoer, 100, 1e-39}};
  for (const auto& kind : kinds) {
    INFO(to_string(kind.stepper) << " " << kind.digits);
    const Integration result = run(network, {rational_exact(0.75)}, kind.stepper, kind.digits);
    CHECK(gap(result.end_exact[0], truth) < kind.error);
    CHECK(gap(result.end_exact[0], truth) > 0);
  }
  CHECK_THROWS_AS(run(network, {Rational(1)}, StepperKind::dopri5, 20), InputError);
}

TEST_CASE("a trajectory that leaves the range of doubles is said to overflow, in more digits it goes on") {
  const FlowNetwork network = flow(1, {{dense(1, 1, {800})}}, 1);
  const Integration doubles = run(network, {Rational(1)}, StepperKind::dopri5, 16, 1e-3);
  CHECK(doubles.overflowed);
  CHECK_FALSE(doubles.finished);
  CHECK(doubles.end_exact.empty());
  const Integration digits = run(network, {Rational(1)}, StepperKind::bulirsch_stoer, 50, 1e-6);
  CHECK(digits.finished);
  CHECK(digits.end_exact[0] > rational_exact(std::numeric_limits<double>::max()));
}

TEST_CASE("the determinant is the exponential of the integrated trace to 30 digits") {
  RandomCases random(74);
  constexpr int kAll = 20;  // planar and spatial ones, a few by default
  for (int n = 0; n < cases(3, kAll); ++n) {
    const std::size_t dim = n % 2 == 0 ? 2 : 3;
    const FlowNetwork network = flow(dim,
                                     {{random_dense(random, dim, dim, 1),
                                       activation(n % 3 == 0 ? Activation::sigmoid : Activation::tanh)}},
                                     1);
    std::vector<Rational> x;
    for (std::size_t i = 0; i < dim; ++i) x.push_back(rational_exact(random.uniform(-1, 1)));
    INFO("case " << n);
    const bool sharp = n >= kAll - 3;
    const Integration result = run(network, x, StepperKind::bulirsch_stoer, 50, sharp ? 1e-43 : 1e-33);
    CHECK(result.identity_gap < (sharp ? 1e-40 : 1e-30));
    CHECK(result.identity_gap >= 0);
  }
}

TEST_CASE("the determinant identity holds to 40 digits") {
  const Integration result =
      run(planar_example(), {rational_exact(0.5), rational_exact(-0.25)}, StepperKind::bulirsch_stoer, 50);
  CHECK(result.identity_gap < 1e-40);
  CHECK(result.determinant.substr(0, 30) == result.exponential_of_trace.substr(0, 30));
  const Integration loose =
      run(planar_example(), {rational_exact(0.5), rational_exact(-0.25)}, StepperKind::dopri5, 16, 1e-3);
  CHECK(loose.identity_gap > 1e-9);  // the two sides are computed apart: a loose integration shows
}

TEST_CASE("trajectories have the samples asked for, and events are found in time") {
  const FlowNetwork network =
      flow(1, {{dense(1, 1, {0}, {1})}, {dense(1, 1, {0}, {-2})}}, 4);  // up for 2, then down for 2
  IntegrationOptions options;
  options.samples = 5;
  options.digits = 50;
  options.events = {{0, 1.25}};
  const Integration result = integrate_flow_approx(network, {Rational(0)}, options);
  REQUIRE(result.trajectory.size() == 11);
  CHECK(abs(Rational(result.end_exact[0] + 2)) < rational_exact(1e-45));
  REQUIRE(result.events.size() == 2);
  CHECK(std::strtod(result.events[0].second.time.c_str(), nullptr) == Approx(1.25).epsilon(1e-14));
  CHECK(std::strtod(result.events[1].second.time.c_str(), nullptr) == Approx(2.375).epsilon(1e-14));
}
