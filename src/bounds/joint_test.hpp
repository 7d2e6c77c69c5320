// Enclosures over joint boxes: the leaf tests that exclude critical points, and the values that boundary proofs need.
//
// The tests are those of critical/box_test.hpp with the parameters as two more symbols: what is proved holds for every member of the
// family in the cell. Prefix dropping and preconditioning concern x only.
#pragma once

#include <vector>

#include "bounds/joint_problem.hpp"
#include "critical/box_test.hpp"

namespace narrows {

/// Tests `count` joint boxes (box i: sides [lower[i·(dim+2) + k], upper[i·(dim+2) + k]]).
/// Guarantee  layers_regular and direction_sign are proofs: no member of the cell has a critical point in the closed box of x. The
///            fields prefix, direction and sensitivity (dim + 2 entries) are as in BoxTest.
void test_joint_boxes(const JointProblem& problem, const double* lower, const double* upper, std::size_t count, BoxTest* findings);

/// U·v_prefix over each box, U a row-major matrix with n_prefix columns.
/// Guarantee  rows_on(…)[i][k] encloses Σ_j u_kj (v_prefix)_j for every (x, p) of box i.
[[nodiscard]] std::vector<std::vector<Interval>> rows_on(const JointProblem& problem, std::size_t prefix, const std::vector<double>& u,
                                                         const std::vector<IntervalBox>& boxes);

/// Encloses Φ_p(x) − Φ_p(x0) for every (x, p) of each box.
[[nodiscard]] std::vector<Interval> differences_on(const JointProblem& problem, const std::vector<double>& x0, const std::vector<IntervalBox>& boxes);

/// Φ_p(x) and v_prefix in affine forms over one joint box: the scalar oracle.
struct JointForms {
  AffineForm value;
  std::vector<AffineForm> row;
  std::size_t regular_prefix = 0;
};
[[nodiscard]] JointForms joint_forms(const JointProblem& problem, const IntervalBox& box, std::size_t prefix);

}  // namespace narrows
