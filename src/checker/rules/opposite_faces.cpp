// Rule `opposite-faces` (Poincaré-Miranda): if each component of the continuous map U·v_P has opposite strict signs on the two faces of a box
// that are perpendicular to its axis, then U·v_P vanishes in the box; so does v_P, U being nonsingular, and there ∇Φ = v_P·J_P⋯J_1 = 0.
//
// U makes the map nearly x - x*, so that whole faces have a sign; any U will do for the proof.
#include "checker/rules/regimes.hpp"

namespace narrows::checker {
namespace {

constexpr std::size_t max_face_bisections = 14;

}  // namespace

bool has_opposite_faces(const Setting& setting, std::size_t prefix, const Box& box, const RationalMatrix& rows, const Box& cell) {
  if (!has_full_row_rank(rows)) return false;
  for (std::size_t i = 0; i < box.dim(); ++i) {
    std::vector<Interval> u;
    for (std::size_t j = 0; j < rows.cols; ++j) u.push_back(enclose(rows.at(i, j), leaf_precision));
    const auto has_sign = [&](double end, bool positive) {
      Box face = box;
      face.lo[i] = face.hi[i] = end;
      const auto test = [&](const Box& piece) {
        const Interval w = BoxPass(setting.leaf_chain, 0, piece, leaf_precision, Carry::values).row_vector_along(prefix, u).range;
        return positive ? w.positive() : w.negative();
      };
      return holds_on_joint_pieces(test, joined(face, cell), max_face_bisections);
    };
    const bool rising = has_sign(box.hi[i], true);
    if (!(rising ? has_sign(box.lo[i], false) : has_sign(box.hi[i], false) && has_sign(box.lo[i], true))) return false;
  }
  return true;
}

}  // namespace narrows::checker
