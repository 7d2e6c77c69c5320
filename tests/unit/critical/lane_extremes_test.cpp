// NaN, infinity, overflow and underflow in the batched engine: nothing that is not known becomes a proof.
#include <catch2/catch.hpp>

#include "critical/gradient_map.hpp"
#include "lane_chains.hpp"
#include "layers.hpp"

using namespace narrows;
using test::Point;
using test::RandomCases;

namespace {

using Outcome = LaneVerdict::Outcome;

Chain chain_of(std::size_t dim, std::vector<Layer> layers) {
  Network network;
  network.input_dim = dim;
  network.layers = std::move(layers);
  validate(network, "extreme chain");
  return make_chain(network, {}, "extreme chain");
}

Problem bare_problem(const Chain& chain) { return {chain, std::vector<RegularityTest>(chain.layers.size(), RegularityTest::none)}; }

struct Verdicts {
  LaneVerdict test, sharp[kSharpForms];
  [[nodiscard]] std::vector<LaneVerdict> all() const {
    std::vector<LaneVerdict> result{test};
    result.insert(result.end(), sharp, sharp + kSharpForms);
    return result;
  }
  [[nodiscard]] bool open() const {
    for (const LaneVerdict& verdict : all())
      if (verdict.outcome != Outcome::open) return false;
    return true;
  }
};

Verdicts verdicts_on(const Problem& problem, const Point& lower, const Point& upper) {
  Verdicts verdicts;
  problem.lanes->test(lower.data(), upper.data(), 1, &verdicts.test);
  for (std::size_t f = 0; f < kSharpForms; ++f) problem.lanes->test_stubborn(static_cast<SharpForm>(f), lower.data(), upper.data(), 1, &verdicts.sharp[f]);
  return verdicts;
}

Rational power_of_ten(int exponent) { return rational_exact(std::pow(10.0, exponent)); }

}  // namespace

TEST_CASE("a box with a NaN end gives no proof, no half-space and no derivative that is not a number about it") {
  RandomCases random(71);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (int k = 0; k < test::cases(300, 30'000); ++k) {
    const Chain chain = test::lane_chain(random);
    const Problem problem = bare_problem(chain);
    Point lower, upper;
    for (std::size_t i = 0; i < problem.dim; ++i) {
      lower.push_back(random.uniform(-2, 0));
      upper.push_back(random.uniform(0, 2));
    }
    const auto at = static_cast<std::size_t>(random.integer(0, static_cast<int>(problem.dim) - 1));
    const int which = random.integer(0, 2);
    if (which != 0) lower[at] = nan;
    if (which != 1) upper[at] = nan;
    INFO("chain " << k << ", side " << at << ", which " << which);
    // A NaN side stands for any number: what is claimed has to hold there too.
    const Verdicts verdicts = verdicts_on(problem, lower, upper);
    if (verdicts.open()) continue;
    for (int s = 0; s < 6; ++s) {
      Point x;
      for (std::size_t i = 0; i < problem.dim; ++i) x.push_back(i == at ? random.uniform(-8, 8) : random.uniform(lower[i], upper[i]));
      const auto pass = forward_all(problem.precise, test::precise_point(x));
      for (const LaneVerdict& verdict : verdicts.all())
        if (verdict.outcome == Outcome::direction_sign) REQUIRE(test::sign_along(row_vector(problem.precise, pass, verdict.prefix), verdict.direction) != 0);
    }
  }
}

TEST_CASE("a NaN end in front of an activation does not make its slope that of the other end") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const Activation function : {Activation::tanh, Activation::sigmoid, Activation::softplus}) {
    // Φ = σ(x) + nothing: on a NaN box the layer is not known to be regular.
    const Problem problem = bare_problem(chain_of(1, {test::residual(1, -8, {test::activation(function)}), test::affine({{1}})}));
    for (const auto& [lower, upper] : {std::pair{nan, 9.0}, std::pair{-9.0, nan}, std::pair{nan, 700.0}, std::pair{nan, 0.1}, std::pair{nan, nan}}) {
      INFO(to_string(function) << " [" << lower << ", " << upper << "]");
      const Verdicts verdicts = verdicts_on(problem, {lower}, {upper});
      CHECK(verdicts.open());
      for (const LaneVerdict& verdict : verdicts.all()) CHECK(verdict.regular_prefix == 0);
      LaneDerivative derivative;
      problem.lanes->derivative(0, &lower, &upper, 1, &derivative);
      CHECK(derivative.regular_prefix == 0);
      // v = 1 − 8σ' and its derivative take these values at some reals.
      for (const double x : {0.0, 0.5, 30.0}) {
        const auto pass = forward_all(problem.precise, dual_coordinates(test::precise_point({x})));
        const auto v = row_vector(problem.precise, pass, 0);
        CHECK(test::may_lie_in(v[0].value, derivative.value[0], derivative.value[1]));
        CHECK(test::may_lie_in(v[0].gradient[0], derivative.jacobian[0], derivative.jacobian[1]));
      }
    }
  }
}

