// Rule `barrier`: a closed polygon (d = 2), two points (d = 1) or the boundary of a box, on which g has one strict sign and which
// encloses a point where g has the other. No connected set on which g keeps that other sign leads from the point across it.
#include "checker/rules/levels.hpp"

namespace narrows::checker {
namespace {

void require_sign(bool holds, const Field& at) {
  if (!holds)
    reject(at.place(), "barrier", Reason::not_proved, "a sign that is not proved",
           "the opposite strict sign");
}

void check_faces(const Field& at, const LevelClaim& claim, const ExactPoint& from, int sign) {
  if (claim.dim > max_box_dimension)
    at.fail(Reason::limit, std::to_string(claim.dim), "a dimension up to 64");
  const Box box = read_box(at, claim.dim);
  if (claim.on_box() && !contained(box, claim.domain.box))
    at.fail(Reason::out_of_range, "a box that leaves the domain", "a box in the domain");
  for (std::size_t i = 0; i < claim.dim; ++i) {
    if (!(from[i] > box.lo[i] && from[i] < box.hi[i]))
      at.fail(Reason::out_of_range, "a point outside the box", "the point `from` inside the box");
    for (const double end : {box.lo[i], box.hi[i]}) {
      Box face = box;
      face.lo[i] = face.hi[i] = end;
      require_sign(has_sign_on_pieces(claim.setting, face, -sign), at);
    }
  }
}

void check_polygon(const Field& at, const LevelClaim& claim, const ExactPoint& from, int sign) {
  std::vector<ExactPoint> polygon;
  for (const Field& vertex : at.items()) {
    polygon.push_back(read_point(vertex, claim.dim));
    if (claim.on_box() && !lies_in(polygon.back(), claim.domain.box))
      vertex.fail(Reason::out_of_range, "a point outside the domain", "a barrier in the domain");
  }
  const bool on_line = claim.dim == 1;
  if (claim.dim > 2) at.fail(Reason::inapplicable, std::to_string(claim.dim), "d = 1 or 2");
  if (on_line ? polygon.size() != 2 : polygon.size() < 3)
    at.fail(Reason::mismatch, std::to_string(polygon.size()) + " points",
            "two (d = 1), at least three (d = 2)");
  const bool encloses =
      on_line ? (polygon[0] < from) != (polygon[1] < from) : turns_round(from, polygon) != 0;
  if (!encloses)
    reject(at.place(), "barrier", Reason::mismatch, "a barrier beside the point", "a barrier round it");
  for (std::size_t i = 0; i < polygon.size(); ++i) {
    const ExactPoint &a = polygon[i], &b = polygon[(i + 1) % polygon.size()];
    require_sign(on_line ? sign_at(claim.setting, a) == -sign : has_sign_between(claim.setting, a, b, -sign),
                 at.items()[i]);
  }
}

}  // namespace

/// Every edge that reaches from y <= p_y to above it and has p on its left counts 1, one back with p on its right -1.
int turns_round(const ExactPoint& p, const std::vector<ExactPoint>& polygon) {
  int turns = 0;
  for (std::size_t i = 0; i < polygon.size(); ++i) {
    const ExactPoint &a = polygon[i], &b = polygon[(i + 1) % polygon.size()];
    const bool upward = a[1] <= p[1];
    if (upward == (b[1] <= p[1])) continue;
    const Rational left = (b[0] - a[0]) * (p[1] - a[1]) - (p[0] - a[0]) * (b[1] - a[1]);
    if (upward && left > 0) ++turns;
    if (!upward && left < 0) --turns;
  }
  return turns;
}

void check_barrier(const Field& object, const LevelClaim& claim, const ExactPoint& from, int sign) {
  const Field proof(object, {"barrier", "box"});
  if (proof.has("barrier") == proof.has("box"))
    proof.fail(Reason::mismatch, "both or none", "barrier or box");
  if (proof.has("box")) {
    check_faces(proof["box"], claim, from, sign);
  } else {
    check_polygon(proof["barrier"], claim, from, sign);
  }
}

}  // namespace narrows::checker
