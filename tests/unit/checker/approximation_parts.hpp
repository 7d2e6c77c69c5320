// Certificates of constructed one-neuron residual networks, and the networks of the theorems that promise them, block by block.
#pragma once

#include <string>
#include <vector>

#include "support.hpp"

namespace narrows::checker::test {

/// x := x + v·e_to·relu(u·x_from + b), coordinates counted from 0.
struct OneNeuron {
  std::size_t from = 0;
  Rational u, b;
  std::size_t to = 0;
  Rational v;
};

struct ApproximationParts {
  std::size_t d = 2, n = 2;
  std::vector<Rational> values;
  Rational theta{1, 2};
  std::vector<OneNeuron> blocks;
  bool space = true, vanishes = true;
  std::string error = "null", bound;  ///< as JSON; a bound that is empty is the right one
  std::string domain;                 ///< if it is not that of `space`
};

/// Theorem 1 (d >= 2) and Theorem 2 (d = 1): the function on all of R^d.
[[nodiscard]] ApproximationParts on_space(std::size_t d, std::size_t n, std::vector<Rational> values,
                                          const Rational& theta);
/// Theorem 5: without a fold, on the cube only.
[[nodiscard]] ApproximationParts on_cube(std::size_t d, std::size_t n, std::vector<Rational> values,
                                         const Rational& theta);

[[nodiscard]] std::string model_of(const ApproximationParts& parts);
[[nodiscard]] std::string certificate(const ApproximationParts& parts);
/// "ACCEPTED", or "rule reason" of the rejection.
[[nodiscard]] std::string verdict_of(const ApproximationParts& parts);
/// The network, read by the checker.
[[nodiscard]] Network network_of(const ApproximationParts& parts);

}  // namespace narrows::checker::test
