// Weights, biases and factors are numbers like any others: all of them are interpolated in the same way.
#include "checker/interpolation.hpp"

namespace narrows::checker {
namespace {

/// λ(to - from), plus `from` if `whole`.
Branch mixture(const Branch& from, const Branch& to, const Interval& lambda, bool whole) {
  Branch mixed = from;
  const auto mix = [&](std::vector<Interval>& x, const std::vector<Interval>& end) {
    for (std::size_t i = 0; i < x.size(); ++i) {
      const Interval change = lambda * (end[i] - x[i]);
      x[i] = whole ? x[i] + change : change;
    }
  };
  for (std::size_t l = 0; l < mixed.size(); ++l) {
    mix(mixed[l].weight.entries, to[l].weight.entries);
    mix(mixed[l].bias, to[l].bias);
    mix(mixed[l].scale, to[l].scale);
  }
  return mixed;
}

}  // namespace

std::size_t number_of_arcs(const Layer& layer) {
  return layer.branches.size() - (layer.linear ? 1 : 0);
}

std::vector<Arc> arcs_of(const Layer& layer, Precision p) {
  const std::size_t count = number_of_arcs(layer);
  std::vector<Arc> arcs;
  for (std::size_t i = 0; i < count; ++i) {
    arcs.push_back({enclose(layer.branches[i], p), {}, layer.duration / Rational(count)});
    if (layer.linear) arcs.back().to = enclose(layer.branches[i + 1], p);
  }
  return arcs;
}

Branch interpolated(const Branch& from, const Branch& to, const Interval& lambda) {
  return mixture(from, to, lambda, true);
}

Branch difference(const Branch& from, const Branch& to, const Interval& rate) {
  return mixture(from, to, rate, false);
}

}  // namespace narrows::checker
