#include "critical/box_test.hpp"

#include <algorithm>
#include <optional>

#include "critical/box_regularity.hpp"
#include "critical/sign_direction.hpp"

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

void test_stubborn_batch(const Problem& problem, SharpForm form, const double* lower, const double* upper, std::size_t count, BoxTest* findings) {
  LaneVerdict verdicts[kGroup];
  for (std::size_t done = 0; done < count; done += kGroup) {
    const std::size_t size = std::min(kGroup, count - done);
    problem.lanes->test_stubborn(form, lower + done * problem.dim, upper + done * problem.dim, size, verdicts);
    for (std::size_t i = 0; i < size; ++i)
      if (verdicts[i].outcome != LaneVerdict::Outcome::open) findings[done + i] = translate(problem, verdicts[i]);
  }
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
