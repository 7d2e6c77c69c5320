// Flows of right-hand sides that are linear in time, and proofs of ode-flow claims by trees of boxes.
#include <catch2/catch.hpp>
#include <cmath>

#include "limit_parts.hpp"

using namespace narrows::checker;
using namespace narrows::checker::test;

namespace {

std::string around(double value, double radius) { return '[' + decimal(value - radius) + ", " + decimal(value + radius) + ']'; }

/// y0·exp(as + rs²/2), which solves ẏ = (a + rs)y, to the 20th power of s.
std::vector<double> accelerated(double a, double r, double y0) {
  std::vector<double> c = {y0};
  for (int k = 0; k < 20; ++k) c.push_back((a * c.back() + (k == 0 ? 0 : r * c[static_cast<std::size_t>(k - 1)])) / (k + 1));
  return c;
}

std::string growth(double a) { return linear_branch("[[" + decimal(a) + "]]"); }

/// ẏ = a(t)y, a from 0.5 to -0.25 over the time 1 and on to 1 over the next one; y(2) = y(0)·e^(0.125 + 0.375).
FlowParts changing_growth() {
  FlowParts p;
  p.model = model(1, ode_layer(growth(0.5) + ", " + growth(-0.25) + ", " + growth(1), "2", "linear"));
  const double middle = std::exp(0.125);
  p.steps = {{.state = {accelerated(0.5, -0.75, 1)}, .jacobian = {accelerated(0.5, -0.75, 1)}},
             {.state = {accelerated(-0.25, 1.25, middle)}, .jacobian = {accelerated(-0.25, 1.25, middle)}}};
  p.end = '[' + around(std::exp(0.5), 1e-7) + ']';
  p.jacobian = "[[" + around(std::exp(0.5), 1e-7) + "]]";
  p.determinant = around(std::exp(0.5), 1e-7);
  return p;
}

std::string with(const std::string& text, const std::string& old, const std::string& replacement) {
  const std::size_t at = text.find(old);
  REQUIRE(at != std::string::npos);
  return text.substr(0, at) + replacement + text.substr(at + old.size());
}

}  // namespace

TEST_CASE("checker: a right-hand side that is linear in time is followed from arc to arc") {
  const FlowParts good = changing_growth();
  CHECK(verdict_of(good) == "ACCEPTED");
  const auto verdict_for = [&](const std::string& old, const std::string& replacement) {
    FlowParts p = good;
    p.model = with(p.model, old, replacement);
    return verdict_of(p);
  };
  CHECK(verdict_for("\"linear\"", "\"constant\"") != "ACCEPTED");  // three arcs of another length
  CHECK(verdict_for(", \"interpolation\": \"linear\"", "") != "ACCEPTED");
  CHECK(verdict_for("[[0.5]]", "[[0.500001]]") == "ode-flow not-proved");
  CHECK(verdict_for("[[-0.25]]", "[[0.25]]") == "tube not-proved");
  CHECK(verdict_for("[0, 2]", "[0, 2.5]") == "document mismatch");
  FlowParts p = good;
  p.model = model(1, ode_layer(growth(1) + ", " + growth(-0.25) + ", " + growth(0.5), "2", "linear"));
  CHECK(verdict_of(p) == "ode-flow not-proved");  // the mean rate is the same, but the steps are not
  p = good;
  p.steps.pop_back();
  CHECK(verdict_of(p) == "document mismatch");
  p = good;
  p.steps[1].state[0][2] += 1e-6;
  CHECK(verdict_of(p) == "ode-flow not-proved");
}

TEST_CASE("checker: a step that begins inside an arc knows its time") {
  FlowParts p = changing_growth();
  const auto value = [](double t) { return std::exp(0.5 * t - 0.375 * t * t); };
  StepParts second = p.steps[1];
  p.steps.resize(1);
  p.steps[0].duration = "0.25";
  const std::vector<double> rest = accelerated(0.5 - 0.75 * 0.25, -0.75, value(0.25));
  p.steps.push_back({.duration = "0.75", .state = {rest}, .jacobian = {rest}});
  p.steps.push_back(second);
  CHECK(verdict_of(p) == "ACCEPTED");
  const std::vector<double> from_start = accelerated(0.5, -0.75, value(0.25));
  p.steps[1].state = p.steps[1].jacobian = {from_start};
  CHECK(verdict_of(p) == "ode-flow not-proved");
}

