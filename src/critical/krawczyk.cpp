#include "critical/krawczyk.hpp"

#include "arith/small_matrix.hpp"
#include "critical/gradient_map.hpp"

namespace narrows {
namespace {

using Vector = std::vector<double>;
constexpr int kNewtonSteps = 30;
// Newton may leave the middle of the region by this many widths: a zero just outside is of use, a far one is not.
constexpr double kNewtonReach = 4;
// Uniqueness is proved with room to spare, so that the checker's arithmetic can prove it as well.
constexpr double kContraction = 0.5;
// Uniqueness boxes are tried this many at a time, from the largest down.
constexpr std::size_t kScalesAtOnce = 8;
// Wider enclosures of the value than this are tried in high precision.
constexpr double kThinValue = 1e-6;

IntervalBox ball_box(const Vector& centre, const Vector& radius) {
  IntervalBox box;
  for (std::size_t i = 0; i < centre.size(); ++i) box.emplace_back(centre[i] - radius[i], centre[i] + radius[i]);
  return box;
}

Vector midpoints(const std::vector<Interval>& x) {
  Vector middle;
  for (const Interval& entry : x) middle.push_back(midpoint(entry));
  return middle;
}

IntervalBox as_box(const Vector& point) { return {point.begin(), point.end()}; }

Vector newton_step(const Vector& x, const Vector& inverse, const std::vector<Interval>& value) {
  Vector next = x;
  for (std::size_t i = 0; i < x.size(); ++i)
    for (std::size_t j = 0; j < x.size(); ++j) next[i] -= inverse[i * x.size() + j] * midpoint(value[j]);
  return next;
}

// An approximate zero of v_P, an approximate inverse of its derivative there, and the last iterate with v_P in high precision:
// the only evaluation that costs more than double arithmetic.
struct Candidate {
  Vector zero, inverse;
  Vector nearby;
  std::vector<Interval> value_nearby;
};

// Newton's method in double arithmetic, which must stay near the region.
std::optional<Candidate> newton(const Problem& problem, const IntervalBox& region, std::size_t prefix) {
  const Vector start = midpoints(region);
  Candidate candidate{start, {}, {}, {}};
  double previous = kInfinity;
  for (int step = 0; step < kNewtonSteps; ++step) {
    const DerivativeOn at = derivatives_on(problem, {as_box(candidate.zero)}, prefix)[0];
    auto inverse = inverse_approx(midpoints(at.jacobian), problem.dim);
    if (!inverse) return std::nullopt;
    const Vector next = newton_step(candidate.zero, *inverse, at.value);
    double moved = 0;
    for (std::size_t i = 0; i < problem.dim; ++i) {
      if (!std::isfinite(next[i]) || std::fabs(next[i] - start[i]) > kNewtonReach * (region[i].upper() - region[i].lower())) return std::nullopt;
      moved = std::fmax(moved, std::fabs(next[i] - candidate.zero[i]));
    }
    candidate.zero = next;
    candidate.inverse = std::move(*inverse);
    if (moved < 1e-13 && moved >= 0.25 * previous) break;
    previous = moved;
  }
  return candidate;
}

bool is_known(const Vector& point, const std::vector<UniqueZero>& known) {
  for (const UniqueZero& zero : known) {
    bool inside = true;
    for (std::size_t i = 0; i < point.size(); ++i) inside = inside && contains(zero.box[i], point[i]);
    if (inside) return true;
  }
  return false;
}

// One more Newton step with the value in high precision.
bool polish(const Problem& problem, std::size_t prefix, Candidate* candidate) {
  candidate->nearby = candidate->zero;
  candidate->value_nearby = row_vector_at(problem, candidate->nearby, prefix);
  candidate->zero = newton_step(candidate->nearby, candidate->inverse, candidate->value_nearby);
  for (const double x : candidate->zero)
    if (!std::isfinite(x)) return false;
  return true;
}

// K(Z) = m − C f(m) + (I − C Df(Z))(Z − m) strictly inside Z: a zero of f = v_P lies in Z.
bool krawczyk_maps_inside(const Candidate& candidate, const std::vector<Interval>& value, const IntervalBox& z, const std::vector<Interval>& derivative) {
  const std::size_t n = z.size();
  const Vector& c = candidate.inverse;
  for (std::size_t i = 0; i < n; ++i) {
    Interval image = candidate.zero[i];
    for (std::size_t j = 0; j < n; ++j) image = image - Interval(c[i * n + j]) * value[j];
    for (std::size_t j = 0; j < n; ++j) {
      Interval entry = i == j ? 1.0 : 0.0;
      for (std::size_t k = 0; k < n; ++k) entry = entry - Interval(c[i * n + k]) * derivative[k * n + j];
      image = image + entry * (z[j] - Interval(candidate.zero[j]));
    }
    if (!strictly_inside(image, z[i])) return false;
  }
  return true;
}

// f at the candidate by the mean value theorem: f(nearby) + Df(between)(zero − nearby); the two points nearly coincide.
std::vector<Interval> value_at_zero(const Candidate& candidate, const std::vector<Interval>& derivative_between) {
  const std::size_t n = candidate.zero.size();
  std::vector<Interval> value = candidate.value_nearby;
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j)
      value[i] += derivative_between[i * n + j] * (Interval(candidate.zero[j]) - Interval(candidate.nearby[j]));
  return value;
}

// Boxes round the candidate, of relative radius 1e-14 … 1e-5: where Krawczyk's operator is tried.
std::vector<Vector> enclosure_radii(const Candidate& candidate) {
  std::vector<Vector> result;
  for (double radius = 1e-14; radius < 2e-5; radius *= 10) {
    Vector radii;
    for (const double x : candidate.zero) radii.push_back(radius * std::fmax(1.0, std::fabs(x)));
    result.push_back(std::move(radii));
  }
  return result;
}

// Krawczyk's operator maps none of these boxes into itself unless it contracts there, whatever the value at the candidate: a candidate
// where double arithmetic shows no contraction is not worth a value in high precision.
bool may_contract(const Problem& problem, const Candidate& candidate, std::size_t prefix) {
  const std::vector<Vector> radii = enclosure_radii(candidate);
  std::vector<IntervalBox> boxes;
  for (const Vector& r : radii) boxes.push_back(ball_box(candidate.zero, r));
  const std::vector<DerivativeOn> derivatives = derivatives_on(problem, boxes, prefix);
  for (std::size_t k = 0; k < boxes.size(); ++k)
    if (contracts(candidate.inverse, derivatives[k].jacobian, radii[k])) return true;
  return false;
}

std::optional<IntervalBox> smallest_enclosure(const Problem& problem, const Candidate& candidate, std::size_t prefix) {
  std::vector<IntervalBox> boxes;
  for (const Vector& radii : enclosure_radii(candidate)) boxes.push_back(ball_box(candidate.zero, radii));
  IntervalBox between;
  for (std::size_t i = 0; i < problem.dim; ++i) between.push_back(hull(Interval(candidate.nearby[i]), Interval(candidate.zero[i])));
  boxes.push_back(between);
  const std::vector<DerivativeOn> derivatives = derivatives_on(problem, boxes, prefix);
  boxes.pop_back();
  const std::vector<Interval> value = value_at_zero(candidate, derivatives.back().jacobian);
  for (std::size_t k = 0; k < boxes.size(); ++k)
    if (krawczyk_maps_inside(candidate, value, boxes[k], derivatives[k].jacobian)) return boxes[k];
  return std::nullopt;
}

// The largest box among `boxes`, in their order, on which v_P is injective and the dropped layers are regular.
std::optional<IntervalBox> first_unique(const Problem& problem, const Candidate& candidate, const std::vector<IntervalBox>& boxes,
                                        std::size_t prefix) {
  const std::vector<DerivativeOn> derivatives = derivatives_on(problem, boxes, prefix);
  for (std::size_t k = 0; k < boxes.size(); ++k) {
    Vector scale;
    for (const Interval& side : boxes[k]) scale.push_back(0.5 * (side.upper() - side.lower()));
    if (derivatives[k].prefix_regular && contracts(candidate.inverse, derivatives[k].jacobian, scale, kContraction)) return boxes[k];
  }
  return std::nullopt;
}

// Among scaled copies of the region's hull with the zero.
std::optional<IntervalBox> uniqueness_box(const Problem& problem, const Candidate& candidate, const IntervalBox& region,
                                          const IntervalBox& enclosure, std::size_t prefix) {
  const Vector& zero = candidate.zero;
  Vector reach, least;
  for (std::size_t i = 0; i < problem.dim; ++i) {
    least.push_back(radius_upper(enclosure[i], zero[i]));
    reach.push_back(1.001 * std::fmax(radius_upper(region[i], zero[i]), least[i]));
  }
  for (double scale = 8; scale > 1e-9;) {
    std::vector<IntervalBox> boxes;
    for (std::size_t k = 0; k < kScalesAtOnce; ++k, scale *= scale > 1 ? 0.5 : 0.25) {
      Vector radii;
      for (std::size_t i = 0; i < problem.dim; ++i) radii.push_back(std::fmax(scale * reach[i], 2 * least[i]));
      boxes.push_back(ball_box(zero, radii));
    }
    if (auto box = first_unique(problem, candidate, boxes, prefix)) return box;
  }
  return std::nullopt;
}

}  // namespace

