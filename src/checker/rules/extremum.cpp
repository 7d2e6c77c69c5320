// Rule `extremum`: if Φ_p > Φ_p(x0) on the boundary of a box round x0, the minimum of Φ_p over the box is attained inside: a local
// minimum, where ∇Φ_p = 0. For maxima the other way round.
//
// Φ_p(x) - Φ_p(x0) is a difference of two forms over the same symbols of p: how both depend on p cancels.
#include "checker/rules/regimes.hpp"

namespace narrows::checker {
namespace {

constexpr std::size_t max_face_bisections = 14;

/// Φ_p(x) over the joint box. No symbols but those of the box, so that forms of two boxes with the same p can be compared.
Form value_over(const Setting& setting, const Box& box) {
  return BoxPass(setting.leaf_chain, 0, box, leaf_precision, Carry::values).finish()[0].value;
}

}  // namespace

Box joined(const Box& box, const Box& cell) {
  Box joint = box;
  joint.lo.insert(joint.lo.end(), cell.lo.begin(), cell.lo.end());
  joint.hi.insert(joint.hi.end(), cell.hi.begin(), cell.hi.end());
  return joint;
}

namespace {

bool holds_on_part(const std::function<bool(const Box&)>& test, const Box& piece, const Box& whole, std::size_t depth) {
  if (test(piece)) return true;
  if (depth == 0) return false;
  const std::size_t d = whole.dim() - 2;
  std::size_t axis = 0;
  double longest = 0;
  for (std::size_t k = 0; k < whole.dim(); ++k) {
    const double side = whole.hi[k] - whole.lo[k];
    const double share = side > 0 ? (k < d ? 2 : 1) * (piece.hi[k] - piece.lo[k]) / side : 0;
    if (share > longest) longest = share, axis = k;
  }
  const auto two = halves(piece, axis);
  return two && holds_on_part(test, two->first, whole, depth - 1) && holds_on_part(test, two->second, whole, depth - 1);
}

}  // namespace

bool holds_on_joint_pieces(const std::function<bool(const Box&)>& test, const Box& joint, std::size_t depth) {
  return holds_on_part(test, joint, joint, depth);
}

bool has_extremum(const Setting& setting, const Box& box, const Box& point, bool maximum, const Box& cell) {
  const std::size_t d = box.dim();
  const auto is_above_point = [&](const Box& piece) {
    Box at_point = piece;
    for (std::size_t i = 0; i < d; ++i) at_point.lo[i] = at_point.hi[i] = point.lo[i];
    Form difference = value_over(setting, piece);
    add_scaled(difference, -1.0, value_over(setting, at_point));
    tighten(difference);
    return maximum ? difference.range.negative() : difference.range.positive();
  };
  for (std::size_t i = 0; i < d; ++i) {
    for (const double end : {box.lo[i], box.hi[i]}) {
      Box face = box;
      face.lo[i] = face.hi[i] = end;
      if (!holds_on_joint_pieces(is_above_point, joined(face, cell), max_face_bisections)) return false;
    }
  }
  return true;
}

}  // namespace narrows::checker
