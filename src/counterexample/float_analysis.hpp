// Derivatives and small linear algebra of a candidate in floating-point arithmetic: guides the search, proves nothing.
#pragma once

#include <cstddef>
#include <vector>

#include "counterexample/family.hpp"

namespace narrows {

/// Eigenvalues of a symmetric n x n matrix (by rows), by Jacobi's rotations.
[[nodiscard]] std::vector<double> eigenvalues_approx(std::vector<double> a, std::size_t n);
[[nodiscard]] double norm_approx(const std::vector<double>& x);
/// The solution of a·x = b by Gauss' elimination with pivots; empty if a is nearly singular.
[[nodiscard]] std::vector<double> solve_approx(std::vector<double> a, std::vector<double> b);
[[nodiscard]] double determinant_approx(std::vector<double> a, std::size_t n);

/// The Hessian of Φ at x (d x d, by rows), by differences of the gradient.
[[nodiscard]] std::vector<double> hessian_approx(const Candidate& candidate, const std::vector<double>& x);
/// |w|
[[nodiscard]] double output_norm(const Candidate& candidate);

/// The principal minors of I + factor·δ·W W̃ of one block, one for each nonempty set of its neurons (of the first 8).
/// Precondition  a residual family without shared weights.
[[nodiscard]] std::vector<double> principal_minors_approx(const Candidate& candidate, std::size_t block,
                                                          double factor);

}  // namespace narrows
