// Idea: what closes a box in branch and bound, tried on the whole box, settles the common case: no zero inside, winding number 0. Else
// v_P is followed along the boundary, all of it at once, in pieces that are cut until v_P stays in a half-plane on each.
#include "critical/winding.hpp"

#include <cmath>
#include <numbers>

#include "critical/box_test.hpp"
#include "critical/gradient_map.hpp"

namespace narrows {
namespace {

constexpr std::size_t kMaxPieces = 800'000;
// Pieces per edge to begin with, and parts of one that is cut: what fills the lanes of the processor.
constexpr std::size_t kFirstParts = 8, kParts = 4;

// A piece of the boundary, and u with u·v > 0 on it once that is known. Single precision keeps cross products exact.
struct Piece {
  IntervalBox box;
  bool upwards = false;  // walked towards larger coordinates
  std::optional<std::vector<double>> direction;
};

// The boundary counter-clockwise, one piece per edge.
std::vector<Piece> edges(const IntervalBox& box) {
  const Interval &x = box[0], &y = box[1];
  const auto point = [](double t) { return Interval(t, t); };
  return {{{x, point(y.lower())}, true, {}},
          {{point(x.upper()), y}, true, {}},
          {{x, point(y.upper())}, false, {}},
          {{point(x.lower()), y}, false, {}}};
}

// Cuts a piece into `parts`, in the order of the walk. False if it is too short.
bool cut(const Piece& piece, std::size_t parts, std::vector<Piece>* out) {
  const std::size_t axis = piece.box[0].lower() < piece.box[0].upper() ? 0 : 1;
  const Interval& side = piece.box[axis];
  std::vector<double> ends{side.lower()};
  for (std::size_t k = 1; k < parts; ++k) {
    const double share = static_cast<double>(k) / static_cast<double>(parts);
    ends.push_back((1 - share) * side.lower() + share * side.upper());
  }
  ends.push_back(side.upper());
  for (std::size_t k = 0; k < parts; ++k)
    if (!(ends[k] < ends[k + 1])) return false;
  for (std::size_t k = 0; k < parts; ++k) {
    const std::size_t from = piece.upwards ? k : parts - 1 - k;
    out->push_back(piece);
    out->back().box[axis] = Interval(ends[from], ends[from + 1]);
  }
  return true;
}

// Pieces on each of which v_prefix lies in an open half-plane, once round; nothing if v_prefix may vanish.
std::optional<std::vector<Piece>> cover(const Problem& problem, std::size_t prefix, const IntervalBox& box) {
  std::vector<Piece> pieces;
  for (const Piece& edge : edges(box))
    if (!cut(edge, kFirstParts, &pieces)) return std::nullopt;
  while (pieces.size() <= kMaxPieces) {
    std::vector<IntervalBox> boxes;
    for (const Piece& piece : pieces)
      if (!piece.direction) boxes.push_back(piece.box);
    if (boxes.empty()) return pieces;
    const auto found = half_spaces_on(problem, boxes, prefix);
    std::vector<Piece> next;
    std::size_t asked = 0;
    for (Piece& piece : pieces) {
      if (!piece.direction) piece.direction = found[asked++];
      if (piece.direction)
        next.push_back(std::move(piece));
      else if (!cut(piece, kParts, &next))
        return std::nullopt;
    }
    pieces = std::move(next);
  }
  return std::nullopt;
}

// det of J_P⋯J_{first+1} at x: +1, −1, or 0 if unknown.
template <class I>
int orientation_at(const CompiledChain<I>& chain, const std::vector<I>& x, std::size_t first,
                   std::size_t prefix) {
  std::vector<Dual<I>> h = dual_coordinates(x);
  for (std::size_t l = first; l < prefix; ++l) {
    LayerTrace<Dual<I>> trace;
    h = forward(chain.layers[l], h, &trace);
  }
  const I det = h[0].gradient[0] * h[1].gradient[1] - h[0].gradient[1] * h[1].gradient[0];
  return is_positive(det) ? 1 : is_negative(det) ? -1 : 0;
}

// At the midpoint of the box, in doubles or, where they do not tell, in high precision.
int orientation(const Problem& problem, const IntervalBox& box, std::size_t prefix) {
  const IntervalBox middle{midpoint(box[0]), midpoint(box[1])};
  if (const int sign = orientation_at(problem.fast, middle, problem.first, prefix)) return sign;
  std::vector<BigInterval> x;
  for (const Interval& t : middle) x.emplace_back(t, kPointPrecision);
  return orientation_at(problem.precise, x, problem.first, prefix);
}

BoxTest test_whole(const Problem& problem, const IntervalBox& box) {
  const double lower[] = {box[0].lower(), box[1].lower()}, upper[] = {box[0].upper(), box[1].upper()};
  BoxTest test;
  test_box_batch(problem, lower, upper, 1, &test);
  return test;
}

}  // namespace

std::optional<int> gradient_winding_number(const Problem& problem, const std::vector<Interval>& box) {
  const BoxTest whole = test_whole(problem, box);
  if (whole.outcome != BoxTest::Outcome::open) return 0;
  std::size_t prefix = std::min(whole.regular_prefix, problem.depth() - 1);
  for (std::size_t l = problem.first; l <= prefix; ++l)
    if (problem.chain.widths[l] != 2) prefix = problem.first;
  const int sign = prefix == problem.first ? 1 : orientation(problem, box, prefix);
  if (sign == 0) return std::nullopt;
  const auto pieces = cover(problem, prefix, box);
  if (!pieces) return std::nullopt;
  double turning = 0;
  for (std::size_t k = 0; k < pieces->size(); ++k) {
    const std::vector<double>&a = *(*pieces)[k].direction,
          &b = *(*pieces)[(k + 1) % pieces->size()].direction;
    turning += std::atan2(a[0] * b[1] - a[1] * b[0], a[0] * b[0] + a[1] * b[1]);
  }
  return sign * static_cast<int>(std::lround(turning / (2 * std::numbers::pi)));
}

}  // namespace narrows
