#include "critical/krawczyk.hpp"

#include "arith/small_matrix.hpp"
#include "critical/box_test.hpp"

namespace narrows {
namespace {

using Vector = std::vector<double>;
constexpr int kNewtonSteps = 30;
// Newton may leave the middle of the region by this many widths: a zero just outside is of use, a far one is not.
constexpr double kNewtonReach = 4;
// Uniqueness is proved with room to spare, so that the checker's arithmetic can prove it as well.
constexpr double kContraction = 0.5;

std::vector<Interval> ball_box(const Vector& centre, const Vector& radius) {
  std::vector<Interval> box;
  for (std::size_t i = 0; i < centre.size(); ++i) box.emplace_back(centre[i] - radius[i], centre[i] + radius[i]);
  return box;
}

// v_P and its Jacobian (row-major) over a box, in affine arithmetic.
struct Linearised {
  std::vector<Interval> value, jacobian;
};

template <class S, class Range>
Linearised collect(const std::vector<Dual<S>>& v, std::size_t dim, Range range) {
  Linearised result;
  for (const Dual<S>& component : v) {
    result.value.push_back(range(component.value));
    for (std::size_t i = 0; i < dim; ++i) result.jacobian.push_back(range(component.gradient[i]));
  }
  return result;
}

Linearised derivative_on(const Problem& problem, const std::vector<Interval>& box, std::size_t prefix) {
  const auto pass = forward_all(problem.fast, dual_coordinates(coordinates(box)), problem.first);
  return collect(row_vector(problem.fast, pass, prefix), problem.dim, [](const AffineForm& x) { return x.range(); });
}

// The same on a box in precise natural intervals: for points and very small boxes.
Linearised derivative_precise(const Problem& problem, const std::vector<Interval>& box, std::size_t prefix) {
  std::vector<BigInterval> x;
  for (const Interval& side : box) x.emplace_back(side, kPointPrecision);
  const auto pass = forward_all(problem.precise, dual_coordinates(x), problem.first);
  return collect(row_vector(problem.precise, pass, prefix), problem.dim, [](const BigInterval& y) { return y.to_double(); });
}

Vector midpoints(const std::vector<Interval>& x) {
  Vector middle;
  for (const Interval& entry : x) middle.push_back(midpoint(entry));
  return middle;
}

std::vector<Interval> as_box(const Vector& point) { return {point.begin(), point.end()}; }

// Newton's method on v_P in precise arithmetic, rounded to doubles; it must stay near the region.
std::optional<Vector> newton(const Problem& problem, const std::vector<Interval>& region, std::size_t prefix) {
  Vector x = midpoints(region);
  const Vector start = x;
  double previous = kInfinity;
  for (int step = 0; step < kNewtonSteps; ++step) {
    const Linearised at = derivative_precise(problem, as_box(x), prefix);
    const auto inverse = inverse_approx(midpoints(at.jacobian), problem.dim);
    if (!inverse) return std::nullopt;
    double moved = 0;
    for (std::size_t i = 0; i < problem.dim; ++i) {
      double correction = 0;
      for (std::size_t j = 0; j < problem.dim; ++j) correction += (*inverse)[i * problem.dim + j] * midpoint(at.value[j]);
      x[i] -= correction;
      if (!std::isfinite(x[i]) || std::fabs(x[i] - start[i]) > kNewtonReach * (region[i].upper() - region[i].lower())) return std::nullopt;
      moved = std::fmax(moved, std::fabs(correction));
    }
    if (moved == 0 || (moved < 1e-13 && moved >= previous)) break;
    previous = moved;
  }
  return x;
}

// K(Z) = m − C f(m) + (I − C Df(Z))(Z − m) strictly inside Z: a zero of f = v_P lies in Z.
bool krawczyk_maps_inside(const Problem& problem, const Vector& m, const std::vector<Interval>& z, std::size_t prefix) {
  const std::size_t n = problem.dim;
  const Linearised at = derivative_precise(problem, as_box(m), prefix);
  const auto c = inverse_approx(midpoints(at.jacobian), n);
  if (!c) return false;
  const std::vector<Interval> derivative = derivative_precise(problem, z, prefix).jacobian;
  for (std::size_t i = 0; i < n; ++i) {
    Interval image = m[i];
    for (std::size_t j = 0; j < n; ++j) image = image - Interval((*c)[i * n + j]) * at.value[j];
    for (std::size_t j = 0; j < n; ++j) {
      Interval entry = i == j ? 1.0 : 0.0;
      for (std::size_t k = 0; k < n; ++k) entry = entry - Interval((*c)[i * n + k]) * derivative[k * n + j];
      image = image + entry * (z[j] - Interval(m[j]));
    }
    if (!strictly_inside(image, z[i])) return false;
  }
  return true;
}

// v_P is injective on the box and the dropped layers are regular there.
bool unique_on(const Problem& problem, const Vector& centre, const std::vector<Interval>& box, std::size_t prefix) {
  const Linearised at_centre = derivative_precise(problem, as_box(centre), prefix);
  const auto c = inverse_approx(midpoints(at_centre.jacobian), problem.dim);
  if (!c) return false;
  Vector scale;
  for (const Interval& side : box) scale.push_back(0.5 * (side.upper() - side.lower()));
  return contracts(*c, derivative_on(problem, box, prefix).jacobian, scale, kContraction) && prefix_regular(problem, box, prefix);
}

std::optional<std::vector<Interval>> smallest_enclosure(const Problem& problem, const Vector& zero, std::size_t prefix) {
  for (double radius = 1e-14; radius < 2e-5; radius *= 10) {
    Vector radii;
    for (const double x : zero) radii.push_back(radius * std::fmax(1.0, std::fabs(x)));
    const std::vector<Interval> z = ball_box(zero, radii);
    if (krawczyk_maps_inside(problem, zero, z, prefix)) return z;
  }
  return std::nullopt;
}

}  // namespace

std::optional<UniqueZero> isolate_zero(const Problem& problem, const std::vector<Interval>& region, std::size_t prefix) {
  if (problem.chain.smoothness != Smoothness::smooth || problem.chain.widths[prefix] != problem.dim) return std::nullopt;
  const auto zero = newton(problem, region, prefix);
  if (!zero) return std::nullopt;
  const auto enclosure = smallest_enclosure(problem, *zero, prefix);
  if (!enclosure) return std::nullopt;
  // The largest uniqueness box found among scaled copies of the region's hull with the zero; then around the zero only.
  Vector reach;
  for (std::size_t i = 0; i < problem.dim; ++i)
    reach.push_back(1.001 * std::fmax(radius_upper(region[i], (*zero)[i]), radius_upper((*enclosure)[i], (*zero)[i])));
  for (double scale = 8; scale > 1e-9; scale *= scale > 1 ? 0.5 : 0.25) {
    Vector radii;
    for (std::size_t i = 0; i < problem.dim; ++i)
      radii.push_back(std::fmax(scale * reach[i], 2 * radius_upper((*enclosure)[i], (*zero)[i])));
    const std::vector<Interval> box = ball_box(*zero, radii);
    if (unique_on(problem, *zero, box, prefix)) return UniqueZero{prefix, box, *enclosure};
  }
  return std::nullopt;
}

Interval value_on(const Problem& problem, const std::vector<Interval>& box) {
  std::vector<BigInterval> x;
  for (const Interval& side : box) x.emplace_back(side, kPointPrecision);
  const Interval natural = forward_all(problem.precise, x, problem.first).value.to_double();
  return meet(natural, forward_all(problem.fast, coordinates(box), problem.first).value.range());
}

std::optional<int> morse_index(const Problem& problem, const std::vector<Interval>& enclosure) {
  const std::size_t n = problem.dim;
  for (const bool precise : {true, false}) {
    std::vector<Interval> hessian = precise ? derivative_precise(problem, enclosure, problem.first).jacobian
                                            : derivative_on(problem, enclosure, problem.first).jacobian;
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < i; ++j) hessian[i * n + j] = hessian[j * n + i] = meet(hessian[i * n + j], hessian[j * n + i]);
    if (const auto negative = negative_eigenvalues(hessian, n)) return negative;
  }
  return std::nullopt;
}

}  // namespace narrows
