#include "ode/flow_function.hpp"

#include <cmath>
#include <utility>

#include "base/errors.hpp"
#include "ode/flow_field.hpp"
#include "ode/tube_end.hpp"

namespace narrows {
namespace {

Network as_network(const Chain& chain) {
  Network network;
  network.input_dim = chain.input_dim;
  network.layers = chain.layers;
  return network;
}

constexpr double kTolerance = 1e-18;  ///< of activations beside the flow: as far as their series go

using Row = std::vector<TaylorModel>;

/// row·matrix.
Row times(const TaylorAlgebra& algebra, const Row& row, const std::vector<Row>& matrix) {
  Row result;
  for (std::size_t j = 0; j < matrix.front().size(); ++j) {
    TaylorModel sum = algebra.constant(0.0);
    for (std::size_t i = 0; i < row.size(); ++i)
      algebra.accumulate(&sum, 1.0, algebra.multiply(row[i], matrix[i][j]));
    result.push_back(std::move(sum));
  }
  return result;
}

/// A sign that another arithmetic, with less sharp enclosures, finds as well after a few cuts.
constexpr double kClearly = 0.1;

/// u with a clear sign of u·gradient on the box, turned so that it is positive: the middle of the gradient, then unit vectors.
std::vector<double> direction_of(const TaylorAlgebra& algebra, const Row& gradient) {
  const std::size_t d = gradient.size();
  for (std::size_t candidate = 0; candidate <= d; ++candidate) {
    std::vector<double> u(d, 0.0);
    for (std::size_t k = 0; k < d; ++k)
      u[k] = candidate == 0 ? gradient[k].c[0] : (k + 1 == candidate ? 1.0 : 0.0);
    TaylorModel sum = algebra.constant(0.0);
    for (std::size_t k = 0; k < d; ++k) algebra.accumulate(&sum, u[k], gradient[k]);
    const Interval range = algebra.range(sum);
    if (range.lower() > kClearly * range.upper()) return u;
    if (range.upper() < kClearly * range.lower()) {
      for (double& x : u) x = -x;
      return u;
    }
  }
  return {};
}

/// middle and half as doubles. Returns for each side a bound on |ξ − (x − middle)/half|, ξ the exact coordinate.
std::vector<double> set_coordinates(const Box& box, FlowValue* result) {
  std::vector<double> deviation;
  for (std::size_t i = 0; i < box.dim(); ++i) {
    const Rational lo = rational_exact(box.lower[i]), hi = rational_exact(box.upper[i]);
    const Interval middle = enclose((lo + hi) / 2), half = enclose((hi - lo) / 2);
    result->middle.push_back(midpoint(middle));
    result->half.push_back(lo < hi ? midpoint(half) : 0.0);
    result->slope.push_back(0);
    const double off =
        add_upper(radius_upper(middle, result->middle.back()), radius_upper(half, result->half.back()));
    deviation.push_back(lo < hi ? (Interval(off) / Interval(result->half.back())).upper() : 0.0);
  }
  return deviation;
}

/// centre, slope, error of an affine enclosure: what is not affine goes into the error.
void split_affine(const TaylorAlgebra& algebra, const Tube& tube, TaylorModel value,
                  const std::vector<double>& deviation, FlowValue* result) {
  const TaylorBasis& basis = algebra.basis();
  result->centre = value.c[0];
  value.c[0] = 0;
  double moved = 0;
  for (std::size_t k = 0; k < basis.dim() && basis.degree() >= 1; ++k) {
    const std::size_t axis = tube.active[k];
    double& linear = value.c[basis.linear(k)];
    result->slope[axis] = linear;
    moved = add_upper(moved, mul_upper(std::fabs(linear), deviation[axis]));
    linear = 0;
  }
  result->error = add_upper(magnitude(algebra.range(value)), moved);
}

}  // namespace

FlowFunction::FlowFunction(const Chain& chain, const std::string& where)
    : network_(as_flow(as_network(chain), where)) {
  if (const std::string kinked = first_kinked_activation(network_.after); !kinked.empty())
    throw InputError(where, kinked + " after the ode layer has a kink",
                     "let the layers after the flow be smooth");
}

std::vector<double> FlowFunction::direction(const Box& box, bool behind, const TubeOptions& options) const {
  if (!behind) return over(box, true, options).direction;
  TubeOptions tube_options = options;
  tube_options.jacobian = false;
  const Tube tube = enclose_flow(network_, box, tube_options);
  if (!tube.closed) return {};
  const TaylorAlgebra algebra(*tube.basis, 0.0);
  FlowField after(network_.after, network_.dim);
  return direction_of(algebra, after.image(algebra, end_models(tube), true, kTolerance).derivative.front());
}

FlowValue FlowFunction::over(const Box& box, bool gradient, const TubeOptions& options) const {
  FlowValue result;
  result.value = Interval::entire();
  if (gradient) result.gradient.assign(dim(), Interval::entire());
  const std::vector<double> deviation = set_coordinates(box, &result);
  TubeOptions tube_options = options;
  tube_options.jacobian = gradient;
  const Tube tube = enclose_flow(network_, box, tube_options);
  if (!tube.closed) {
    result.reason = tube.reason;
    return result;
  }
  const TaylorAlgebra algebra(*tube.basis, 0.0);
  FlowField before(network_.before, network_.input_dim), after(network_.after, network_.dim);
  const TaylorImage image = after.image(algebra, end_models(tube), gradient, kTolerance);
  result.value = algebra.range(image.value.front());
  split_affine(algebra, tube, image.value.front(), deviation, &result);
  if (!gradient) return result;
  const TaylorImage start = before.image(algebra, box_coordinates(algebra, box), true, kTolerance);
  const Row slopes =
      times(algebra, times(algebra, image.derivative.front(), end_jacobian_models(tube)), start.derivative);
  for (std::size_t k = 0; k < dim(); ++k) result.gradient[k] = algebra.range(slopes[k]);
  result.direction = direction_of(algebra, slopes);
  return result;
}

}  // namespace narrows
