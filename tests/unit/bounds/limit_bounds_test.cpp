#include "bounds/limit_bounds.hpp"

#include <catch2/catch.hpp>

#include "base/errors.hpp"
#include "bounds/branch_range.hpp"
#include "bounds/limit_comparison.hpp"
#include "bounds/regime_report.hpp"
#include "bounds/worst_network.hpp"
#include "limit_families.hpp"
#include "support/random_cases.hpp"

using namespace narrows;
using namespace narrows::test;

namespace {

Box cube(std::size_t dim, double lower, double upper) { return {std::vector<double>(dim, lower), std::vector<double>(dim, upper)}; }

/// Both bounds are at least the certified distance; the row is returned.
LimitComparison required_valid(const LimitNetwork& network, Limit limit, const Box& box) {
  const LimitComparison row = compare_with_limit(network, limit, box, {});
  INFO("theorem " << row.bounds.theorem << " sharper " << row.bounds.sharper << " distance [" << row.distance.distance.lower() << ", " << row.distance.distance.upper() << "]");
  REQUIRE(row.applies);
  REQUIRE(row.bounds.theorem >= row.distance.distance.lower());
  REQUIRE(row.bounds.sharper >= row.distance.distance.lower());
  return row;
}

}  // namespace

TEST_CASE("T4: negative ratios count with their absolute values") {
  // Each block h ← h − ½·(−2 tanh h): from a small h the limit grows by e per block and leaves sooner than the network, which doubles.
  std::vector<LineBlock> blocks(10, {1, -0.5, -2, 1});
  const LimitComparison row = required_valid(line_network(blocks), Limit::ode, cube(1, 1e-4, 1e-2));
  double wrong = 0;
  for (int l = 1; l <= 10; ++l) wrong += 0.125 * 2 * 2 * std::exp(-0.5 * 2 * (10 - l));  // exp(Σ_{j>l} α_j K_j)
  REQUIRE(wrong < row.distance.distance.lower());
  REQUIRE(row.verdict == Verdict::proved);
}

TEST_CASE("T4: constants on the network's states only would prove wrong things") {
  // f(h) = 5 − 5 tanh(20h − 10): the network jumps from 0 to 10, its limit stops at the steep place near 1/2.
  const LimitNetwork network = line_network({{1, 1, -5, 20, -10, 5}});
  const LimitComparison row = required_valid(network, Limit::ode, cube(1, -0.01, 0.01));
  const BranchRange at_states = branch_range(network.compiled_block(0), {Interval(-0.01, 0.01)});
  const double wrong = 0.5 * norm_upper(at_states.jacobian, 1) * size_upper(at_states.value);
  REQUIRE(wrong < 1e-4);
  REQUIRE(row.distance.distance.lower() > 8);
}

TEST_CASE("T4: constants on a union that is not convex would prove wrong things") {
  // The second branch, 3 tanh(50h − 250), is flat at the state of the network (10) and at that of the limit (below 1), not in between.
  const LimitNetwork first = line_network({{1, 1, -5, 20, -10, 5}}), both = line_network({{1, 1, -5, 20, -10, 5}, {1, 1, 3, 50, -250, 0}});
  const Box box = cube(1, -0.01, 0.01);
  const double error = find_distance(first, Limit::ode, box).distance.upper();
  const LimitComparison row = required_valid(both, Limit::ode, box);
  const double flat = std::fmax(norm_upper(branch_range(both.compiled_block(1), {Interval(9.9, 13.1)}).jacobian, 1),
                                norm_upper(branch_range(both.compiled_block(1), {Interval(-3, 1)}).jacobian, 1));
  const double wrong = error * std::exp(flat) + 0.5 * flat * 3;
  REQUIRE(wrong < row.distance.distance.lower());
}

TEST_CASE("T4: the logarithmic norm belongs into the exponent only") {
  const LimitNetwork network = line_network({{1, 0.5, -1, 1}});  // a contraction
  const LimitComparison row = required_valid(network, Limit::ode, cube(1, 0.5, 1));
  const BranchRange range = branch_range(network.compiled_block(0), {Interval(0.25, 1)});
  const double wrong = 0.125 * logarithmic_norm_upper(range.jacobian, 1, 1) * size_upper(range.value);
  REQUIRE(wrong < 0);
  REQUIRE(row.distance.distance.lower() > 0.001);
}

