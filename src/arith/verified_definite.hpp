// Rigorous statements about wide symmetric matrices from plain double arithmetic: positive definiteness, the 2-norm.
//
// Idea (S. M. Rump, Verification of positive definiteness, BIT 46, 2006): if Cholesky's algorithm in doubles runs to the end on
// A, then RᵀR = A + E with |E_ij| <= γ_{n+1} ‖r_i‖ ‖r_j‖ and ‖r_i‖² <= a_ii/(1 − γ_{n+1}) (Higham, Theorem 10.3), so that
// ‖E‖ <= γ_{n+1}/(1 − γ_{n+1}) tr A and λ_min(A) >= −‖E‖. Applied to A less a multiple of the identity that exceeds ‖E‖, this
// proves λ_min(A) > 0. Here γ_k = k u/(1 − k u), u = 2^-53. It is a theorem about IEEE arithmetic and about the loops in
// dense_kernels.cpp; no library is involved.
#pragma once

#include <cstddef>
#include <vector>

#include "arith/dense_matrix.hpp"

namespace narrows {

/// True only if every symmetric matrix B with ‖B − A‖₂ <= radius is positive definite, A the symmetric matrix whose upper
/// triangle is that of `a`.
///
/// Special    NaN or infinite entries and sides above 10^6 give false.
/// Precision  true whenever λ_min(A) > radius + about 4·n·tr(A)·2^-53.
/// Source     Rump 2006, Corollary 2.4; Higham, Theorem 10.3.
[[nodiscard]] bool is_positive_definite_verified(DenseMatrix<double> a, double radius = 0);

/// Upper bound of ‖B‖₂ for every matrix B with |B_ij − a_ij| <= relative·|a_ij|.
///
/// Guarantee  always an upper bound (infinite if nothing better is found); at most 1e-12 too large for small matrices, and
///            usually at most 1e-6 for wide ones.
[[nodiscard]] double spectral_norm_upper(const DenseMatrix<double>& a, double relative = 0);

}  // namespace narrows
