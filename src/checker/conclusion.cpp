// From proof to claim: the last section of FORMAT.md.
#include <string>

#include "checker/proof.hpp"

namespace narrows::checker {
namespace {

/// Where the critical point of a zero lies.
enum class Place { outside, boundary, inside };

Place place_of(const Zero& zero, const Claim& claim, const Established& e) {
  const Box& z = zero.enclosure;
  bool out = false, in = true;
  if (e.reduction) {
    for (std::size_t i = 0; i < z.dim(); ++i) {
      out = out || z.hi[i] <= e.reduction->lo || z.lo[i] >= e.reduction->hi;
      in = in && e.reduction->lo < z.lo[i] && z.hi[i] < e.reduction->hi;
    }
  } else if (claim.domain.type == Domain::Type::box) {
    const Box& domain = claim.domain.box;
    out = !intersecting(z, domain);
    for (std::size_t i = 0; i < z.dim(); ++i) in = in && domain.lo[i] < z.lo[i] && z.hi[i] < domain.hi[i];
  } else if (claim.domain.type == Domain::Type::ball) {
    out = outside_ball(z, claim.domain.radius);
    in = inside_ball(z, claim.domain.radius);
  }
  return out ? Place::outside : in ? Place::inside : Place::boundary;
}

/// The claimed box contains the critical point's enclosure in the input space.
bool box_contains_point(const CriticalPoint& point, const Zero& zero, const Established& e) {
  if (!e.reduction) return contained(zero.enclosure, point.box);
  const auto x = preimage(*e.reduction, zero.enclosure);
  if (!x) return false;
  for (std::size_t i = 0; i < x->size(); ++i) {
    if (!inside((*x)[i], point.box.lo[i], point.box.hi[i])) return false;
  }
  return true;
}

void check_critical_point(const CriticalPoint& point, const Zero& zero, Place place, const Established& e,
                          const std::string& step) {
  const auto require = [&](bool good, const char* rule, Reason reason, const char* got, const char* expected) {
    if (!good) reject(step, rule, reason, got, expected);
  };
  require(point.inside == (place == Place::inside), "conclusion", Reason::mismatch, point.inside ? "inside" : "boundary",
          point.inside ? "boundary" : "inside");
  require(box_contains_point(point, zero, e), "conclusion", Reason::mismatch, "a box without the zero",
          "a box that contains its enclosure");
  const Setting& s = e.setting;
  BoxPass pass(s.point_chain, s.base, zero.enclosure, point_precision, false);
  require(inside(pass.finish()[0].value.range, point.value_lo, point.value_hi), "conclusion", Reason::not_proved,
          "a value outside the interval", "an interval that contains the value");
  if (point.morse_index) {
    const auto index = morse_index(s, zero.enclosure);
    require(index.has_value(), "morse-index", Reason::not_proved, "undecided pivots", "strict signs of all pivots");
    require(*index == *point.morse_index, "morse-index", Reason::mismatch, "another index", "the proved index");
  }
}

/// 1. The claim lists exactly the zeros that are not outside, in order.
void check_critical_points(const Claim& claim, const Established& e) {
  std::size_t next = 0;
  for (const Zero& zero : e.setting.zeros) {
    const Place place = place_of(zero, claim, e);
    if (place == Place::outside) continue;
    const std::string step = "claim.critical_points[" + std::to_string(next) + ']';
    if (next == claim.critical_points.size()) {
      reject("claim.critical_points", "conclusion", Reason::mismatch, "a zero that is not listed", "every zero listed");
    }
    check_critical_point(claim.critical_points[next++], zero, place, e, step);
  }
  if (next != claim.critical_points.size()) {
    reject("claim.critical_points", "conclusion", Reason::mismatch, "a point without a zero", "one zero per point");
  }
}

[[noreturn]] void fail(const char* got, const char* expected, Reason reason = Reason::not_proved) {
  reject("claim", "conclusion", reason, got, expected);
}

bool is_extremum(const CriticalPoint& p, std::size_t d) { return p.morse_index && (*p.morse_index == 0 || *p.morse_index == d); }
bool is_saddle(const CriticalPoint& p, std::size_t d) { return p.morse_index && *p.morse_index > 0 && *p.morse_index < d; }

/// 3. no-critical-points.
void check_no_critical_points(const Claim& claim, const Established& e) {
  if (e.setting.smoothness == Smoothness::lipschitz) {
    fail("a Lipschitz-only network", "a differentiable network", Reason::inapplicable);
  }
  bool any_inside = false;
  for (const CriticalPoint& p : claim.critical_points) any_inside = any_inside || p.inside;
  if (claim.verdict == ClaimVerdict::proved && (!claim.complete || !claim.critical_points.empty())) {
    fail("proved", "a complete claim without critical points");
  }
  if (claim.verdict == ClaimVerdict::refuted && !any_inside) fail("refuted", "a critical point inside");
}

/// 4. no-local-extremum.
void check_no_local_extremum(const Claim& claim, const Established& e) {
  const std::size_t d = e.setting.dim;
  bool all_saddles = true, extremum_inside = false;
  for (const CriticalPoint& p : claim.critical_points) {
    all_saddles = all_saddles && is_saddle(p, d);
    extremum_inside = extremum_inside || (p.inside && is_extremum(p, d));
  }
  const bool by_points = e.setting.smoothness != Smoothness::lipschitz && claim.complete && all_saddles;
  if (claim.verdict == ClaimVerdict::proved && !e.all_layers_regular && !by_points) {
    fail("proved", "all layers regular, or a complete list of saddles");
  }
  if (claim.verdict == ClaimVerdict::refuted && !extremum_inside) fail("refuted", "a nondegenerate extremum inside");
}

}  // namespace

void check_conclusion(const Claim& claim, const Established& e) {
  check_critical_points(claim, e);
  if (claim.complete && !e.tree_complete && !e.all_layers_regular) {
    fail("complete", "a tree without undecided leaves or all layers regular", Reason::incomplete);
  }
  if (claim.kind == ClaimKind::no_critical_points) {
    check_no_critical_points(claim, e);
  } else {
    check_no_local_extremum(claim, e);
  }
}

}  // namespace narrows::checker
