// The signs of all principal minors of a square matrix, exactly: the P-matrix test of T2 with pruning.
//
// A *P-matrix* has positive principal minors only. A set S of indices, ascending, names the minor of the rows and columns S;
// the empty minor is 1.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "arith/big_interval.hpp"
#include "arith/rational_matrix.hpp"
#include "base/cancellation.hpp"

namespace narrows {

enum class MinorSigns {
  positive,     ///< proved: a P-matrix
  nonnegative,  ///< proved: no minor is negative, but one is zero
  not_positive, ///< proved: a minor is zero or negative; the search stopped there (stop_at_zero, or a negative one)
  undecided     ///< the budget is spent, the search was stopped, or an interval cannot decide a sign
};

struct MinorOptions {
  /// Indices in the order in which they are branched on; empty: 0, 1, 2, …. Indices whose minors almost vanish belong at the
  /// end: they are met at the leaves of the search tree, where an exact sign costs one determinant.
  std::vector<std::size_t> order = {};
  bool stop_at_zero = true;    ///< false: go on after a zero minor, to tell nonnegative from negative
  double exact_budget = 2e8;   ///< limits the exact work, in multiplications of long numbers
  double node_budget = 4e7;    ///< limits the nodes of the search tree
  StopToken stop = {};
};

struct MinorReport {
  MinorSigns signs = MinorSigns::undecided;
  std::vector<std::size_t> witness = {};  ///< not_positive: a set whose minor is < 0, or = 0; nonnegative: one of a zero minor
  bool negative = false;                  ///< not_positive: the minor of `witness` is < 0
  bool whole_is_zero = false;             ///< nonnegative: the determinant of the whole matrix vanishes
};

/// Signs of the principal minors of the square matrix `m`.
///
/// Guarantee  `positive`, `nonnegative` and `not_positive` are proofs: outward-rounded intervals, and exact determinants
///            where these cannot decide (BigInterval entries: enclosures of higher precision, for every matrix inside).
/// Cost       exponential in the side: a few seconds for side 20 where nothing can be pruned.
/// Source     T2 (arXiv 2603.28591); the recursion is that of Tsatsomeros and Li, A recursive test for P-matrices, BIT 40 (2000).
[[nodiscard]] MinorReport principal_minor_signs(const RationalMatrix& m, const MinorOptions& options = {});
[[nodiscard]] MinorReport principal_minor_signs(const DenseMatrix<BigInterval>& m, const MinorOptions& options = {});

/// Sign of the minor of `set`; nothing if intervals cannot decide it.
[[nodiscard]] std::optional<int> minor_sign(const RationalMatrix& m, const std::vector<std::size_t>& set);
[[nodiscard]] std::optional<int> minor_sign(const DenseMatrix<BigInterval>& m, const std::vector<std::size_t>& set);

}  // namespace narrows
