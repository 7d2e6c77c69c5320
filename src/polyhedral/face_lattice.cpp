#include "polyhedral/face_lattice.hpp"

#include <algorithm>
#include <map>

namespace narrows {
namespace {

/// Parts that a cut face leaves behind: the face itself (plus), a new face (minus), and the face between them.
struct Parts {
  std::vector<Id> minus, between;
};

class Cutter {
 public:
  Cutter(FaceLattice* lattice, std::span<const std::int8_t> signs, CutObserver* observer, const FaceMasks& masks)
      : lattice_(*lattice), signs_(signs), observer_(*observer), masks_(masks) {}

  void run() {
    cut_edges();
    for (std::size_t k = 2; k <= lattice_.dim; ++k) {
      const std::size_t old = masks_[k].size();
      parts_[k] = {std::vector<Id>(old, kNone), std::vector<Id>(old, kNone)};
      for (std::size_t face = 0; face < old; ++face)
        if (masks_[k][face] == kMixed) cut_face(k, static_cast<Id>(face));
    }
  }

 private:
  Id append(std::size_t k, const Face& face) {
    lattice_.faces[k].push_back(face);
    return static_cast<Id>(lattice_.faces[k].size() - 1);
  }

  void report(std::size_t k, Id plus, Id minus) {
    if (k == lattice_.dim) observer_.cell_was_cut(plus, minus);
  }

  void cut_edges() {
    const std::size_t old = masks_[1].size();
    parts_[1] = {std::vector<Id>(old, kNone), std::vector<Id>(old, kNone)};
    for (std::size_t e = 0; e < old; ++e) {
      if (masks_[1][e] != kMixed) continue;
      const Id edge = static_cast<Id>(e), vertex = observer_.cut_edge(edge);
      Face minus = lattice_.faces[1][e];
      const bool first_is_plus = signs_[static_cast<std::size_t>(minus.boundary[0])] > 0;
      minus.boundary[first_is_plus ? 0 : 1] = vertex;
      lattice_.faces[1][e].boundary[first_is_plus ? 1 : 0] = vertex;
      parts_[1].between[e] = vertex;
      parts_[1].minus[e] = append(1, minus);
      report(1, edge, parts_[1].minus[e]);
    }
  }

  bool vanishes(std::size_t k, Id face) const {
    const auto i = static_cast<std::size_t>(face);
    return k == 0 ? signs_[i] == 0 : masks_[k][i] == kZero;
  }

  void cut_face(std::size_t k, Id id) {
    const Face face = lattice_.faces[k][static_cast<std::size_t>(id)];
    Face plus = face, minus = face, between;
    plus.boundary.clear();
    minus.boundary.clear();
    for (const Id side : face.boundary) {
      const auto s = static_cast<std::size_t>(side);
      const std::uint8_t mask = masks_[k - 1][s];
      if (mask & kPlus) plus.boundary.push_back(side);
      if (mask == kMinus) minus.boundary.push_back(side);
      if (mask == kMixed) {
        minus.boundary.push_back(parts_[k - 1].minus[s]);
        between.boundary.push_back(parts_[k - 1].between[s]);
      } else {
        for (const Id corner : lattice_.faces[k - 1][s].boundary)
          if (vanishes(k - 2, corner) && std::find(between.boundary.begin(), between.boundary.end(), corner) == between.boundary.end())
            between.boundary.push_back(corner);
      }
    }
    between.piece = face.piece;
    between.chart = face.chart;
    between.planes = face.planes;
    between.planes[lattice_.dim - k] = observer_.plane_on(face.piece);
    const Id wall = append(k - 1, between);
    plus.boundary.push_back(wall);
    minus.boundary.push_back(wall);
    lattice_.faces[k][static_cast<std::size_t>(id)] = plus;
    parts_[k].between[static_cast<std::size_t>(id)] = wall;
    parts_[k].minus[static_cast<std::size_t>(id)] = append(k, minus);
    report(k, id, parts_[k].minus[static_cast<std::size_t>(id)]);
  }

  FaceLattice& lattice_;
  std::span<const std::int8_t> signs_;
  CutObserver& observer_;
  const FaceMasks& masks_;
  std::array<Parts, kMaxDim + 1> parts_;
};

}  // namespace

Integer FaceLattice::normaliser(std::uint8_t chart, const std::vector<Integer>& p) const {
  Integer sum = p[dim];
  if (whole_space)
    for (std::size_t i = 0; i < dim; ++i) sum += (chart >> i) & 1 ? Integer(-p[i]) : p[i];
  return sum;
}

void compute_masks(const FaceLattice& lattice, std::span<const std::int8_t> signs, FaceMasks* masks) {
  constexpr std::uint8_t of_sign[] = {kMinus, kZero, kPlus};
  for (std::size_t k = 1; k <= lattice.dim; ++k) {
    const std::vector<Face>& faces = lattice.faces[k];
    std::vector<std::uint8_t>& mask = (*masks)[k];
    mask.resize(faces.size());
    for (std::size_t i = 0; i < faces.size(); ++i) {
      std::uint8_t all = kZero;
      for (const Id side : faces[i].boundary)
        all |= k == 1 ? of_sign[signs[static_cast<std::size_t>(side)] + 1] : (*masks)[k - 1][static_cast<std::size_t>(side)];
      mask[i] = all;
    }
  }
}

void cut(FaceLattice* lattice, std::span<const std::int8_t> signs, CutObserver* observer, FaceMasks* masks) {
  compute_masks(*lattice, signs, masks);
  Cutter(lattice, signs, observer, *masks).run();
}

std::vector<Id> cyclic_vertices(const FaceLattice& lattice, std::size_t k, Id face) {
  const auto& boundary = lattice.faces[k][static_cast<std::size_t>(face)].boundary;
  if (k == 1) return {boundary.begin(), boundary.end()};
  std::vector<std::array<Id, 2>> edges;
  for (const Id edge : boundary) {
    const auto& ends = lattice.faces[1][static_cast<std::size_t>(edge)].boundary;
    edges.push_back({ends[0], ends[1]});
  }
  std::vector<Id> order{edges[0][0]};
  Id next = edges[0][1];
  for (std::size_t i = 1; i < edges.size(); ++i) {
    order.push_back(next);
    const auto it = std::find_if(edges.begin() + static_cast<std::ptrdiff_t>(i), edges.end(),
                                 [next](const auto& e) { return e[0] == next || e[1] == next; });
    next = (*it)[0] == next ? (*it)[1] : (*it)[0];
    std::swap(*it, edges[i]);
  }
  return order;
}

std::vector<Id> vertices_of(const FaceLattice& lattice, std::size_t k, Id face) {
  const auto& boundary = lattice.faces[k][static_cast<std::size_t>(face)].boundary;
  if (k == 1) return {boundary.begin(), boundary.end()};
  std::vector<Id> all;
  for (const Id side : boundary) {
    const std::vector<Id> part = vertices_of(lattice, k - 1, side);
    all.insert(all.end(), part.begin(), part.end());
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

}  // namespace narrows
