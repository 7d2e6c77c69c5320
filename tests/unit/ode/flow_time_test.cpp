// Parameters that move linearly in time, trajectories at given times and by dense output, large boxes in pieces, and Φ over boxes.
#include <catch2/catch.hpp>
#include <cstdlib>

#include "arith/big_interval.hpp"
#include "base/errors.hpp"
#include "flows.hpp"
#include "ode/flow_cover.hpp"
#include "ode/flow_function.hpp"
#include "ode/integrate.hpp"

using namespace narrows;
using namespace narrows::test;

namespace {

FlowNetwork linear_in_time(FlowNetwork network) {
  network.flow.interpolation = Interpolation::linear;
  return network;
}

double as_double(const std::string& text) {
  return std::strtod(text.c_str(), nullptr);
}

std::vector<double> end_approx(const FlowNetwork& network, const std::vector<Rational>& x) {
  IntegrationOptions options;
  options.stepper = StepperKind::fehlberg78;
  options.variational = false;
  std::vector<double> end;
  for (const std::string& h : integrate_flow_approx(network, x, options).end.state)
    end.push_back(as_double(h));
  return end;
}

std::vector<Rational> random_point(RandomCases& random, const Box& box) {
  std::vector<Rational> x;
  for (std::size_t i = 0; i < box.dim(); ++i)
    x.push_back(rational_exact(random.uniform(box.lower[i], box.upper[i])));
  return x;
}

/// The same layers with other numbers.
std::vector<Layer> like(RandomCases& random, std::vector<Layer> branch) {
  for (Layer& layer : branch)
    if (auto* affine = std::get_if<AffineLayer>(&layer.value))
      layer = random_dense(random, affine->rows, affine->cols, 1.2);
  return branch;
}

constexpr double kSlack = 1e-9;  // of integration in double

}  // namespace

TEST_CASE("a scalar rate that moves linearly in time integrates to its mean") {
  // ẏ = a(t) y + b(t), b = 0: y(T) = y(0) exp∫a, knots 1, −1, 2 over [0, 3]: the integral is 3/2·(0 + 1/2).
  const FlowNetwork network =
      linear_in_time(flow(1, {{dense(1, 1, {1})}, {dense(1, 1, {-1})}, {dense(1, 1, {2})}}, 3));
  const Tube tube = enclose_flow(network, point_box({0.75}), {});
  REQUIRE(tube.closed);
  const BigInterval factor = exp(BigInterval(0.75, 256));
  CHECK(subset((BigInterval(0.75, 256) * factor).to_double(), tube.end[0]));
  CHECK(subset(factor.to_double(), *tube.determinant));
  CHECK(tube.end[0].upper() - tube.end[0].lower() < 1e-11);
  IntegrationOptions options;
  options.digits = 50;
  options.stepper = StepperKind::bulirsch_stoer;
  const Rational end = integrate_flow_approx(network, {rational_exact(0.75)}, options).end_exact[0];
  CHECK(magnitude(BigInterval(end, 256) - BigInterval(0.75, 256) * factor) < 1e-38);
}

TEST_CASE("a knot on the line between two others changes nothing, equal knots are constant parameters") {
  RandomCases random(91);
  for (int n = 0; n < cases(3, 40); ++n) {
    const std::vector<Layer> f{random_dense(random, 2, 2, 1), activation(Activation::tanh)},
        g{random_dense(random, 2, 2, 1), activation(Activation::tanh)};
    std::vector<Layer> middle = f;
    auto& a = std::get<AffineLayer>(middle[0].value);
    const auto& b = std::get<AffineLayer>(g[0].value);
    for (std::size_t k = 0; k < 4; ++k) a.weight[k] = (a.weight[k] + b.weight[k]) / 2;
    for (std::size_t k = 0; k < 2; ++k) a.bias[k] = (a.bias[k] + b.bias[k]) / 2;
    const Box start = point_box({0.25, -0.5});
    const Tube two = enclose_flow(linear_in_time(flow(2, {f, g}, 2)), start, {}),
               three = enclose_flow(linear_in_time(flow(2, {f, middle, g}, 2)), start, {}),
               same = enclose_flow(linear_in_time(flow(2, {f, f}, 2)), start, {}),
               constant = enclose_flow(flow(2, {f}, 2), start, {}),
               turns = enclose_flow(flow(2, {f, g}, 2), start, {});
    REQUIRE((two.closed && three.closed && same.closed && constant.closed && turns.closed));
    for (std::size_t i = 0; i < 2; ++i) {
      CHECK_FALSE(disjoint(two.end[i], three.end[i]));
      CHECK_FALSE(disjoint(same.end[i], constant.end[i]));
    }
    CHECK((disjoint(two.end[0], turns.end[0]) || disjoint(two.end[1], turns.end[1])));
    CHECK_FALSE(disjoint(*two.determinant, *three.determinant));
  }
}

