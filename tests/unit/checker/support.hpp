// Helpers of the checker's tests: writing certificates, and a small branch-and-bound prover.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "checker/check.hpp"
#include "checker/json.hpp"
#include "checker/rules/rules.hpp"

namespace narrows::checker::test {

/// A certificate's parts as JSON text; the hash of the model is filled in.
struct Parts {
  std::string model;
  std::string kind = "no-critical-points";
  std::string verdict = "proved";
  std::string domain = R"({"type": "space"})";
  std::string output = R"({"type": "component", "index": 0})";
  std::string complete = "true";
  std::string points = "[]";
  std::string proof = "{}";
};

/// The document with these values of `claim`, `model` and `proof`.
[[nodiscard]] std::string certificate(const std::string& claim, const std::string& model, const std::string& proof);
[[nodiscard]] std::string certificate(const Parts& parts);
/// "ACCEPTED", or "rule reason" of the rejection.
[[nodiscard]] std::string short_verdict(const Outcome& outcome);
[[nodiscard]] Outcome check_parts(const Parts& parts);
/// "ACCEPTED", or "rule reason" of the rejection.
[[nodiscard]] std::string verdict_of(const Parts& parts);

/// {"format": ..., "input_dim": d, "layers": [layers]}
[[nodiscard]] std::string model(std::size_t d, const std::string& layers);
/// εx + δ·σ(wx + b) with a 1 x 1 weight, as a layer.
[[nodiscard]] std::string scalar_block(const std::string& skip, const std::string& residual, const std::string& function,
                                       const std::string& weight = "1", const std::string& bias = "0");
/// One "layer" entry per test, for layers 1, 2, ….
[[nodiscard]] std::string layers_proof(const std::vector<std::string>& tests);
[[nodiscard]] std::string box_text(const Box& box);
[[nodiscard]] std::string box_domain(const Box& box);
/// The text of a file in the shared data of the tests, or nothing.
[[nodiscard]] std::optional<std::string> read_text(const std::string& path);

/// What the prover found, as parts of a certificate; `undecided` counts the leaves it gave up on.
struct Search {
  std::string proof;
  std::string points;
  std::size_t leaves = 0;
  std::size_t undecided = 0;
  std::size_t zeros = 0;
};

/// Splits `root` until each box is settled, at most `depth` levels. Critical points are found by Newton's method from
/// the midpoints of small boxes.
[[nodiscard]] Search search(const std::string& model, const Domain& domain, int depth);

/// A network of `blocks` residual tanh blocks of width 2 and a linear output, weights from a fixed pseudorandom source.
[[nodiscard]] std::string deep_model(int blocks, double step, unsigned seed);

}  // namespace narrows::checker::test
