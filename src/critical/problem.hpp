// What branch and bound works on: a compiled chain, which of its layers are regular everywhere, and where it starts.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "critical/global_regularity.hpp"
#include "critical/lane_engine.hpp"
#include "network/evaluate.hpp"

namespace narrows {

using IntervalBox = std::vector<Interval>;

/// Bits of the precise arithmetic used at points, where double rounding errors would drown a small gradient.
inline constexpr mpfr_prec_t kPointPrecision = 160;

/// batched: many boxes at a time (LaneEngine) where its kernels apply; simple: one box at a time in scalar intervals and affine
/// forms, for every activation and width, kept as the oracle of the other.
enum class Engine { batched, simple };

struct Problem {
  Problem(Chain chain_, std::vector<RegularityTest> global_regularity, Engine engine = Engine::batched, Isa isa = best_isa())
      : chain(std::move(chain_)), fast(compile(chain)), precise(compile_big(chain, kPointPrecision)),
        global(std::move(global_regularity)), dim(chain.input_dim) {
    global.resize(chain.layers.size(), RegularityTest::none);
    std::vector<bool> regular;
    for (const RegularityTest test : global) regular.push_back(test != RegularityTest::none);
    if (engine == Engine::batched) lanes = LaneEngine::make(fast, regular, isa);
  }

  /// Layers 1…count become the coordinates: the variable is h_count from now on (see reduction).
  void drop_layers(std::size_t count) {
    first = count;
    dim = chain.widths[count];
    if (lanes) lanes->drop(first, dim);
  }

  Chain chain;
  CompiledChain<Interval> fast;
  CompiledChain<BigInterval> precise;
  std::optional<LaneEngine> lanes;     ///< the batched kernels, if asked for and applicable
  std::vector<RegularityTest> global;  ///< none: not proved regular on all of R^n
  std::size_t first = 0;               ///< layers 1…first are dropped; the variable is then h_first (see reduction)
  std::size_t dim = 0;                 ///< dimension of the variable

  [[nodiscard]] std::size_t depth() const { return fast.layers.size(); }
  [[nodiscard]] bool regular_everywhere(std::size_t layer) const { return global[layer] != RegularityTest::none; }
};

/// Affine forms of the coordinates of a box: x_i = midpoint + half-width · e_i.
[[nodiscard]] inline std::vector<AffineForm> coordinates(const std::vector<Interval>& box) {
  std::vector<AffineForm> x;
  for (std::size_t i = 0; i < box.size(); ++i) x.push_back(AffineForm::symbol(box[i], i, box.size()));
  return x;
}

/// Dual numbers of the coordinates: value x_i, gradient e_i.
template <class S>
[[nodiscard]] std::vector<Dual<S>> dual_coordinates(const std::vector<S>& x) {
  std::vector<Dual<S>> duals;
  for (std::size_t i = 0; i < x.size(); ++i) {
    duals.push_back({x[i], std::vector<S>(x.size(), zero_like(x[i]))});
    duals.back().gradient[i] = one_like(x[i]);
  }
  return duals;
}

}  // namespace narrows
