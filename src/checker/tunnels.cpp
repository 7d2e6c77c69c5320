// The proof of a `tunnel` claim: the component of {Φ > c} or {Φ < c} that holds a point reaches the boundary of the box, or infinity
// (a polyline, a ray), or is closed off by a barrier (FORMAT.md).
#include "checker/proof.hpp"
#include "checker/rules/levels.hpp"

namespace narrows::checker {
namespace {

bool is_on_boundary(const ExactPoint& point, const Box& box) {
  for (std::size_t i = 0; i < point.size(); ++i) {
    if (point[i] == box.lo[i] || point[i] == box.hi[i]) return true;
  }
  return false;
}

void require_proved(bool holds, const Field& at) {
  if (!holds)
    reject(at.place(), "strict-sign", Reason::not_proved, "a sign that is not proved", "the strict sign");
}

/// The polyline; returns its last point.
ExactPoint check_path(const Field& list, const LevelClaim& claim, const ExactPoint& from, int sign) {
  ExactPoint last;
  for (const Field& at : list.items()) {
    const ExactPoint point = read_point(at, claim.dim);
    if (claim.on_box() && !lies_in(point, claim.domain.box))
      at.fail(Reason::out_of_range, "a point outside the domain", "a path in the domain");
    if (last.empty() && point != from) at.fail(Reason::mismatch, point_text(point), "the point `from`");
    if (!last.empty()) require_proved(has_sign_between(claim.setting, last, point, sign), at);
    last = point;
  }
  if (last.empty()) list.fail(Reason::missing, "no point", "the point `from`");
  return last;
}

void check_way_out(const Field& object, const LevelClaim& claim, const ExactPoint& from, int sign,
                   bool to_infinity) {
  const Field proof(object, {"path", "direction"});
  const ExactPoint last = check_path(proof["path"], claim, from, sign);
  if (!to_infinity) {
    if (proof.has("direction")) proof.fail(Reason::unknown, "direction", "a path only");
    if (!is_on_boundary(last, claim.domain.box))
      proof["path"].fail(Reason::out_of_range, point_text(last), "a last point on the boundary");
    return;
  }
  const ExactPoint direction = read_point(proof["direction"], claim.dim);
  if (direction == ExactPoint(claim.dim)) proof["direction"].fail(Reason::out_of_range, "0", "a direction");
  if (!has_sign_on_ray(claim.setting, last, direction, sign))
    reject(proof["direction"].place(), "far-field", Reason::not_proved, "test failed",
           "the strict sign on the ray");
}

}  // namespace

std::string check_tunnel_claim(const Field& object, const Field& proof, const Network& network) {
  const Field fields(object, {"kind", "verdict", "domain", "output", "level", "sign", "from", "reaches"});
  const LevelClaim claim(fields, network);
  const int sign = read_sign(fields["sign"]);
  const ExactPoint from = read_point(fields["from"], claim.dim);
  const std::size_t reaches = fields["reaches"].one_of({"boundary", "infinity", "closed"});
  const bool to_boundary = reaches == 0, to_infinity = reaches == 1, closed = reaches == 2;

  fields["verdict"].require_text(closed ? "refuted" : "proved");
  if ((to_boundary && !claim.on_box()) || (to_infinity && claim.domain.type != Domain::Type::space) ||
      claim.domain.type == Domain::Type::ball)
    fields["domain"].fail(Reason::inapplicable, "another domain", "a box for boundary, space for infinity");
  require_proved(sign_at(claim.setting, from) == sign, fields["from"]);
  if (closed) {
    check_barrier(proof, claim, from, sign);
  } else {
    check_way_out(proof, claim, from, sign, to_infinity);
  }
  return claim.head + ' ' + sign_text(sign) + " from " + point_text(from) + ' ' + fields["reaches"].text();
}

}  // namespace narrows::checker