TEST_CASE("checker: the Jacobian of a flow that is linear in time is enclosed in its own equation") {
  // ẏ = w(t)·(0 -1; 1 0)y turns by the mean of w: 1/2 for w from 0 to 1.
  FlowParts p;
  p.dim = 2;
  p.model = model(2, ode_layer(linear_branch("[[0, 0], [0, 0]]", "[0, 0]") + ", " + linear_branch("[[0, -1], [1, 0]]", "[0, 0]"), "1", "linear"));
  std::vector<double> c(21), s(21), minus(21);
  double factorial = 1;
  for (std::size_t k = 0; 2 * k <= 20; ++k) {
    factorial *= k == 0 ? 2 : 2 * static_cast<double>(k);  // 2^(k+1)·k!
    (k % 2 == 0 ? c : s)[2 * k] = (k % 4 < 2 ? 2 : -2) / factorial;
    minus[2 * k] = -s[2 * k];
  }
  p.bounds = "[[1, 1], [0, 0]]";
  p.steps = {{.state = {c, s}, .jacobian = {c, minus, s, c}}};
  const std::string cosine = around(std::cos(0.5), 1e-9), sine = around(std::sin(0.5), 1e-9), negative = around(-std::sin(0.5), 1e-9);
  p.end = '[' + cosine + ", " + sine + ']';
  p.jacobian = "[[" + cosine + ", " + negative + "], [" + sine + ", " + cosine + "]]";
  p.determinant = around(1, 1e-8);
  CHECK(verdict_of(p) == "ACCEPTED");
  for (double& x : p.steps[0].jacobian[1]) x = -x;
  CHECK(verdict_of(p) != "ACCEPTED");
}

TEST_CASE("checker: the factors of batch_norm are interpolated, not what they are made of") {
  // From factor 1 and shift 0 to factor 1/√(1/4) = 2 and shift 0: ẏ = (1 + t)y.
  const auto branch = [](const std::string& variance) {
    return R"([{"type": "batch_norm", "scale": [1], "bias": [0], "mean": [0], "variance": [)" + variance + R"(], "epsilon": 0}])";
  };
  FlowParts p;
  p.model = model(1, ode_layer(branch("1") + ", " + branch("0.25"), "1", "linear"));
  p.steps = {{.state = {accelerated(1, 1, 1)}, .radius = 1}};
  p.end = '[' + around(std::exp(1.5), 1e-6) + ']';
  CHECK(verdict_of(p) == "ACCEPTED");
  p.end = '[' + around(std::exp(1.45), 1e-2) + ']';
  CHECK(verdict_of(p) == "ode-flow not-proved");
}

TEST_CASE("checker: biases and both layers of a branch move with the time") {
  // ẏ = v(t)(w(t)·y + b(t)) + c(t), identity between: v, w, b, c from (1, 0, 1, 0) to (1, 0, 3, 2) give y(1) = y(0) + 2 + 1.
  const auto branch = [](const std::string& v, const std::string& b, const std::string& c) {
    return R"([{"type": "affine", "weight": [[0]], "bias": [)" + b + R"(]}, {"type": "activation", "function": "identity"}, {"type": "affine", "weight": [[)" + v + R"(]], "bias": [)" + c + "]}]";
  };
  FlowParts p;
  p.model = model(1, ode_layer(branch("1", "1", "0") + ", " + branch("1", "3", "2"), "1", "linear"));
  p.steps = {{.state = {{1, 1, 2}}, .radius = 1}};
  p.end = "[[3.999999, 4.000001]]";
  CHECK(verdict_of(p) == "ACCEPTED");
  // v from 1 to 2: a product of two linear functions, (1 + t)(1 + 2t) + 2t
  p.model = model(1, ode_layer(branch("1", "1", "0") + ", " + branch("2", "3", "2"), "1", "linear"));
  CHECK(verdict_of(p) == "tube not-proved");
  p.steps = {{.state = {{1, 1, 2.5, 0.6666666666666666}}, .radius = 1}};
  p.end = "[[5.166666, 5.166667]]";
  CHECK(verdict_of(p) == "ACCEPTED");
}

