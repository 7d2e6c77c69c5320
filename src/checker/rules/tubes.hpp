// Rule `tube` of claims of the kind `ode-flow`: how far a polynomial is from the solution of an ODE.
//
// notation  p(s, ξ), P(s, ξ)  polynomials for the state and for the Jacobian of the flow, ξ in [-1, 1]^d the point of the domain box
//           y, Y              what they approximate: ẏ = f(t, y), Ẏ = D_y f(t, y)Y
//           E, F              upper bounds on sup_ξ |y - p| and sup_ξ ‖Y - P‖, in the ∞-norm
#pragma once

#include <optional>
#include <vector>

#include "checker/interpolation.hpp"
#include "checker/polynomial.hpp"

namespace narrows::checker {

/// A polynomial in s and ξ as it stands in the certificate: c_{k,m} of s^k ξ^m at k·size + m.
using Coefficients = std::vector<double>;

/// One step of the proof.
struct Step {
  Rational duration;                   ///< h > 0
  std::vector<Coefficients> state;     ///< p
  std::vector<Coefficients> jacobian;  ///< P, n rows of n entries; or empty
  double radius = 0, jacobian_radius = 0;
};

/// E and F, as points.
struct Errors {
  Interval state, jacobian;
};

using Polynomials = std::vector<Polynomial>;

/// The polynomials for begin <= s <= end, as functions of τ: s = (begin + end)/2 + τ(end - begin)/2.
[[nodiscard]] Polynomials on_piece(const std::vector<Coefficients>& list, const Basis& basis,
                                   const Rational& begin, const Rational& end, Precision p);
/// The layers, which hold no ode layer, as functions of polynomials.
[[nodiscard]] Polynomials image(const std::vector<NumericLayer>& layers, Polynomials h);
/// max_i Σ_j |a_ij - b_ij| for matrices of `columns` columns, an upper bound as a point.
[[nodiscard]] Interval distance_upper(const Polynomials& a, const Polynomials& b, std::size_t columns);

/// The errors at the end of the step, which begins at the time `start` of the arc, from those at its start, if the tube closes. The step
/// is cut into 2^halvings pieces in time, and pieces whose tube does not close further.
[[nodiscard]] std::optional<Errors> errors_after(const Step& step, const Arc& arc, const Rational& start,
                                                 const Basis& basis, const Errors& before,
                                                 std::size_t halvings, Precision p);

}  // namespace narrows::checker
