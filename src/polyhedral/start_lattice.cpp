// The complexes that everything is cut from: a box, and the whole space as 2^d orthants with their faces at infinity.
#include <algorithm>
#include <map>

#include "polyhedral/face_lattice.hpp"

namespace narrows {
namespace {

/// A face by what each coordinate does. Box: 0 at its lower end, 1 at its upper end, 2 free. Space: entry i is 0 (x_i = 0 on
/// the face), 1 (x_i >= 0) or 2 (x_i <= 0), the last entry 0 (at infinity) or 1.
using Key = std::vector<int>;

class LatticeBuilder {
 public:
  FaceLattice box(const Box& box) {
    lattice_.dim = box.dim();
    for (std::size_t i = 0; i < box.dim(); ++i)
      for (const double end : {box.lower[i], box.upper[i]}) {
        const Rational bound = rational_exact(end);
        std::vector<Integer> plane(box.dim() + 1, Integer(0));
        plane[i] = denominator(bound);
        plane[box.dim()] = -numerator(bound);
        lattice_.fixed.push_back(plane);
      }
    for_each_key(Key(box.dim(), 2), 0, [&](const Key& key) { add_box_face(key); });
    return finish();
  }

  FaceLattice space(std::size_t dim) {
    lattice_.dim = dim;
    lattice_.whole_space = true;
    for (std::size_t i = 0; i <= dim; ++i) {
      lattice_.fixed.emplace_back(dim + 1, Integer(0));
      lattice_.fixed.back()[i] = 1;
    }
    for_each_key(Key(dim + 1, 2), 0, [&](const Key& key) { add_space_face(key); });
    return finish();
  }

 private:
  /// All keys with entries 0 … limit_i, last entry varying fastest.
  template <class Visit>
  void for_each_key(Key key, std::size_t position, Visit visit) {
    if (position == key.size()) return visit(key);
    for (int value = 0; value <= 2; ++value) {
      key[position] = value;
      for_each_key(key, position + 1, visit);
    }
  }

  void add_box_face(const Key& key) {
    std::vector<Id> planes;
    std::vector<Key> sides;
    for (std::size_t i = 0; i < key.size(); ++i) {
      if (key[i] != 2) {
        planes.push_back(static_cast<Id>(2 * i) + key[i]);
        continue;
      }
      for (const int end : {0, 1}) {
        sides.push_back(key);
        sides.back()[i] = end;
      }
    }
    keep(key, key.size() - planes.size(), planes, sides, 0, false);
  }

  void add_space_face(const Key& key) {
    if (key.back() == 2) return;
    std::vector<Id> planes;
    std::vector<Key> sides;
    unsigned chart = 0;
    for (std::size_t i = 0; i < key.size(); ++i) {
      if (key[i] == 0) {
        planes.push_back(static_cast<Id>(i));
        continue;
      }
      if (key[i] == 2) chart |= 1U << i;
      sides.push_back(key);
      sides.back()[i] = 0;
    }
    if (sides.empty()) return;
    keep(key, sides.size() - 1, planes, sides, static_cast<std::uint8_t>(chart), key.back() == 0);
  }

  struct Entry {
    Key key;
    std::vector<Id> planes;
    std::vector<Key> sides;
    std::uint8_t chart;
    bool ideal;
  };

  void keep(const Key& key, std::size_t k, const std::vector<Id>& planes, const std::vector<Key>& sides, std::uint8_t chart, bool ideal) {
    entries_[k].push_back({key, planes, sides, chart, ideal});
  }

  FaceLattice finish() {
    for (std::size_t i = 0; i < lattice_.fixed.size(); ++i) lattice_.planes.push_back({kNone, static_cast<Id>(i)});
    std::map<Key, Id> below, here;
    for (const Entry& entry : entries_[0]) {
      below[entry.key] = static_cast<Id>(lattice_.vertices.size());
      Vertex vertex;
      std::copy(entry.planes.begin(), entry.planes.end(), vertex.planes.begin());
      vertex.chart = entry.chart;
      vertex.ideal = entry.ideal;
      lattice_.vertices.push_back(vertex);
    }
    for (std::size_t k = 1; k <= lattice_.dim; ++k, below = std::move(here), here = {}) {
      for (const Entry& entry : entries_[k]) {
        here[entry.key] = static_cast<Id>(lattice_.faces[k].size());
        Face face;
        for (const Key& side : entry.sides) face.boundary.push_back(below.at(side));
        std::copy(entry.planes.begin(), entry.planes.end(), face.planes.begin());
        face.chart = entry.chart;
        lattice_.faces[k].push_back(face);
      }
    }
    return std::move(lattice_);
  }

  FaceLattice lattice_;
  std::array<std::vector<Entry>, kMaxDim + 1> entries_;
};

}  // namespace

FaceLattice box_lattice(const Box& box) { return LatticeBuilder().box(box); }
FaceLattice space_lattice(std::size_t dim) { return LatticeBuilder().space(dim); }

std::vector<std::vector<double>> start_coordinates(const Box& box) {
  std::vector<std::vector<double>> points;
  for (std::size_t corner = 0; corner < std::size_t{1} << box.dim(); ++corner) {
    std::vector<double> p;
    for (std::size_t i = 0; i < box.dim(); ++i) p.push_back((corner >> (box.dim() - 1 - i)) & 1 ? box.upper[i] : box.lower[i]);
    p.push_back(1);
    points.push_back(p);
  }
  return points;
}

std::vector<std::vector<double>> start_coordinates(std::size_t dim) {
  std::vector<std::vector<double>> points{std::vector<double>(dim + 1)};
  points[0][dim] = 1;
  for (std::size_t i = dim; i-- > 0;)
    for (const double sign : {1.0, -1.0}) {
      points.emplace_back(dim + 1);
      points.back()[i] = sign;
    }
  return points;
}

}  // namespace narrows
