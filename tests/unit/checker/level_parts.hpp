// Certificates about levels of smooth networks for the tests of their rules, and hand-made networks with known level sets.
#pragma once

#include <string>

#include "support.hpp"

namespace narrows::checker::test {

/// A claim with a domain and an output; `members` are the other members of the claim, each with a comma before it.
struct LevelParts {
  std::string model;
  std::string kind = "tunnel";
  std::string verdict = "proved";
  std::string domain = R"({"type": "box", "bounds": [[-2, 2], [-2, 2]]})";
  std::string members;
  std::string proof = "{}";
};

[[nodiscard]] inline std::string certificate(const LevelParts& p) {
  return certificate("{\"kind\": \"" + p.kind + "\", \"verdict\": \"" + p.verdict + "\", \"domain\": " +
                         p.domain + R"(, "output": {"type": "component", "index": 0})" + p.members + "}",
                     p.model, p.proof);
}
[[nodiscard]] inline Outcome check_parts(const LevelParts& parts) {
  return check(certificate(parts));
}
/// "ACCEPTED", or "rule reason" of the rejection.
[[nodiscard]] inline std::string verdict_of(const LevelParts& parts) {
  return short_verdict(check_parts(parts));
}

[[nodiscard]] inline std::string dense(const std::string& weight, const std::string& bias) {
  return R"({"type": "affine", "weight": )" + weight + R"(, "bias": )" + bias + "}";
}
[[nodiscard]] inline std::string activated(const std::string& function) {
  return R"({"type": "activation", "function": ")" + function + "\"}";
}

/// x − s(y) − s(−y) with s = softplus, s(y) + s(−y) like |y| (1.39 at 0, 2.25 at ±2): the geometry of x − y².
[[nodiscard]] inline std::string parabola() {
  return model(2, dense("[[1, 0], [-1, 0], [0, 1], [0, -1]]", "[0, 0, 0, 0]") + ", " + activated("softplus") +
                      ", " + dense("[[1, -1, -1, -1]]", "[0]"));
}
/// s(x) + s(−x) + s(y) + s(−y) − 4: convex, -1.23 at 0, 0.51 at (2, 2); {< 0} is a round disc.
[[nodiscard]] inline std::string bowl() {
  return model(2, dense("[[1, 0], [-1, 0], [0, 1], [0, -1]]", "[0, 0, 0, 0]") + ", " + activated("softplus") +
                      ", " + dense("[[1, 1, 1, 1]]", "[-4]"));
}
/// b(x) + b(y) with the bump b(t) = tanh(t + 1) − tanh(t − 1): 3.05 at 0, at most 1.53 + b(t) with t = max(|x|, |y|).
[[nodiscard]] inline std::string bump() {
  return model(2, dense("[[1, 0], [1, 0], [0, 1], [0, 1]]", "[1, -1, 1, -1]") + ", " + activated("tanh") +
                      ", " + dense("[[1, -1, 1, -1]]", "[0]"));
}
/// x − y·tanh(y/2), from silu(t) + silu(−t) = t·tanh(t/2): x − y² again, and exactly 0 at the origin.
[[nodiscard]] inline std::string trap() {
  return model(2, dense("[[1, 0], [-1, 0], [0, 1], [0, -1]]", "[0, 0, 0, 0]") + ", " + activated("silu") +
                      ", " + dense("[[1, -1, -1, -1]]", "[0]"));
}
/// r·tanh(r/2) − 0.1 with r = 2·(the bowl + 0.4): {< 0} is a ring between the levels of the bowl with |r| < 0.46.
[[nodiscard]] inline std::string ring() {
  return model(2, dense("[[1, 0], [-1, 0], [0, 1], [0, -1]]", "[0, 0, 0, 0]") + ", " + activated("softplus") +
                      ", " + dense("[[2, 2, 2, 2], [-2, -2, -2, -2]]", "[-7.2, 7.2]") + ", " +
                      activated("silu") + ", " + dense("[[1, 1]]", "[-0.1]"));
}
/// The plane's first coordinate.
[[nodiscard]] inline std::string plane_x() {
  return model(2, dense("[[1, 0]]", "[0]"));
}

inline constexpr const char* space_domain = R"({"type": "space"})";

}  // namespace narrows::checker::test
