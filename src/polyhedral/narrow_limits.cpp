#include "polyhedral/narrow_limits.hpp"

#include <algorithm>
#include <cassert>
#include <random>
#include <utility>

#include "polyhedral/local_map.hpp"

namespace narrows {
namespace {

constexpr int kPerturbations = 24;

RationalPoint along(const RationalPoint& p, const Rational& t, const RationalPoint& r) {
  RationalPoint x = p;
  for (std::size_t i = 0; i < x.size(); ++i) x[i] += t * r[i];
  return x;
}

/// The largest t (at most `end`, if there is one) with p + s r in the box for 0 <= s <= t; nothing if there is no largest.
std::optional<Rational> time_in_box(const RationalPoint& p, const RationalPoint& r, const Box& box, std::optional<Rational> end) {
  for (std::size_t i = 0; i < p.size(); ++i) {
    if (r[i] == 0) continue;
    const Rational wall = rational_exact(r[i] > 0 ? box.upper[i] : box.lower[i]), t = (wall - p[i]) / r[i];
    if (!end || t < *end) end = t;
  }
  return end;
}

bool is_inside(const RationalPoint& x, const Box& box) {
  for (std::size_t i = 0; i < x.size(); ++i)
    if (!(x[i] > rational_exact(box.lower[i]) && x[i] < rational_exact(box.upper[i]))) return false;
  return true;
}

Rational sum_of_sizes(const RationalPoint& v) {
  Rational sum;
  for (const Rational& x : v) sum += abs(x);
  return sum;
}

Rational dot(const RationalPoint& a, const RationalPoint& b) {
  Rational sum;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

/// Half the distance to the nearest kink, and to |Φ| = |c|/2; nothing if a neuron is 0, or turns towards 0 along the direction.
std::optional<Rational> tube_half_width(const LocalMap& map, const RationalPoint& direction) {
  if (map.value == 0 || dot(map.gradient, direction) != 0) return std::nullopt;
  std::optional<Rational> width;
  const auto keep = [&](const Rational& value, const RationalPoint& gradient) {
    const Rational steep = sum_of_sizes(gradient);
    if (steep == 0) return;
    const Rational bound = abs(value) / (2 * steep);
    if (!width || bound < *width) width = bound;
  };
  for (const LocalNeuron& neuron : map.neurons) {
    const Rational rate = dot(neuron.gradient, direction);
    if (neuron.value == 0 ? sum_of_sizes(neuron.gradient) != 0 : neuron.value.sign() * rate.sign() < 0) return std::nullopt;
    keep(neuron.value, neuron.gradient);
  }
  keep(map.value, map.gradient);
  return width ? *width : Rational(1);
}

/// The tube that starts on the ray, far enough away from the support.
std::optional<GrowthCertificate> tube_on(const Chain& chain, const LevelRay& ray, const Rational& support) {
  const RationalPoint& q = ray.path.back();
  std::size_t axis = 0;
  for (std::size_t i = 1; i < q.size(); ++i)
    if (abs(ray.direction[i]) > abs(ray.direction[axis])) axis = i;
  for (Rational start = 1; start <= 16; start *= 4) {
    const LocalMap near = local_map(chain, along(q, start, ray.direction));
    const auto half_width = tube_half_width(near, ray.direction);
    if (!half_width) continue;
    // Beyond `start` every neuron only moves away from 0: the same tube fits at any later time.
    const Rational speed = abs(ray.direction[axis]), gone = ray.direction[axis] > 0 ? q[axis] : Rational(-q[axis]);
    const Rational time = std::max(start, Rational((support + *half_width - gone) / speed));
    return GrowthCertificate{along(q, time, ray.direction), ray.direction, *half_width, near.value, support};
  }
  return std::nullopt;
}

}  // namespace

std::optional<TwoPoints> two_points(const Chain& chain, const LevelRay& ray, const Box& box) {
  if (!is_inside(ray.path.front(), box)) return std::nullopt;
  for (std::size_t k = 0;; ++k) {
    const bool last = k + 1 == ray.path.size();
    const RationalPoint& p = ray.path[k];
    const RationalPoint r = last ? ray.direction : along(ray.path[k + 1], -1, p);
    const auto t = time_in_box(p, r, box, last ? std::nullopt : std::optional<Rational>(1));
    assert(t);  // a ray leaves every box
    if (!last && *t == 1 && is_inside(ray.path[k + 1], box)) continue;
    return TwoPoints{ray.path.front(), along(p, *t, r), local_map(chain, ray.path.front()).value};
  }
}

Rational GrowthCertificate::error_at(const Rational& R) const {
  std::optional<Rational> time;
  Rational volume = 1, section = 1;
  for (std::size_t i = 0; i < point.size(); ++i) {
    if (abs(point[i]) > R - half_width) return 0;
    if (i > 0) section *= 2 * half_width;
    volume *= 2 * half_width;
    if (direction[i] == 0) continue;
    const Rational t = (R - half_width - direction[i].sign() * point[i]) / abs(direction[i]);
    if (!time || t < *time) time = t;
  }
  return abs(value) / 2 * (volume + *time * sum_of_sizes(direction) * section);
}

Rational GrowthCertificate::radius_for(const Rational& error) const {
  Rational section = 1;
  for (std::size_t i = 1; i < point.size(); ++i) section *= 2 * half_width;
  const Rational time = 2 * error / (abs(value) * sum_of_sizes(direction) * section);
  Rational radius;
  for (std::size_t i = 0; i < point.size(); ++i) radius = std::max(radius, Rational(abs(point[i]) + abs(direction[i]) * time));
  return radius + half_width;
}

std::optional<GrowthCertificate> growth_certificate(const Chain& chain, const RationalPoint& near, const Rational& support) {
  std::mt19937_64 random(1);
  for (int k = 0; k < kPerturbations; ++k) {
    RationalPoint start = near;
    const Rational size = Rational(1) / (Rational(1 << 10) * (Rational(1) + Rational(k)));
    for (Rational& x : start) x += k == 0 ? Rational(0) : Rational(size * (static_cast<int>(random() % 2001) - 1000));
    const RayAnswer answer = constant_ray(chain, start);
    if (!answer.ray) return std::nullopt;
    if (auto tube = tube_on(chain, *answer.ray, support)) return tube;
  }
  return std::nullopt;
}

}  // namespace narrows
