#include "critical/winding.hpp"

#include <cmath>
#include <numbers>

#include "critical/box_test.hpp"
#include "critical/gradient_map.hpp"

namespace narrows {
namespace {

constexpr std::size_t kMaxPieces = 200'000;

// A piece of the boundary, and u with u·v > 0 on it once that is known. Single precision keeps cross products exact.
struct Piece {
  IntervalBox box;
  std::optional<std::vector<double>> direction;
};

// The boundary counter-clockwise, one piece per edge.
std::vector<Piece> edges(const IntervalBox& box) {
  const Interval &x = box[0], &y = box[1];
  const auto point = [](double t) { return Interval(t, t); };
  return {{{x, point(y.lower())}, {}}, {{point(x.upper()), y}, {}}, {{x, point(y.upper())}, {}}, {{point(x.lower()), y}, {}}};
}

// Halves a piece; edges 0 and 1 run upwards, 2 and 3 downwards. False if it is too short.
bool halve(const Piece& piece, bool upwards, std::vector<Piece>* out) {
  const std::size_t axis = piece.box[0].lower() < piece.box[0].upper() ? 0 : 1;
  const Interval& side = piece.box[axis];
  const double cut = midpoint(side);
  if (!(side.lower() < cut && cut < side.upper())) return false;
  Piece first{piece.box, {}}, second{piece.box, {}};
  (upwards ? first : second).box[axis] = Interval(side.lower(), cut);
  (upwards ? second : first).box[axis] = Interval(cut, side.upper());
  out->push_back(std::move(first));
  out->push_back(std::move(second));
  return true;
}

// Splits one edge until v lies in an open half-plane on each piece; false if v may vanish on it.
bool cover(const Problem& problem, std::size_t prefix, bool upwards, std::vector<Piece>* pieces) {
  for (bool open = true; open;) {
    std::vector<IntervalBox> boxes;
    for (const Piece& piece : *pieces)
      if (!piece.direction) boxes.push_back(piece.box);
    const auto found = half_spaces_on(problem, boxes, prefix);
    std::vector<Piece> next;
    std::size_t asked = 0;
    open = false;
    for (Piece& piece : *pieces) {
      if (!piece.direction) piece.direction = found[asked++];
      if (piece.direction) {
        next.push_back(std::move(piece));
        continue;
      }
      open = true;
      if (!halve(piece, upwards, &next)) return false;
    }
    if (next.size() > kMaxPieces) return false;
    *pieces = std::move(next);
  }
  return true;
}

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
  std::vector<std::vector<double>> directions;
  const std::vector<Piece> sides = edges(box);
  for (std::size_t k = 0; k < sides.size(); ++k) {
    std::vector<Piece> pieces{sides[k]};
    if (!cover(problem, prefix, k < 2, &pieces)) return std::nullopt;
    for (Piece& piece : pieces) directions.push_back(std::move(*piece.direction));
  }
  double turning = 0;
  for (std::size_t k = 0; k < directions.size(); ++k) {
    const std::vector<double>&a = directions[k], &b = directions[(k + 1) % directions.size()];
    turning += std::atan2(a[0] * b[1] - a[1] * b[0], a[0] * b[0] + a[1] * b[1]);
  }
  return sign * static_cast<int>(std::lround(turning / (2 * std::numbers::pi)));
}

}  // namespace narrows
