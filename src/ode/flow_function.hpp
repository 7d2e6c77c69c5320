// Φ of a network with an ode layer, over boxes and at points: value and gradient by a tube.
//
// Idea: the end of the flow and its Jacobian are Taylor models in the coordinates ξ of the box; the layers before and after are
// composed with them, ∇Φ = Da·Dφ_T·Db, so the dependence on the box is kept to the end. Boxes that are points are allowed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "network/chain.hpp"
#include "ode/tube.hpp"

namespace narrows {

/// Over one box. Where no tube closes, `value` and `gradient` are entire and `error` is infinite.
struct FlowValue {
  Interval value;
  std::vector<Interval> gradient;  ///< d entries, or none if it was not asked for
  /// Φ(x) lies in centre + Σ slope_i (x_i − middle_i)/half_i + [−error, error] for every x of the box; half_i and slope_i are 0 for a
  /// point side.
  double centre = 0, error = kInfinity;
  std::vector<double> middle, half, slope;
  std::vector<double>
      direction;       ///< u with u·∇Φ > 0 on the box; empty: none was found, or no gradient asked for
  std::string reason;  ///< why no tube closes
};

class FlowFunction {
 public:
  /// Errors  InputError naming `where`: as of as_flow(), and if a layer after the ode layer has a kink.
  FlowFunction(const Chain& chain, const std::string& where);

  [[nodiscard]] std::size_t dim() const { return network_.input_dim; }

  /// Shape      box.dim() == dim(), lower[i] <= upper[i].
  /// Guarantee  Φ(x) ∈ value, ∇Φ(x) ∈ gradient and what FlowValue says, for every x of the box.
  /// Source     T10 (arXiv 2603.28591).
  [[nodiscard]] FlowValue over(const Box& box, bool gradient, const TubeOptions& options) const;

  /// u with u·v well above 0 on the box (by a tenth of what it is at most), v the derivative of Φ by x, or with `behind` by the state
  /// behind the ode layer; empty: none was found.
  /// Shape   as of over().
  [[nodiscard]] std::vector<double> direction(const Box& box, bool behind, const TubeOptions& options) const;

 private:
  FlowNetwork network_;
};

}  // namespace narrows
