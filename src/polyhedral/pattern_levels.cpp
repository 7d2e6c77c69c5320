#include "polyhedral/pattern_levels.hpp"

#include <algorithm>
#include <utility>

namespace narrows {
namespace {

using Row = std::vector<Integer>;

int sign_at(const Row& row, const Row& generator) {
  Integer sum = 0;
  for (std::size_t i = 0; i < row.size(); ++i) sum += row[i] * generator[i];
  return sum.sign();
}

RationalPoint point_of(const Row& generator) {
  RationalPoint x;
  for (std::size_t i = 0; i + 1 < generator.size(); ++i) x.push_back(Rational(generator[i]) / Rational(generator.back()));
  return x;
}

RationalPoint direction_of(const Row& generator) { return {generator.begin(), generator.end() - 1}; }

/// f = side·(Φ − level), times a positive integer, on a region.
Row excess(const PatternRegion& region, const Rational& level, int side) {
  Row f = region.value;
  for (Integer& x : f) x *= denominator(level);
  f.back() -= numerator(level) * region.scale;
  for (Integer& x : f) x *= side;
  return f;
}

/// One region as generators with the signs of f.
struct SignedRegion {
  const PatternRegion& region;
  Row f;
  std::vector<Row> generators;
  std::vector<int> signs;

  [[nodiscard]] bool ideal(std::size_t i) const { return generators[i].back() == 0; }
  /// Some finite point has f > 0 (open) or f >= 0.
  [[nodiscard]] bool meets(bool open) const {
    for (std::size_t i = 0; i < signs.size(); ++i)
      if (signs[i] > 0 || (!open && signs[i] == 0 && !ideal(i))) return true;
    return false;
  }
  [[nodiscard]] std::optional<std::size_t> way_out() const {
    for (std::size_t i = 0; i < signs.size(); ++i)
      if (ideal(i) && signs[i] >= 0) return i;
    return std::nullopt;
  }
  [[nodiscard]] bool has_interior() const {
    return std::any_of(signs.begin(), signs.end(), [](int s) { return s > 0; }) || std::all_of(signs.begin(), signs.end(), [](int s) { return s == 0; });
  }
};

/// A finite point of the region with f > 0 (open) or f >= 0. Precondition: region.meets(open).
RationalPoint point_in(const SignedRegion& region, bool open) {
  std::optional<std::size_t> finite, rising;
  for (std::size_t i = 0; i < region.signs.size(); ++i) {
    if (region.ideal(i)) {
      if (region.signs[i] > 0) rising = i;
      continue;
    }
    if (region.signs[i] > 0 || (!open && region.signs[i] == 0)) return point_of(region.generators[i]);
    finite = i;
  }
  RationalPoint x = point_of(region.generators[*finite]);  // every polyhedron has a point among its generators
  const RationalPoint r = direction_of(region.generators[*rising]);
  for (Rational step = 1;; step *= 2) {
    RationalPoint y = x;
    Rational value(region.f.back());
    for (std::size_t i = 0; i < y.size(); ++i) {
      y[i] += step * r[i];
      value += Rational(region.f[i]) * y[i];
    }
    if (value > 0) return y;
  }
}

using Bounds = std::vector<std::pair<Rational, Rational>>;

void include_part(const SignedRegion& region, std::size_t dim, std::optional<Bounds>* bounds) {
  HalfSpaces part = region.region.sides;
  part.push_back(region.f);
  for (const Row& generator : generators_of(part, dim)) {
    const RationalPoint x = point_of(generator);
    if (!*bounds) {
      bounds->emplace();
      for (const Rational& t : x) (*bounds)->emplace_back(t, t);
    }
    for (std::size_t i = 0; i < dim; ++i) {
      (**bounds)[i].first = std::min((**bounds)[i].first, x[i]);
      (**bounds)[i].second = std::max((**bounds)[i].second, x[i]);
    }
  }
}

LevelSet set_of(const std::vector<SignedRegion>& regions, std::size_t dim, bool open) {
  LevelSet set;
  bool nonempty = false, solid = false;
  std::optional<Bounds> bounds;
  for (const SignedRegion& region : regions) {
    if (!region.meets(open)) continue;
    nonempty = true;
    solid = solid || region.has_interior();
    if (set.witness) continue;
    if (const auto out = region.way_out())
      set.witness = LevelRay{{point_in(region, open)}, direction_of(region.generators[*out])};
    else
      include_part(region, dim, &bounds);
  }
  set.status = !nonempty ? SetStatus::empty : !solid ? SetStatus::measure_zero : set.witness ? SetStatus::unbounded : SetStatus::bounded;
  if (!nonempty || set.witness) return set;
  set.bounding_box = std::move(bounds);
  if (!solid) set.measure = 0;
  return set;
}

}  // namespace

LevelSets level_sets_of_patterns(const std::vector<PatternRegion>& regions, std::size_t dim, const Rational& level) {
  LevelSets sets;
  for (const int side : {1, -1}) {
    std::vector<SignedRegion> signed_regions;
    for (const PatternRegion& region : regions) {
      SignedRegion one{region, excess(region, level, side), generators_of(region.sides, dim), {}};
      for (const Row& generator : one.generators) one.signs.push_back(sign_at(one.f, generator));
      signed_regions.push_back(std::move(one));
    }
    (side > 0 ? sets.superlevel : sets.sublevel) = set_of(signed_regions, dim, true);
    (side > 0 ? sets.closed_superlevel : sets.closed_sublevel) = set_of(signed_regions, dim, false);
  }
  return sets;
}

}  // namespace narrows
