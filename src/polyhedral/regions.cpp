#include "polyhedral/regions.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <unordered_map>

namespace narrows {
namespace {

/// One cell for each affine function: fingerprints first, exact maps where they coincide.
std::size_t count_functions(Partition& partition, const std::vector<Id>& cells) {
  std::map<std::vector<std::uint64_t>, std::vector<Id>> different;
  std::size_t count = 0;
  for (const Id cell : cells) {
    std::vector<std::uint64_t> key;
    for (const Residue& x : partition.fingerprint(cell)) key.push_back(x.value);
    std::vector<Id>& same = different[key];
    if (std::any_of(same.begin(), same.end(), [&](Id other) { return partition.same_function(cell, other); })) continue;
    same.push_back(cell);
    ++count;
  }
  return count;
}

}  // namespace

std::vector<Id> region_of_cells(const Partition& partition) {
  const PieceTree& tree = partition.tree();
  const std::size_t cells = partition.lattice().cells().size();
  std::unordered_map<std::string_view, Id> numbers;
  std::vector<Id> region(cells, 0);
  for (std::size_t cell = 0; cell < cells; ++cell) {
    const auto* first = reinterpret_cast<const char*>(tree.patterns.data() + cell * tree.words);
    region[cell] = numbers.try_emplace({first, tree.words * sizeof(std::uint64_t)}, static_cast<Id>(numbers.size())).first->second;
  }
  return region;
}

std::vector<bool> unbounded_cells(const Partition& partition) {
  const FaceLattice& lattice = partition.lattice();
  std::vector<bool> below;
  for (const Vertex& vertex : lattice.vertices) below.push_back(vertex.ideal);
  for (std::size_t k = 1; k <= lattice.dim; ++k) {
    std::vector<bool> here;
    for (const Face& face : lattice.faces[k])
      here.push_back(std::any_of(face.boundary.begin(), face.boundary.end(), [&](Id side) { return below[static_cast<std::size_t>(side)]; }));
    below = std::move(here);
  }
  return below;
}

RegionSummary summarise_regions(Partition& partition) {
  const std::vector<Id> region = region_of_cells(partition);
  const std::vector<bool> unbounded = unbounded_cells(partition);
  std::vector<Id> first_cell;
  std::vector<bool> is_unbounded;
  for (std::size_t cell = 0; cell < region.size(); ++cell) {
    const auto r = static_cast<std::size_t>(region[cell]);
    if (r == first_cell.size()) {
      first_cell.push_back(static_cast<Id>(cell));
      is_unbounded.push_back(false);
    }
    if (unbounded[cell]) is_unbounded[r] = true;
  }
  RegionSummary summary;
  summary.regions = first_cell.size();
  summary.unbounded = static_cast<std::size_t>(std::count(is_unbounded.begin(), is_unbounded.end(), true));
  summary.affine_pieces = count_functions(partition, first_cell);
  for (const Id cell : first_cell)
    if (partition.is_flat(cell)) summary.flat_cells.push_back(cell);
  return summary;
}

}  // namespace narrows