TEST_CASE("T5: Lipschitz constants on the network's states only would prove wrong things") {
  // h_1 = x near 1, the MLP is at 0; the second branch jumps between them.
  const LimitNetwork network = line_network({{1, 1, 0, 1}, {0.125, 1, 3, 20, -10}});
  const LimitComparison row = required_valid(network, Limit::mlp, cube(1, 1, 1.125));
  const double flat = norm_upper(branch_range(network.compiled_block(1), {Interval(1, 1.125)}).jacobian, 1);
  const double wrong = 0.125 * 1.125 + flat * 1.125;
  REQUIRE(wrong < row.distance.distance.lower());
  REQUIRE(row.distance.distance.lower() > 6);
}

TEST_CASE("both bounds are at least the certified distance on random networks") {
  RandomCases random(21);
  for (int k = 0; k < cases(10, 300); ++k) {
    RandomShape shape;
    shape.dim = 1 + random.engine()() % 2;
    shape.width = 1 + random.engine()() % 3;
    shape.blocks = 1 + random.engine()() % 5;
    shape.function = std::vector{Activation::tanh, Activation::sigmoid, Activation::softplus}[random.engine()() % 3];
    shape.skip = random.engine()() % 2 == 0 ? 1 : -0.5;
    shape.residual = random.uniform(0.01, 0.5);
    const LimitNetwork network = random_network(random.engine(), shape);
    for (const Limit limit : {Limit::ode, Limit::mlp}) {
      const LimitComparison row = required_valid(network, limit, cube(shape.dim, -1, 1));
      REQUIRE(row.bounds.closed_form == (shape.function != Activation::softplus));
    }
  }
}

TEST_CASE("T4's number is its closed formula") {
  std::mt19937_64 source(22);
  RandomShape shape;
  shape.skip = -0.5;
  const LimitNetwork network = random_network(source, shape);
  double sum = 0;
  for (std::size_t l = 0; l < network.blocks; ++l) {
    double product = 1, exponent = 0;  // |e_{L+1}/e_l| and Σ_{j>l}
    for (std::size_t j = l; j < network.blocks; ++j) product *= 0.5;
    for (std::size_t j = l + 1; j < network.blocks; ++j) exponent += 0.5 * network.constants[j].lipschitz;
    sum += 0.125 * network.constants[l].lipschitz * network.constants[l].size * product * std::exp(exponent);
  }
  REQUIRE(limit_bounds(network, Limit::ode, cube(2, -1, 1)).theorem == Approx(network.output_norm * sum).epsilon(1e-12));
}

TEST_CASE("T4 is nearly attained by one small step, T5 exactly") {
  // f(h) = tanh h + 3: f'f = K·3 at 0 where S = 4.
  const LimitComparison euler = required_valid(line_network({{1, 0x1p-12, 1, 1, 0, 3}}), Limit::ode, cube(1, -0.5, 0.5));
  REQUIRE(euler.distance.distance.lower() / euler.bounds.theorem > 0.74);
  const LimitComparison one = required_valid(line_network({{0.5, 1, 1, 1}}), Limit::mlp, cube(1, -2, 2));
  REQUIRE(one.distance.distance.lower() / one.bounds.theorem > 1 - 1e-9);
  const LimitComparison three = required_valid(line_network({{0.5, 1, 2, 1}, {0.25, 1, 1, 1}, {1, 2, 1, 1}}, Activation::identity), Limit::mlp, cube(1, -1, 1));
  REQUIRE(three.distance.distance.lower() / three.bounds.theorem > 1 - 1e-9);
}

TEST_CASE("wrong hypotheses are told") {
  const LimitNetwork relu = line_network({{1, 1, 1, 1}}, Activation::relu), no_skip = line_network({{1, 1, 1, 1}, {0, 1, 1, 1}});
  REQUIRE(violated_hypothesis(relu, Limit::ode)->find("C¹") != std::string::npos);
  REQUIRE(violated_hypothesis(no_skip, Limit::ode)->find("layer 2 has skip 0") != std::string::npos);
  REQUIRE(!violated_hypothesis(relu, Limit::mlp));
  REQUIRE(!violated_hypothesis(no_skip, Limit::mlp));
  REQUIRE(!violated_hypothesis(line_network({{1, 1, 1, 1}}, Activation::elu), Limit::ode));
  Network plain;
  plain.input_dim = 1;
  plain.layers.push_back(affine(1, 1, {1}, {0}));
  REQUIRE_THROWS_AS(make_limit_network(make_chain(plain, {}, "test"), "test"), InputError);
  REQUIRE_THROWS_AS(uniform_bound(line_network({{1, 1, 1, 1}}, Activation::softplus), Limit::ode, cube(1, 0, 1), 1, "test"), InputError);
}

