// A rigorous tube round the solutions of a neural ODE that start in a box or at a point, and the Jacobian of its flow.
//
// Idea: on each step of time an ordinary polynomial p(s, ξ) in the time s and the box coordinates ξ approximates all solutions at
// once (Taylor coefficients found by iteration, then forgotten: any p is allowed). Taylor arithmetic bounds its defect
// ∂_s p − f(p); the logarithmic norm of Df over a tube round p turns the defect into a bound E on |y − p| (T10), accepted when it
// stays strictly inside that tube. The dependence on the start stays in p, so a box does not blow up; only E is an error.
//
// notation == meaning:  ξ ∈ [-1, 1]^a, one coordinate per side of the box that is not a point;  E_j, F_j bounds on |y − p| and
// ‖Y − P‖ (∞-norms) at the end of step j;  P(s, ξ) approximates the derivative Y of the flow by its start h(0).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "arith/dense_matrix.hpp"
#include "arith/interval.hpp"
#include "base/cancellation.hpp"
#include "network/domain.hpp"
#include "ode/flow_network.hpp"
#include "ode/taylor_basis.hpp"

namespace narrows {

struct TubeOptions {
  bool jacobian = true;         ///< enclose Dφ_T and its determinant, too
  std::size_t time_degree = 0;  ///< N; 0: 18 from a point, 10 from a box
  std::size_t degree = 0;       ///< K; 0: as many as are cheap in this dimension
  std::size_t max_steps = 20'000;
  StopToken stop;
};

/// One step of the proof, numbers as in the certificate.
struct TubeStep {
  Rational duration;
  std::vector<std::vector<double>> state;  ///< p, one polynomial per coordinate of h (layout: TaylorBasis)
  std::vector<std::vector<std::vector<double>>> jacobian;  ///< P, or empty
  double radius = 0, jacobian_radius = 0;                  ///< E stays strictly below, F below
  double error = 0, jacobian_error = 0;                    ///< E and F at the end of the step
};

struct Tube {
  std::vector<std::size_t>
      active;  ///< the input coordinates whose side is not a point: ξ_k belongs to active[k]
  std::optional<TaylorBasis> basis;
  std::vector<TubeStep> steps;
  bool closed = false;  ///< everything below is proved
  std::string reason;   ///< why it is not closed: where and why
  double reached = 0;   ///< time up to which it closed
  std::vector<Interval> end;
  DenseMatrix<Interval> jacobian;  ///< empty unless asked for
  std::optional<Interval>
      determinant;  ///< of the Jacobians, with their dependence on the start, and exp∫tr Df > 0 (T10)
  Interval trace;   ///< ∋ ∫tr Df along every solution, over all steps
  Interval
      box_determinant;  ///< ⊇ determinant: of all matrices in `jacobian`, by interval elimination; what certificates claim
};

/// The tube from every x in `box` (lower[i] <= upper[i]; a point is allowed).
///
/// Shape      box.dim() == network.input_dim.
/// Guarantee  if closed: for every x in the box, h(T) ∈ end; Dφ_T(h(0)) ∈ jacobian, its determinant ∈ determinant, where φ_T is the
///            time-T map of the ode layer. Ends are widened by the error itself, so that a checker with coarser arithmetic agrees.
/// Source     T10 (arXiv 2603.28591).
[[nodiscard]] Tube enclose_flow(const FlowNetwork& network, const Box& box, const TubeOptions& options);

}  // namespace narrows
