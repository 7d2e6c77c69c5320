#include "bounds/tracked_zero.hpp"

#include <cmath>

#include "arith/small_matrix.hpp"
#include "bounds/joint_test.hpp"
#include "critical/problem.hpp"

namespace narrows {
namespace {

using Vector = std::vector<double>;
// Uniqueness and existence are proved with room to spare, so that the checker's arithmetic can prove them as well.
constexpr double kContraction = 0.5;
constexpr double kRoom = 1e-3;
constexpr double kLargestRadius = 0.5;  ///< of uniqueness boxes

struct JointDerivative {
  std::vector<Interval> value, jacobian;  ///< of v_prefix with respect to x, over the box and the cell
};

JointDerivative derivative_on(const JointProblem& problem, const IntervalBox& x, const ParameterCell& cell, std::size_t prefix) {
  const std::vector<AffineForm> forms = coordinates(joint_box(x, cell));
  const auto constant = [&](const AffineForm& form) { return Dual<AffineForm>{form, std::vector<AffineForm>(problem.dim, zero_like(form))}; };
  std::vector<Dual<AffineForm>> h;
  for (std::size_t i = 0; i < problem.dim; ++i) {
    h.push_back(constant(forms[i]));
    h.back().gradient[i] = one_like(forms[i]);
  }
  const FreeFactors<Dual<AffineForm>> factors{constant(forms[problem.dim]), constant(forms[problem.dim + 1])};
  const auto pass = forward_all(problem.fast, h, 0, &factors);
  JointDerivative result;
  for (const Dual<AffineForm>& component : row_vector(problem.fast, pass, prefix, &factors)) {
    result.value.push_back(component.value.range());
    for (const AffineForm& entry : component.gradient) result.jacobian.push_back(entry.range());
  }
  return result;
}

IntervalBox box_around(const Vector& centre, const Vector& radius, double scale) {
  IntervalBox box;
  for (std::size_t i = 0; i < centre.size(); ++i) {
    const double r = scale * radius[i] + 1e-12 * std::fmax(1.0, std::fabs(centre[i]));
    box.emplace_back(centre[i] - r, centre[i] + r);
  }
  return box;
}

bool strictly_inside_with_room(const Interval& image, const Interval& side) {
  const double room = kRoom * (side.upper() - side.lower());
  return image.lower() > side.lower() + room && image.upper() < side.upper() - room;
}

// m − C f(m) + (I − C Df(Z))(Z − m) strictly inside Z, m the guess.
bool krawczyk_maps_inside(const Vector& m, const Vector& c, const std::vector<Interval>& value, const IntervalBox& z, const std::vector<Interval>& derivative) {
  const std::size_t n = m.size();
  for (std::size_t i = 0; i < n; ++i) {
    Interval image = m[i];
    for (std::size_t j = 0; j < n; ++j) image = image - Interval(c[i * n + j]) * value[j];
    for (std::size_t j = 0; j < n; ++j) {
      Interval entry = i == j ? 1.0 : 0.0;
      for (std::size_t k = 0; k < n; ++k) entry = entry - Interval(c[i * n + k]) * derivative[k * n + j];
      image = image + entry * (z[j] - Interval(m[j]));
    }
    if (!strictly_inside_with_room(image, z[i])) return false;
  }
  return true;
}

/// How far the zero may move over the cell, to first order.
std::optional<Vector> reach_of(const Vector& c, const std::vector<Interval>& value) {
  const std::size_t n = value.size();
  Vector reach(n, 0.0);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) reach[i] += std::fabs(c[i * n + j]) * magnitude(value[j]);
    if (!std::isfinite(reach[i])) return std::nullopt;
  }
  return reach;
}

