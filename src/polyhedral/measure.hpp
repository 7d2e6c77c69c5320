// Exact length, area or volume of a union of bounded cells, and its bounding box.
#pragma once

#include <span>
#include <utility>
#include <vector>

#include "polyhedral/partition.hpp"

namespace narrows {

/// Idea  walls between two of the cells cancel; each other wall contributes the cone over it from the origin, with the sign of the
///       side of the wall that the cell is on.
/// Precondition  no vertex of the cells is ideal; the cells are different.
[[nodiscard]] Rational measure_exact(Partition& partition, std::span<const Id> cells);

/// Least and greatest value of each coordinate. Precondition: not empty, no vertex is ideal.
[[nodiscard]] std::vector<std::pair<Rational, Rational>> bounding_box_exact(Partition& partition, std::span<const Id> vertices);

}  // namespace narrows
