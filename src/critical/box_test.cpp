#include "critical/box_test.hpp"

#include <algorithm>
#include <optional>

#include "arith/small_matrix.hpp"
#include "critical/box_regularity.hpp"

namespace narrows {
namespace {

// Krawczyk is tried once the preconditioned v_P deviates from the identity by less than this share of the box.
constexpr double kKrawczykGate = 0.7;
// Below this width (relative to max(1, |x|)) it is tried anyway: near-degenerate zeros have tiny uniqueness boxes.
constexpr double kAlwaysTry = 1e-6;

using Forms = std::vector<AffineForm>;

// Number of leading layers (counted from layer 1) that are regular on the box; runs the whole forward pass as well.
std::size_t forward_and_regular_prefix(const Problem& problem, Forms h, ForwardPass<AffineForm>* pass) {
  const std::size_t depth = problem.depth();
  pass->traces.resize(depth);
  std::size_t prefix = problem.first;
  for (std::size_t l = problem.first; l < depth; ++l) {
    const std::size_t dim = h.size();
    h = forward(problem.fast.layers[l], h, &pass->traces[l]);
    if (prefix == l && (problem.regular_everywhere(l) || regular_on_box(problem.fast.layers[l], pass->traces[l], dim)))
      prefix = l + 1;
  }
  pass->value = h[0];
  return prefix;
}

// Directions are kept in single precision: any direction proves as well, and short numbers keep certificates small.
std::vector<double> shortened(const std::vector<double>& direction) {
  double largest = 0;
  for (const double u : direction) largest = std::fmax(largest, std::fabs(u));
  std::vector<double> result;
  for (const double u : direction) result.push_back(static_cast<double>(static_cast<float>(u / largest)));
  return result;
}

AffineForm combine(const Forms& v, const std::vector<double>& u) {
  AffineForm sum = v[0] * Interval(u[0]);
  for (std::size_t j = 1; j < v.size(); ++j) sum += v[j] * Interval(u[j]);
  return sum;
}

bool has_sign(const Forms& v, std::vector<double>* u) {
  *u = shortened(*u);
  for (const double component : *u)
    if (!std::isfinite(component)) return false;
  return excludes_zero(combine(v, *u).range());
}

std::optional<std::vector<double>> inverse_of_linear_part(const Forms& v) {
  std::vector<double> linear;
  for (const AffineForm& component : v)
    for (const double k : component.coefficients()) linear.push_back(k);
  return inverse_approx(linear, v.size());
}

// Looks for a direction in which v has a strict sign. `remainder` becomes the largest deviation of the preconditioned v
// from the identity, relative to the box (infinite when there is no inverse).
std::optional<std::vector<double>> find_direction(const Forms& v, std::size_t dim, double* remainder) {
  *remainder = kInfinity;
  const std::size_t n = v.size();
  for (std::size_t j = 0; j < n; ++j) {
    if (!excludes_zero(v[j].range())) continue;
    std::vector<double> unit(n, 0.0);
    unit[j] = 1;
    return unit;
  }
  std::vector<double> middle;
  for (const AffineForm& component : v) middle.push_back(component.centre());
  if (n > 1 && has_sign(v, &middle)) return middle;
  if (n != dim) return std::nullopt;
  const auto inverse = inverse_of_linear_part(v);
  if (!inverse) return std::nullopt;
  double worst = 0;
  for (std::size_t i = 0; i < n; ++i) {
    std::vector<double> row(inverse->begin() + static_cast<std::ptrdiff_t>(i * n), inverse->begin() + static_cast<std::ptrdiff_t>((i + 1) * n));
    const AffineForm preconditioned = combine(v, row);
    double deviation = preconditioned.radius();
    for (std::size_t k = 0; k < dim; ++k) deviation += std::fabs(preconditioned.coefficients()[k] - (k == i ? 1.0 : 0.0));
    worst = std::fmax(worst, deviation);
    if (excludes_zero(preconditioned.range()) && has_sign(v, &row)) return row;
  }
  *remainder = std::isfinite(worst) ? worst : kInfinity;
  return std::nullopt;
}

bool is_tiny(const std::vector<Interval>& box) {
  for (const Interval& side : box)
    if (!(width_upper(side) < kAlwaysTry * std::fmax(1.0, magnitude(side)))) return false;
  return true;
}

constexpr std::size_t kGroup = 8;  // a multiple of the lanes of every instruction set

BoxTest translate(const Problem& problem, const LaneVerdict& verdict) {
  BoxTest test;
  test.prefix = verdict.prefix;
  test.regular_prefix = verdict.regular_prefix;
  switch (verdict.outcome) {
    case LaneVerdict::Outcome::layers_regular: test.outcome = BoxTest::Outcome::layers_regular; break;
    case LaneVerdict::Outcome::direction_sign:
      test.outcome = BoxTest::Outcome::direction_sign;
      test.direction.assign(verdict.direction, verdict.direction + problem.chain.widths[verdict.prefix]);
      break;
    case LaneVerdict::Outcome::open:
      test.remainder = verdict.remainder;
      test.sensitivity.assign(verdict.sensitivity, verdict.sensitivity + problem.dim);
  }
  return test;
}

}  // namespace

BoxTest test_box(const Problem& problem, const std::vector<Interval>& box) {
  BoxTest result;
  ForwardPass<AffineForm> pass;
  result.regular_prefix = forward_and_regular_prefix(problem, coordinates(box), &pass);
  if (result.regular_prefix == problem.depth()) {
    result.outcome = BoxTest::Outcome::layers_regular;
    return result;
  }
  Forms v{one_like(pass.value)};
  result.prefix = result.regular_prefix;
  for (std::size_t prefix = problem.depth(); prefix-- > problem.first;) {
    v = backward(problem.fast.layers[prefix], pass.traces[prefix], v);
    if (prefix > result.regular_prefix) continue;
    double remainder = kInfinity;
    if (auto direction = find_direction(v, problem.dim, &remainder)) {
      result.outcome = BoxTest::Outcome::direction_sign;
      result.prefix = prefix;
      result.direction.assign(direction->begin(), direction->end());
      return result;
    }
    if (prefix == result.regular_prefix) {
      result.sensitivity.assign(problem.dim, 0.0);
      for (const AffineForm& component : v)
        for (std::size_t i = 0; i < problem.dim; ++i) result.sensitivity[i] += std::fabs(component.coefficients()[i]);
    }
    if (remainder < result.remainder) {
      result.remainder = remainder;
      result.prefix = prefix;
    }
  }
  return result;
}

std::size_t test_stubborn_batch(const Problem& problem, const double* lower, const double* upper, std::size_t count, BoxTest* findings) {
  std::size_t closed = 0;
  LaneVerdict verdicts[kGroup];
  for (std::size_t done = 0; done < count; done += kGroup) {
    const std::size_t size = std::min(kGroup, count - done);
    problem.lanes->test_stubborn(lower + done * problem.dim, upper + done * problem.dim, size, verdicts);
    for (std::size_t i = 0; i < size; ++i) {
      if (verdicts[i].outcome == LaneVerdict::Outcome::open) continue;
      findings[done + i] = translate(problem, verdicts[i]);
      ++closed;
    }
  }
  return closed;
}

bool is_promising(const Problem& problem, const std::vector<Interval>& box, double remainder) {
  return problem.chain.smoothness == Smoothness::smooth && (remainder < kKrawczykGate || is_tiny(box));
}

void test_box_batch(const Problem& problem, const double* lower, const double* upper, std::size_t count, BoxTest* findings) {
  for (std::size_t done = 0; done < count;) {
    if (!problem.lanes) {
      std::vector<Interval> box;
      for (std::size_t k = 0; k < problem.dim; ++k) box.emplace_back(lower[done * problem.dim + k], upper[done * problem.dim + k]);
      findings[done++] = test_box(problem, box);
      continue;
    }
    LaneVerdict verdicts[kGroup];
    const std::size_t size = std::min(kGroup, count - done);
    problem.lanes->test(lower + done * problem.dim, upper + done * problem.dim, size, verdicts);
    for (std::size_t i = 0; i < size; ++i) findings[done + i] = translate(problem, verdicts[i]);
    done += size;
  }
}

bool prefix_regular(const Problem& problem, const std::vector<Interval>& box, std::size_t prefix) {
  Forms h = coordinates(box);
  for (std::size_t l = problem.first; l < prefix; ++l) {
    LayerTrace<AffineForm> trace;
    const std::size_t dim = h.size();
    h = forward(problem.fast.layers[l], h, &trace);
    if (!problem.regular_everywhere(l) && !regular_on_box(problem.fast.layers[l], trace, dim)) return false;
  }
  return true;
}

}  // namespace narrows