TEST_CASE("trap: sampled trajectories of parameters linear in time end inside the tube, Jacobians too") {
  RandomCases random(92);
  int open = 0;
  const int problems = cases(10, 200);
  for (int n = 0; n < problems; ++n) {
    const auto dim = static_cast<std::size_t>(random.integer(1, 3));
    std::vector<std::vector<Layer>> branches{random_branch(random, dim, 1.2)};
    for (int b = random.integer(1, 2); b > 0; --b) branches.push_back(like(random, branches[0]));
    const FlowNetwork network =
        linear_in_time(flow(dim, branches, random.integer(0, 1) == 0 ? Rational(1) : Rational(4, 3)));
    Box box;
    for (std::size_t i = 0; i < dim; ++i) {
      const double centre = random.uniform(-1, 1),
                   radius = random.integer(0, 2) == 0 ? 0.0 : random.uniform(0, 0.2);
      box.lower.push_back(centre - radius);
      box.upper.push_back(centre + radius);
    }
    const Tube tube = enclose_flow(network, box, {});
    INFO("case " << n << ": " << tube.reason);
    if (!tube.closed) {
      ++open;
      continue;
    }
    for (int k = 0; k < 4; ++k) {
      const std::vector<double> end = end_approx(network, random_point(random, box));
      for (std::size_t i = 0; i < dim; ++i)
        REQUIRE(contains(tube.end[i] + Interval(-kSlack, kSlack), end[i]));
    }
    const Integration sample = integrate_flow_approx(network, random_point(random, box), {});
    for (std::size_t i = 0; i < dim; ++i)
      for (std::size_t j = 0; j < dim; ++j)
        REQUIRE(
            contains(tube.jacobian.at(i, j) + Interval(-kSlack, kSlack), as_double(sample.jacobian[i][j])));
    CHECK(sample.identity_gap < 1e-7 * (1 + std::fabs(as_double(sample.determinant))));
  }
  CHECK(open * 10 <= problems);
}

TEST_CASE(
    "branches of different shapes are not interpolated, and a residual network's last block is held to the "
    "end") {
  Network net;
  net.input_dim = 1;
  net.layers = {{ResidualLayer{1, 1, {dense(1, 1, {1}), activation(Activation::tanh)}}},
                {ResidualLayer{Rational(1, 2), 1, {dense(1, 1, {3}), activation(Activation::tanh)}}}};
  const FlowNetwork flow_of_it =
      as_flow(neural_ode_limit(net, "net", Interpolation::linear), "net");
  CHECK(flow_of_it.arcs() == 2);
  CHECK(flow_of_it.arc() == 1);
  CHECK(flow_of_it.flow.branches.size() == 3);
  // The Euler step at time l − 1 is block l: the fields at the knots are δ_l f_l(e_l y)/(ε_l e_l).
  const auto& second = flow_of_it.from(1);
  CHECK(std::get<AffineLayer>(second.front().value).weight[0] == 3);
  CHECK(std::get<AffineLayer>(second.back().value).weight[0] == 2);
  net.layers.push_back({ResidualLayer{1, 1, {dense(1, 1, {1}), activation(Activation::sin)}}});
  CHECK_THROWS_AS(as_flow(neural_ode_limit(net, "net", Interpolation::linear), "net"),
                  InputError);
  net.layers = {{OdeLayer{{{activation(Activation::tanh)}}, 1, Interpolation::linear}}};
  CHECK_THROWS_AS(as_flow(net, "net"), InputError);
}

TEST_CASE("dense output and given times agree with steps that end there") {
  const FlowNetwork network = linear_in_time(flow(
      2, {planar_example().flow.branches[0], {dense(2, 2, {1, 0, -1, 1}), activation(Activation::tanh)}}, 2));
  const std::vector<Rational> x{Rational(1, 2), Rational(-1, 4)};
  IntegrationOptions options;
  options.times = {0, Rational(1, 3), 1, 2};
  options.events = {{0, 0.75}};
  options.stepper = StepperKind::fehlberg78;
  const Integration exact = integrate_flow_approx(network, x, options);
  REQUIRE(exact.trajectory.size() == 4);
  REQUIRE(exact.events.size() == 1);
  const struct {
    StepperKind stepper;
    int digits;
    double error;
  } kinds[] = {{StepperKind::dopri5, 16, 1e-8},
               {StepperKind::bulirsch_stoer, 16, 1e-8},
               {StepperKind::bulirsch_stoer, 50, 1e-11}};
  options.dense = true;
  for (const auto& kind : kinds) {
    INFO(to_string(kind.stepper) << " " << kind.digits);
    options.stepper = kind.stepper;
    options.digits = kind.digits;
    options.tolerance = 1e-12;
    const Integration dense = integrate_flow_approx(network, x, options);
    REQUIRE(dense.trajectory.size() == 4);
    for (std::size_t k = 0; k < 4; ++k) {
      CHECK(as_double(dense.trajectory[k].time) ==
            Approx(as_double(exact.trajectory[k].time)).epsilon(1e-15));
      for (std::size_t i = 0; i < 2; ++i)
        CHECK(std::fabs(as_double(dense.trajectory[k].state[i]) - as_double(exact.trajectory[k].state[i])) <
              kind.error);
    }
    REQUIRE(dense.events.size() == 1);
    CHECK(std::fabs(as_double(dense.events[0].second.time) - as_double(exact.events[0].second.time)) <
          kind.error);
    CHECK(std::fabs(as_double(dense.events[0].second.state[0]) - 0.75) < kind.error);
  }
  options.stepper = StepperKind::fehlberg78;
  CHECK_THROWS_AS(integrate_flow_approx(network, x, options), InputError);
  options = {};
  options.times = {3};
  CHECK_THROWS_AS(integrate_flow_approx(network, x, options), InputError);
}

