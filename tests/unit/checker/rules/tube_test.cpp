#include <catch2/catch.hpp>
#include <cmath>

#include "limit_parts.hpp"

using namespace narrows::checker;
using namespace narrows::checker::test;

namespace {

const std::string growth = linear_branch("[[1]]"), decay = linear_branch("[[-1]]"), rotation = linear_branch("[[0, -1], [1, 0]]", "[0, 0]");

std::string around(double value, double radius) { return '[' + decimal(value - radius) + ", " + decimal(value + radius) + ']'; }

/// ẏ = λy over [0, 1] from 1, claimed to end within `width` of e^λ; p(0) = 1 + offset.
FlowParts exponential_flow(double lambda, double width, double offset = 0, double radius = 1) {
  FlowParts p;
  p.model = model(1, ode_layer(lambda > 0 ? growth : decay, "1"));
  p.steps = {{.state = {exponential(lambda, 1 + offset)}, .radius = radius}};
  p.end = '[' + around(std::exp(lambda) * (1 + offset), width) + ']';
  return p;
}

/// The rotation of the plane by the angle 1 with its Jacobian.
FlowParts rotation_flow() {
  std::vector<double> cosine(19), sine(19);
  double factorial = 1;
  for (int k = 0; k < 19; ++k) {
    factorial *= k == 0 ? 1 : k;
    (k % 2 == 0 ? cosine : sine)[static_cast<std::size_t>(k)] = (k % 4 < 2 ? 1 : -1) / factorial;
  }
  std::vector<double> minus_sine = sine;
  for (double& x : minus_sine) x = -x;
  FlowParts p;
  p.dim = 2;
  p.model = model(2, ode_layer(rotation, "1"));
  p.bounds = "[[1, 1], [0, 0]]";
  p.steps = {{.state = {cosine, sine}, .jacobian = {cosine, minus_sine, sine, cosine}, .radius = 1e-9, .jacobian_radius = 1e-9}};
  const std::string c = around(std::cos(1.0), 1e-11), s = around(std::sin(1.0), 1e-11), minus = around(-std::sin(1.0), 1e-11);
  p.end = '[' + c + ", " + s + ']';
  p.jacobian = "[[" + c + ", " + minus + "], [" + s + ", " + c + "]]";
  p.determinant = around(1, 1e-10);
  return p;
}

}  // namespace

TEST_CASE("checker: a polynomial close to the solution proves where the flow ends") {
  const Outcome outcome = check_parts(exponential_flow(1, 1e-11));
  CHECK(short_verdict(outcome) == "ACCEPTED");
  CHECK(outcome.claim.starts_with("ode-flow proved on [1,1]: end [2.71828182844904"));
  CHECK(verdict_of(exponential_flow(-1, 1e-11)) == "ACCEPTED");
  CHECK(verdict_of(exponential_flow(1, 1e-18)) == "ode-flow not-proved");  // a too narrow end
  FlowParts p = exponential_flow(1, 1e-11);
  p.end = '[' + around(std::exp(1.0) + 2e-11, 1e-11) + ']';
  CHECK(verdict_of(p) == "ode-flow not-proved");
}

TEST_CASE("checker: the rotation of the plane has a rotation as its Jacobian, of determinant 1") {
  CHECK(verdict_of(rotation_flow()) == "ACCEPTED");
  FlowParts p = rotation_flow();
  p.jacobian = "null";
  CHECK(verdict_of(p) == "ACCEPTED");
  p.determinant = "[1.0000001, 2]";
  CHECK(verdict_of(p) == "ode-flow not-proved");
  p = rotation_flow();
  p.jacobian = "[[0, 1], [-1, 0]]";
  CHECK(verdict_of(p) == "document wrong-type");
  p.jacobian = "[[[0, 1], [0, 1]], [[0, 1], [0, 1]]]";
  CHECK(verdict_of(p) == "ode-flow not-proved");
  p = rotation_flow();
  p.steps[0].jacobian_radius = 1e-18;
  CHECK(verdict_of(p) == "tube not-proved");
  p.steps[0].jacobian = {};
  CHECK(verdict_of(p) == "document mismatch");
  p = rotation_flow();
  p.jacobian = p.determinant = "null";
  CHECK(verdict_of(p) == "document mismatch");
}

