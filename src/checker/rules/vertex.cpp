// Rule `vertex`: the determinant of a branch with one activation layer at one vertex of its box of slopes. Not positive at the
// ratio r: the critical ratio is at most r. Negative, with a box that holds 0, where the determinant is 1: not regular (T2, T3).
#include <algorithm>
#include <functional>
#include <numeric>

#include "checker/rules/rules.hpp"

namespace narrows::checker {

Indices numbers_to(std::size_t n) {
  Indices all(n);
  std::iota(all.begin(), all.end(), std::size_t{0});
  return all;
}

std::optional<RationalMatrix> exact_gram(const Layer& layer, std::size_t position, const Indices& neurons) {
  const auto middle = layer.branch.begin() + static_cast<std::ptrdiff_t>(position);
  RationalMatrix rows(neurons.size(),
                      middle->outputs);  // the rows and columns of the identity, then of W and W̃
  for (std::size_t i = 0; i < neurons.size(); ++i) rows.at(i, neurons[i]) = 1;
  RationalMatrix cols = transpose(rows);
  for (auto step = middle; step-- != layer.branch.begin();) {
    if (step->kind == LayerKind::batch_norm) return std::nullopt;
    rows = product(rows, step->weight);
  }
  for (auto step = middle + 1; step != layer.branch.end(); ++step) {
    if (step->kind == LayerKind::batch_norm) return std::nullopt;
    cols = product(step->weight, cols);
  }
  return product(rows, cols);
}

std::optional<int> vertex_sign(const Layer& layer, const Indices& upper, bool widened) {
  const auto split = split_branch(layer);
  const std::size_t m = split ? split->before.rows : 0;
  const bool ascending = std::is_sorted(upper.begin(), upper.end(), std::less_equal<>());  // no neuron twice
  if (!split || !ascending || (!upper.empty() && upper.back() >= m)) return std::nullopt;
  const auto is_upper = [&](std::size_t i) { return std::binary_search(upper.begin(), upper.end(), i); };
  auto slopes = exact_slopes(split->activation);
  if (slopes && widened)
    slopes = {{std::min<Rational>(slopes->first, 0), std::max<Rational>(slopes->second, 0)}};
  const Indices moving = slopes && slopes->first == 0 ? upper : numbers_to(m);  // other rows are those of I
  if (moving.empty()) return 1;
  if (moving.size() > max_neurons) return std::nullopt;
  const auto gram = exact_gram(layer, split->position, moving);
  if (gram && slopes) {
    std::vector<Rational> factors;
    for (const std::size_t i : moving)
      factors.emplace_back(layer.residual / layer.skip * (is_upper(i) ? slopes->second : slopes->first));
    return sgn(determinant(member(*gram, 1, factors)));
  }
  std::vector<Interval> factors;
  for (std::size_t i = 0; i < m; ++i) {
    const Rational slope = !slopes ? 0 : is_upper(i) ? slopes->second : slopes->first;
    factors.push_back(split->ratio * (slopes ? enclose(slope, exact_precision)
                                             : attained_slope(split->activation, is_upper(i))));
  }
  if (m > max_neurons) return std::nullopt;
  const Interval det = determinant(member(product(split->before, split->after), 1, factors));
  if (!det.nonzero()) return std::nullopt;
  return det.positive() ? 1 : -1;
}

}  // namespace narrows::checker
