#include "polyhedral/extrema.hpp"

#include <algorithm>

#include "arith/interval.hpp"

namespace narrows {
namespace {

Interval enclosed(const Value& x) {
  if (!(x.radius < kInfinity)) return Interval::entire();
  return {next_down(x.middle - x.radius), next_up(x.middle + x.radius)};
}

/// The sign of Φ(b) − Φ(a) for the finite vertex a and a neighbour b; at infinity the sign of the growth.
int growth(Partition& partition, Id a, Id b) {
  if (partition.lattice().vertices[static_cast<std::size_t>(b)].ideal) return partition.sign(b, 0);
  const Interval difference = enclosed(partition.approximate_value(b, 0)) * enclosed(partition.approximate_weight(a)) -
                              enclosed(partition.approximate_value(a, 0)) * enclosed(partition.approximate_weight(b));
  if (excludes_zero(difference)) return is_positive(difference) ? 1 : -1;
  const Rational there = partition.value(b, 0) / Rational(partition.coordinates(b).back());
  const Rational here = partition.value(a, 0) / Rational(partition.coordinates(a).back());
  return there > here ? 1 : there < here ? -1 : 0;
}

/// What surrounds each vertex: faces of one dimension more than those of its link.
struct Star {
  int up = 0, down = 0, flat = 0;
  int euler = 0;  ///< of the lower link
};

class Stars {
 public:
  explicit Stars(Partition& partition) : partition_(partition), lattice_(partition.lattice()), stars_(lattice_.vertices.size()) {
    add_edges();
    for (std::size_t k = 2; k <= lattice_.dim; ++k)
      for (std::size_t face = 0; face < lattice_.faces[k].size(); ++face) add_face(k, static_cast<Id>(face));
  }
  [[nodiscard]] const std::vector<Star>& all() const { return stars_; }

 private:
  [[nodiscard]] bool ideal(Id v) const { return lattice_.vertices[static_cast<std::size_t>(v)].ideal; }

  void add_edges() {
    for (const Face& edge : lattice_.faces[1]) {
      const Id a = edge.boundary[0], b = edge.boundary[1];
      growth_.push_back(ideal(a) ? 0 : static_cast<std::int8_t>(growth(partition_, a, b)));
      // Between finite vertices the way back has the opposite sign; from a finite to an ideal one it is never asked.
      back_.push_back(ideal(b) ? 0 : ideal(a) ? static_cast<std::int8_t>(growth(partition_, b, a)) : static_cast<std::int8_t>(-growth_.back()));
      if (!ideal(a)) count(a, growth_.back());
      if (!ideal(b)) count(b, back_.back());
    }
  }

  void count(Id v, int sign) {
    Star& star = stars_[static_cast<std::size_t>(v)];
    (sign > 0 ? star.up : sign < 0 ? star.down : star.flat) += 1;
    if (sign < 0) star.euler += 1;
  }

  /// A face whose edges at v all descend is a face of the lower link, of dimension k − 1.
  void add_face(std::size_t k, Id face) {
    std::vector<std::pair<Id, bool>> descends;  // at each vertex: still all?
    collect(k, face, &descends);
    for (const auto& [v, all] : descends)
      if (all && !ideal(v)) stars_[static_cast<std::size_t>(v)].euler += k % 2 == 1 ? 1 : -1;
  }

  void collect(std::size_t k, Id face, std::vector<std::pair<Id, bool>>* descends) const {
    for (const Id side : lattice_.faces[k][static_cast<std::size_t>(face)].boundary) {
      if (k > 2) {
        collect(k - 1, side, descends);
        continue;
      }
      const auto e = static_cast<std::size_t>(side);
      note(lattice_.faces[1][e].boundary[0], growth_[e] < 0, descends);
      note(lattice_.faces[1][e].boundary[1], back_[e] < 0, descends);
    }
  }

  static void note(Id v, bool down, std::vector<std::pair<Id, bool>>* descends) {
    const auto it = std::find_if(descends->begin(), descends->end(), [v](const auto& entry) { return entry.first == v; });
    if (it == descends->end())
      descends->emplace_back(v, down);
    else
      it->second = it->second && down;
  }

  Partition& partition_;
  const FaceLattice& lattice_;
  std::vector<Star> stars_;
  std::vector<std::int8_t> growth_, back_;
};

}  // namespace

CriticalVertices critical_vertices(Partition& partition) {
  CriticalVertices found;
  const Stars stars(partition);
  for (std::size_t v = 0; v < stars.all().size(); ++v) {
    const Star& star = stars.all()[v];
    if (partition.lattice().vertices[v].ideal) continue;
    if (star.flat > 0) {
      ++found.degenerate;
      continue;
    }
    using Kind = CriticalVertex::Kind;
    const int index = 1 - star.euler;
    if (star.down == 0 || star.up == 0)
      found.vertices.push_back({star.down == 0 ? Kind::minimum : Kind::maximum, static_cast<Id>(v), index});
    else if (index != 0)
      found.vertices.push_back({Kind::saddle, static_cast<Id>(v), index});
  }
  return found;
}

}  // namespace narrows
