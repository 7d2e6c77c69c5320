#include "construct/point_check.hpp"

namespace narrows {

std::uint64_t RandomPoints::next() {  // splitmix64
  std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

std::size_t RandomPoints::below(std::size_t count) { return static_cast<std::size_t>(next() % count); }

Rational RandomPoints::between(const Rational& lower, const Rational& upper) {
  constexpr std::size_t parts = 1 << 20;
  const std::size_t kind = below(8), k = kind == 0 ? 0 : kind == 1 ? parts : below(parts + 1);
  return lower + (upper - lower) * Rational(k) / Rational(parts);
}

namespace {

std::vector<Rational> core_point(RandomPoints* random, const std::vector<std::size_t>& cell, std::size_t n, const Rational& w) {
  std::vector<Rational> x;
  for (const std::size_t j : cell) x.push_back(random->between(Rational(j) / Rational(n) + w, Rational(j + 1) / Rational(n) - w));
  return x;
}

std::vector<Rational> outside_point(RandomPoints* random, std::size_t dim) {
  std::vector<Rational> x;
  for (std::size_t i = 0; i < dim; ++i) x.push_back(random->between(-1, 2));
  const Rational far[] = {Rational(1, 1000), Rational(1), Rational(1000000)};
  const Rational distance = random->between(0, far[random->below(3)]);
  x[random->below(dim)] = random->below(2) == 0 ? Rational(-distance) : Rational(1 + distance);
  return x;
}

}  // namespace

PointCheck check_points(const OneNeuronNetwork& net, const GridFunction& h, const Rational& theta, std::size_t count, bool outside, std::uint64_t seed) {
  RandomPoints random(seed);
  PointCheck check;
  const Rational w = theta / Rational(2 * h.n);
  for (; check.core < count; ++check.core) {
    const std::size_t m = random.below(h.cells());
    check.failures += value_exact(net, core_point(&random, h.cell(m), h.n, w)) != h.values[m];
  }
  for (; outside && check.outside < count; ++check.outside) check.failures += value_exact(net, outside_point(&random, h.dim)) != 0;
  return check;
}

}  // namespace narrows
