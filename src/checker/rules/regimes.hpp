// The rules of claims of the kind `regime-map`: a statement about Φ_p for all parameters p = (ε, δ) of a cell.
//
// A setting's residual layers are those of the family (model.hpp). Boxes of passes are joint: x, then ε, δ.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "checker/rules/rules.hpp"

namespace narrows::checker {

/// The box of all (x, p), x in `box` and p in `cell`.
[[nodiscard]] Box joined(const Box& box, const Box& cell);

/// The test on a joint box or, where it fails, on the halves, cut along the axis of the largest share of the side of the whole box (shares of
/// x count double), at most `depth` times.
[[nodiscard]] bool holds_on_joint_pieces(const std::function<bool(const Box&)>& test, const Box& joint, std::size_t depth);

/// Rule `extremum`: for all p of the cell, Φ_p is larger (`maximum`: smaller) on the boundary of `box` than at `point`, which lies inside.
[[nodiscard]] bool has_extremum(const Setting& setting, const Box& box, const Box& point, bool maximum,
                                const Box& cell);

/// Rule `sign-change`, d = n_P = 1: v_P has opposite strict signs at the ends of `box` for all p of the cell.
[[nodiscard]] bool has_sign_change(const Setting& setting, std::size_t prefix, const Box& box,
                                   const Box& cell);

/// Rule `opposite-faces`, d = n_P: the components of U·v_P, U = `rows` nonsingular, have opposite strict signs on opposite faces of `box`, for
/// all p of the cell.
[[nodiscard]] bool has_opposite_faces(const Setting& setting, std::size_t prefix, const Box& box, const RationalMatrix& rows, const Box& cell);

/// Rule `winding`, d = n_P = 2: v_P does not vanish on the boundary of `box` and winds round 0 a nonzero number of times, for all p of the cell.
[[nodiscard]] bool has_winding(const Setting& setting, std::size_t prefix, const Box& box, const Box& cell);

/// The determinants of a residual layer's Jacobian εI + δM at the vertices of its box of slopes: Σ_k e_k ε^(n-k) δ^k, e_k the sum of the
/// principal minors of M of order k.
struct VertexPolynomials {
  bool strict = false;  ///< an entry is closed, or there is none: all must be nonzero
  std::vector<std::vector<Interval>> coefficients;  ///< e_0, …, e_n for each vertex
  std::vector<bool> witness;                        ///< a nonzero determinant there is needed if not strict
};

/// Nothing if there are too many entries or a range is unknown. Of a residual layer.
[[nodiscard]] std::optional<VertexPolynomials> vertex_polynomials(const Layer& layer, Smoothness network);
/// Rule `vertices` for all ε in `skip` and δ in `residual`: J is regular for all slopes.
[[nodiscard]] bool are_regular(const VertexPolynomials& polynomials, const Interval& skip,
                               const Interval& residual);

/// The Jacobians εI + δM of a residual layer are regular for all ε in `skip`, δ in `residual`, both >= 0, and all slopes in `diagonals`.
[[nodiscard]] bool are_regular_in_quadrant(NumericLayer layer, const std::vector<Interval>& diagonals, const Interval& skip, const Interval& residual);

}  // namespace narrows::checker
