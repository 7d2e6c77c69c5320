#include "ode/tube.hpp"

#include <catch2/catch.hpp>
#include <chrono>

#include "arith/big_interval.hpp"
#include "critical/certify.hpp"
#include "flows.hpp"
#include "ode/flow_distance.hpp"
#include "ode/integrate.hpp"

using namespace narrows;
using namespace narrows::test;

namespace {

double width(const Interval& x) {
  return x.upper() - x.lower();
}

/// The end of the trajectory from x with 50 digits, right to about 16.
std::vector<Rational> sampled_end(const FlowNetwork& network, const std::vector<Rational>& x) {
  IntegrationOptions options;
  options.digits = 50;
  options.stepper = StepperKind::fehlberg78;
  options.tolerance = 1e-17;
  options.variational = false;
  return integrate_flow_approx(network, x, options).end_exact;
}

std::vector<Rational> random_point(RandomCases& random, const Box& box) {
  std::vector<Rational> x;
  for (std::size_t i = 0; i < box.dim(); ++i) {
    const Rational t =
        random.integer(0, 2) == 0 ? Rational(random.integer(0, 1)) : rational_exact(random.uniform(0, 1));
    x.push_back(rational_exact(box.lower[i]) * (1 - t) + rational_exact(box.upper[i]) * t);
  }
  return x;
}

/// Inside up to the sampled trajectory's own error; tubes are wider than 1e-15.
void require_inside(const std::vector<Interval>& enclosure, const std::vector<Rational>& point) {
  for (std::size_t i = 0; i < point.size(); ++i) {
    INFO("coordinate " << i << " in [" << enclosure[i].lower() << ", " << enclosure[i].upper()
                       << "]: " << point[i].convert_to<double>());
    const Rational slack = rational_exact(1e-16);
    REQUIRE((rational_exact(enclosure[i].lower()) <= point[i] + slack &&
             point[i] - slack <= rational_exact(enclosure[i].upper())));
  }
}

}  // namespace

TEST_CASE("from a point the planar example is enclosed below 1e-12, with its Jacobian") {
  const Tube tube = enclose_flow(planar_example(), point_box({0.5, -0.25}), {});
  REQUIRE(tube.closed);
  for (const Interval& side : tube.end) CHECK(width(side) < 1e-12);
  for (const Interval& entry : tube.jacobian.entries) CHECK(width(entry) < 1e-10);
  REQUIRE(tube.determinant);
  CHECK(is_positive(*tube.determinant));
  // 50 digits of Bulirsch and Stoer's method.
  CHECK(holds(tube.end[0],
              Rational("228956468932816197506333421923078605130/100000000000000000000000000000000000000")));
  CHECK(holds(tube.end[1],
              Rational("106224099570226531594430521163127536442/100000000000000000000000000000000000000")));
  CHECK(holds(*tube.determinant,
              Rational("235330506068057565099491068627707389257/100000000000000000000000000000000000000")));
}

TEST_CASE("a box of width 0.1 is enclosed in one tube, at most 5 % wider than its image") {
  const Tube tube = enclose_flow(planar_example(), {{0.45, -0.3}, {0.55, -0.2}}, {});
  REQUIRE(tube.closed);
  CHECK(width(tube.end[0]) < 1.05 * 0.1814);
  CHECK(width(tube.end[1]) < 1.05 * 0.2598);
  CHECK(width(tube.end[0]) > 0.1813);  // the sampled hull: no enclosure can be narrower
  CHECK(width(tube.end[1]) > 0.2597);
  CHECK(is_positive(*tube.determinant));
}

TEST_CASE("sampled trajectories of random problems end inside their tubes") {
  RandomCases random(75);
  const int samples = cases(3, 100), problems = cases(16, 200);
  int open = 0;  // given up: wide boxes of strongly expanding flows
  for (int n = 0; n < problems; ++n) {
    const auto dim = static_cast<std::size_t>(random.integer(1, 3));
    std::vector<std::vector<Layer>> branches;
    for (int b = random.integer(1, 2); b > 0; --b) branches.push_back(random_branch(random, dim, 1.2));
    const FlowNetwork network = flow(dim, branches, random.integer(0, 1) == 0 ? Rational(1) : Rational(4, 3));
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
    for (int k = 0; k < samples; ++k)
      require_inside(tube.end, sampled_end(network, random_point(random, box)));
    IntegrationOptions variational;
    variational.stepper = StepperKind::fehlberg78;
    const Integration middle = integrate_flow_approx(network, random_point(random, box), variational);
    const double slack = 1e-10;  // of the double integration
    for (std::size_t i = 0; i < dim; ++i) {
      for (std::size_t j = 0; j < dim; ++j) {
        const double entry = std::strtod(middle.jacobian[i][j].c_str(), nullptr);
        REQUIRE(contains(tube.jacobian.at(i, j) + Interval(-slack, slack), entry));
      }
    }
    REQUIRE(contains(*tube.determinant + Interval(-slack, slack) * Interval(magnitude(*tube.determinant) + 1),
                     std::strtod(middle.determinant.c_str(), nullptr)));
  }
  CAPTURE(open);
  CHECK(open * 50 <= problems);
}

