// The linear regions of a piecewise linear network on a box or on the whole space, in one, two or three dimensions.
//
// Idea: stage by stage, the values of all neurons are affine on each cell, so each neuron cuts the cells along a hyperplane.
// Which side of it a vertex is on is read from doubles with error bounds; where they cannot tell, from the exact integer
// coordinates of the vertex (the common zero of its planes) and the exact affine map of the neuron on a piece that contains
// it. Vertices and faces are shared by neighbours: each is classified once. Nothing depends on general position.
//
// Source     splitting edges instead of regions: Berzins, *Polyhedral complex extraction from ReLU networks using edge
//            subdivision* (ICML 2023); here faces of all dimensions are kept and every sign is exact.
#pragma once

#include <functional>
#include <memory>
#include <span>

#include "polyhedral/face_lattice.hpp"
#include "polyhedral/piece_maps.hpp"
#include "polyhedral/vertex_values.hpp"

namespace narrows {

/// An affine function with rational coefficients: gradient·x + constant.
struct AffineFunction {
  std::vector<Rational> gradient;
  Rational constant;
};

class Partition {
 public:
  /// Of R^d. Shape  1 <= net.input_dim <= kMaxDim. `keep_going` is asked now and then; when it says no, see stopped().
  using KeepGoing = std::function<bool()>;
  explicit Partition(std::shared_ptr<const Stages> net, const KeepGoing& keep_going = {});
  /// Of a box.
  Partition(std::shared_ptr<const Stages> net, const Box& box, const KeepGoing& keep_going = {});

  [[nodiscard]] bool stopped() const { return stopped_; }  ///< the partition is not complete
  [[nodiscard]] const FaceLattice& lattice() const { return lattice_; }
  [[nodiscard]] const Stages& net() const { return *net_; }
  [[nodiscard]] std::size_t dim() const { return lattice_.dim; }
  [[nodiscard]] const PieceTree& tree() const { return tree_; }

  /// Cuts all cells along the zero set of `row` of the last stage.
  void cut_along(std::size_t row);

  /// Primitive integer homogeneous coordinates (x1 … xd, x0) of a vertex, x0 >= 0.
  [[nodiscard]] const std::vector<Integer>& coordinates(Id vertex);
  /// x/x0. Precondition: the vertex is not ideal.
  [[nodiscard]] std::vector<Rational> point(Id vertex);
  /// Row `row` of the last stage, at a vertex: sign, enclosure up to a positive factor that depends on the vertex, exact value
  /// at its primitive coordinates.
  [[nodiscard]] int sign(Id vertex, std::size_t row);
  [[nodiscard]] Rational value(Id vertex, std::size_t row);
  [[nodiscard]] Value approximate_value(Id vertex, std::size_t row) const { return values_.at(static_cast<std::size_t>(vertex), row); }
  [[nodiscard]] Value approximate_weight(Id vertex) const { return values_.at(static_cast<std::size_t>(vertex), values_.width() - 1); }

  /// Row 0 of the last stage on a cell.
  [[nodiscard]] AffineFunction function_on(Id cell);
  /// A fingerprint: cells with different ones have different functions.
  [[nodiscard]] std::span<const Residue> fingerprint(Id cell);
  [[nodiscard]] bool same_function(Id a, Id b);
  /// The gradient is zero.
  [[nodiscard]] bool is_flat(Id cell);

  /// How often doubles could not tell a sign, and the bits of the longest integer coordinate computed so far.
  [[nodiscard]] std::size_t exact_decisions() const { return exact_decisions_; }
  [[nodiscard]] std::size_t longest_bits() const { return longest_bits_; }

 private:
  class StageCut;
  void build(const std::vector<std::vector<double>>& start, const KeepGoing& keep_going);
  void start_stage(std::size_t stage);
  void give_pieces_to_faces();
  void grow_patterns();
  [[nodiscard]] const std::vector<Integer>& plane_row(Id plane);
  [[nodiscard]] int exact_sign(Id vertex, std::size_t row);

  std::shared_ptr<const Stages> net_;
  FaceLattice lattice_;
  PieceTree tree_;
  PieceMaps<Integer> exact_;
  PieceMaps<Residue> residues_;
  VertexValues values_;
  std::vector<std::vector<Integer>> coordinates_, plane_rows_;
  std::size_t exact_decisions_ = 0, longest_bits_ = 0;
  bool stopped_ = false;
};

}  // namespace narrows