TEST_CASE("checker: only branches that are built alike can be interpolated") {
  const auto verdict_for = [](const std::string& layer) {
    Parts p;
    p.model = model(1, layer);
    p.proof = layers_proof({"flow", "rank"});
    return verdict_of(p);
  };
  const std::string neuron = R"([{"type": "affine", "weight": [[1]], "bias": [0]}, {"type": "activation", "function": "tanh"}])";
  CHECK(verdict_for(ode_layer(neuron + ", " + neuron, "1", "linear")) == "ACCEPTED");
  CHECK(verdict_for(ode_layer(neuron + ", " + neuron, "1", "constant")) == "ACCEPTED");
  CHECK(verdict_for(ode_layer(neuron + ", " + neuron, "1", "cubic")) == "document unknown");
  CHECK(verdict_for(ode_layer(neuron, "1", "linear")) == "document inapplicable");
  CHECK(verdict_for(R"({"type": "ode", "branch": )" + neuron + R"(, "time": [0, 1], "interpolation": "linear"})") == "document inapplicable");
  for (const char* other : {R"([{"type": "affine", "weight": [[1]], "bias": [0]}, {"type": "activation", "function": "sin"}])", R"([{"type": "affine", "weight": [[1]], "bias": [0]}])",
                            R"([{"type": "activation", "function": "tanh"}, {"type": "affine", "weight": [[1]], "bias": [0]}])"})
    CHECK(verdict_for(ode_layer(neuron + ", " + other, "1", "linear")) == "document mismatch");
  const auto wide = [](const std::string& rows, const std::string& row) {
    return R"([{"type": "affine", "weight": )" + rows + R"(, "bias": )" + (rows.size() > 6 ? "[0, 0]" : "[0]") + R"(}, {"type": "affine", "weight": )" + row + R"(, "bias": [0]}])";
  };
  CHECK(verdict_for(ode_layer(wide("[[1]]", "[[1]]") + ", " + wide("[[1], [1]]", "[[1, 1]]"), "1", "linear")) == "document mismatch");
  const std::string model_file = model(1, ode_layer(neuron + ", " + neuron, "1"));
  Parts p;
  p.model = model(1, ode_layer(neuron + ", " + neuron, "1", "linear"));
  p.proof = layers_proof({"flow", "rank"});
  Options options;
  options.network = model_file;
  options.network_is_json = true;
  CHECK(short_verdict(check(certificate(p), options)) == "network mismatch");
}

namespace {

/// ẏ = y over the time 1 on [-1, 1], one step: e^s(m + rξ) on the box [m - r, m + r].
std::string leaf(double m, double r) {
  std::string terms;
  double c = 1;
  for (int k = 0; k <= 18; ++k) {
    c /= k == 0 ? 1 : k;
    terms += (k == 0 ? "[" : ", [") + decimal(c * m) + ", [" + std::to_string(k) + ", 0]], [" + decimal(c * r) + ", [" + std::to_string(k) + ", 1]]";
  }
  return R"(["flow", {"steps": [{"duration": 1, "degree": [18, 1], "state": [[)" + terms + R"(]], "radius": 0.01}]}])";
}
std::string tree(const std::string& operations) { return "{\"tree\": [" + operations + "]}"; }
const std::string split = R"(["split", 0], )";

FlowParts exponential_on_a_box() {
  FlowParts p;
  p.model = model(1, ode_layer(growth(1), "1"));
  p.bounds = "[[-1, 1]]";
  p.end = '[' + around(0, std::exp(1.0) + 1e-9) + ']';
  return p;
}

}  // namespace

