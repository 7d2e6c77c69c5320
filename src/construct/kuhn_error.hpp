// Value and gradient errors of f − Σ_v φ_v p_v on the simplices of the Kuhn triangulation, and along manifolds (Theorems D, E, G, H).
//
// Idea: on a simplex, the sum over its D+1 vertices of hat times Taylor polynomial is one polynomial q with known rational coefficients.
// e = f − q is enclosed on sub-boxes in Taylor's form of second order; boxes are bisected until they cannot matter. What the networks' products
// (Theorem F) add to that is bounded: δ_1 = 4^-(m+1), δ_2 = 2 δ_1, E_1 = η = 2^-m, E_2 = 2η + η² + δ_1 for one and two factors.
#pragma once

#include <string>
#include <vector>

#include "base/cancellation.hpp"
#include "construct/line_error.hpp"
#include "construct/nodal_table.hpp"

namespace narrows {

/// One simplex: vertices corner, corner + e_{order[0]}, … of the cell at `cell`.
struct KuhnSimplex {
  MeshNode cell;
  std::vector<std::size_t> order;
};

/// On all simplices of [0,1]^D. product_depth 0: exact products (degree 0 needs none).
[[nodiscard]] ErrorEnclosure kuhn_error(NodalTable& table, unsigned product_depth, double tolerance, const StopToken& stop = {});

/// sup |f| of the theorem's bounds: doubles rounded up. Each for mesh width h = 1/n; rounding of the nodal values is not in them.
struct ErrorBound {
  double value = 0, gradient = 0;
};
/// Theorem C is the case D = 1 of Theorem D. Degree 2 gives Theorem G (D = 1) or H.
[[nodiscard]] ErrorBound theorem_bound(const NodalTable& table, unsigned product_depth);

/// What the networks' products (Theorem F) may change in value and in each gradient component; 0 for degree 0.
[[nodiscard]] ErrorBound product_deviation(NodalTable& table, unsigned product_depth);

/// Theorem E. The hats that a manifold needs, and the errors along it; the gradient is that along unit tangents.
struct ManifoldError {
  std::vector<MeshNode> nodes;  ///< of the simplices that the manifold may meet
  ErrorEnclosure error;
  std::size_t patches = 0;
  ErrorBound bound;
};
/// "circle" (D = 2) and "sphere" (D = 3): radius 2/5 round the centre; "curve" (D = 3): centre + (2/5 cos t, 2/5 sin t, 1/5 sin 2t).
/// Errors  InputError if there is no such manifold in this dimension.
[[nodiscard]] ManifoldError manifold_error(NodalTable& table, const std::string& manifold, const StopToken& stop = {});

}  // namespace narrows