TEST_CASE("checker: an error of the Jacobian at the start or in its defect counts") {
  FlowParts p = rotation_flow();
  for (double& x : p.steps[0].jacobian[0]) x *= 1.001;  // P(0) is not I
  p.determinant = "null";
  p.steps[0].jacobian_radius = 1;
  p.jacobian = "[[" + around(std::cos(1.0) * 1.001, 1e-11) + ", " + around(-std::sin(1.0), 1e-11) + "], [" + around(std::sin(1.0), 1e-11) + ", " + around(std::cos(1.0), 1e-11) + "]]";
  CHECK(verdict_of(p) == "ode-flow not-proved");
  p = rotation_flow();
  for (const std::size_t i : {0, 2}) {  // a solution, but from (1.001, 0) in place of (1, 0)
    for (double& x : p.steps[0].jacobian[i]) x *= 1.001;
  }
  p.steps[0].jacobian_radius = 1;
  p.determinant = around(1.001, 1e-4);
  p.jacobian = "null";
  CHECK(verdict_of(p) == "ode-flow not-proved");
  p = rotation_flow();
  p.steps[0].jacobian[1][1] -= 1e-3;
  p.steps[0].jacobian_radius = 1;
  CHECK(verdict_of(p) == "ode-flow not-proved");
}

TEST_CASE("checker: the initial error is carried along, and grows with the logarithmic norm") {
  CHECK(verdict_of(exponential_flow(1, 1e-11, 1e-3)) == "ode-flow not-proved");
  CHECK(verdict_of(exponential_flow(1, 1.1e-3, 1e-3)) == "ode-flow not-proved");
  CHECK(verdict_of(exponential_flow(1, 2.6e-3, 1e-3)) == "ode-flow not-proved");
  CHECK(verdict_of(exponential_flow(1, 2.8e-3, 1e-3)) == "ACCEPTED");
  CHECK(verdict_of(exponential_flow(-1, 0.36e-3, 1e-3)) == "ode-flow not-proved");
  CHECK(verdict_of(exponential_flow(-1, 0.37e-3, 1e-3)) == "ACCEPTED");  // it shrinks
}

TEST_CASE("checker: the ∞-norm of a rotating error may grow") {
  // From (1.001, 0) the true end is 1e-3·(cos 1, sin 1) away; the logarithmic norm of the rotation is 1, not 0.
  FlowParts p = rotation_flow();
  p.jacobian = p.determinant = "null";
  p.steps[0].jacobian = {};
  p.steps[0].radius = 1;
  p.bounds = "[[1.001, 1.001], [0, 0]]";
  const auto with_end = [&](double width) {
    p.end = '[' + around(std::cos(1.0), width) + ", " + around(std::sin(1.0), width) + ']';
    return verdict_of(p);
  };
  CHECK(with_end(1.1e-3) == "ode-flow not-proved");
  CHECK(with_end(2.7e-3) == "ode-flow not-proved");
  CHECK(with_end(2.8e-3) == "ACCEPTED");
}

TEST_CASE("checker: negative entries beside the diagonal make errors grow, too") {
  // ẏ = (-y2, -y1): the difference of the two grows with e^s; the second step of the plane is 0 if it starts at 0.
  FlowParts p;
  p.dim = 2;
  p.model = model(2, ode_layer(linear_branch("[[0, -1], [-1, -3]]", "[0, 0]"), "1"));
  p.bounds = "[[0.001, 0.001], [0, 0]]";
  p.steps = {{.state = {{0}, {0}}, .radius = 1}};
  p.end = "[[-0.00099, 0.00099], [-0.00099, 0.00099]]";  // the true end is about (0.00115, -0.00029)
  CHECK(verdict_of(p) == "ode-flow not-proved");
  p.end = "[[-0.0028, 0.0028], [-0.0028, 0.0028]]";
  CHECK(verdict_of(p) == "ACCEPTED");
}

