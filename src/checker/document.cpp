// Reading claims and boxes, exact predicates on boxes, and the claim line.
#include "checker/document.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace narrows::checker {
namespace {

/// The index of the field's text in a list of names.
std::size_t one_of(const Field& at, std::initializer_list<std::string_view> names) {
  const auto* found = std::find(names.begin(), names.end(), at.text());
  if (found == names.end()) at.fail(Reason::unknown, at.text(), std::string(*names.begin()) + " or another known name");
  return static_cast<std::size_t>(found - names.begin());
}

struct Ends {
  double lo, hi;
};

Ends read_interval(const Field& at) {
  const auto ends = at.items(2);
  const Ends e{ends[0].number(), ends[1].number()};
  if (!(e.lo <= e.hi)) at.fail(Reason::out_of_range, std::string(at.json().bytes), "lo <= hi");
  return e;
}

Domain read_domain(const Field& at, std::size_t d) {
  const Fields fields(at, {"type", "bounds", "radius"});
  Domain domain;
  const std::size_t type = one_of(fields["type"], {"space", "box", "ball"});
  domain.type = static_cast<Domain::Type>(type);
  const bool is_box = domain.type == Domain::Type::box, is_ball = domain.type == Domain::Type::ball;
  if (fields.has("bounds") != is_box || fields.has("radius") != is_ball) {
    at.fail(Reason::unknown, "the keys of another domain type", "bounds for a box, radius for a ball");
  }
  if (is_box) {
    domain.box = read_box(fields["bounds"], d);
    for (std::size_t i = 0; i < d; ++i) {
      if (!(domain.box.lo[i] < domain.box.hi[i])) fields["bounds"].fail(Reason::out_of_range, "lo = hi", "lo < hi");
    }
  }
  if (is_ball) {
    domain.radius = fields["radius"].number();
    if (!(domain.radius > 0)) fields["radius"].fail(Reason::out_of_range, "radius <= 0", "radius > 0");
  }
  return domain;
}

Output read_output(const Field& at) {
  const Fields fields(at, {"type", "index", "indices"});
  Output output;
  output.margin = one_of(fields["type"], {"component", "margin"}) == 1;
  if (fields.has("index") == output.margin || fields.has("indices") != output.margin) {
    at.fail(Reason::unknown, "the keys of another output type", "index for a component, indices for a margin");
  }
  if (!output.margin) {
    output.first = fields["index"].integer(0, max_width);
    return output;
  }
  const auto indices = fields["indices"].items(2);
  output.first = indices[0].integer(0, max_width);
  output.second = indices[1].integer(0, max_width);
  if (output.first == output.second) at.fail(Reason::out_of_range, "equal indices", "two different indices");
  return output;
}

CriticalPoint read_critical_point(const Field& at, std::size_t d) {
  const Fields fields(at, {"box", "value", "morse_index", "in_domain"});
  CriticalPoint point;
  point.box = read_box(fields["box"], d);
  const Ends value = read_interval(fields["value"]);
  point.value_lo = value.lo;
  point.value_hi = value.hi;
  const Field index = fields["morse_index"];
  if (!index.json().is(Json::Kind::null)) point.morse_index = index.integer(0, d);
  point.inside = one_of(fields["in_domain"], {"inside", "boundary"}) == 0;
  return point;
}

std::string shortest(double x) {
  char buffer[64];
  const auto result = std::to_chars(buffer, buffer + sizeof buffer, x);
  return {buffer, result.ptr};
}

std::string domain_text(const Domain& domain, std::size_t d) {
  if (domain.type == Domain::Type::space) return "R^" + std::to_string(d);
  if (domain.type == Domain::Type::ball) return "ball(" + shortest(domain.radius) + ')';
  std::string text;
  for (std::size_t i = 0; i < d; ++i) {
    text += (i == 0 ? "[" : "x[") + shortest(domain.box.lo[i]) + ',' + shortest(domain.box.hi[i]) + ']';
  }
  return text;
}

Rational squared(double x) {
  const Rational r(x);
  return r * r;
}

}  // namespace

Claim read_claim(const Field& at, std::size_t d) {
  const Fields fields(at, {"kind", "verdict", "domain", "output", "complete", "critical_points"});
  Claim claim;
  claim.kind = static_cast<ClaimKind>(one_of(fields["kind"], {"no-critical-points", "no-local-extremum"}));
  claim.verdict = static_cast<ClaimVerdict>(one_of(fields["verdict"], {"proved", "refuted", "undecided"}));
  claim.domain = read_domain(fields["domain"], d);
  claim.output = read_output(fields["output"]);
  claim.complete = fields["complete"].boolean();
  for (const Field& point : fields["critical_points"].items()) {
    claim.critical_points.push_back(read_critical_point(point, d));
  }
  return claim;
}

Box read_box(const Field& at, std::size_t d) {
  Box box;
  for (const Field& side : at.items(d)) {
    const Ends ends = read_interval(side);
    box.lo.push_back(ends.lo);
    box.hi.push_back(ends.hi);
  }
  return box;
}

std::string claim_line(const Claim& claim, std::size_t d) {
  constexpr const char* kinds[] = {"no-critical-points", "no-local-extremum"};
  constexpr const char* verdicts[] = {"proved", "refuted", "undecided"};
  std::string output = std::to_string(claim.output.first);
  if (claim.output.margin) output += '-' + std::to_string(claim.output.second);
  return std::string(kinds[static_cast<int>(claim.kind)]) + ' ' + verdicts[static_cast<int>(claim.verdict)] + " on " +
         domain_text(claim.domain, d) + " output " + output + ": " + std::to_string(claim.critical_points.size()) +
         " critical points, " + (claim.complete ? "complete" : "incomplete");
}

bool contained(const Box& a, const Box& b) {
  for (std::size_t i = 0; i < a.dim(); ++i) {
    if (!(b.lo[i] <= a.lo[i] && a.hi[i] <= b.hi[i])) return false;
  }
  return true;
}

bool intersecting(const Box& a, const Box& b) {
  for (std::size_t i = 0; i < a.dim(); ++i) {
    if (a.hi[i] < b.lo[i] || b.hi[i] < a.lo[i]) return false;
  }
  return true;
}

bool outside_ball(const Box& box, double radius) {
  Rational nearest = 0;
  for (std::size_t i = 0; i < box.dim(); ++i) {
    if (box.lo[i] > 0) nearest += squared(box.lo[i]);
    if (box.hi[i] < 0) nearest += squared(box.hi[i]);
  }
  return nearest > squared(radius);
}

bool inside_ball(const Box& box, double radius) {
  Rational farthest = 0;
  for (std::size_t i = 0; i < box.dim(); ++i) farthest += squared(std::max(std::fabs(box.lo[i]), std::fabs(box.hi[i])));
  return farthest < squared(radius);
}

}  // namespace narrows::checker
