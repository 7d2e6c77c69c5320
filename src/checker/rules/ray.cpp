// Rule `ray`: a path that ends in a ray along which Φ stays above the level: the set is unbounded.
//
// In homogeneous coordinates the path runs through (1; p_1), …, (1; p_k) and the ray ends at (0; r). If two neighbours are
// compatible, f is linear on the cone they span: a segment between two points with f > 0 keeps f > 0, and so does
// p_k + t·r for all t >= 0 if f(1; p_k) > 0 and f(0; r) >= 0. For a closed set f >= 0 is enough, but one f > 0 is required:
// near that point (or far out on the ray) the set then has an interior, so that its measure is not 0.
#include "checker/rules/level_sets.hpp"

namespace narrows::checker {
namespace {

/// (x0; x) as integers: all multiplied by their common denominator.
IntegerPoint integer_point(const std::vector<Rational>& x, long x0) {
  Integer d = 1;
  for (const Rational& c : x) mpz_lcm(d.get_mpz_t(), d.get_mpz_t(), c.get_den_mpz_t());
  IntegerPoint p = {d * x0};
  for (const Rational& c : x) p.emplace_back(c.get_num() * (d / c.get_den()));
  return p;
}

bool is_zero(const std::vector<Rational>& x) {
  for (const Rational& c : x) {
    if (c != 0) return false;
  }
  return true;
}

}  // namespace

std::size_t check_ray(const Field& at, const HomogeneousNetwork& network, std::size_t d) {
  const Field fields(at, {"set", "path", "direction"});
  const std::size_t set = fields["set"].one_of(set_names);
  const SetKind kind = set_kinds[set];
  const auto fail = [&](const char* got, const char* expected) {
    reject(at.place(), "ray", Reason::not_proved, got, expected);
  };

  const std::vector<Rational> direction = fields["direction"].exact_vector(d);
  if (is_zero(direction)) fields["direction"].fail(Reason::out_of_range, "0", "a direction");
  const std::vector<Field> path = fields["path"].items();
  if (path.empty()) fields["path"].fail(Reason::out_of_range, "no point", "at least one");
  std::optional<Evaluation> before;
  bool strict = false;
  for (std::size_t i = 0; i <= path.size(); ++i) {
    const bool at_end = i == path.size();
    Evaluation now =
        network.evaluate(at_end ? integer_point(direction, 0) : integer_point(path[i].exact_vector(d), 1));
    const int sign = kind.sub ? -sgn(now.value) : sgn(now.value);
    strict = strict || sign > 0;
    if (sign < 0) fail("a point on the other side of the level", "the set");
    if (sign == 0 && !kind.closed && !at_end) fail("a point at the level", "an inner point of the set");
    if (before && !(disjoint(before->positive, now.negative) && disjoint(before->negative, now.positive)))
      fail("a neuron that changes its sign", "a linear piece between neighbours");
    before = std::move(now);
  }
  if (!strict) fail("only points at the level", "one inside");
  return set;
}

}  // namespace narrows::checker
