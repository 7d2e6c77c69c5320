// A residual branch brought into normal form: linear maps with diagonals of slopes between them.
//
// notation == meaning:  J(D) = ε I + δ A_p D_p A_{p-1} ⋯ D_1 A_0, the Jacobian of a residual layer with p
// activation layers in its branch; A_k == maps[k], which collapses all affine and batch_norm layers between
// two activations. For p = 1 the pages write W == A_0 (m x n) and W̃ == A_1 (n x m).
#pragma once

#include <cstddef>
#include <vector>

#include "arith/big_interval.hpp"
#include "arith/rational_matrix.hpp"
#include "network/model.hpp"

namespace narrows {

/// The activation layers of a branch in order, each with its width.
struct BranchActivation {
  ActivationLayer function;
  std::size_t width = 0;
};
[[nodiscard]] std::vector<BranchActivation> branch_activations(const ResidualLayer& layer,
                                                               std::size_t input_dim);

/// batch_norm makes the maps irrational.
[[nodiscard]] bool has_batch_norm(const ResidualLayer& layer);

/// A_0 … A_p exactly. Precondition: no batch_norm in the branch.
[[nodiscard]] std::vector<RationalMatrix> branch_maps_exact(const ResidualLayer& layer,
                                                            std::size_t input_dim);

/// Enclosures of A_0 … A_p.
/// Units  precision: significand bits of the interval arithmetic.
[[nodiscard]] std::vector<DenseMatrix<BigInterval>> branch_maps(const ResidualLayer& layer,
                                                                std::size_t input_dim, mpfr_prec_t precision);

/// Enclosures of A_0 … A_p in double intervals.
[[nodiscard]] std::vector<DenseMatrix<Interval>> branch_maps_interval(const ResidualLayer& layer,
                                                                      std::size_t input_dim);

/// Enclosure of the factor γ_i / √(v_i + e) of a batch_norm layer.
[[nodiscard]] BigInterval batch_norm_factor(const BatchNormLayer& layer, std::size_t i,
                                            mpfr_prec_t precision);

}  // namespace narrows
