// A chain laid out for the batched kernels: plain arrays of doubles, no library types (see lanes.hpp for why).
//
// Every weight is stored as middle ± radius; radius arrays are null where all of them are 0, the common case.
#pragma once

#include <cstddef>

namespace narrows {

enum class LaneKind { affine, diagonal, activation, residual };
enum class LaneFunction { tanh, sigmoid, softplus, identity };

struct LaneLayer {
  LaneKind kind = LaneKind::affine;
  LaneFunction function = LaneFunction::identity;  ///< activation
  std::size_t rows = 0, cols = 0;                  ///< output and input dimension, of every kind
  const double* weight = nullptr;                  ///< affine: rows × cols, row-major; diagonal: rows factors
  const double* weight_radius = nullptr;           ///< null: exact
  const double* bias = nullptr;                    ///< affine and diagonal
  const double* bias_radius = nullptr;             ///< null: exact
  double skip = 0, skip_radius = 0;                ///< residual
  double residual = 0, residual_radius = 0;        ///< residual
  const LaneLayer* branch = nullptr;               ///< residual
  std::size_t branch_count = 0;
  std::size_t first_slope = 0;   ///< activation and residual: index of its first slope among all slopes of the chain
  std::size_t slope_count = 0;   ///< activation: rows; residual: all slopes of the branch
  /// residual: det J as a multi-affine polynomial in its slopes; the coefficient of Π_{i in I} s_i stands at index Σ_{i in I} 2^i.
  /// Null if there are too many slopes.
  const double* determinant = nullptr;
  const double* determinant_error = nullptr;  ///< per coefficient: its own error plus the rounding share of an evaluation
  /// residual of a family with free factors: e_1 … e_cols, the sums of the principal minors of the branch's Jacobian, as
  /// multi-affine polynomials one after the other, and their errors as above. Null if there are too many slopes, more than two
  /// columns, or factors that are no doubles.
  const double* minor_sums = nullptr;
  const double* minor_sums_error = nullptr;
  /// residual whose branch starts with a square W: approximate inverse U of W (cols × cols, row-major) and W·U as middle and
  /// radius. In the basis U the row vector v·J reads skip·(vU) + residual·(a·WU), a the row vector before W: each entry then
  /// depends on a single slope. Null if there is no such basis.
  const double* basis = nullptr;
  const double* basis_image = nullptr;
  const double* basis_image_radius = nullptr;
  bool regular_everywhere = false;
};

struct LaneChain {
  std::size_t input_dim = 0;
  std::size_t first = 0;  ///< layers below are dropped: the variable is the state after them
  const LaneLayer* layers = nullptr;
  std::size_t depth = 0;
  std::size_t slope_count = 0;
  std::size_t widest = 0;
  bool free_factors = false;  ///< a family: the two symbols after the coordinates multiply skip and residual of every layer
};

}  // namespace narrows