namespace {

/// ẏ = tanh y with p from y0, Ṗ = (1 - tanh² y)P with P(0) = 1: coefficients of s.
std::pair<std::vector<double>, std::vector<double>> one_neuron(double y0) {
  std::vector<double> y = {y0}, t = {std::tanh(y0)}, q = {1 - t[0] * t[0]}, jacobian = {1};
  for (std::size_t k = 1; k <= 20; ++k) {
    y.push_back(t[k - 1] / static_cast<double>(k));
    double slope = 0, value = 0, square = 0;
    for (std::size_t i = 0; i < k; ++i) slope += q[i] * jacobian[k - 1 - i];
    for (std::size_t i = 1; i <= k; ++i) value += static_cast<double>(i) * y[i] * q[k - i];
    t.push_back(value / static_cast<double>(k));
    for (std::size_t i = 0; i <= k; ++i) square += t[i] * t[k - i];
    q.push_back(-square);
    jacobian.push_back(slope / static_cast<double>(k));
  }
  return {y, jacobian};
}

FlowParts neuron_flow(double x, double y0, double radius) {
  FlowParts p;
  const auto [y, jacobian] = one_neuron(y0);
  p.model = model(1, ode_layer(R"([{"type": "activation", "function": "tanh"}])", "0.25"));
  p.bounds = "[[" + decimal(x) + ", " + decimal(x) + "]]";
  p.steps = {{.duration = "0.25", .state = {y}, .jacobian = {jacobian}, .radius = radius}};
  return p;
}

}  // namespace

TEST_CASE("checker: an error of the state is an error of the Jacobian's equation") {
  const auto verdict_for = [](double y0, double width) {
    FlowParts p = neuron_flow(0.5, y0, 0.1);
    const double end = std::asinh(std::exp(0.25) * std::sinh(y0)), slope = std::exp(0.25) * std::cosh(y0) / std::cosh(end);
    p.end = '[' + around(end, 0.02) + ']';
    p.jacobian = "[[" + around(slope, width) + "]]";
    return verdict_of(p);
  };
  CHECK(verdict_for(0.5, 1e-9) == "ACCEPTED");
  // from 0.51 the Jacobian is 0.0019 smaller than from 0.5
  CHECK(verdict_for(0.51, 1e-4) == "ode-flow not-proved");
  CHECK(verdict_for(0.51, 1.5e-3) == "ode-flow not-proved");
  CHECK(verdict_for(0.51, 1e-2) == "ACCEPTED");
}

TEST_CASE("checker: the logarithmic norm is that of the whole tube, not of its middle") {
  // From 0.5, beside a polynomial from 3 where the flow hardly spreads: the distance grows from 2.5 to 2.632.
  const auto verdict_for = [](double width) {
    FlowParts p = neuron_flow(0.5, 3, 3.5);
    p.steps[0].jacobian = {};
    p.end = '[' + around(std::asinh(std::exp(0.25) * std::sinh(3.0)), width) + ']';
    return verdict_of(p);
  };
  CHECK(verdict_for(2.55) == "ode-flow not-proved");
  CHECK(verdict_for(2.62) == "ode-flow not-proved");
  CHECK(verdict_for(3.3) == "ACCEPTED");
}

TEST_CASE("checker: a tube that does not close proves nothing") {
  CHECK(verdict_of(exponential_flow(1, 1, 1e-3, 2.6e-3)) == "tube not-proved");
  CHECK(verdict_of(exponential_flow(1, 1, 1e-3, 2.8e-3)) == "ACCEPTED");
  CHECK(verdict_of(exponential_flow(1, 1, 0, 0)) == "tube not-proved");
  CHECK(verdict_of(exponential_flow(1, 1, 0, -1)) == "tube not-proved");
  // the error shrinks to 0.37e-3, but it is 1e-3 where the step begins
  CHECK(verdict_of(exponential_flow(-1, 1, 1e-3, 0.9e-3)) == "tube not-proved");
  CHECK(verdict_of(exponential_flow(-1, 1, 1e-3, 1.1e-3)) == "ACCEPTED");
}

TEST_CASE("checker: the defect of a wrong polynomial is found") {
  FlowParts p = exponential_flow(1, 1e-3);
  p.steps[0].state[0][18] += 1e-2;
  CHECK(verdict_of(p) == "ode-flow not-proved");
  p = exponential_flow(1, 1e-3);
  p.steps[0].state[0].resize(4);  // 1 + s + s²/2 + s³/6 ends 0.0516 below e
  CHECK(verdict_of(p) == "ode-flow not-proved");
  p.end = "[[2.3, 3]]";
  CHECK(verdict_of(p) == "ACCEPTED");
}

