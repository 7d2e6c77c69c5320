// The exact affine maps of the neurons on the pieces of a partition, computed when asked for.
//
// Idea: a piece is a cell as it is when a stage starts; all neurons of that stage are affine on it. Row j of a piece is the
// integer vector a with a·p == (value of row j of the stage at p), times the positive constant of the stage. It is a sum
// of rows of the parent piece, those of its active neurons, so a row costs one pass over one layer, and only rows on
// which a decision hangs are computed. The same sums modulo a prime tell different maps apart at a fraction of the cost.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "polyhedral/face_lattice.hpp"
#include "polyhedral/stages.hpp"

namespace narrows {

struct Piece {
  Id parent = kNone;
  Id cell = kNone;  ///< its activation pattern in the stages before is the one of this cell
  Id stage = 0;
};

/// Pieces and the activation patterns of the cells: bit n of a cell is set where neuron n is positive somewhere on it.
struct PieceTree {
  std::vector<Piece> pieces;
  std::size_t words = 0;  ///< 64-bit words per pattern
  std::vector<std::uint64_t> patterns;

  [[nodiscard]] bool positive(Id cell, std::size_t neuron) const {
    return (patterns[static_cast<std::size_t>(cell) * words + neuron / 64] >> (neuron % 64)) & 1;
  }
  void set_positive(Id cell, std::size_t neuron) {
    patterns[static_cast<std::size_t>(cell) * words + neuron / 64] |= std::uint64_t{1} << (neuron % 64);
  }
};

/// Integers modulo the prime 2^61 − 1.
struct Residue {
  static constexpr std::uint64_t prime = (std::uint64_t{1} << 61) - 1;
  std::uint64_t value = 0;
  friend bool operator==(const Residue&, const Residue&) = default;
};
[[nodiscard]] Residue residue_of(const Integer& x);

/// Scalar is Integer or Residue.
template <class Scalar>
class PieceMaps {
 public:
  explicit PieceMaps(const Stages& net);
  /// d + 1 coefficients, that of x0 last, of row j of the piece's stage.
  /// Valid as long as this object and no longer than the tree grows.
  [[nodiscard]] std::span<const Scalar> row(const PieceTree& tree, Id piece, std::size_t j);
  /// The factor of all rows of stage k: N_h(p) == row·p / scale(k).
  [[nodiscard]] const Scalar& scale(std::size_t k) const { return scales_[k]; }

 private:
  struct StageNumbers {
    std::size_t rows, cols, neurons, first_neuron;
    std::vector<Scalar> weight;
    Scalar numerator, denominator;
    bool drops_negative, keeps_positive;  ///< slope 0, denominator 1
  };
  /// The rows of one piece, those that are known.
  struct KnownRows {
    std::vector<Scalar> entries;
    std::vector<bool> known;
  };
  template <class Sums>
  void add_parent_rows(const PieceTree& tree, const Piece& piece, std::size_t j, Sums* sums);

  std::size_t dim_;
  std::vector<StageNumbers> stages_;
  std::vector<Scalar> scales_, entry_;  ///< entry_[k]: what x0 is multiplied by on entering stage k
  std::vector<KnownRows> rows_;
};

extern template class PieceMaps<Integer>;
extern template class PieceMaps<Residue>;

/// Divides by the greatest common divisor of the entries; zero vectors stay.
void make_primitive(std::vector<Integer>* v);
/// The common zero of d independent rows of d + 1 numbers, up to sign; all zero if they are dependent. Primitive.
[[nodiscard]] std::vector<Integer> common_zero(const std::vector<const std::vector<Integer>*>& rows);
[[nodiscard]] Integer dot(std::span<const Integer> a, std::span<const Integer> b);
/// Determinant of a square matrix of at most kMaxDim + 1 rows.
[[nodiscard]] Integer determinant(const std::vector<std::vector<Integer>>& rows);

}  // namespace narrows
