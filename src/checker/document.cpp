// Reading claims and boxes, exact predicates on boxes, and the claim line.
#include "checker/document.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace narrows::checker {
namespace {

const std::vector<std::string_view> kind_names = {"no-critical-points", "no-local-extremum"};
const std::vector<std::string_view> verdict_names = {"proved", "refuted", "undecided"};

CriticalPoint read_critical_point(const Field& at, std::size_t d) {
  const Field fields(at, {"box", "value", "morse_index", "in_domain"});
  CriticalPoint point;
  point.box = read_box(fields["box"], d);
  point.value = read_interval(fields["value"]);
  const Field index = fields["morse_index"];
  if (!index.is_null()) point.morse_index = index.integer(0, d);
  point.inside = fields["in_domain"].one_of({"inside", "boundary"}) == 0;
  return point;
}

std::string shortest(double x) {
  char buffer[64];
  return {buffer, std::to_chars(buffer, buffer + sizeof buffer, x).ptr};
}

Rational squared(double x) {
  const Rational r(x);
  return r * r;
}

}  // namespace

Domain read_domain(const Field& at, std::size_t d) {
  const Field fields(at, {"type", "bounds", "radius"});
  Domain domain;
  domain.type = static_cast<Domain::Type>(fields["type"].one_of({"space", "box", "ball"}));
  const bool is_box = domain.type == Domain::Type::box, is_ball = domain.type == Domain::Type::ball;
  if (fields.has("bounds") != is_box || fields.has("radius") != is_ball) {
    at.fail(Reason::unknown, "the keys of another domain type", "bounds for a box, radius for a ball");
  }
  if (is_box) domain.box = read_box(fields["bounds"], d);
  for (std::size_t i = 0; i < domain.box.dim(); ++i) {
    if (!(domain.box.lo[i] < domain.box.hi[i]))
      fields["bounds"].fail(Reason::out_of_range, "lo = hi", "lo < hi");
  }
  if (is_ball) domain.radius = fields["radius"].number();
  if (is_ball && !(domain.radius > 0))
    fields["radius"].fail(Reason::out_of_range, "radius <= 0", "radius > 0");
  return domain;
}

Output read_output(const Field& at) {
  const Field fields(at, {"type", "index", "indices"});
  Output output;
  output.margin = fields["type"].one_of({"component", "margin"}) == 1;
  if (fields.has("index") == output.margin || fields.has("indices") != output.margin) {
    at.fail(Reason::unknown, "the keys of another output type",
            "index for a component, indices for a margin");
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

std::string output_text(const Output& output) {
  return std::to_string(output.first) + (output.margin ? '-' + std::to_string(output.second) : "");
}

Claim read_claim(const Field& at, std::size_t d) {
  const Field fields(at, {"kind", "verdict", "domain", "output", "complete", "critical_points"});
  Claim claim;
  claim.kind = static_cast<ClaimKind>(fields["kind"].one_of(kind_names));
  claim.verdict = static_cast<ClaimVerdict>(fields["verdict"].one_of(verdict_names));
  claim.domain = read_domain(fields["domain"], d);
  claim.output = read_output(fields["output"]);
  claim.complete = fields["complete"].boolean();
  for (const Field& point : fields["critical_points"].items()) {
    claim.critical_points.push_back(read_critical_point(point, d));
  }
  return claim;
}

Ends read_interval(const Field& at) {
  const auto ends = at.items(2);
  const Ends e{ends[0].number(), ends[1].number()};
  if (!(e.lo <= e.hi)) at.fail(Reason::out_of_range, std::string(at.bytes()), "lo <= hi");
  return e;
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

std::string domain_text(const Domain& domain, std::size_t d) {
  if (domain.type == Domain::Type::space) return "R^" + std::to_string(d);
  if (domain.type == Domain::Type::ball) return "ball(" + shortest(domain.radius) + ')';
  std::string text;
  for (std::size_t i = 0; i < d; ++i) {
    text += (i == 0 ? "[" : "x[") + shortest(domain.box.lo[i]) + ',' + shortest(domain.box.hi[i]) + ']';
  }
  return text;
}

std::string claim_line(const Claim& claim, std::size_t d) {
  std::string line(kind_names[static_cast<std::size_t>(claim.kind)]);
  line += ' ';
  line += verdict_names[static_cast<std::size_t>(claim.verdict)];
  line += " on " + domain_text(claim.domain, d) + " output " + output_text(claim.output);
  line += ": " + std::to_string(claim.critical_points.size()) + " critical points, ";
  return line + (claim.complete ? "complete" : "incomplete");
}

bool contained(const Box& a, const Box& b) {
  for (std::size_t i = 0; i < a.dim(); ++i) {
    if (!(b.lo[i] <= a.lo[i] && a.hi[i] <= b.hi[i])) return false;
  }
  return true;
}

bool contained_in_interior(const Box& a, const Box& b) {
  for (std::size_t i = 0; i < a.dim(); ++i) {
    if (!(b.lo[i] < a.lo[i] && a.hi[i] < b.hi[i])) return false;
  }
  return true;
}

bool intersecting(const Box& a, const Box& b) {
  for (std::size_t i = 0; i < a.dim(); ++i) {
    if (a.hi[i] < b.lo[i] || b.hi[i] < a.lo[i]) return false;
  }
  return true;
}

bool intersecting_interior(const Box& a, const Box& b) {
  for (std::size_t i = 0; i < a.dim(); ++i) {
    if (a.hi[i] <= b.lo[i] || b.hi[i] <= a.lo[i]) return false;
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
  for (std::size_t i = 0; i < box.dim(); ++i) {
    farthest += squared(std::max(std::fabs(box.lo[i]), std::fabs(box.hi[i])));
  }
  return farthest < squared(radius);
}

}  // namespace narrows::checker