TEST_CASE("a linear flow is the exponential") {
  const FlowNetwork network = flow(1, {{dense(1, 1, {Rational(3, 2)})}}, 2);
  const Tube tube = enclose_flow(network, point_box({0.75}), {});
  REQUIRE(tube.closed);
  const BigInterval factor = exp(BigInterval(3.0, 256));
  const Interval truth = (BigInterval(0.75, 256) * factor).to_double();
  CHECK(subset(truth, tube.end[0]));
  CHECK(subset(factor.to_double(), *tube.determinant));
  CHECK(width(tube.end[0]) < 1e-11);
}

TEST_CASE("branches take their turns: two equal ones are one, and their order matters") {
  const std::vector<Layer> f = {dense(2, 2, {1, -2, Rational(1, 2), 0}, {0, 1}),
                                activation(Activation::tanh)},
                           g = {dense(2, 2, {0, 1, -1, 0}), activation(Activation::sin)};
  const Box start = point_box({0.25, 0.5});
  const Tube once = enclose_flow(flow(2, {f}, 2), start, {}),
             twice = enclose_flow(flow(2, {f, f}, 2), start, {});
  const Tube fg = enclose_flow(flow(2, {f, g}, 2), start, {}),
             gf = enclose_flow(flow(2, {g, f}, 2), start, {});
  REQUIRE((once.closed && twice.closed && fg.closed && gf.closed));
  for (std::size_t i = 0; i < 2; ++i) CHECK_FALSE(disjoint(once.end[i], twice.end[i]));
  CHECK(disjoint(fg.end[0], gf.end[0]));
}

TEST_CASE("trap: the error at the start is part of the tube") {
  FlowNetwork network = flow(1, {{dense(1, 1, {0}, {0})}}, 1);  // ḣ = 0: nothing but the start has an error
  network.before = {dense(1, 1, {Rational(1, 3)})};
  const Tube still = enclose_flow(network, point_box({1}), {});
  REQUIRE(still.closed);
  CHECK(holds(still.end[0], Rational(1, 3)));
  network.flow.branches = {{dense(1, 1, {8})}};  // and it grows with the flow
  const Tube growing = enclose_flow(network, point_box({1}), {});
  REQUIRE(growing.closed);
  const BigInterval truth = exp(BigInterval(8.0, 256)) / BigInterval(3.0, 256);
  CHECK(subset(truth.to_double(), growing.end[0]));
  CHECK(growing.steps.back().error > 1e3 * 1e-17);
}

TEST_CASE("trap: a discrete solver is a network of its own, with critical points that the flow has not") {
  // x − 2 tanh x is one Euler step of ẏ = −2 tanh y over a unit of time.
  Network euler;
  euler.input_dim = 1;
  euler.layers = {{ResidualLayer{1, 1, {activation(Activation::tanh), dense(1, 1, {-2})}}}};
  const Network limit = neural_ode_limit(euler, "net");
  Domain interval{Domain::Type::box, 1, {{-2}, {2}}, 0}, line{Domain::Type::space, 1, {}, 0};
  CHECK(certify(make_chain(euler, {}, "net"), interval, {}, "net").verdict == Verdict::refuted);
  CHECK(certify(make_chain(limit, {}, "net"), line, {}, "net").verdict == Verdict::proved);
  const Tube tube = enclose_flow(as_flow(limit, "net"), point_box({0}), {});
  REQUIRE(tube.closed);
  CHECK(is_positive(*tube.determinant));  // the Euler step has slope 1 − 2 = −1 there
  CHECK(subset(exp(BigInterval(-2.0, 256)).to_double(), *tube.determinant));
  const Tube away = enclose_flow(as_flow(limit, "net"), point_box({1}), {});
  const Interval distance =
      distance_to_flow(make_chain(euler, {}, "net"), {dense(1, 1, {1})}, away, point_box({1}));
  // y(1) with sinh y = e^{-2} sinh 1, against 1 − 2 tanh 1.
  CHECK(
      contains(distance, std::fabs(std::asinh(std::exp(-2.0) * std::sinh(1.0)) - (1 - 2 * std::tanh(1.0)))));
  CHECK(width(distance) < 1e-12);
}

TEST_CASE("the determinant is positive where the matrices of the tube alone do not say so") {
  const Tube tube = enclose_flow(planar_example(), {{0.2, -0.6}, {0.9, 0.1}}, {});
  REQUIRE(tube.closed);
  CHECK_FALSE(is_positive(tube.box_determinant));
  CHECK(is_positive(*tube.determinant));
}

TEST_CASE("what cannot be enclosed is left open with the time and the reason") {
  TubeOptions options;
  options.max_steps = 3;
  const Tube tube = enclose_flow(planar_example(), point_box({0.5, -0.25}), options);
  CHECK_FALSE(tube.closed);
  CHECK(tube.reason.find("stopped at its budget at time 0.") != std::string::npos);
  CHECK(tube.end.empty());
  const Tube wide = enclose_flow(flow(2, {planar_example().flow.branches[0]}, 12), {{-3, -3}, {3, 3}}, {});
  CHECK_FALSE(wide.closed);
  CHECK(wide.reason.find("take a smaller box at time ") != std::string::npos);
}
