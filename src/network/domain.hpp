// Where a claim is made: all of R^d, a closed box, or a closed Euclidean ball round the origin.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace narrows {

/// A closed box with double end points, lower[i] <= upper[i], all finite.
struct Box {
  std::vector<double> lower, upper;
  [[nodiscard]] std::size_t dim() const { return lower.size(); }
};

struct Domain {
  enum class Type { space, box, ball };
  Type type = Type::space;
  std::size_t dim = 0;
  Box box;            ///< type box: lower[i] < upper[i]
  double radius = 0;  ///< type ball: > 0
};

/// "R^2", "[-2,2]x[-2,2]" or "ball(1)", with the shortest decimals that round-trip.
[[nodiscard]] std::string to_string(const Domain& domain);

/// Which scalar function of the network's outputs is meant: output `first`, or output first minus output second.
struct OutputSelection {
  bool margin = false;
  std::size_t first = 0;
  std::size_t second = 0;
};

}  // namespace narrows
