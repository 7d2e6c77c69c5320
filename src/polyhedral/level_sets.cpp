#include "polyhedral/level_sets.hpp"

#include <algorithm>
#include <map>
#include <numeric>

#include "polyhedral/measure.hpp"

namespace narrows {
namespace {

class Components {
 public:
  explicit Components(std::size_t size) : parent_(size) { std::iota(parent_.begin(), parent_.end(), Id{0}); }
  Id find(Id x) {
    while (parent_[static_cast<std::size_t>(x)] != x) x = parent_[static_cast<std::size_t>(x)] = parent_[static_cast<std::size_t>(parent_[static_cast<std::size_t>(x)])];
    return x;
  }
  void join(Id a, Id b) { parent_[static_cast<std::size_t>(find(a))] = find(b); }

 private:
  std::vector<Id> parent_;
};

/// What a component consists of, as far as its description needs it.
struct Part {
  std::vector<Id> cells, vertices;
  bool unbounded = false;
};

/// The sets on one side of the level: f > 0 and f >= 0 with f = Φ − c, or its negative.
class OneSide {
 public:
  OneSide(Partition& cut, int side) : cut_(cut), lattice_(cut.lattice()) {
    for (std::size_t v = 0; v < lattice_.vertices.size(); ++v) signs_.push_back(static_cast<std::int8_t>(side * cut_.sign(static_cast<Id>(v), 1)));
    compute_masks(lattice_, signs_, &masks_);
    const std::vector<Face>& cells = lattice_.cells();
    for (std::size_t cell = 0; cell < cells.size(); ++cell) cell_vertices_.push_back(vertices_of(lattice_, lattice_.dim, static_cast<Id>(cell)));
  }

  LevelSet open() {
    Components components(lattice_.cells().size());
    join_cells(&components);
    std::map<Id, Part> parts;
    for (std::size_t cell = 0; cell < lattice_.cells().size(); ++cell)
      if (masks_[lattice_.dim][cell] == kPlus) add_cell(&parts[components.find(static_cast<Id>(cell))], static_cast<Id>(cell));
    LevelSet set = describe(parts);
    if (set.status == SetStatus::unbounded) set.witness = open_ray();
    return set;
  }

  LevelSet closed() {
    Components components(lattice_.vertices.size());
    for (std::size_t e = 0; e < lattice_.faces[1].size(); ++e)
      if (const auto [a, b] = ends(e); !(masks_[1][e] & kMinus) && !ideal(a) && !ideal(b)) components.join(a, b);
    std::map<Id, Part> parts;
    for (std::size_t v = 0; v < lattice_.vertices.size(); ++v)
      if (signs_[v] >= 0 && !ideal(static_cast<Id>(v))) parts[components.find(static_cast<Id>(v))].vertices.push_back(static_cast<Id>(v));
    for (std::size_t e = 0; e < lattice_.faces[1].size(); ++e)
      if (const auto [a, b] = ends(e); !(masks_[1][e] & kMinus) && ideal(a) != ideal(b)) parts[components.find(ideal(a) ? b : a)].unbounded = true;
    for (std::size_t cell = 0; cell < lattice_.cells().size(); ++cell)
      if (!(masks_[lattice_.dim][cell] & kMinus)) parts[components.find(finite_vertex(static_cast<Id>(cell)))].cells.push_back(static_cast<Id>(cell));
    LevelSet set = describe(parts);
    if (std::any_of(parts.begin(), parts.end(), [](const auto& part) { return part.second.unbounded; })) set.witness = closed_ray();
    return set;
  }

 private:
  [[nodiscard]] bool ideal(Id v) const { return lattice_.vertices[static_cast<std::size_t>(v)].ideal; }
  [[nodiscard]] std::int8_t sign(Id v) const { return signs_[static_cast<std::size_t>(v)]; }
  [[nodiscard]] std::pair<Id, Id> ends(std::size_t edge) const { return {lattice_.faces[1][edge].boundary[0], lattice_.faces[1][edge].boundary[1]}; }
  [[nodiscard]] const std::vector<Id>& vertices_of_cell(Id cell) const { return cell_vertices_[static_cast<std::size_t>(cell)]; }
  /// Every cell has one.
  [[nodiscard]] Id finite_vertex(Id cell) const {
    const std::vector<Id>& all = vertices_of_cell(cell);
    return *std::find_if(all.begin(), all.end(), [this](Id v) { return !ideal(v); });
  }

  void add_cell(Part* part, Id cell) const {
    part->cells.push_back(cell);
    for (const Id v : vertices_of_cell(cell)) {
      part->unbounded = part->unbounded || ideal(v);
      part->vertices.push_back(v);
    }
  }

  /// Some point of the wall is finite and has f > 0.
  [[nodiscard]] bool is_open_passage(Id wall) const {
    if (lattice_.dim == 1) return sign(wall) > 0 && !ideal(wall);
    if (!(masks_[lattice_.dim - 1][static_cast<std::size_t>(wall)] & kPlus)) return false;
    const std::vector<Id> all = vertices_of(lattice_, lattice_.dim - 1, wall);
    return std::any_of(all.begin(), all.end(), [this](Id v) { return !ideal(v); });
  }

