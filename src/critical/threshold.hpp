// `narrows threshold`: for each layer whether it is regular, by which test, and how far its channel ratio may be turned up.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancellation.hpp"
#include "base/verdict.hpp"
#include "critical/channel_ratio.hpp"
#include "network/domain.hpp"
#include "network/model.hpp"

namespace narrows {

/// The cheapest test that decides a layer. p_matrix: the exact test, whichever way it goes; rank: layers without ratio.
enum class ThresholdTest { none, rank, norm, symmetric_part, p_matrix };
[[nodiscard]] std::string_view to_string(ThresholdTest test);

struct LayerThreshold {
  std::string kind;                        ///< kind_of(layer)
  std::optional<Rational> ratio;           ///< α = δ/ε of a residual layer with ε ≠ 0
  Regularity regular = Regularity::undecided;
  ThresholdTest test = ThresholdTest::none;
  std::vector<double> scaling;             ///< symmetric_part: Λ; empty: the identity
  std::optional<double> lipschitz_ratio;   ///< 1/(s ‖W̃‖₂ ‖W‖₂), a lower bound; infinite if a map vanishes
  double elementary_ratio = 0;             ///< the same in the 1- or the ∞-norm, whichever is larger
  std::optional<CriticalRatio> critical;   ///< in the direction of the sign of α (of + if α = 0); residual layers with ε ≠ 0
  bool critical_is_sharp = true;           ///< ratios above it are not regular (not so for leaky_relu with a > 0)
  ThresholdTest lower_test = ThresholdTest::none;  ///< what proves critical->lower (or infinity)
  std::vector<double> lower_scaling;       ///< lower_test == symmetric_part: its Λ
  std::optional<int> reached_depth;        ///< regular is proved on the domain, cut in half that often
  std::optional<int> lower_reached_depth;  ///< so is critical->lower
  std::optional<FailingVertices> failing;  ///< not regular: vertices that prove it, if one activation layer decides
  std::string reason;                      ///< not regular or undecided: why
};

/// The largest factor f such that all blocks stay regular when all residual factors are multiplied by any f' <= f.
struct UniformFactor {
  Rational lower = 0;
  std::optional<Rational> upper;  ///< nothing: unknown, or infinite
  bool infinite = false;
};

struct ThresholdResult {
  std::vector<LayerThreshold> layers;     ///< one per layer of the network
  std::optional<UniformFactor> factor;    ///< nothing if a layer that has no ratio is not proved regular
  std::optional<Domain> domain;           ///< as in the options
  Verdict verdict = Verdict::undecided;   ///< proved: all layers regular; refuted: one is proved not to be
  std::string reason;
};

struct ThresholdOptions {
  StopToken stop = {};
  std::optional<Domain> domain;  ///< a box: only the states reached from it count
  int scaling_steps = 200;  ///< for layers up to 64 neurons; a twentieth of it for wider ones
};

/// Guarantee  every statement is a proof (T2, T3): exact, or outward-rounded. "Regular" means full row rank of the Jacobian for
///            every diagonal of slopes that the activations can have; in networks with kinks of the closed Clarke box.
/// Source     T2, T3 (arXiv 2603.28591).
[[nodiscard]] ThresholdResult find_thresholds(const Network& network, const ThresholdOptions& options = {});

/// One layer of such a network.
[[nodiscard]] LayerThreshold find_threshold(const Layer& layer, std::size_t input_dim, Smoothness network,
                                            const ThresholdOptions& options = {});

/// Verdict, reason and factor from the layers.
void conclude(ThresholdResult* result);

}  // namespace narrows
