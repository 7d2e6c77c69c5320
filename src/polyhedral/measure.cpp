#include "polyhedral/measure.hpp"

#include <algorithm>
#include <unordered_map>

namespace narrows {
namespace {

using Simplex = std::vector<Id>;

/// Simplices whose union is a face of dimension dim − 1.
std::vector<Simplex> simplices_of_wall(const FaceLattice& lattice, Id wall) {
  if (lattice.dim == 1) return {{wall}};
  const std::vector<Id> corners = cyclic_vertices(lattice, lattice.dim - 1, wall);
  if (lattice.dim == 2) return {corners};
  std::vector<Simplex> fan;
  for (std::size_t i = 1; i + 1 < corners.size(); ++i) fan.push_back({corners[0], corners[i], corners[i + 1]});
  return fan;
}

/// The sign of the determinant of the simplex with a vertex of the cell off its hyperplane; 0 if there is none.
int side_of_cell(Partition& partition, const Simplex& simplex, const std::vector<Id>& cell_vertices) {
  std::vector<std::vector<Integer>> rows;
  for (const Id v : simplex) rows.push_back(partition.coordinates(v));
  rows.emplace_back();
  for (const Id v : cell_vertices) {
    if (std::find(simplex.begin(), simplex.end(), v) != simplex.end()) continue;
    rows.back() = partition.coordinates(v);
    if (const int sign = determinant(rows).sign(); sign != 0) return sign;
  }
  return 0;
}

/// d! times the volume of the cone over the simplex from the origin: the determinant of side_of_cell() for the origin as last
/// row, so the signs agree when origin and cell are on the same side.
Rational cone(Partition& partition, const Simplex& simplex) {
  const std::size_t d = partition.dim();
  std::vector<std::vector<Integer>> rows;
  Integer weight = 1;
  for (const Id v : simplex) {
    const std::vector<Integer>& p = partition.coordinates(v);
    rows.emplace_back(p.begin(), p.begin() + static_cast<std::ptrdiff_t>(d));
    weight *= p[d];
  }
  return Rational(determinant(rows), weight);
}

/// By halves, so that few sums have long denominators.
Rational sum_of(std::span<const Rational> terms) {
  if (terms.empty()) return 0;
  if (terms.size() == 1) return terms[0];
  const std::size_t half = terms.size() / 2;
  return sum_of(terms.first(half)) + sum_of(terms.subspan(half));
}

}  // namespace

Rational measure_exact(Partition& partition, std::span<const Id> cells) {
  const FaceLattice& lattice = partition.lattice();
  std::unordered_map<Id, Id> walls;  // to its only cell, or kNone
  for (const Id cell : cells)
    for (const Id wall : lattice.cells()[static_cast<std::size_t>(cell)].boundary) {
      const auto [it, is_new] = walls.try_emplace(wall, cell);
      if (!is_new) it->second = kNone;
    }
  std::vector<Rational> terms;
  for (const auto& [wall, cell] : walls) {
    if (cell == kNone) continue;
    const std::vector<Id> vertices = vertices_of(lattice, lattice.dim, cell);
    for (const Simplex& simplex : simplices_of_wall(lattice, wall)) {
      const Rational volume = cone(partition, simplex);
      if (volume != 0) terms.push_back(side_of_cell(partition, simplex, vertices) < 0 ? Rational(-volume) : volume);
    }
  }
  Rational total = sum_of(terms);
  for (std::size_t k = 2; k <= lattice.dim; ++k) total /= static_cast<int>(k);
  return total;
}

std::vector<std::pair<Rational, Rational>> bounding_box_exact(Partition& partition, std::span<const Id> vertices) {
  std::vector<std::pair<Rational, Rational>> box;
  for (const Id vertex : vertices) {
    const std::vector<Rational> x = partition.point(vertex);
    if (box.empty())
      for (const Rational& entry : x) box.emplace_back(entry, entry);
    for (std::size_t i = 0; i < x.size(); ++i) {
      box[i].first = std::min(box[i].first, x[i]);
      box[i].second = std::max(box[i].second, x[i]);
    }
  }
  return box;
}

}  // namespace narrows