std::optional<UniqueZero> isolate_zero(const Problem& problem, const IntervalBox& region, std::size_t prefix,
                                        const std::vector<UniqueZero>& known) {
  if (problem.chain.smoothness != Smoothness::smooth || problem.chain.widths[prefix] != problem.dim) return std::nullopt;
  auto candidate = newton(problem, region, prefix);
  if (!candidate || is_known(candidate->zero, known) || !may_contract(problem, *candidate, prefix) || !polish(problem, prefix, &*candidate)) return std::nullopt;
  const auto enclosure = smallest_enclosure(problem, *candidate, prefix);
  if (!enclosure) return std::nullopt;
  const auto box = uniqueness_box(problem, *candidate, region, *enclosure, prefix);
  if (!box) return std::nullopt;
  return UniqueZero{prefix, *box, *enclosure};
}

Interval value_on(const Problem& problem, const IntervalBox& box) {
  const DerivativeOn at = derivatives_on(problem, {box}, problem.first)[0];
  if (at.output.upper() - at.output.lower() < kThinValue) return at.output;
  std::vector<BigInterval> x;
  for (const Interval& side : box) x.emplace_back(side, kPointPrecision);
  return meet(at.output, forward_all(problem.precise, x, problem.first).value.to_double());
}

std::optional<int> morse_index(const Problem& problem, const IntervalBox& enclosure) {
  const std::size_t n = problem.dim;
  for (const bool precise : {false, true}) {
    std::vector<Interval> hessian = precise ? derivative_precise(problem, enclosure, problem.first).jacobian
                                            : derivatives_on(problem, {enclosure}, problem.first)[0].jacobian;
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < i; ++j) hessian[i * n + j] = hessian[j * n + i] = meet(hessian[i * n + j], hessian[j * n + i]);
    if (const auto negative = negative_eigenvalues(hessian, n)) return negative;
  }
  return std::nullopt;
}

}  // namespace narrows
