// From proof to claim: the last section of FORMAT.md.
#include <algorithm>
#include <string>

#include "checker/proof.hpp"

namespace narrows::checker {
namespace {

/// Where the critical point of a zero lies.
enum class Place { outside, boundary, inside };

Place place_of(const Box& z, const Setting& s) {
  bool out = false, in = true;
  if (s.reduction) {
    out = !intersecting_interior(z, s.reduction->image);
    in = contained_in_interior(z, s.reduction->image);
  } else if (s.domain.type == Domain::Type::box) {
    out = !intersecting(z, s.domain.box);
    in = contained_in_interior(z, s.domain.box);
  } else if (s.domain.type == Domain::Type::ball) {
    out = outside_ball(z, s.domain.radius);
    in = inside_ball(z, s.domain.radius);
  }
  return out ? Place::outside : in ? Place::inside : Place::boundary;
}

/// The claimed box contains the critical point's enclosure in the input space.
bool box_contains_point(const Box& box, const Box& enclosure, const Setting& s) {
  if (!s.reduction) return contained(enclosure, box);
  const auto x = preimage(*s.reduction, enclosure);
  if (!x) return false;
  for (std::size_t i = 0; i < x->size(); ++i) {
    if (!inside((*x)[i], box.lo[i], box.hi[i])) return false;
  }
  return true;
}

void check_critical_point(const CriticalPoint& point, const Box& enclosure, Place place, const Setting& s,
                          const std::string& step) {
  const auto require = [&](bool good, const char* rule, Reason reason, const char* got,
                           const char* expected) {
    if (!good) reject(step, rule, reason, got, expected);
  };
  require(point.inside == (place == Place::inside), "conclusion", Reason::mismatch,
          point.inside ? "inside" : "boundary", point.inside ? "boundary" : "inside");
  require(box_contains_point(point.box, enclosure, s), "conclusion", Reason::mismatch,
          "a box without the zero", "a box that contains its enclosure");
  BoxPass pass(s.point_chain, s.base(), enclosure, point_precision, Carry::values);
  require(inside(pass.finish()[0].value.range, point.value.lo, point.value.hi), "conclusion",
          Reason::not_proved, "a value outside the interval", "an interval that contains the value");
  if (!point.morse_index) return;
  const auto index = morse_index(s, enclosure);
  require(index.has_value(), "morse-index", Reason::not_proved, "undecided pivots",
          "strict signs of all pivots");
  require(*index == *point.morse_index, "morse-index", Reason::mismatch, "another index", "the proved index");
}

/// 1. The claim lists exactly the zeros that are not outside, in order.
void check_critical_points(const std::vector<CriticalPoint>& points, const Setting& s) {
  const auto fail = [](const char* got, const char* expected) {
    reject("claim.critical_points", "conclusion", Reason::mismatch, got, expected);
  };
  std::size_t next = 0;
  for (const Zero& zero : s.zeros) {
    const Place place = place_of(zero.enclosure, s);
    if (place == Place::outside) continue;
    if (next == points.size()) fail("a zero that is not listed", "every zero listed");
    const std::string step = "claim.critical_points[" + std::to_string(next) + ']';
    check_critical_point(points[next++], zero.enclosure, place, s, step);
  }
  if (next != points.size()) fail("a point without a zero", "one zero per point");
}

}  // namespace

void check_conclusion(const Claim& claim, const Setting& s) {
  const auto require = [](bool good, const char* got, const char* expected,
                          Reason reason = Reason::not_proved) {
    if (!good) reject("claim", "conclusion", reason, got, expected);
  };
  const auto is_saddle = [&](const CriticalPoint& p) { return p.morse_index && *p.morse_index % s.dim != 0; };
  const auto is_inside = [](const CriticalPoint& p) { return p.inside; };
  const auto is_extremum_inside = [&](const CriticalPoint& p) {
    return p.inside && p.morse_index && *p.morse_index % s.dim == 0;
  };
  const auto& points = claim.critical_points;
  const bool proved = claim.verdict == ClaimVerdict::proved, refuted = claim.verdict == ClaimVerdict::refuted;
  const bool differentiable = s.smoothness != Smoothness::lipschitz;

  check_critical_points(points, s);
  require(!claim.complete || s.tree_complete || s.all_layers_listed, "complete",
          "a tree without undecided leaves or all layers regular", Reason::incomplete);  // 2.
  if (claim.kind == ClaimKind::no_critical_points) {                                     // 3.
    require(differentiable, "a Lipschitz-only network", "a differentiable network", Reason::inapplicable);
    require(!proved || (claim.complete && points.empty()), "proved",
            "a complete claim without critical points");
    require(!refuted || std::any_of(points.begin(), points.end(), is_inside), "refuted",
            "a critical point inside");
    return;
  }
  const bool only_saddles = std::all_of(points.begin(), points.end(), is_saddle);
  require(!proved || s.all_layers_listed || (differentiable && claim.complete && only_saddles), "proved",
          "all layers regular, or a complete list of saddles");  // 4.
  require(!refuted || std::any_of(points.begin(), points.end(), is_extremum_inside), "refuted",
          "a nondegenerate extremum inside");
}

}  // namespace narrows::checker
