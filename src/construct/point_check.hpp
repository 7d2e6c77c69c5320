// Exact evaluation at random rational points: what the theorems promise, asked of the network itself.
#pragma once

#include <cstdint>

#include "construct/block_network.hpp"
#include "construct/grid_function.hpp"

namespace narrows {

struct PointCheck {
  std::size_t core = 0, outside = 0;  ///< points tested
  std::size_t failures = 0;
};

/// N = h at `count` points of closed cores (corners among them), and, with `outside`, N = 0 at `count` points off (0,1)^d: on the boundary,
/// close to it and up to a million away.
[[nodiscard]] PointCheck check_points(const OneNeuronNetwork& net, const GridFunction& h, const Rational& theta, std::size_t count, bool outside, std::uint64_t seed);

/// A point of the box [lower, upper]^d with denominators of 2^20, corners and faces included now and then.
class RandomPoints {
 public:
  explicit RandomPoints(std::uint64_t seed) : state_(seed) {}
  [[nodiscard]] Rational between(const Rational& lower, const Rational& upper);
  [[nodiscard]] std::size_t below(std::size_t count);

 private:
  [[nodiscard]] std::uint64_t next();
  std::uint64_t state_;
};

}  // namespace narrows
