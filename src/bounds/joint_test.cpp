#include "bounds/joint_test.hpp"

#include <algorithm>
#include <optional>

#include "bounds/ratio_polynomial.hpp"
#include "critical/problem.hpp"
#include "critical/sign_direction.hpp"
#include "network/layer_determinant.hpp"

namespace narrows {
namespace {

using Forms = std::vector<AffineForm>;
constexpr std::size_t kMaxReachedSlopes = 8;
constexpr std::size_t kGroup = 8;  // a multiple of the lanes of every instruction set

void collect_slopes(const LayerTrace<AffineForm>& trace, std::vector<Interval>* slopes) {
  for (const AffineForm& s : trace.slopes) slopes->push_back(s.range());
  for (const LayerTrace<AffineForm>& inner : trace.branch) collect_slopes(inner, slopes);
}

// det J is affine in each slope for every fixed p, so one strict sign on the cell at all vertices of the reached slopes decides.
bool residual_regular(const CompiledLayer<Interval>& layer, const LayerTrace<AffineForm>& trace, std::size_t dim, const Cone& cone) {
  std::vector<Interval> slopes;
  collect_slopes(trace, &slopes);
  if (slopes.size() > kMaxReachedSlopes || dim > kMaxMinorSide) return false;
  CompiledLayer<Interval> branch = layer;
  branch.skip = 0.0;
  branch.residual = 1.0;
  RangeSign common = RangeSign::unknown;
  for (std::size_t set = 0; set < (std::size_t{1} << slopes.size()); ++set) {
    std::vector<Interval> vertex;
    for (std::size_t i = 0; i < slopes.size(); ++i) vertex.emplace_back(set >> i & 1 ? slopes[i].upper() : slopes[i].lower());
    const RangeSign sign = sign_on_cone(principal_minor_sums(residual_jacobian(branch, vertex, dim), dim), cone, layer.skip, layer.residual);
    if (sign != RangeSign::positive && sign != RangeSign::negative) return false;
    if (set != 0 && sign != common) return false;
    common = sign;
  }
  return true;
}

bool regular_for_all(const JointProblem& problem, std::size_t layer, const LayerTrace<AffineForm>& trace, const std::optional<Cone>& cone) {
  if (problem.regularity.fixed_layers()[layer]) return true;
  const CompiledLayer<Interval>& compiled = problem.fast.layers[layer];
  if (compiled.kind == LayerKind::residual) return cone && residual_regular(compiled, trace, problem.fast.widths[layer], *cone);
  if (compiled.kind != LayerKind::activation) return false;
  return std::all_of(trace.slopes.begin(), trace.slopes.end(), [](const AffineForm& s) { return excludes_zero(s.range()); });
}

// The forward pass over one joint box.
struct JointPass {
  JointPass(const JointProblem& problem, const IntervalBox& box)
      : forms(coordinates(box)), factors{forms[problem.dim], forms[problem.dim + 1]}, regular_prefix(0), motion(box.size(), 0.0) {
    const auto cone = cone_of({box[problem.dim], box[problem.dim + 1]});
    Forms h(forms.begin(), forms.begin() + static_cast<std::ptrdiff_t>(problem.dim));
    pass.traces.resize(problem.depth());
    for (std::size_t l = 0; l < problem.depth(); ++l) {
      h = forward(problem.fast.layers[l], h, &pass.traces[l], &factors);
      for (const AffineForm& entry : h)
        for (std::size_t k = 0; k < box.size(); ++k) motion[k] += std::fabs(entry.coefficients()[k]);
      if (regular_prefix == l && regular_for_all(problem, l, pass.traces[l], cone)) regular_prefix = l + 1;
    }
    pass.value = h[0];
  }
  Forms forms;
  FreeFactors<AffineForm> factors;
  ForwardPass<AffineForm> pass;
  std::size_t regular_prefix;
  std::vector<double> motion;  ///< how far the states move with each symbol: what is not linear in v_P is charged in this proportion
};

BoxTest test_one(const JointProblem& problem, const IntervalBox& box) {
  BoxTest result;
  const JointPass joint(problem, box);
  result.regular_prefix = result.prefix = joint.regular_prefix;
  if (joint.regular_prefix == problem.depth()) {
    result.outcome = BoxTest::Outcome::layers_regular;
    return result;
  }
  Forms v{one_like(joint.pass.value)};
  for (std::size_t prefix = problem.depth(); prefix-- > 0;) {
    v = backward(problem.fast.layers[prefix], joint.pass.traces[prefix], v, &joint.factors);
    if (prefix > joint.regular_prefix) continue;
    double remainder = kInfinity;
    if (auto direction = find_direction(v, problem.dim, &remainder)) {
      result.outcome = BoxTest::Outcome::direction_sign;
      result.prefix = prefix;
      result.direction.assign(direction->begin(), direction->end());
      return result;
    }
    if (prefix != joint.regular_prefix) continue;
    result.sensitivity.assign(box.size(), 0.0);
    const double largest = *std::max_element(joint.motion.begin(), joint.motion.end()) + 1e-300;
    for (const AffineForm& component : v)
      for (std::size_t i = 0; i < box.size(); ++i)
        result.sensitivity[i] += std::fabs(component.coefficients()[i]) + joint.motion[i] / largest * component.radius();
  }
  return result;
}

BoxTest translate(const JointProblem& problem, const LaneVerdict& verdict) {
  BoxTest test;
  test.prefix = verdict.prefix;
  test.regular_prefix = verdict.regular_prefix;
  switch (verdict.outcome) {
    case LaneVerdict::Outcome::layers_regular: test.outcome = BoxTest::Outcome::layers_regular; break;
    case LaneVerdict::Outcome::direction_sign:
      test.outcome = BoxTest::Outcome::direction_sign;
      test.direction.assign(verdict.direction, verdict.direction + problem.family.widths[verdict.prefix]);
      break;
    case LaneVerdict::Outcome::open: test.sensitivity.assign(verdict.sensitivity, verdict.sensitivity + problem.dim + 2);
  }
  return test;
}

AffineForm combination(const Forms& v, const double* u) {
  AffineForm sum = v[0] * Interval(u[0]);
  for (std::size_t j = 1; j < v.size(); ++j) sum += v[j] * Interval(u[j]);
  return sum;
}

struct Corners {
  explicit Corners(const std::vector<IntervalBox>& boxes) {
    for (const IntervalBox& box : boxes)
      for (const Interval& side : box) {
        lower.push_back(side.lower());
        upper.push_back(side.upper());
      }
  }
  std::vector<double> lower, upper;
};

}  // namespace

void test_joint_boxes(const JointProblem& problem, const double* lower, const double* upper, std::size_t count, BoxTest* findings) {
  const std::size_t symbols = problem.dim + 2;
  for (std::size_t done = 0; done < count;) {
    if (!problem.lanes) {
      IntervalBox box;
      for (std::size_t k = 0; k < symbols; ++k) box.emplace_back(lower[done * symbols + k], upper[done * symbols + k]);
      findings[done++] = test_one(problem, box);
      continue;
    }
    LaneVerdict verdicts[kGroup];
    const std::size_t size = std::min(kGroup, count - done);
    problem.lanes->test(lower + done * symbols, upper + done * symbols, size, verdicts);
    for (std::size_t i = 0; i < size; ++i) findings[done + i] = translate(problem, verdicts[i]);
    done += size;
  }
}

std::vector<std::vector<Interval>> rows_on(const JointProblem& problem, std::size_t prefix, const std::vector<double>& u,
                                           const std::vector<IntervalBox>& boxes) {
  const std::size_t columns = problem.family.widths[prefix], rows = u.size() / columns;
  std::vector<std::vector<Interval>> result;
  if (problem.lanes && rows == problem.dim) {
    const Corners corners(boxes);
    std::vector<Interval> ranges(boxes.size() * rows);
    problem.lanes->rows(prefix, u.data(), corners.lower.data(), corners.upper.data(), boxes.size(), ranges.data());
    for (std::size_t i = 0; i < boxes.size(); ++i)
      result.emplace_back(ranges.begin() + static_cast<std::ptrdiff_t>(i * rows), ranges.begin() + static_cast<std::ptrdiff_t>((i + 1) * rows));
    return result;
  }
  for (const IntervalBox& box : boxes) {
    const Forms v = joint_forms(problem, box, prefix).row;
    std::vector<Interval> ranges;
    for (std::size_t k = 0; k < rows; ++k) ranges.push_back(combination(v, u.data() + k * columns).range());
    result.push_back(std::move(ranges));
  }
  return result;
}

std::vector<Interval> differences_on(const JointProblem& problem, const std::vector<double>& x0, const std::vector<IntervalBox>& boxes) {
  std::vector<Interval> result;
  if (problem.lanes) {
    const Corners corners(boxes);
    result.resize(boxes.size());
    problem.lanes->differences(x0.data(), corners.lower.data(), corners.upper.data(), boxes.size(), result.data());
    return result;
  }
  for (const IntervalBox& box : boxes) {
    IntervalBox at_x0 = box;
    for (std::size_t k = 0; k < problem.dim; ++k) at_x0[k] = Interval(x0[k]);
    const JointPass here(problem, box), there(problem, at_x0);
    result.push_back((here.pass.value - there.pass.value).range());
  }
  return result;
}

JointForms joint_forms(const JointProblem& problem, const IntervalBox& box, std::size_t prefix) {
  const JointPass joint(problem, box);
  return {joint.pass.value, row_vector(problem.fast, joint.pass, prefix, &joint.factors), joint.regular_prefix};
}

}  // namespace narrows
