#include "levelset/flow_level_function.hpp"

#include <cmath>

#include "base/errors.hpp"
#include "ode/flow_function.hpp"

namespace narrows {
namespace {

/// Low degrees: cells are small, and many.
TubeOptions cell_options(const StopToken& stop) {
  TubeOptions options;
  options.time_degree = 8;
  options.degree = 2;
  options.max_steps = 2'000;
  options.stop = stop;
  return options;
}

// Certificates are read by a checker that encloses flows in its own way, in general less sharply. Cells whose sign it would hardly see
// cost it many cuts, so they are not taken as decided: what is said here is wider than what is known.
constexpr double kErrorFactor = 3;       ///< of what is not affine over a cell, the tube's error included
constexpr double kGradientShare = 0.25;  ///< of the width of a derivative's range, on either side
constexpr double kPointSlack = 1e-8;     ///< of values at points, relative to max(1, |Φ|)

Interval widened(const Interval& x, double by) { return x + Interval(-by, by); }

class FlowLevelFunction final : public LevelFunction {
 public:
  FlowLevelFunction(const Chain& chain, const std::string& where, const StopToken& stop)
      : function_(chain, where), cells_(cell_options(stop)), stop_(stop) {
    points_.stop = stop;
  }

  [[nodiscard]] std::size_t dim() const override { return function_.dim(); }

  void on_boxes(const double* lower, const double* upper, std::size_t count, const Interval& level,
                bool gradient, CellBounds* results) const override {
    for (std::size_t i = 0; i < count; ++i)
      results[i] = on_box(lower + i * dim(), upper + i * dim(), level, gradient);
  }

  [[nodiscard]] Interval difference_at(const double* x, const Rational& level) const override {
    const std::vector<double> point(x, x + dim());
    const Interval value = function_.over({point, point}, false, points_).value;
    return widened(value, kPointSlack * std::fmax(1.0, magnitude(value))) - enclose(level);
  }

 private:
  static void widen(FlowValue* found) {
    if (!is_finite(found->value)) return;
    found->value = widened(found->value, mul_upper(kErrorFactor - 1, found->error));
    found->error = mul_upper(kErrorFactor, found->error);
    for (Interval& slope : found->gradient) slope = widened(slope, mul_upper(kGradientShare, width_upper(slope)));
  }

  /// Without the gradient first: most cells are away from the level.
  [[nodiscard]] CellBounds on_box(const double* lower, const double* upper, const Interval& level,
                                  bool gradient) const {
    CellBounds bounds;
    bounds.value = Interval::entire();
    if (stop_.stop_requested()) return bounds;
    const Box box{{lower, lower + dim()}, {upper, upper + dim()}};
    FlowValue found = function_.over(box, false, cells_);
    widen(&found);
    const bool wanted = gradient && is_finite(found.value) && !disjoint(found.value, level);
    if (wanted) {
      found = function_.over(box, true, cells_);
      widen(&found);
    }
    bounds.value = found.value;
    bounds.has_gradient = wanted && is_finite(found.value);
    bounds.centre = found.centre;
    bounds.error = found.error;
    for (std::size_t k = 0; k < dim(); ++k) {
      bounds.middle[k] = found.middle[k];
      bounds.half[k] = found.half[k];
      bounds.slope[k] = found.slope[k];
      bounds.gradient[k] = bounds.has_gradient ? found.gradient[k] : Interval::entire();
      bounds.direction[k] = found.direction.empty() ? 0.0 : found.direction[k];
    }
    return bounds;
  }

  FlowFunction function_;
  TubeOptions cells_, points_;
  StopToken stop_;
};

}  // namespace

std::unique_ptr<LevelFunction> flow_level_function(const Chain& chain, const std::string& where,
                                                   const StopToken& stop) {
  if (chain.input_dim < 1 || chain.input_dim > kMaxCellDim)
    throw InputError(
        where,
        "level curves exist for one and two inputs, this network has " + std::to_string(chain.input_dim),
        "ask `narrows ode` where the flow takes a box");
  return std::make_unique<FlowLevelFunction>(chain, where, stop);
}

}  // namespace narrows
