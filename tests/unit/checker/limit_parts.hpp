// Certificates of the kinds distance and ode-flow for the tests of their rules.
#pragma once

#include <charconv>
#include <string>
#include <vector>

#include "checker/rules/distances.hpp"
#include "support.hpp"

namespace narrows::checker::test {

/// The shortest decimal that round-trips.
[[nodiscard]] inline std::string decimal(double x) {
  char buffer[64];
  return {buffer, std::to_chars(buffer, buffer + sizeof buffer, x).ptr};
}

struct DistanceParts {
  std::string model;
  std::string limit = "ode";
  std::string domain = R"({"type": "box", "bounds": [[-1, 1]]})";
  std::string output = R"({"type": "component", "index": 0})";
  std::string lo = "0", hi = "1";
  std::string bound = "null";
  std::string point = "[1]";
  std::string tree = R"([["below"]])";
  std::string order = "8";  ///< empty: none
};

[[nodiscard]] inline Outcome check_parts(const DistanceParts& p) {
  const std::string claim = R"({"kind": "distance", "verdict": "proved", "domain": )" + p.domain + ", \"output\": " + p.output + ", \"limit\": \"" + p.limit +
                            "\", \"distance\": [" + p.lo + ", " + p.hi + "], \"bound\": " + p.bound + "}";
  return check(certificate(claim, p.model, "{\"point\": " + p.point + ", \"tree\": " + p.tree + (p.order.empty() ? "" : ", \"order\": " + p.order) + "}"));
}
[[nodiscard]] inline std::string verdict_of(const DistanceParts& p) { return short_verdict(check_parts(p)); }

/// Scalar blocks (or other layers) and the output h.
[[nodiscard]] inline DistanceParts scalar_distance(const std::string& limit, const std::vector<std::string>& layers) {
  DistanceParts p;
  std::string text;
  for (const std::string& layer : layers) text += layer + ", ";
  p.model = model(1, text + R"({"type": "affine", "weight": [[1]], "bias": [0.5]})");
  p.limit = limit;
  if (limit == "mlp") p.order = "";
  return p;
}

/// The chain of output 0 of a model whose residual layers stand before the last one.
[[nodiscard]] inline BlockChain block_chain(const std::string& model) {
  const Json json = parse_json(model, "model");
  const Network network = read_network(Field(json, "model"));
  BlockChain chain;
  for (const Layer& layer : fold_output(network, Output{})) (layer.kind == LayerKind::residual ? chain.blocks : chain.before).push_back(layer);
  chain.last = chain.before.back();
  chain.before.pop_back();
  return chain;
}

/// A step of an ode-flow proof. Polynomials as lists of coefficients of s (and no ξ), one for each component.
struct StepParts {
  std::string duration = "1";
  std::vector<std::vector<double>> state;
  std::vector<std::vector<double>> jacobian = {};
  double radius = 1, jacobian_radius = 1;
  std::string degree = "[20, 0]";
};

struct FlowParts {
  std::string model;
  std::size_t dim = 1;
  std::string bounds = "[[1, 1]]";
  std::string end = "[[0, 1]]", jacobian = "null", determinant = "null";
  std::vector<StepParts> steps;
};

[[nodiscard]] inline std::string polynomial_text(const std::vector<double>& c, std::size_t d) {
  std::string text, zeros;
  for (std::size_t i = 0; i < d; ++i) zeros += ", 0";
  for (std::size_t k = 0; k < c.size(); ++k) text += (k == 0 ? "[" : ", [") + decimal(c[k]) + ", [" + std::to_string(k) + zeros + "]]";
  return '[' + text + ']';
}

/// {"steps": […]}
[[nodiscard]] inline std::string proof_text(const FlowParts& p) {
  std::string steps;
  for (const StepParts& s : p.steps) {
    steps += (steps.empty() ? "" : ", ") + ("{\"duration\": " + s.duration) + ", \"degree\": " + s.degree + ", \"radius\": " + decimal(s.radius) + ", \"state\": [";
    for (std::size_t i = 0; i < s.state.size(); ++i) steps += (i == 0 ? "" : ", ") + polynomial_text(s.state[i], p.dim);
    steps += ']';
    if (!s.jacobian.empty()) steps += ", \"jacobian_radius\": " + decimal(s.jacobian_radius) + ", \"jacobian\": [";
    const std::size_t n = s.state.size();
    for (std::size_t i = 0; i < s.jacobian.size(); ++i)
      steps += (i == 0 ? "[" : i % n == 0 ? "], [" : ", ") + polynomial_text(s.jacobian[i], p.dim);
    steps += s.jacobian.empty() ? "}" : "]]}";
  }
  return "{\"steps\": [" + steps + "]}";
}

/// The claim with another proof.
[[nodiscard]] inline Outcome check_with(const FlowParts& p, const std::string& proof) {
  return check(certificate(R"({"kind": "ode-flow", "verdict": "proved", "domain": {"type": "box", "bounds": )" + p.bounds + "}, \"end\": " + p.end + ", \"jacobian\": " +
                               p.jacobian + ", \"determinant\": " + p.determinant + "}",
                           p.model, proof));
}
[[nodiscard]] inline Outcome check_parts(const FlowParts& p) { return check_with(p, proof_text(p)); }
[[nodiscard]] inline std::string verdict_of(const FlowParts& p) { return short_verdict(check_parts(p)); }

[[nodiscard]] inline std::string ode_layer(const std::string& branches, const std::string& time, const std::string& interpolation = "") {
  const std::string key = interpolation.empty() ? "" : ", \"interpolation\": \"" + interpolation + '"';
  return R"({"type": "ode", "branches": [)" + branches + R"(], "time": [0, )" + time + "]" + key + "}";
}
[[nodiscard]] inline std::string linear_branch(const std::string& rows, const std::string& bias = "[0]") {
  return R"([{"type": "affine", "weight": )" + rows + ", \"bias\": " + bias + "}]";
}

/// a·e^{λs} to the 18th power of s.
[[nodiscard]] inline std::vector<double> exponential(double lambda, double a = 1) {
  std::vector<double> c = {a};
  for (int k = 1; k <= 18; ++k) c.push_back(c.back() * lambda / k);
  return c;
}

}  // namespace narrows::checker::test
