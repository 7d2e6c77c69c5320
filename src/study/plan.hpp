// What a study consists of: families of networks, spelled as grids, times analyses; and how a study file says it (TOML).
//
// notation == meaning:  network k of the study, k = 0 … networks()−1: the grids are walked with the seed as the fastest axis, one
//   family after the other, then the files.  unit (k, a): analysis a of network k, one row of the result table.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "arith/rational.hpp"
#include "network/model.hpp"

namespace narrows {

enum class Architecture { resnet, mlp };
enum class WeightLaw { uniform, normal, bits };
[[nodiscard]] std::string_view to_string(Architecture architecture);
[[nodiscard]] std::string_view to_string(WeightLaw law);

/// How weights are drawn; `scale` and `bias` multiply weights and biases. All are rounded to single precision, as trained ones are.
struct WeightDistribution {
  WeightLaw law = WeightLaw::
      normal;  ///< on [−1,1]; N(0,1); or m/2^(bits−1) with an integer |m| < 2^(bits−1), all equally likely
  double scale = 1, bias = 1;
  int bits = 4;         ///< 2 … 24
  bool fan_in = false;  ///< weights are divided by the square root of the number of inputs of their row
};

/// All combinations of the listed values, with seeds first_seed … first_seed + seeds − 1.
struct StudyFamily {
  Architecture architecture = Architecture::resnet;
  std::vector<std::size_t> input_dims, widths, depths;
  std::vector<Activation> activations;
  std::vector<Rational> skips;     ///< ε; resnet only
  std::vector<Rational> channels;  ///< δ, or δ/ε if by_ratio; resnet only
  bool by_ratio = false;
  bool outer = false;  ///< blocks ε h + δ σ(W h + b) instead of ε h + δ (V σ(W h + b) + c)
  bool same_weights =
      false;  ///< networks that differ in skip and residual alone have the same weights; else all are drawn independently
  WeightDistribution weights;
  std::uint64_t first_seed = 0, seeds = 1;

  [[nodiscard]] std::size_t size() const;
};

/// One network of the study by its parameters; those that do not apply keep their defaults.
struct NetworkParameters {
  std::size_t number = 0;
  std::optional<std::size_t> family;  ///< nothing: it is read from `file`
  std::string file;
  Architecture architecture = Architecture::resnet;
  std::size_t input_dim = 0, width = 0, depth = 0;
  Activation activation = Activation::identity;
  Rational skip = 0, residual = 0;  ///< ε and δ; mlp: 0 and 1
  std::uint64_t seed = 0;
};

enum class AnalysisType { certify, threshold, levelset, bounds, regimes };
[[nodiscard]] std::string_view to_string(AnalysisType type);

/// One analysis with its options. Budgets are counted in boxes, so that results depend on nothing but the study.
struct Analysis {
  AnalysisType type = AnalysisType::certify;
  std::string domain;  ///< as on the command line, "^d" standing for the number of inputs; empty: all of R^d
  std::size_t max_boxes = 0;   ///< 0: the analysis' default
  std::string level = "0";     ///< levelset
  std::string limit = "ode";   ///< bounds: ode or mlp
  double gap = 0.01;           ///< bounds
  std::string skip, residual;  ///< regimes: ranges "a:b"
  int depth = 5;               ///< regimes
  std::size_t split =
      1;  ///< each side of the box (regimes: of the rectangle) is cut into so many equal parts
  std::size_t group = 0;  ///< analyses of one group are the parts of one
  std::size_t part = 0;   ///< 0 … parts−1
  std::size_t parts = 1;
};

struct StudyPlan {
  std::string name;
  std::vector<StudyFamily> families;
  std::vector<std::string> files;  ///< networks that are read, sorted by name
  std::vector<Analysis> analyses;
  std::string certificates;  ///< folder for the certificates; empty: only their hashes are kept
  std::string
      fingerprint;  ///< SHA-256 of all that the rows depend on: families, files' bytes, analyses, version

  [[nodiscard]] std::size_t networks() const;
  [[nodiscard]] NetworkParameters parameters(std::size_t number) const;
};

/// The plan that the TOML text describes; README.md ("Studies") documents the keys.
///
/// @param where  the study file: relative folders in it are relative to its own folder
/// Errors  InputError naming line and key: syntax, unknown or missing keys, wrong types, empty grids, no networks, no analyses.
[[nodiscard]] StudyPlan parse_study(const std::string& text, const std::string& where);

}  // namespace narrows
