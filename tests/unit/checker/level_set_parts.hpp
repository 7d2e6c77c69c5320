// Certificates of the kind level-set for the tests of their rules, and a small tiler in rationals that writes them.
#pragma once

#include <string>
#include <vector>

#include "support.hpp"

namespace narrows::checker::test {

/// A set of a level-set claim, as JSON.
[[nodiscard]] std::string set_text(const std::string& status, const std::string& measure = "null",
                                   const std::string& box = "null", const std::string& components = "null");
/// [["a", "b"], …] of strings "a,b".
[[nodiscard]] std::string box_of(const std::vector<std::string>& sides);
/// `bounded` components with these measures, then this number of unbounded ones.
[[nodiscard]] std::string components_of(const std::vector<std::string>& measures, int unbounded = 0);

struct LevelSetParts {
  std::string model;
  std::string level = "\"0\"";
  std::string verdict = "proved";
  std::string domain = R"({"type": "space"})";
  std::string superlevel = "null", closed_superlevel = "null", sublevel = "null", closed_sublevel = "null";
  std::string regions = "null", pieces = "null", in_domain = "null";
  std::string proof = "{}";
};

[[nodiscard]] std::string certificate(const LevelSetParts& parts);
[[nodiscard]] Outcome check_parts(const LevelSetParts& parts);
/// "ACCEPTED", or "rule reason" of the rejection.
[[nodiscard]] std::string verdict_of(const LevelSetParts& parts);

/// Layers as JSON: y = W x + b, relu, and h + δ·(V relu(W h + b)).
[[nodiscard]] std::string affine_layer(const std::string& weight, const std::string& bias);
[[nodiscard]] std::string relu_layer();
[[nodiscard]] std::string relu_block(const std::string& weight, const std::string& bias,
                                     const std::string& back, const std::string& zeros);

/// Φ = level - Σ|x_i| on R^d, with its obvious tiling by the 2^d orthants.
[[nodiscard]] LevelSetParts tent(std::size_t d);

using Point = std::vector<Rational>;  ///< (x0; x)
using Polytope =
    std::vector<std::vector<Point>>;  ///< d = 1: two points; d = 2: one polygon; d = 3: all facets

/// The cells of the network in each chart (of the space, or of the one box), by cutting with one neuron after the other.
struct BruteTiling {
  std::vector<std::vector<Polytope>> charts;
  std::size_t patterns = 0;  ///< different ones, over all charts
};
[[nodiscard]] BruteTiling tile_by_brute_force(const std::string& model, const Box* box);
/// The value of "space" or "domain" in the proof.
[[nodiscard]] std::string tiling_text(const BruteTiling& tiling, std::size_t d, bool space);

/// N(x0; x) of the network's output 0 in rationals, and the arguments of all hidden neurons.
[[nodiscard]] Rational homogeneous_value(const std::vector<Layer>& layers, const Point& p,
                                         std::vector<Rational>& arguments);

}  // namespace narrows::checker::test
