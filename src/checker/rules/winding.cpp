// Rule `winding`: in two dimensions, v_P on the boundary of a box is a closed curve in the plane without 0; if it winds round 0, v_P has a zero
// inside (degree theory), and there ∇Φ = v_P·J_P⋯J_1 = 0, whether the prefix is regular or not.
//
// The boundary is cut into pieces on each of which a component of v_P has a strict sign for all p. Each piece has a direction k: 0, 1, 2, 3 for
// v_1 > 0, v_2 > 0, v_1 < 0, v_2 < 0; the angle of v_P is there within a right angle of k right angles. Two neighbours share a point, so
// their directions differ by at most one step, which tells how to lift them: the steps add up to four times the winding number.
#include <utility>

#include "checker/rules/regimes.hpp"

namespace narrows::checker {
namespace {

constexpr std::size_t max_edge_bisections = 10, max_cell_bisections = 4;

using Corner = std::pair<double, double>;

/// Walks along the boundary for the parameters of one cell.
class Walk {
 public:
  Walk(const Setting& setting, std::size_t prefix, const Box& cell)
      : setting_(setting), prefix_(prefix), cell_(cell) {}

  bool along(const Corner& a, const Corner& b, std::size_t depth) {
    const Box piece{{std::min(a.first, b.first), std::min(a.second, b.second)},
                    {std::max(a.first, b.first), std::max(a.second, b.second)}};
    const auto v = BoxPass(setting_.leaf_chain, 0, joined(piece, cell_), leaf_precision, Carry::values)
                       .row_vector(prefix_);
    for (std::size_t component = 0; component < 2; ++component) {
      const Interval& range = v[component].value.range;
      if (range.nonzero()) return turn_to(static_cast<int>(component) + (range.positive() ? 0 : 2));
    }
    const Box m = midpoint(piece);
    const Corner middle{m.lo[0], m.lo[1]};
    if (depth == 0 || middle == a || middle == b) return false;
    return along(a, middle, depth - 1) && along(middle, b, depth - 1);
  }

  /// Back to the first direction; proved: 0 was circled.
  bool winds() { return turn_to(first_) && turns_ != 0; }

 private:
  bool turn_to(int direction) {
    const int step = last_ < 0 ? 0 : (direction - last_ + 4) % 4;
    if (last_ < 0) first_ = direction;
    last_ = direction;
    turns_ += step == 3 ? -1 : step;
    return step != 2;
  }

  const Setting& setting_;
  std::size_t prefix_;
  const Box& cell_;
  int first_ = 0, last_ = -1, turns_ = 0;
};

}  // namespace

bool has_winding(const Setting& setting, std::size_t prefix, const Box& box, const Box& cell) {
  const Corner corners[] = {
      {box.lo[0], box.lo[1]}, {box.hi[0], box.lo[1]}, {box.hi[0], box.hi[1]}, {box.lo[0], box.hi[1]}};
  const auto circles = [&](const Box& part) {
    Walk walk(setting, prefix, part);
    for (std::size_t i = 0; i < 4; ++i) {
      if (!walk.along(corners[i], corners[(i + 1) % 4], max_edge_bisections)) return false;
    }
    return walk.winds();
  };
  return holds_on_pieces(circles, cell, max_cell_bisections);
}

}  // namespace narrows::checker
