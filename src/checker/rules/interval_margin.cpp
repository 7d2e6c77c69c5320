// Rule `interval-margin`: ranges of all neurons on the ball, layer by layer, and the margins over those of the last state. The
// difference of two rows of the last layer is taken before the product.
#include <algorithm>

#include "checker/interval.hpp"
#include "checker/rules/robustness.hpp"

namespace narrows::checker {
namespace {

/// skip·x + residual·y, as rows of two entries.
std::vector<Range> residual_sum(const SparseLayer& layer, const std::vector<Range>& x,
                                const std::vector<Range>& y) {
  SparseMap sum(2, {layer.skip, layer.residual});
  sum.begin_row(0);
  sum.add(0, 0);
  sum.add(1, 1);
  std::vector<Range> z;
  z.reserve(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) z.push_back(sum.apply({x[i], y[i]})[0]);
  return z;
}

/// An end that is NaN stays.
double relu(double x) {
  return x < 0 ? 0 : x;
}

std::vector<Range> propagate(const std::vector<SparseLayer>& layers, std::vector<Range> x,
                             std::vector<std::vector<Range>>* gates) {
  for (const SparseLayer& layer : layers) {
    if (layer.kind == SparseLayer::Kind::map) x = layer.map.apply(x);
    if (layer.kind == SparseLayer::Kind::residual)
      x = residual_sum(layer, x, propagate(layer.branch, x, gates));
    if (layer.kind != SparseLayer::Kind::relu) continue;
    if (gates != nullptr) gates->push_back(x);
    for (Range& entry : x) entry = {relu(entry.lo), relu(entry.hi)};
  }
  return x;
}

}  // namespace

std::vector<Range> propagate(const SparseNetwork& network, std::vector<Range> x,
                             std::vector<std::vector<Range>>* gates) {
  return propagate(network.layers, std::move(x), gates);
}

const SparseMap& Margins::of(std::size_t label) {
  const auto found = known_.find(label);
  return found != known_.end() ? found->second
                               : known_.emplace(label, network_.last.differences(label)).first->second;
}

std::vector<Range> ball_of(const Image& image) {
  std::vector<Range> ball;
  for (const Range& x : image.centre)
    ball.push_back({directed::add(x.lo, -image.radius, false), directed::add(x.hi, image.radius, true)});
  return ball;
}

bool interval_margin_holds(const SparseNetwork& network, Margins& margins, const Image& image) {
  const std::vector<Range> m = margins.of(image.label).apply(propagate(network, ball_of(image), nullptr));
  return std::all_of(m.begin(), m.end(), [](const Range& margin) { return margin.lo > 0; });
}

}  // namespace narrows::checker