TEST_CASE("sweeps have the slopes of the theorems") {
  std::mt19937_64 source(23);
  RandomShape shape;
  shape.dim = 1;
  const LimitNetwork toward_ode = random_network(source, shape);
  const auto ode = sweep_toward_limit(toward_ode, Limit::ode, cube(1, -1, 1), 5, {.gap = 1e-3});
  REQUIRE(ode.size() == 6);
  REQUIRE(ode.back().blocks == 32 * toward_ode.blocks);
  REQUIRE(fitted_slope_approx(ode) == Approx(1).margin(0.02));
  REQUIRE(limit_slope_approx(ode) == Approx(1).margin(0.02));
  shape.residual = 1;
  const auto mlp = sweep_toward_limit(random_network(source, shape), Limit::mlp, cube(1, -1, 1), 8, {.gap = 1e-3});
  REQUIRE(mlp.back().ratio == Approx(256));
  REQUIRE(fitted_slope_approx(mlp) == Approx(-1).margin(0.02));
  REQUIRE(limit_slope_approx(mlp) == Approx(-1).margin(0.02));
}

TEST_CASE("a term of higher order moves the fitted slope, not the one that it tends to") {
  std::vector<SweepRow> rows;
  for (const double ratio : {0.1, 0.05, 0.025, 0.0125}) {
    SweepRow row;
    row.ratio = ratio;
    const double distance = ratio - 3 * ratio * ratio;
    row.comparison.distance.distance = Interval(distance, 1.01 * distance);
    rows.push_back(row);
  }
  REQUIRE(local_slopes_approx(rows).back() == Approx(std::log2((0.025 - 3 * 0.025 * 0.025) / (0.0125 - 3 * 0.0125 * 0.0125))));
  REQUIRE(fitted_slope_approx(rows) < 0.95);
  REQUIRE(limit_slope_approx(rows) == Approx(1).margin(0.01));
  rows.resize(2);
  REQUIRE(std::isnan(limit_slope_approx(rows)));
}

TEST_CASE("a uniform bound holds for the worst network found, which lies in the class") {
  std::mt19937_64 source(24);
  const Box box = cube(2, -1, 1);
  const LimitNetwork network = random_network(source, {});
  for (const Limit limit : {Limit::ode, Limit::mlp}) {
    const WorstNetwork worst = find_worst_network(network, limit, box, 1.5, 3, 60);
    const LimitNetwork found = make_limit_network(worst.chain, "test");
    for (std::size_t l = 0; l < found.blocks; ++l)
      for (const Layer& layer : found.block(l).branch)
        if (const auto* map = std::get_if<AffineLayer>(&layer.value))
          for (std::size_t i = 0; i < map->rows; ++i) {
            Rational sum = 0;
            for (std::size_t j = 0; j < map->cols; ++j) sum += abs(map->weight[i * map->cols + j]);
            REQUIRE(sum <= Rational(3) / 2);
            REQUIRE(Rational(abs(map->bias[i])) <= Rational(3) / 2);
          }
    const double bound = uniform_bound(network, limit, box, 1.5, "test");
    REQUIRE(worst.point.value > 0);
    REQUIRE(bound >= worst.point.value);
    REQUIRE(bound >= limit_bounds(found, limit, box).theorem * (1 - 1e-12));
  }
}

TEST_CASE("the regime follows from the sharp critical ratios") {
  const Box box = cube(1, -1, 1);
  REQUIRE(report_regime(line_network({{1, 0.5, -1, 1}, {1, 0.5, 1, 1}}), box).regime == NetworkRegime::skip_dominant);
  const RegimeReport beyond = report_regime(line_network({{0.125, 1, -2, 1}}), box);  // critical ratio 1/2, but σ' >= sech² 1 on the box
  REQUIRE(beyond.regime == NetworkRegime::residual_dominant);
  REQUIRE(beyond.blocks[0].critical->lower <= Rational(1) / 2);
  REQUIRE(report_regime(line_network({{1, 1.5, -1, 1}}), cube(1, -3, 3)).regime == NetworkRegime::mixed);
}
