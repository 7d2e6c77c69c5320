// sup |f − Φ| over a box or ball, as a certified interval (T6): branch and bound over the affine difference in shared symbols.
//
// Φ is the network itself here, a final sigmoid included: T6 speaks of values. The upper end comes from the boxes, the lower one from a point.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/cancellation.hpp"
#include "base/verdict.hpp"
#include "levelset/target.hpp"
#include "levelset/tunnel.hpp"

namespace narrows {

struct SupErrorOptions {
  Domain domain;  ///< box or ball
  double relative_gap = 0.01;
  double absolute_gap = 1e-9;
  std::size_t max_boxes = 2'000'000;
  StopToken stop;
};

/// One operation of the tree in preorder: an axis >= 0 that is halved (lower half first), or a leaf.
struct ErrorTreeStep {
  static constexpr std::int16_t below = -1, outside_domain = -2;
  std::int16_t kind = below;
};

struct SupError {
  Verdict verdict = Verdict::undecided;  ///< proved: the gap asked for is reached; `error` holds in any case
  std::string reason;
  Domain domain;
  Target target;
  Interval error;                   ///< encloses sup |f − Φ| over the domain
  Point point;                      ///< in the domain; |f − Φ| >= error.lower() there
  std::vector<ErrorTreeStep> tree;  ///< |f − Φ| <= error.upper() on every leaf `below`
  std::size_t boxes = 0;
};

/// The chain with the final sigmoid that make_chain() dropped.
[[nodiscard]] Chain value_chain(const Chain& chain);

/// Shape      domain and target of the chain's dimension, at most 3 for speed.
/// Guarantee  as the fields say.
/// Errors     InputError if dimensions differ or the domain is all of R^d.
/// Source     T6 (arXiv 2603.28591) compares the result with its lower bound.
[[nodiscard]] SupError sup_error(const Chain& chain, const Target& target, const SupErrorOptions& options,
                                 const std::string& where);

/// What T6 says of every function without a local extremum in the interior: sup |f − Φ| >= bound.
struct ExtremumBound {
  double bound = 0;      ///< a lower bound, 0 if nothing is claimed
  bool maximum = false;  ///< from f(x*) − max over the boundary; else from the min over the boundary − f(x*)
  Point extremum;        ///< x*
  Interval value, boundary;  ///< f(x*), and the extremum of f over the boundary
};

/// Guarantee  bound <= ½(f(x*) − max f over the boundary), or ½(min − f(x*)), all enclosed rigorously; exact for polynomials in |x|² on balls and d = 1.
[[nodiscard]] ExtremumBound extremum_bound(const Target& target, const Domain& domain);

/// The C¹ version: deg(∇f, interior, 0) != 0, so sup over the boundary of |∇f − ∇Φ| (Euclidean) >= min over it of |∇f|. d = 1, 2.
struct GradientBound {
  int degree = 0;
  double bound = 0;  ///< a lower bound of min |∇f| on the boundary; 0: nothing is claimed
};
[[nodiscard]] GradientBound gradient_bound(const Target& target, const Domain& domain);

/// sup over the boundary of |∇f − ∇Φ| (Euclidean, Φ with a final sigmoid), enclosed; relative width `relative_gap` where some hundred pieces suffice.
/// Errors  InputError if the network has kinks, dimensions differ or exceed 2, or the domain is all of R^d.
[[nodiscard]] Interval gradient_error(const Chain& chain, const Target& target, const Domain& domain,
                                      double relative_gap, const std::string& where);

}  // namespace narrows
