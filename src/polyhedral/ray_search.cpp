#include "polyhedral/ray_search.hpp"

#include <random>

#include "polyhedral/local_map.hpp"

namespace narrows {
namespace {

constexpr int kPoints = 200;

/// A set with a witness; nothing else is known of it.
LevelSet unbounded_by(const LevelRay& ray) {
  LevelSet set;
  set.status = SetStatus::unbounded;
  set.witness = ray;
  return set;
}

void put(const LevelRay& ray, std::optional<LevelSet>* set) {
  if (*set)
    (*set)->witness = ray;
  else
    *set = unbounded_by(ray);
}

}  // namespace

FromPoint ray_from(const Chain& chain, const RationalPoint& point) { return {point, local_map(chain, point).value, constant_ray(chain, point)}; }

void add_ray(const LevelRay& ray, int side, LevelSets* sets) {
  put(ray, side > 0 ? &sets->superlevel : &sets->sublevel);
  put(ray, side > 0 ? &sets->closed_superlevel : &sets->closed_sublevel);
}

void search_rays(const Chain& chain, const Rational& level, LevelSets* sets) {
  std::mt19937_64 random(1);
  for (int k = 0; k < kPoints && !(sets->superlevel && sets->sublevel); ++k) {
    RationalPoint x(chain.input_dim);
    const long reach = 1L << (k % 8);  // from [−1, 1] to [−128, 128]
    for (Rational& t : x) t = k == 0 ? Rational(0) : Rational(static_cast<long>(random() % 2049) - 1024) * reach / 1024;
    const Rational value = local_map(chain, x).value;
    if (value == level || (value > level ? sets->superlevel : sets->sublevel)) continue;
    const RayAnswer answer = constant_ray(chain, x);
    if (!answer.ray) return;
    add_ray(*answer.ray, value > level ? 1 : -1, sets);
  }
}

}  // namespace narrows
