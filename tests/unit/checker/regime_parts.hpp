// Certificates of the kind regime-map for the tests of their rules.
#pragma once

#include <string>
#include <vector>

#include "support.hpp"

namespace narrows::checker::test {

struct RegimeParts {
  std::string model;
  std::string verdict = "proved";
  std::string domain = R"({"type": "space"})";
  std::string type = "shared";
  std::string skip = "[0.5, 1]", residual = "[0, 0.25]";
  int depth = 0;
  std::string none = "1", exists = "0", undecided = "0";
  std::vector<std::string> ratios;
  std::vector<std::string> map;

  /// One cell with this leaf, and the area that follows.
  RegimeParts& leaf(const std::string& operation) {
    map = {operation};
    none = operation.starts_with("[\"none\"") ? "1" : "0";
    exists = operation.starts_with("[\"exists\"") ? "1" : "0";
    undecided = operation.starts_with("[\"undecided\"") ? "1" : "0";
    return *this;
  }
  RegimeParts& cell(const std::string& of_skip, const std::string& of_residual) {
    skip = of_skip;
    residual = of_residual;
    return *this;
  }
};

[[nodiscard]] inline Outcome check_parts(const RegimeParts& p) {
  const auto joined = [](const std::vector<std::string>& list) {
    std::string text;
    for (const std::string& item : list) text += (text.empty() ? "" : ", ") + item;
    return '[' + text + ']';
  };
  return check(
      certificate(R"({"kind": "regime-map", "verdict": ")" + p.verdict + R"(", "domain": )" + p.domain +
                      R"(, "output": {"type": "component", "index": 0}, "family": {"type": ")" + p.type +
                      R"(", "skip": )" + p.skip + R"(, "residual": )" + p.residual + R"(}, "depth": )" +
                      std::to_string(p.depth) + R"(, "area": {"none": ")" + p.none + R"(", "exists": ")" +
                      p.exists + R"(", "undecided": ")" + p.undecided + R"("}})",
                  p.model, R"({"ratios": )" + joined(p.ratios) + R"(, "map": )" + joined(p.map) + "}"));
}
/// "ACCEPTED", or "rule reason" of the rejection.
[[nodiscard]] inline std::string verdict_of(const RegimeParts& p) {
  return short_verdict(check_parts(p));
}

/// Φ = εx + δ·tanh(wx).
[[nodiscard]] inline RegimeParts line(const std::string& weight = "1") {
  RegimeParts p;
  p.model = model(1, scalar_block("1", "1", "\"tanh\"", weight));
  return p;
}

/// Φ = Σ ε x_i + δ·tanh(x_i) in the plane: with δ < -ε < 0 four critical points (±a, ±a), two of them saddles.
[[nodiscard]] inline RegimeParts plane() {
  RegimeParts p;
  p.model = model(
      2,
      R"({"type": "residual", "skip": 1, "residual": 1, "branch": [{"type": "affine", "weight": [[1, 0], [0, 1]], "bias": [0, 0]},
                         {"type": "activation", "function": "tanh"}]}, {"type": "affine", "weight": [[1, 1]], "bias": [0]})");
  return p.cell("[0.45, 0.55]", "[-1.6, -1.4]");  // a = 1.146 in the middle
}

}  // namespace narrows::checker::test