TEST_CASE("a pre-activation whose middle overflows is not taken for saturated") {
  // z = 1e150 x on [-1e158, 5e158]: the middle 2e308 overflows, yet z = 0 inside, where 1 − 1e150 σ'(z) < 0.
  for (const Activation function : {Activation::tanh, Activation::sigmoid}) {
    for (const double sign : {1.0, -1.0}) {
      const Chain chain = chain_of(1, {test::residual(1, -1, {test::affine({{Rational(sign * power_of_ten(150))}}), test::activation(function)}),
                                       test::affine({{1}})});
      // u·v = 1 ∓ 1e150 σ'(z): both signs for the first, one sign for the second.
      const Problem problem = bare_problem(chain);
      const Verdicts verdicts = verdicts_on(problem, {-1e158}, {5e158});
      INFO(to_string(function) << " " << sign);
      CHECK(verdicts.test.regular_prefix == 0);
      for (const LaneVerdict& verdict : verdicts.sharp) CHECK(verdict.regular_prefix == 0);
      if (sign > 0) CHECK(verdicts.open());
      const double lower = -1e158, upper = 5e158;
      LaneDerivative derivative;
      problem.lanes->derivative(0, &lower, &upper, 1, &derivative);
      for (const double x : {0.0, 1e-150, 1e158}) {
        const auto pass = forward_all(problem.precise, dual_coordinates(test::precise_point({x})));
        const auto v = row_vector(problem.precise, pass, 0);
        CHECK(test::may_lie_in(v[0].value, derivative.value[0], derivative.value[1]));
        CHECK(test::may_lie_in(v[0].gradient[0], derivative.jacobian[0], derivative.jacobian[1]));
        CHECK(test::may_lie_in(pass.value.value, derivative.output[0], derivative.output[1]));
      }
    }
  }
}