std::optional<IntervalBox> enclosure_of(const JointProblem& problem, const ParameterCell& cell, const Vector& m, const Vector& c, std::size_t prefix) {
  const auto at = derivative_on(problem, IntervalBox(m.begin(), m.end()), cell, prefix);
  const auto reach = reach_of(c, at.value);
  if (!reach) return std::nullopt;
  for (const double scale : {1.1, 1.4, 2.0, 3.0}) {
    IntervalBox box = box_around(m, *reach, scale);
    if (krawczyk_maps_inside(m, c, at.value, box, derivative_on(problem, box, cell, prefix).jacobian)) return box;
  }
  return std::nullopt;
}

/// A box about the enclosure, as large as possible, on which v_P is injective and layers 1…P are regular.
std::optional<IntervalBox> uniqueness_box(const JointProblem& problem, const ParameterCell& cell, const Vector& m, const Vector& c, const IntervalBox& enclosure,
                                          std::size_t prefix) {
  double longest = 0;
  for (const Interval& side : enclosure) longest = std::fmax(longest, side.upper() - side.lower());
  for (double radius = std::fmin(kLargestRadius, 1024 * longest); radius > 0.3 * longest; radius *= 0.5) {
    IntervalBox box = box_around(m, Vector(m.size(), 1.0), radius);
    for (std::size_t i = 0; i < box.size(); ++i) box[i] = hull(box[i], enclosure[i]);
    Vector radii;
    for (const Interval& side : box) radii.push_back(0.5 * (side.upper() - side.lower()));
    if (!contracts(c, derivative_on(problem, box, cell, prefix).jacobian, radii, kContraction)) continue;
    if (prefix > 0 && joint_forms(problem, joint_box(box, cell), prefix).regular_prefix < prefix) continue;
    return box;
  }
  return std::nullopt;
}

/// The Krawczyk operator's map about a guess: v_prefix and an approximate inverse of its derivative for the member in the middle.
struct Centre {
  const JointProblem& problem;
  const ParameterCell& cell;
  Vector m, inverse;
  std::size_t prefix;
};

std::optional<Centre> centre_at(const JointProblem& problem, const ParameterCell& cell, const Vector& m, std::size_t prefix) {
  const ParameterCell middle{Interval(midpoint(cell.skip)), Interval(midpoint(cell.residual))};
  Vector jacobian;
  for (const Interval& entry : derivative_on(problem, IntervalBox(m.begin(), m.end()), middle, prefix).jacobian) jacobian.push_back(midpoint(entry));
  auto inverse = inverse_approx(jacobian, problem.dim);
  if (!inverse) return std::nullopt;
  return Centre{problem, cell, m, *std::move(inverse), prefix};
}

std::optional<TrackedZero> isolate(const Centre& centre) {
  auto enclosure = enclosure_of(centre.problem, centre.cell, centre.m, centre.inverse, centre.prefix);
  if (!enclosure) return std::nullopt;
  auto box = uniqueness_box(centre.problem, centre.cell, centre.m, centre.inverse, *enclosure, centre.prefix);
  if (!box) return std::nullopt;
  return TrackedZero{centre.prefix, *std::move(box), *std::move(enclosure)};
}

}  // namespace

std::optional<TrackedZero> isolate_over_cell(const JointProblem& problem, const ParameterCell& cell, const Guess& guess) {
  // The fewer layers are left, the better conditioned the map, but the dropped ones must be regular: the other end is tried, too.
  for (const std::size_t prefix : {guess.prefix, std::size_t{0}}) {
    if (problem.family.widths[prefix] != problem.dim) continue;
    const auto centre = centre_at(problem, cell, guess.x, prefix);
    auto zero = centre ? isolate(*centre) : std::nullopt;
    if (zero || prefix == 0) return zero;
  }
  return std::nullopt;
}

std::optional<TrackedZero> enclose_over_cell(const JointProblem& problem, const ParameterCell& cell, const Guess& guess) {
  const auto centre = centre_at(problem, cell, guess.x, guess.prefix);
  if (!centre) return std::nullopt;
  auto enclosure = enclosure_of(problem, cell, centre->m, centre->inverse, centre->prefix);
  if (!enclosure) return std::nullopt;
  return TrackedZero{centre->prefix, *enclosure, *enclosure};
}

}  // namespace narrows