TEST_CASE("checker: an ode-flow claim is proved on the pieces of a tree") {
  const FlowParts p = exponential_on_a_box();
  const auto verdict_for = [&](const std::string& operations) { return short_verdict(check_with(p, tree(operations))); };
  CHECK(verdict_for(leaf(0, 1)) == "ACCEPTED");
  CHECK(verdict_for(split + leaf(-0.5, 0.5) + ", " + leaf(0.5, 0.5)) == "ACCEPTED");
  CHECK(verdict_for(split + leaf(-0.5, 0.5) + ", " + split + leaf(0.25, 0.25) + ", " + leaf(0.75, 0.25)) == "ACCEPTED");
  CHECK(check_with(p, tree(split + leaf(-0.5, 0.5) + ", " + leaf(0.5, 0.5))).claim == check_with(p, tree(leaf(0, 1))).claim);
}

TEST_CASE("checker: a tree of flows covers the box, and each leaf is about its own box") {
  const FlowParts p = exponential_on_a_box();
  const auto verdict_for = [&](const std::string& operations) { return short_verdict(check_with(p, tree(operations))); };
  CHECK(verdict_for(split + leaf(0.5, 0.5) + ", " + leaf(-0.5, 0.5)) == "tube not-proved");  // exchanged
  CHECK(verdict_for(split + leaf(-0.5, 0.5) + ", " + leaf(0.5, 0.25)) == "tube not-proved");
  CHECK(verdict_for(split + leaf(-0.5, 0.5)) == "document incomplete");
  CHECK(verdict_for("") == "document incomplete");
  CHECK(verdict_for(leaf(0, 1) + ", " + leaf(0, 1)) == "document mismatch");
  CHECK(verdict_for(R"(["split", 1], )" + leaf(-0.5, 0.5) + ", " + leaf(0.5, 0.5)) == "document out-of-range");
  CHECK(verdict_for(R"(["undecided"])") == "document mismatch");
  CHECK(verdict_for(R"(["flow"])") == "document mismatch");
  CHECK(verdict_for(R"(["flow", {"steps": []}])") == "document missing");
  CHECK(verdict_for(R"(["flow", {"tree": []}])") == "document unknown");
  FlowParts narrow = p;
  narrow.end = "[[-2.718, 2.8]]";  // the first leaf leaves it
  CHECK(short_verdict(check_with(narrow, tree(split + leaf(-0.5, 0.5) + ", " + leaf(0.5, 0.5)))) == "ode-flow not-proved");
  narrow.end = "[[-2.8, 2.718]]";  // the last leaf does
  CHECK(short_verdict(check_with(narrow, tree(split + leaf(-0.5, 0.5) + ", " + leaf(0.5, 0.5)))) == "ode-flow not-proved");
  CHECK(short_verdict(check_with(p, "{}")) == "document mismatch");
  CHECK(short_verdict(check_with(p, R"({"steps": [], "tree": []})")) == "document mismatch");
  FlowParts point = p;
  point.bounds = "[[1, 1]]";
  CHECK(short_verdict(check_with(point, tree(split + leaf(1, 0) + ", " + leaf(1, 0)))) == "split out-of-range");
  CHECK(short_verdict(check_with(point, tree(leaf(1, 0)))) == "ACCEPTED");
}

TEST_CASE("checker: the number of leaves and the length of durations are limited") {
  FlowParts p = exponential_on_a_box();
  const auto full = [](const auto& self, int depth) -> std::string { return depth == 0 ? R"(["flow", {}])" : R"(["split", 0], )" + self(self, depth - 1) + ", " + self(self, depth - 1); };
  CHECK(short_verdict(check_with(p, tree(full(full, 13)))) == "document missing");  // of the first leaf
  p.bounds = "[[1, 1]]";
  p.end = "[[0, 3]]";
  std::string steps;
  for (int i = 0; i < 12; ++i) {
    const std::string q = "1" + std::string(19000, '0') + std::to_string(2 * i + 1);
    steps += (i == 0 ? "" : ", ") + (R"({"duration": "1/)" + q) + R"(", "degree": [0, 0], "state": [[[1, [0, 0]]]], "radius": 1})";
  }
  CHECK(short_verdict(check_with(p, "{\"steps\": [" + steps + "]}")) == "document limit");
}