TEST_CASE("weights near overflow times coordinates near underflow keep their rounding errors") {
  RandomCases random(72);
  for (int k = 0; k < test::cases(400, 40'000); ++k) {
    // A row of huge weights that nearly cancels on subnormal coordinates: the rounding share of a term underflows.
    const std::size_t d = 3;
    const double size = random.integer(0, 1) ? 1e-308 : 1e-310;
    Point x, w;
    for (std::size_t i = 0; i < d; ++i) x.push_back(random.uniform(0.5, 1) * size);
    for (std::size_t i = 0; i < d; ++i) w.push_back(random.uniform(-0.5, 0.5) * 1e308);
    if (random.integer(0, 1)) w[2] = -(w[0] * x[0] + w[1] * x[1]) / x[2];
    const Problem problem = bare_problem(chain_of(d, {test::affine({{rational_exact(w[0]), rational_exact(w[1]), rational_exact(w[2])}}),
                                                      test::residual(0, 1, {test::activation(Activation::tanh)}), test::affine({{1}})}));
    std::vector<double> no_width = x;
    LaneDerivative derivative;
    problem.lanes->derivative(0, x.data(), no_width.data(), 1, &derivative);
    const auto pass = forward_all(problem.precise, dual_coordinates(test::precise_point(x)));
    INFO("case " << k << " at " << Catch::Detail::stringify(x));
    REQUIRE(test::may_lie_in(pass.value.value, derivative.output[0], derivative.output[1]));
    const auto v = row_vector(problem.precise, pass, 0);
    for (std::size_t j = 0; j < d; ++j) REQUIRE(test::may_lie_in(v[j].value, derivative.value[2 * j], derivative.value[2 * j + 1]));
  }
}

TEST_CASE("huge and infinite boxes and weights never give a claim that a point contradicts") {
  RandomCases random(73);
  const double ends[] = {1e308, 1.7e308, kInfinity, 1e200, 1e154, 1e-308, 4.9e-324, 1e10};
  int claims = 0;
  for (int k = 0; k < test::cases(600, 60'000); ++k) {
    Chain chain = test::lane_chain(random, 3);
    for (Layer& layer : chain.layers)
      if (auto* affine = std::get_if<AffineLayer>(&layer.value); affine != nullptr && random.integer(0, 2) == 0)
        for (Rational& w : affine->weight) w = Rational(w * power_of_ten(random.integer(0, 1) ? random.integer(100, 306) : -random.integer(100, 300)));
    const Problem problem = bare_problem(chain);
    if (!problem.lanes) continue;
    IntervalBox box;
    for (std::size_t i = 0; i < problem.dim; ++i) {
      const double a = random.integer(0, 1) ? ends[random.integer(0, 7)] : random.uniform(0, 2);
      const double b = random.integer(0, 1) ? ends[random.integer(0, 7)] : random.uniform(0, 2);
      box.emplace_back(-a, b);
    }
    test::LaneBoxes boxes;
    boxes.add(box);
    const Verdicts verdicts = verdicts_on(problem, boxes.lower, boxes.upper);
    LaneDerivative derivative;
    problem.lanes->derivative(0, boxes.lower.data(), boxes.upper.data(), 1, &derivative);
    int signs[1 + kSharpForms] = {};
    for (int s = 0; s < 6; ++s) {
      Point x;
      for (const Interval& side : box) {
        const double corner = random.integer(0, 1) ? side.lower() : side.upper();
        x.push_back(random.integer(0, 1) || std::isinf(corner) ? std::fmin(side.upper(), std::fmax(side.lower(), random.any_double())) : corner);
        if (std::isinf(x.back())) x.back() = 0;
      }
      INFO("case " << k << " at " << Catch::Detail::stringify(x));
      const auto pass = forward_all(problem.precise, test::precise_point(x));
      const auto gradient = row_vector(problem.precise, pass, 0);
      REQUIRE(test::may_lie_in(pass.value, derivative.output[0], derivative.output[1]));
      for (std::size_t j = 0; j < problem.dim; ++j) REQUIRE(test::may_lie_in(gradient[j], derivative.value[2 * j], derivative.value[2 * j + 1]));
      for (std::size_t which = 0; which <= kSharpForms; ++which) {
        const LaneVerdict verdict = verdicts.all()[which];
        if (verdict.outcome != Outcome::direction_sign) continue;
        ++claims;
        const auto v = row_vector(problem.precise, pass, verdict.prefix);
        const bool zero = std::all_of(v.begin(), v.end(), [](const BigInterval& entry) { return magnitude(entry) == 0; });
        const int here = test::sign_along(v, verdict.direction);
        if (here == 0 && !zero) continue;  // cancellation beyond 160 bits
        INFO("engine " << which << ", prefix " << verdict.prefix << ", v_0 in [" << v[0].to_double().lower() << ", " << v[0].to_double().upper() << "]");
        REQUIRE(here != 0);
        REQUIRE((signs[which] == 0 || signs[which] == here));
        signs[which] = here;
      }
    }
  }
  CHECK(claims > 20);
}
