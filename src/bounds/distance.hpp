// The distance sup |Φ_network − Φ_limit| over a box, as an interval: branch and bound above, the best point found below.
//
// Idea: the upper end is the largest bound of the leaves of a tree of boxes, the box with the largest bound being cut first; the
// lower end is |difference| at one point, found on a grid and by pattern search. Both come from the same rigorous enclosure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "base/cancellation.hpp"
#include "bounds/distance_engine.hpp"
#include "network/domain.hpp"

namespace narrows {

struct DistanceOptions {
  double gap = 0.01;                  ///< stop when hi − lo <= gap·hi
  std::size_t max_boxes = 2'000'000;  ///< stop when so many boxes have been evaluated
  std::optional<std::size_t> order = {};  ///< K of the ode's Taylor steps; nothing: chosen from the arcs
  bool batched = true;                ///< use the batched kernel where it applies
  StopToken stop = {};
  std::function<void(double lo, double hi, std::size_t boxes)> progress = {};  ///< called now and then
};

/// A node of the tree in preorder: a split along `axis`, the lower half first, or a leaf.
struct DistanceNode {
  bool split = false;
  std::uint16_t axis = 0;
};

struct DistanceResult {
  Limit limit = Limit::ode;
  Interval distance;               ///< lo <= sup |Φ_network − Φ_limit| <= hi; hi may be infinite
  std::vector<double> point;       ///< |difference| >= lo here
  std::vector<DistanceNode> tree;  ///< on every leaf |difference| <= hi
  std::size_t order = 0;           ///< K; 0 for the mlp
  double longest_step = 0;         ///< see FlowSteps; 0 for the mlp
  std::size_t boxes = 0;
  bool complete = false;           ///< the gap was reached
  bool stopped = false;            ///< by the stop token
};

/// Precondition  !violated_hypothesis(network, limit); box.dim() == input dimension.
/// Guarantee     as said in DistanceResult, always; only the width of `distance` depends on the options.
[[nodiscard]] DistanceResult find_distance(const LimitNetwork& network, Limit limit, const Box& box, const DistanceOptions& options = {});

/// Steps of the limit ode so fine that at some points of the box the enclosures are a small share of the gap wide.
[[nodiscard]] FlowSteps suitable_steps(const LimitNetwork& network, const Box& box, double gap, bool batched = true, const StopToken& stop = {});

/// The point in the box with the largest |difference| that the grid and pattern searches from its best points find; a point of the grid
/// for 0 searches.
struct DistancePoint {
  std::vector<double> x;
  double value = 0;  ///< lower bound of |difference| at x
};
[[nodiscard]] DistancePoint find_distant_point(const DistanceEngine& engine, const Box& box, std::size_t grid_points = 441, std::size_t searches = 4);

}  // namespace narrows
