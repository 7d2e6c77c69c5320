// The difference Φ_network − Φ_limit, enclosed on many boxes: the batched kernel where it applies, affine forms one by one elsewhere.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "arith/isa.hpp"
#include "base/cancellation.hpp"
#include "bounds/distance_kernel.hpp"
#include "bounds/limit_network.hpp"
#include "network/lane_program.hpp"

namespace narrows {

/// How the limit ode is integrated.
struct FlowSteps {
  std::optional<std::size_t> order;  ///< K of the Taylor steps, 2…8, cut to what the activations have; nothing: chosen from the arcs
  double longest = 0.7;              ///< a piece of an arc is at most this long, in units of 1/K (K the Lipschitz constant of the block)
};

class DistanceEngine {
 public:
  /// Precondition: !violated_hypothesis(network, limit); `network` outlives the engine.
  /// Once `stop` asks for it, boxes are not looked at any more: what is said of them is nothing.
  DistanceEngine(const LimitNetwork& network, Limit limit, const FlowSteps& steps = {}, Isa isa = best_isa(), bool batched = true, const StopToken& stop = {});

  DistanceEngine(const DistanceEngine&) = delete;  // the programs point into the engine
  DistanceEngine& operator=(const DistanceEngine&) = delete;

  [[nodiscard]] std::size_t order() const { return form_program_.order; }
  [[nodiscard]] bool batched() const { return lanes_ != nullptr; }

  /// Shape      box i has the sides [lower[i·d + k], upper[i·d + k]], k < d; results[i] belongs to it.
  /// Guarantee  results[i] contains the difference at every point of box i; entire if nothing is known.
  void enclose_differences(std::span<const double> lower, std::span<const double> upper, std::span<Interval> results) const;

 private:
  std::size_t input_dim_ = 0;
  std::vector<ArcSteps> arcs_;
  DistanceProgram<CompiledLayer<Interval>> form_program_;
  std::shared_ptr<const LaneProgram> lanes_;
  DistanceProgram<LaneLayer> lane_program_;
  Isa isa_;
  StopToken stop_;
};

}  // namespace narrows