TEST_CASE("checker: the jump between two steps counts") {
  FlowParts p = exponential_flow(1, 1e-11);
  const double half = std::exp(0.5);
  p.steps = {{.duration = "0.5", .state = {exponential(1)}}, {.duration = "\"1/2\"", .state = {exponential(1, half)}}};
  CHECK(verdict_of(p) == "ACCEPTED");
  p.steps[1].state = {exponential(1, half + 1e-3)};
  p.end = '[' + around((half + 1e-3) * half, 1e-11) + ']';
  CHECK(verdict_of(p) == "ode-flow not-proved");
  p.end = '[' + around((half + 1e-3) * half, 1.6e-3) + ']';
  CHECK(verdict_of(p) == "ode-flow not-proved");
  p.end = '[' + around((half + 1e-3) * half, 1.7e-3) + ']';
  CHECK(verdict_of(p) == "ACCEPTED");
}

TEST_CASE("checker: durations add up exactly to the time of each branch") {
  const auto with = [](const std::vector<std::string>& durations) {
    FlowParts p = exponential_flow(1, 10);
    p.steps.clear();
    for (const std::string& h : durations) p.steps.push_back({.duration = h, .state = {exponential(1)}, .radius = 10});
    return verdict_of(p);
  };
  CHECK(with({"\"1/3\"", "\"2/3\""}) == "ACCEPTED");
  CHECK(with({"0.1", "0.9"}) == "document mismatch");  // these doubles add up to a little more than 1
  CHECK(with({"\"1/3\"", "\"1/3\""}) == "document mismatch");
  CHECK(with({"1", "1"}) == "document mismatch");
  CHECK(with({"2", "-1"}) == "document out-of-range");
  CHECK(with({"0", "1"}) == "document out-of-range");
  CHECK(with({}) == "document missing");
}

TEST_CASE("checker: branches follow each other, and no step lies on two of them") {
  FlowParts p;
  p.model = model(1, ode_layer(growth + ", " + decay, "2"));
  p.steps = {{.state = {exponential(1)}}, {.state = {exponential(-1, std::exp(1.0))}}};
  p.end = '[' + around(1, 1e-10) + ']';
  CHECK(verdict_of(p) == "ACCEPTED");
  std::swap(p.steps[0].state, p.steps[1].state);
  CHECK_FALSE(check_parts(p).accepted());
  p.steps = {{.duration = "2", .state = {exponential(1)}}};
  p.end = '[' + around(std::exp(2.0), 1) + ']';
  CHECK(verdict_of(p) == "document mismatch");
  p.steps = {{.duration = "0.5", .state = {exponential(1)}}, {.duration = "1.5", .state = {exponential(1)}}};
  CHECK(verdict_of(p) == "document mismatch");
}

TEST_CASE("checker: exactly one ode layer, after smooth layers") {
  const std::string layer = ode_layer(growth, "1"), affine = R"({"type": "affine", "weight": [[0.5]], "bias": [0.5]})";
  FlowParts p = exponential_flow(1, 1e-10);
  p.model = model(1, affine + ", " + layer + ", " + affine);
  CHECK(verdict_of(p) == "ACCEPTED");
  p.model = model(1, layer + ", " + layer);
  CHECK(verdict_of(p) == "ode-flow inapplicable");
  p.model = model(1, affine);
  CHECK(verdict_of(p) == "ode-flow inapplicable");
  p.model = model(1, scalar_block("2", "-1", "\"identity\"") + ", " + layer);
  CHECK(verdict_of(p) == "ACCEPTED");
  p.model = model(1, R"({"type": "activation", "function": "relu"}, )" + layer);
  CHECK(verdict_of(p) == "tube not-proved");
  p.model = model(1, R"({"type": "batch_norm", "scale": [1], "bias": [0], "mean": [0.5], "variance": [0.25], "epsilon": 0}, )" + layer);
  CHECK(verdict_of(p) == "ACCEPTED");
}

