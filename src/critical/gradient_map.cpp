#include "critical/gradient_map.hpp"

#include "critical/box_test.hpp"

namespace narrows {
namespace {

struct Corners {
  std::vector<double> lower, upper;
};

Corners corners(const std::vector<IntervalBox>& boxes) {
  Corners result;
  for (const IntervalBox& box : boxes)
    for (const Interval& side : box) {
      result.lower.push_back(side.lower());
      result.upper.push_back(side.upper());
    }
  return result;
}

template <class S, class Range>
DerivativeOn collect(const std::vector<Dual<S>>& v, std::size_t dim, Range range) {
  DerivativeOn result;
  for (const Dual<S>& component : v) {
    result.value.push_back(range(component.value));
    for (std::size_t i = 0; i < dim; ++i) result.jacobian.push_back(range(component.gradient[i]));
  }
  return result;
}

DerivativeOn derivative_simple(const Problem& problem, const IntervalBox& box, std::size_t prefix) {
  const auto pass = forward_all(problem.fast, dual_coordinates(coordinates(box)), problem.first);
  DerivativeOn result = collect(row_vector(problem.fast, pass, prefix), problem.dim, [](const AffineForm& x) { return x.range(); });
  result.output = pass.value.value.range();
  result.prefix_regular = prefix_regular(problem, box, prefix);
  return result;
}

// Interval() turns NaN bounds into the entire line.
DerivativeOn translate(const LaneDerivative& from, std::size_t n, std::size_t prefix) {
  DerivativeOn result;
  result.prefix_regular = from.regular_prefix >= prefix;
  result.output = Interval(from.output[0], from.output[1]);
  for (std::size_t i = 0; i < n; ++i) result.value.emplace_back(from.value[2 * i], from.value[2 * i + 1]);
  for (std::size_t i = 0; i < n * n; ++i) result.jacobian.emplace_back(from.jacobian[2 * i], from.jacobian[2 * i + 1]);
  return result;
}

std::optional<std::vector<double>> half_space_simple(const Problem& problem, const IntervalBox& box, std::size_t prefix) {
  const auto v = row_vector(problem.fast, forward_all(problem.fast, coordinates(box), problem.first), prefix);
  double largest = 0;
  for (const AffineForm& x : v) largest = std::fmax(largest, std::fabs(x.centre()));
  std::vector<std::vector<double>> candidates(1);
  for (const AffineForm& x : v) candidates[0].push_back(static_cast<double>(static_cast<float>(x.centre() / largest)));
  for (std::size_t j = 0; j < v.size(); ++j)
    for (const double sign : {1.0, -1.0}) {
      candidates.emplace_back(v.size(), 0.0);
      candidates.back()[j] = sign;
    }
  for (const std::vector<double>& u : candidates) {
    AffineForm sum = v[0] * Interval(u[0]);
    for (std::size_t j = 1; j < v.size(); ++j) sum += v[j] * Interval(u[j]);
    if (is_positive(sum.range())) return u;
  }
  return std::nullopt;
}

}  // namespace

std::vector<DerivativeOn> derivatives_on(const Problem& problem, const std::vector<IntervalBox>& boxes, std::size_t prefix) {
  std::vector<DerivativeOn> results;
  if (!problem.lanes) {
    for (const IntervalBox& box : boxes) results.push_back(derivative_simple(problem, box, prefix));
    return results;
  }
  const Corners sides = corners(boxes);
  std::vector<LaneDerivative> found(boxes.size());
  problem.lanes->derivative(prefix, sides.lower.data(), sides.upper.data(), boxes.size(), found.data());
  for (const LaneDerivative& one : found) results.push_back(translate(one, problem.dim, prefix));
  return results;
}

std::vector<std::optional<std::vector<double>>> half_spaces_on(const Problem& problem, const std::vector<IntervalBox>& boxes,
                                                               std::size_t prefix) {
  std::vector<std::optional<std::vector<double>>> results;
  if (!problem.lanes) {
    for (const IntervalBox& box : boxes) results.push_back(half_space_simple(problem, box, prefix));
    return results;
  }
  const Corners sides = corners(boxes);
  std::vector<LaneHalfSpace> found(boxes.size());
  problem.lanes->half_space(prefix, sides.lower.data(), sides.upper.data(), boxes.size(), found.data());
  for (const LaneHalfSpace& one : found) {
    std::vector<double> u(one.direction, one.direction + problem.dim);
    bool known = false;
    for (const double x : u) known = known || x != 0;
    results.push_back(known ? std::optional(std::move(u)) : std::nullopt);
  }
  return results;
}

std::vector<Interval> row_vector_at(const Problem& problem, const std::vector<double>& point, std::size_t prefix) {
  std::vector<BigInterval> x;
  for (const double t : point) x.emplace_back(t, kPointPrecision);
  std::vector<Interval> result;
  for (const BigInterval& entry : row_vector(problem.precise, forward_all(problem.precise, x, problem.first), prefix))
    result.push_back(entry.to_double());
  return result;
}

DerivativeOn derivative_precise(const Problem& problem, const IntervalBox& box, std::size_t prefix) {
  std::vector<BigInterval> x;
  for (const Interval& side : box) x.emplace_back(side, kPointPrecision);
  const auto pass = forward_all(problem.precise, dual_coordinates(x), problem.first);
  DerivativeOn result = collect(row_vector(problem.precise, pass, prefix), problem.dim, [](const BigInterval& y) { return y.to_double(); });
  result.output = pass.value.value.to_double();
  return result;
}

}  // namespace narrows
