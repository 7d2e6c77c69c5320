#include "polyhedral/pull_back.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "arith/rational_solve.hpp"

namespace narrows {
namespace {

/// gradient·x + constant.
struct Functional {
  RationalPoint gradient;
  Rational constant;

  [[nodiscard]] Rational rate(const RationalPoint& direction) const {
    Rational sum;
    for (std::size_t i = 0; i < gradient.size(); ++i) sum += gradient[i] * direction[i];
    return sum;
  }
  [[nodiscard]] Rational at(const RationalPoint& x) const { return rate(x) + constant; }
};

std::vector<Functional> coordinates(std::size_t n) {
  std::vector<Functional> all(n);
  for (std::size_t i = 0; i < n; ++i) {
    all[i].gradient.resize(n);
    all[i].gradient[i] = 1;
  }
  return all;
}

Functional neuron_of(const OneNeuronStep& block) { return {block.u, block.b}; }

RationalPoint difference(const RationalPoint& a, const RationalPoint& b) {
  RationalPoint d(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) d[i] = a[i] - b[i];
  return d;
}

RationalPoint along(const RationalPoint& p, const Rational& t, const RationalPoint& r) {
  RationalPoint x(p.size());
  for (std::size_t i = 0; i < p.size(); ++i) x[i] = p[i] + t * r[i];
  return x;
}

/// The pieces of path and ray: p + t r with t in [0,1], and for the last one t ≥ 0.
std::vector<std::pair<RationalPoint, RationalPoint>> pieces_of(const LevelRay& ray) {
  std::vector<std::pair<RationalPoint, RationalPoint>> pieces;
  for (std::size_t k = 0; k + 1 < ray.path.size(); ++k) pieces.emplace_back(ray.path[k], difference(ray.path[k + 1], ray.path[k]));
  pieces.emplace_back(ray.path.back(), ray.direction);
  return pieces;
}

/// Ends the path at its first point where one of the functionals, all positive at its start, is 0, and returns which.
std::optional<std::size_t> cut_at_first_zero(const std::vector<Functional>& functionals, LevelRay& ray) {
  const auto pieces = pieces_of(ray);
  for (std::size_t k = 0; k < pieces.size(); ++k) {
    const auto& [p, r] = pieces[k];
    const bool last = k + 1 == pieces.size();
    std::optional<std::size_t> first;
    Rational when;
    for (std::size_t i = 0; i < functionals.size(); ++i) {
      const Rational value = functionals[i].at(p), rate = functionals[i].rate(r);
      assert(value > 0);
      if (rate >= 0 || (!last && value + rate > 0)) continue;
      const Rational t = -value / rate;
      if (first && t >= when) continue;
      first = i;
      when = t;
    }
    if (!first) continue;
    ray.path.resize(k + 1);
    ray.path.push_back(along(p, when, r));
    return first;
  }
  return std::nullopt;
}

/// Inserts the points where a functional changes sign along path and ray.
void split_at_zeros(const std::vector<Functional>& functionals, LevelRay& ray) {
  const auto pieces = pieces_of(ray);
  std::vector<RationalPoint> path;
  for (std::size_t k = 0; k < pieces.size(); ++k) {
    const auto& [p, r] = pieces[k];
    const bool last = k + 1 == pieces.size();
    std::vector<Rational> zeros;
    for (const Functional& f : functionals) {
      const Rational rate = f.rate(r);
      if (rate == 0) continue;
      const Rational t = -f.at(p) / rate;
      if (t > 0 && (last || t < 1)) zeros.push_back(t);
    }
    std::sort(zeros.begin(), zeros.end());
    zeros.erase(std::unique(zeros.begin(), zeros.end()), zeros.end());
    path.push_back(p);
    for (const Rational& t : zeros) path.push_back(along(p, t, r));
  }
  ray.path = std::move(path);
}

/// On which side of the functional's zero set the ray runs (it never changes after its start): the sign of the value, or else of
/// the rate.
int side_of_ray(const Rational& value, const Rational& rate) { return value != 0 ? value.sign() : rate.sign(); }

}  // namespace

void pull_back_affine(const RationalMatrix& inverse, const std::vector<Rational>& bias, LevelRay& ray) {
  for (RationalPoint& p : ray.path) p = product(inverse, difference(p, bias));
  ray.direction = product(inverse, ray.direction);
}

void pull_back_relu(LevelRay& ray) {
  const std::size_t n = ray.direction.size();
  const auto facet = cut_at_first_zero(coordinates(n), ray);
  if (!facet) return;
  ray.direction.assign(n, 0);
  ray.direction[*facet] = -1;
}

void pull_back_leaky(const Rational& slope, LevelRay& ray) {
  split_at_zeros(coordinates(ray.direction.size()), ray);
  for (std::size_t i = 0; i < ray.direction.size(); ++i) {
    if (side_of_ray(ray.path.back()[i], ray.direction[i]) < 0) ray.direction[i] /= slope;
  }
  for (RationalPoint& p : ray.path) {
    for (Rational& x : p) {
      if (x < 0) x /= slope;
    }
  }
}

Rational gain_of(const OneNeuronStep& block) { return Functional{block.u, 0}.rate(block.v); }

Rational activation_at(const OneNeuronStep& block, const RationalPoint& h) { return neuron_of(block).at(h); }

RationalPoint flat_direction(const OneNeuronStep& block, bool positive_side) {
  // The neuron must not decrease (positive side) or not increase along it; its rate along v is the gain.
  const bool along_v = (gain_of(block) > 0) == positive_side;
  RationalPoint direction = block.v;
  if (!along_v) {
    for (Rational& x : direction) x = -x;
  }
  return direction;
}

void pull_back_block(const OneNeuronStep& block, LevelRay& ray) {
  for (RationalPoint& p : ray.path) {
    for (std::size_t i = 0; i < p.size(); ++i) p[i] = (p[i] - block.shift[i]) / block.skip;
  }
  for (Rational& x : ray.direction) x /= block.skip;

  // y = x + v σ(t), t = u·x + b: the neuron after the block is t' = t (1 + gain·slope of σ at t), of the same sign.
  const Functional neuron = neuron_of(block);
  const Rational gain = gain_of(block);
  const auto stretch = [&](int side) { return Rational(1 + gain * (side > 0 ? Rational(1) : block.slope)); };
  const auto sigma = [&](const Rational& t) { return t >= 0 ? t : Rational(t * block.slope); };
  const int flat = stretch(1) == 0 ? 1 : stretch(-1) == 0 ? -1 : 0;
  bool ended = false;
  if (flat != 0) {
    Functional off = neuron;  // positive off the flat half-space
    for (Rational& g : off.gradient) g *= -flat;
    off.constant *= -flat;
    ended = cut_at_first_zero({off}, ray).has_value();
  } else {
    split_at_zeros({neuron}, ray);
  }

  if (ended) {
    ray.direction = flat_direction(block, flat > 0);
  } else {
    const Rational rate = neuron.rate(ray.direction);
    const int side = side_of_ray(neuron.at(ray.path.back()), rate);
    if (side != 0) ray.direction = along(ray.direction, -sigma(Rational(side)) * side * rate / stretch(side), block.v);
  }
  for (RationalPoint& p : ray.path) {
    const Rational t = neuron.at(p);
    if (t != 0) p = along(p, -sigma(t / stretch(t.sign())), block.v);
  }
}

}  // namespace narrows
