#include "critical/precise_test.hpp"

#include "arith/small_matrix.hpp"
#include "critical/gradient_map.hpp"

namespace narrows {
namespace {

constexpr double kResolution = 1e-7;

std::vector<double> shortened(const std::vector<double>& u) {
  double largest = 0;
  for (const double x : u) largest = std::fmax(largest, std::fabs(x));
  std::vector<double> result;
  for (const double x : u) result.push_back(static_cast<double>(static_cast<float>(x / largest)));
  return result;
}

Interval along(const std::vector<double>& u, const std::vector<Interval>& value) {
  Interval sum = 0.0;
  for (std::size_t j = 0; j < u.size(); ++j) sum += Interval(u[j]) * value[j];
  return sum;
}

// u·(v(x) − v(middle)) for x in the box, by the mean value theorem.
Interval variation(const std::vector<double>& u, const std::vector<Interval>& jacobian, const IntervalBox& box, const std::vector<double>& middle) {
  const std::size_t n = u.size();
  Interval sum = 0.0;
  for (std::size_t k = 0; k < n; ++k) {
    Interval slope = 0.0;
    for (std::size_t j = 0; j < n; ++j) slope += Interval(u[j]) * jacobian[j * n + k];
    sum += slope * (box[k] - Interval(middle[k]));
  }
  return sum;
}

}  // namespace

bool is_below_double_resolution(const IntervalBox& box) {
  for (const Interval& side : box)
    if (!(width_upper(side) < kResolution * std::fmax(1.0, magnitude(side)))) return false;
  return true;
}

std::optional<std::vector<double>> precise_direction(const Problem& problem, const IntervalBox& box, std::size_t prefix) {
  const std::size_t n = problem.dim;
  if (problem.chain.smoothness != Smoothness::smooth || problem.chain.widths[prefix] != n) return std::nullopt;
  std::vector<double> middle, linear;
  for (const Interval& side : box) middle.push_back(midpoint(side));
  const std::vector<DerivativeOn> at = derivatives_on(problem, {box, IntervalBox(middle.begin(), middle.end())}, prefix);
  const std::vector<Interval>& jacobian = at[0].jacobian;
  for (const Interval& entry : jacobian) linear.push_back(midpoint(entry));

  std::vector<std::vector<double>> candidates;
  for (std::size_t j = 0; j < n; ++j) {
    candidates.emplace_back(n, 0.0);
    candidates.back()[j] = 1;
  }
  if (const auto inverse = inverse_approx(linear, n))
    for (std::size_t i = 0; i < n; ++i)
      candidates.push_back(shortened({inverse->begin() + static_cast<std::ptrdiff_t>(i * n), inverse->begin() + static_cast<std::ptrdiff_t>((i + 1) * n)}));
  // Where even the farthest value that doubles allow is nearer to 0 than v_P varies on the box, more bits prove nothing.
  std::erase_if(candidates, [&](const std::vector<double>& u) {
    return magnitude(along(u, at[1].value)) < magnitude(variation(u, jacobian, box, middle));
  });
  if (candidates.empty()) return std::nullopt;
  const std::vector<Interval> value = row_vector_at(problem, middle, prefix);
  for (std::vector<double>& u : candidates)
    if (excludes_zero(along(u, value) + variation(u, jacobian, box, middle))) return std::move(u);
  return std::nullopt;
}

}  // namespace narrows
