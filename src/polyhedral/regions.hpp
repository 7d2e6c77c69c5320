// What a partition says about the network: its linear regions, affine pieces and flat cells.
#pragma once

#include <vector>

#include "polyhedral/partition.hpp"

namespace narrows {

struct RegionSummary {
  std::size_t regions = 0;        ///< different activation patterns with full-dimensional cells
  std::size_t unbounded = 0;      ///< of these
  std::size_t affine_pieces = 0;  ///< different affine functions
  std::vector<Id> flat_cells;     ///< one cell of each region on which Φ is constant
};

/// The number of the region of each cell; cells of several orthants with one pattern are one region. Regions are numbered by first cell.
[[nodiscard]] std::vector<Id> region_of_cells(const Partition& partition);
/// Some vertex of the cell is at infinity.
[[nodiscard]] std::vector<bool> unbounded_cells(const Partition& partition);
[[nodiscard]] RegionSummary summarise_regions(Partition& partition);

}  // namespace narrows
