// A polyhedral complex as its faces: every face of dimension k is the list of the faces of dimension k − 1 on its boundary.
//
// Idea: neighbours share faces, so a hyperplane that cuts the complex cuts each face once: vertices get signs, edges with
// both signs get a new vertex, polygons with both signs a new edge, and so on upwards. Which side a vertex is on is all that
// is asked; no coordinate is looked at here, so the result is combinatorially right whenever the signs are.
//
// Every face lies on dim − k hyperplanes that meet in its span: the exact coordinates of a vertex follow from its planes alone.
// Points are homogeneous (x1 … xd, x0), x0 >= 0; faces at infinity (x0 = 0) are faces like all others.
#pragma once

#include <array>
#include <boost/container/small_vector.hpp>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "network/domain.hpp"
#include "polyhedral/stages.hpp"

namespace narrows {

using Id = std::int32_t;
inline constexpr Id kNone = -1;
inline constexpr std::size_t kMaxDim = 3;

/// The zero set of row `row` of the affine map of a piece (see piece_maps.hpp); piece == kNone: of FaceLattice::fixed[row].
struct Plane {
  Id piece = kNone;
  Id row = 0;
};

struct Vertex {
  std::array<Id, kMaxDim> planes{kNone, kNone, kNone};  ///< dim of them, independent
  Id piece = kNone;                                     ///< a piece that contains it
  std::uint8_t chart = 0;                               ///< a chart that contains it
  bool ideal = false;                                   ///< x0 = 0
};

struct Face {
  boost::container::small_vector<Id, 5> boundary;  ///< for an edge its two vertices
  std::array<Id, 2> planes{kNone, kNone};          ///< dim − k of them
  Id piece = kNone;
  std::uint8_t chart = 0;
};

struct FaceLattice {
  std::size_t dim = 0;
  bool whole_space = false;
  std::vector<Vertex> vertices;
  std::array<std::vector<Face>, kMaxDim + 1> faces;  ///< faces[k], 1 <= k <= dim
  std::vector<Plane> planes;
  std::vector<std::vector<Integer>> fixed;  ///< coefficients of the planes that bound the domain

  [[nodiscard]] const std::vector<Face>& cells() const { return faces[dim]; }
  /// Positive on the chart: the sign of homogeneous coordinates. l(p) = x0 + Σ s_i x_i on an orthant, x0 on a box.
  [[nodiscard]] Integer normaliser(std::uint8_t chart, const std::vector<Integer>& p) const;
};

/// One cell, the box. Shape  1 <= box.dim() <= kMaxDim.
[[nodiscard]] FaceLattice box_lattice(const Box& box);
/// The 2^d orthants with their faces at infinity. Orthant k has s_i = −1 where bit i of k is set, else +1.
[[nodiscard]] FaceLattice space_lattice(std::size_t dim);
/// Coordinates (x1 … xd, x0) of the vertices that box_lattice() and space_lattice() start with, in their order; exact.
[[nodiscard]] std::vector<std::vector<double>> start_coordinates(const Box& box);
[[nodiscard]] std::vector<std::vector<double>> start_coordinates(std::size_t dim);

/// Which signs occur on a face.
enum SignMask : std::uint8_t { kZero = 0, kPlus = 1, kMinus = 2, kMixed = 3 };

/// The masks of all faces of one dimension, for the signs (−1, 0, 1) of the vertices.
using FaceMasks = std::array<std::vector<std::uint8_t>, kMaxDim + 1>;
void compute_masks(const FaceLattice& lattice, std::span<const std::int8_t> signs, FaceMasks* masks);

/// What a cut needs from whoever knows the numbers.
class CutObserver {
 public:
  virtual ~CutObserver() = default;
  /// A new vertex inside `edge`, where the function vanishes; must append it to lattice.vertices.
  virtual Id cut_edge(Id edge) = 0;
  /// The plane of the function on a piece.
  virtual Id plane_on(Id piece) = 0;
  /// `minus` is new; `plus` keeps its number.
  virtual void cell_was_cut(Id plus, Id minus) = 0;
};

/// Cuts every face on which a function, affine on each cell, takes both signs. `signs` are those of the old vertices.
/// Guarantee  afterwards no face has both signs; the part with positive values keeps the number of the face.
/// `masks` receives the masks of the old faces.
void cut(FaceLattice* lattice, std::span<const std::int8_t> signs, CutObserver* observer, FaceMasks* masks);

/// The vertices of a polygon (k = 2) in cyclic order, of an edge both, starting anywhere.
[[nodiscard]] std::vector<Id> cyclic_vertices(const FaceLattice& lattice, std::size_t k, Id face);
/// All vertices of a face, each once.
[[nodiscard]] std::vector<Id> vertices_of(const FaceLattice& lattice, std::size_t k, Id face);

}  // namespace narrows
