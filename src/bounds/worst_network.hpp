// Among all networks whose blocks have weights within a bound: one that is far from its limit, found by search.
#pragma once

#include <cstdint>

#include "bounds/distance.hpp"
#include "bounds/limit_network.hpp"

namespace narrows {

struct WorstNetwork {
  Chain chain;          ///< within the class of uniform_bound(): every matrix of a block has ‖·‖_∞ <= bound, every bias |·|_∞ <= bound
  DistancePoint point;  ///< its certified distance is at least point.value, attained there
  std::size_t tried = 0;
};

/// Random starts and changes of single rows and biases, mostly to extreme ones; the same seed gives the same network.
/// Precondition  !violated_hypothesis(network, limit); weight_bound > 0.
[[nodiscard]] WorstNetwork find_worst_network(const LimitNetwork& network, Limit limit, const Box& box, double weight_bound, std::uint64_t seed,
                                              std::size_t tries = 600, const StopToken& stop = {});

}  // namespace narrows