  void join_cells(Components* components) const {
    const std::size_t walls = lattice_.dim == 1 ? lattice_.vertices.size() : lattice_.faces[lattice_.dim - 1].size();
    std::vector<Id> first(walls, kNone);
    for (std::size_t cell = 0; cell < lattice_.cells().size(); ++cell) {
      if (masks_[lattice_.dim][cell] != kPlus) continue;
      for (const Id wall : lattice_.cells()[cell].boundary) {
        Id& other = first[static_cast<std::size_t>(wall)];
        if (other != kNone && is_open_passage(wall)) components->join(other, static_cast<Id>(cell));
        other = static_cast<Id>(cell);
      }
    }
  }

  LevelSet describe(const std::map<Id, Part>& parts) {
    LevelSet set;
    if (parts.empty()) {
      set.components.emplace();
      return set;
    }
    bool has_cells = false, unbounded = false;
    std::vector<SetComponent> components;
    std::vector<Id> vertices;
    Rational total = 0;
    for (const auto& [representative, part] : parts) {
      has_cells = has_cells || !part.cells.empty();
      unbounded = unbounded || part.unbounded;
      vertices.insert(vertices.end(), part.vertices.begin(), part.vertices.end());
      components.push_back({part.unbounded, part.unbounded ? std::nullopt : std::optional<Rational>(measure_exact(cut_, part.cells))});
      if (!part.unbounded) total += *components.back().measure;
    }
    std::sort(components.begin(), components.end(), [](const SetComponent& a, const SetComponent& b) {
      return a.unbounded != b.unbounded ? b.unbounded : !a.unbounded && *a.measure < *b.measure;
    });
    set.status = !has_cells ? SetStatus::measure_zero : unbounded ? SetStatus::unbounded : SetStatus::bounded;
    set.components = std::move(components);
    if (unbounded) return set;
    set.measure = total;
    std::sort(vertices.begin(), vertices.end());
    vertices.erase(std::unique(vertices.begin(), vertices.end()), vertices.end());
    set.bounding_box = bounding_box_exact(cut_, vertices);
    return set;
  }

  [[nodiscard]] std::vector<Rational> direction(Id ideal_vertex) {
    const std::vector<Integer>& p = cut_.coordinates(ideal_vertex);
    return {p.begin(), p.end() - 1};
  }

  /// From a finite vertex with f > 0 towards a vertex at infinity of the same cell; where f is 0 at all finite vertices of every
  /// unbounded cell, from a point one step along a direction in which f grows.
  WitnessRay open_ray() {
    WitnessRay fallback;
    for (std::size_t cell = 0; cell < lattice_.cells().size(); ++cell) {
      if (masks_[lattice_.dim][cell] != kPlus) continue;
      const std::vector<Id>& all = vertices_of_cell(static_cast<Id>(cell));
      const auto growing = std::find_if(all.begin(), all.end(), [this](Id v) { return ideal(v) && sign(v) > 0; });
      const auto far = growing != all.end() ? growing : std::find_if(all.begin(), all.end(), [this](Id v) { return ideal(v); });
      if (far == all.end()) continue;
      const auto start = std::find_if(all.begin(), all.end(), [this](Id v) { return !ideal(v) && sign(v) > 0; });
      if (start != all.end()) return {{cut_.point(*start)}, direction(*far)};
      fallback = {{cut_.point(finite_vertex(static_cast<Id>(cell)))}, direction(*far)};
      for (std::size_t i = 0; i < cut_.dim(); ++i) fallback.path[0][i] += fallback.direction[i];
    }
    return fallback;
  }

  WitnessRay closed_ray() {
    for (std::size_t e = 0; e < lattice_.faces[1].size(); ++e)
      if (const auto [a, b] = ends(e); !(masks_[1][e] & kMinus) && ideal(a) != ideal(b)) return {{cut_.point(ideal(a) ? b : a)}, direction(ideal(a) ? a : b)};
    return {};
  }

  Partition& cut_;
  const FaceLattice& lattice_;
  std::vector<std::int8_t> signs_;
  FaceMasks masks_;
  std::vector<std::vector<Id>> cell_vertices_;
};

}  // namespace

std::string_view to_string(SetStatus status) {
  switch (status) {
    case SetStatus::empty: return "empty";
    case SetStatus::measure_zero: return "measure-zero";
    case SetStatus::bounded: return "bounded";
    case SetStatus::unbounded: break;
  }
  return "unbounded";
}

Stages with_level(Stages net, const Rational& level) {
  Stage& last = net.stages.back();
  const Integer factor = denominator(level);
  for (Integer& w : last.weight) w *= factor;
  const std::vector<Integer> row = last.weight;
  last.weight.insert(last.weight.end(), row.begin(), row.end());
  last.weight.back() -= numerator(level) * last.denominator;
  last.denominator *= factor;
  last.rows = 2;
  return net;
}

LevelSets level_sets_exact(Partition& cut) {
  LevelSets sets;
  {
    OneSide above(cut, 1);
    sets.superlevel = above.open();
    sets.closed_superlevel = above.closed();
  }
  OneSide below(cut, -1);
  sets.sublevel = below.open();
  sets.closed_sublevel = below.closed();
  // A ray in the open set shows more than one on which f may vanish.
  if (sets.superlevel->witness) sets.closed_superlevel->witness = sets.superlevel->witness;
  if (sets.sublevel->witness) sets.closed_sublevel->witness = sets.sublevel->witness;
  return sets;
}

}  // namespace narrows