TEST_CASE("a large box is covered by pieces with closed tubes") {
  const FlowNetwork network = flow(2, {planar_example().flow.branches[0]}, Rational(3, 2));
  const Box box{{-1, -1}, {1, 1}};
  CHECK_FALSE(enclose_flow(network, box, {}).closed);
  TubeOptions options;
  options.time_degree = 8;
  options.degree = 3;
  const FlowCover cover = cover_flow(network, box, options, 64);
  INFO(cover.whole.reason);
  REQUIRE(cover.whole.closed);
  CHECK(cover.pieces.size() > 1);
  double area = 0;
  for (const auto& [piece, tube] : cover.pieces) {
    CHECK(tube.closed);
    area += (piece.upper[0] - piece.lower[0]) * (piece.upper[1] - piece.lower[1]);
  }
  CHECK(area == 4);
  RandomCases random(93);
  for (int k = 0; k < cases(30, 1000); ++k) {
    const std::vector<double> end = end_approx(network, random_point(random, box));
    for (std::size_t i = 0; i < 2; ++i)
      REQUIRE(contains(cover.whole.end[i] + Interval(-kSlack, kSlack), end[i]));
  }
  const FlowCover few = cover_flow(network, box, options, 2);
  CHECK(few.pieces.size() == 2);
  CHECK(few.nodes.size() == 3);
  CHECK_FALSE(few.whole.closed);
  CHECK(few.whole.reason.find("of 2 boxes have no tube") != std::string::npos);
  options.max_steps = 1;
  CHECK(cover_flow(network, point_box({0, 0}), options, 64).tubes == 1);  // a point is never cut
}

TEST_CASE("the value and the gradient of a network with a flow contain what closed forms say") {
  // Φ(x) = tanh of exp(A)x, A = [[0, 1], [0, 0]]·t: the flow is a shear, Φ = softplus(h1 + 2 h2 + 1/3) after it.
  Chain chain;
  chain.input_dim = 2;
  chain.layers = {dense(2, 2, {1, 1, 0, 1}),
                  {OdeLayer{{{dense(2, 2, {0, 1, 0, 0})}}, Rational(3, 2)}},
                  dense(1, 2, {1, 2}, {Rational(1, 3)}),
                  activation(Activation::softplus)};
  chain.widths = {2, 2, 2, 1, 1};
  const FlowFunction function(chain, "net");
  RandomCases random(94);
  for (int n = 0; n < cases(40, 2000); ++n) {
    Box box;
    for (int i = 0; i < 2; ++i) {
      box.lower.push_back(random.uniform(-1, 1));
      box.upper.push_back(box.lower.back() + (random.integer(0, 2) == 0 ? 0.0 : random.uniform(0, 0.3)));
    }
    const FlowValue found = function.over(box, true, {});
    REQUIRE(found.reason.empty());
    const std::vector<Rational> x = random_point(random, box);
    // u = x1 + x2 + 3/2 x2 + 2 x2 + 1/3
    const BigInterval u(Rational(x[0] + Rational(9, 2) * x[1] + Rational(1, 3)), 128);
    const BigInterval e = exp(u), one(1.0, 128), value = log1p(e), slope = e / (one + e);
    REQUIRE(contains(found.value, midpoint(value.to_double())));
    REQUIRE(contains(found.gradient[0], midpoint(slope.to_double())));
    REQUIRE(contains(found.gradient[1], midpoint((slope * BigInterval(4.5, 128)).to_double())));
    REQUIRE(found.direction.size() == 2);
    Interval along = Interval(found.direction[0]) * slope.to_double() +
                     Interval(found.direction[1]) * (slope * BigInterval(4.5, 128)).to_double();
    REQUIRE(is_positive(along));
    Interval affine = Interval(found.centre) + Interval(-found.error, found.error);
    for (std::size_t i = 0; i < 2; ++i)
      if (found.half[i] > 0)
        affine +=
            Interval(found.slope[i]) * (enclose(x[i]) - Interval(found.middle[i])) / Interval(found.half[i]);
    REQUIRE_FALSE(disjoint(affine, value.to_double()));
  }
  chain.layers.push_back(activation(Activation::relu));
  CHECK_THROWS_AS(FlowFunction(chain, "net"), InputError);
}
