#include "critical/winding.hpp"

#include <cmath>
#include <numbers>

#include "arith/small_matrix.hpp"
#include "critical/box_test.hpp"

namespace narrows {
namespace {

constexpr std::size_t kMaxPieces = 200'000;

struct Direction {
  double x, y;
};

std::vector<AffineForm> row_on(const Problem& problem, const std::vector<Interval>& box, std::size_t prefix) {
  return row_vector(problem.fast, forward_all(problem.fast, coordinates(box), problem.first), prefix);
}

// u with u·v > 0 on the piece: the middle value of v, or a unit vector. Single precision keeps cross products exact.
std::optional<Direction> half_plane(const std::vector<AffineForm>& v) {
  const double size = std::fmax(std::fabs(v[0].centre()), std::fabs(v[1].centre()));
  const auto single = [](double t) { return static_cast<double>(static_cast<float>(t)); };
  for (const Direction u : {Direction{single(v[0].centre() / size), single(v[1].centre() / size)}, Direction{1, 0}, Direction{-1, 0},
                            Direction{0, 1}, Direction{0, -1}}) {
    if (!std::isfinite(u.x) || !std::isfinite(u.y)) continue;
    if (is_positive((v[0] * Interval(u.x) + v[1] * Interval(u.y)).range())) return u;
  }
  return std::nullopt;
}

class Boundary {
 public:
  Boundary(const Problem& problem, std::size_t prefix) : problem_(problem), prefix_(prefix) {}

  // Appends the directions of the pieces of one edge in order; false if v may vanish on it.
  bool walk(const std::vector<Interval>& edge, std::size_t axis, bool forwards) {
    if (++pieces_ > kMaxPieces) return false;
    if (const auto u = half_plane(row_on(problem_, edge, prefix_))) {
      directions.push_back(*u);
      return true;
    }
    const double cut = midpoint(edge[axis]);
    if (!(edge[axis].lower() < cut && cut < edge[axis].upper())) return false;
    std::vector<Interval> lower = edge, upper = edge;
    lower[axis] = Interval(edge[axis].lower(), cut);
    upper[axis] = Interval(cut, edge[axis].upper());
    return forwards ? walk(lower, axis, true) && walk(upper, axis, true) : walk(upper, axis, false) && walk(lower, axis, false);
  }

  std::vector<Direction> directions;

 private:
  const Problem& problem_;
  std::size_t prefix_;
  std::size_t pieces_ = 0;
};

// det of J_P⋯J_{first+1} at the midpoint of the box: +1, −1, or 0 if unknown.
int orientation(const Problem& problem, const std::vector<Interval>& box, std::size_t prefix) {
  std::vector<BigInterval> x;
  for (const Interval& side : box) x.emplace_back(midpoint(side), kPointPrecision);
  std::vector<Dual<BigInterval>> h = dual_coordinates(x);
  for (std::size_t l = problem.first; l < prefix; ++l) {
    LayerTrace<Dual<BigInterval>> trace;
    h = forward(problem.precise.layers[l], h, &trace);
  }
  const BigInterval det = h[0].gradient[0] * h[1].gradient[1] - h[0].gradient[1] * h[1].gradient[0];
  return is_positive(det) ? 1 : is_negative(det) ? -1 : 0;
}

}  // namespace

std::optional<int> gradient_winding_number(const Problem& problem, const std::vector<Interval>& box) {
  std::size_t prefix = test_box(problem, box).regular_prefix;
  prefix = std::min(prefix, problem.depth() - 1);
  for (std::size_t l = problem.first; l <= prefix; ++l)
    if (problem.chain.widths[l] != 2) prefix = problem.first;
  const int sign = prefix == problem.first ? 1 : orientation(problem, box, prefix);
  if (sign == 0) return std::nullopt;
  Boundary boundary(problem, prefix);
  const Interval &x = box[0], &y = box[1];
  const auto point = [](double t) { return Interval(t, t); };
  if (!boundary.walk({x, point(y.lower())}, 0, true) || !boundary.walk({point(x.upper()), y}, 1, true) ||
      !boundary.walk({x, point(y.upper())}, 0, false) || !boundary.walk({point(x.lower()), y}, 1, false))
    return std::nullopt;
  double turning = 0;
  for (std::size_t k = 0; k < boundary.directions.size(); ++k) {
    const Direction a = boundary.directions[k], b = boundary.directions[(k + 1) % boundary.directions.size()];
    turning += std::atan2(a.x * b.y - a.y * b.x, a.x * b.x + a.y * b.y);
  }
  return sign * static_cast<int>(std::lround(turning / (2 * std::numbers::pi)));
}

}  // namespace narrows