TEST_CASE("checker: polynomials have their degrees and no monomial twice") {
  FlowParts p = exponential_flow(1, 1e-10);
  p.steps[0].degree = "[17, 0]";
  CHECK(verdict_of(p) == "document out-of-range");
  p.steps[0].degree = "[41, 0]";
  CHECK(verdict_of(p) == "document out-of-range");
  p.steps[0].degree = "[20, 13]";
  CHECK(verdict_of(p) == "document out-of-range");
  const auto with_state = [&](const std::string& terms, const std::string& degree = "[2, 2]", const std::string& more = "") {
    const std::string claim = R"({"kind": "ode-flow", "verdict": "proved", "domain": {"type": "box", "bounds": [[0, 2]]}, "end": [[-100, 100]], "jacobian": null, "determinant": null})";
    return short_verdict(check(certificate(claim, exponential_flow(1, 1).model,
                                           R"({"steps": [{"duration": 1, "degree": )" + degree + ", \"radius\": 50, \"state\": [" + terms + "]" + more + "}]}")));
  };
  const std::string good = "[1, [0, 0]], [1, [0, 1]], [1, [1, 0]], [1, [1, 1]], [0.5, [2, 0]], [0.5, [2, 1]]";
  CHECK(with_state("[" + good + "]") == "ACCEPTED");
  CHECK(with_state("[" + good + ", [0, [0, 0]]]") == "document mismatch");
  CHECK(with_state("[" + good + ", [1, [0, 3]]]") == "document out-of-range");
  CHECK(with_state("[" + good + ", [1, [0]]]") == "document mismatch");
  CHECK(with_state("[" + good + ", [1, [0, 0.5]]]") == "document out-of-range");
  CHECK(with_state("[" + good + ", [\"1\", [0, 2]]]") == "document wrong-type");
  CHECK(with_state("[" + good + "], []") == "document mismatch");
  CHECK(with_state("[" + good + "]", "[2, 2]", ", \"order\": 1") == "document unknown");
}

TEST_CASE("checker: a box is followed as a whole") {
  // ẏ = tanh y from [0.4, 0.6] for the time 1: sinh y(1) = e sinh y(0). First in ξ: p = y_m + ξ·dy/dx/10, both by their values.
  // Polynomials in s by interpolation would be long; four steps of the Taylor polynomial of order 4 in s and 1 in ξ are enough here.
  FlowParts p;
  p.model = model(1, ode_layer(R"([{"type": "activation", "function": "tanh"}])", "1"));
  const double lo = std::asinh(std::exp(1.0) * std::sinh(0.4)), hi = std::asinh(std::exp(1.0) * std::sinh(0.6));
  std::string steps;
  for (int i = 0; i < 8; ++i) {
    const double e = std::exp(i / 8.0), y = std::asinh(e * std::sinh(0.5)), slope = e * std::cosh(0.5) / std::cosh(y) / 10;
    // y' = t, y'' = tq, y''' = q(q - 2t²)t with t = tanh y, q = 1 - t²; slope' = q·slope, slope'' = (q² - 2t²q)slope
    const double t = std::tanh(y), q = 1 - t * t;
    const double c[6] = {y, t, t * q / 2, q * (q - 2 * t * t) * t / 6, slope, q * slope};
    steps += std::string(i == 0 ? "" : ", ") + R"({"duration": 0.125, "degree": [3, 1], "radius": 0.1, "state": [[[)" + decimal(c[0]) + ", [0, 0]], [" + decimal(c[1]) + ", [1, 0]], [" +
             decimal(c[2]) + ", [2, 0]], [" + decimal(c[3]) + ", [3, 0]], [" + decimal(c[4]) + ", [0, 1]], [" + decimal(c[5]) + ", [1, 1]], [" +
             decimal((q * q - 2 * t * t * q) * slope / 2) + ", [2, 1]]]]}";
  }
  const auto verdict_for = [&](double margin) {
    const std::string claim = R"({"kind": "ode-flow", "verdict": "proved", "domain": {"type": "box", "bounds": [[0.4, 0.6]]}, "end": [[)" + decimal(lo - margin) + ", " + decimal(hi + margin) +
                              R"(]], "jacobian": null, "determinant": null})";
    return short_verdict(check(certificate(claim, p.model, "{\"steps\": [" + steps + "]}")));
  };
  CHECK(verdict_for(0.03) == "ACCEPTED");
  CHECK(verdict_for(-1e-6) == "ode-flow not-proved");  // the ends of the box leave it
}
