// Rule `lipschitz-margin`: f_y − f_j at the centre is larger than the radius times a Lipschitz constant of it on the ball.
//
// f_y − f_j is Lipschitz, so along the segment from x to x' it is the integral of its derivative, which almost everywhere is a product
// of the layers' matrices and of gates: 1 where the argument of a relu is positive on the whole ball, 0 where it is negative, else
// between 0 and 1. In the norm max |x_i| the constant is the sum of the sizes of the derivative's entries.
#include <algorithm>
#include <limits>

#include "checker/interval.hpp"
#include "checker/rules/robustness.hpp"

namespace narrows::checker {
namespace {

/// v times a gate of the argument's range. Ends that are NaN stay.
Range gated(const Range& v, const Range& argument) {
  if (argument.lo > 0) return v;
  if (argument.hi < 0) return {0, 0};
  return {v.lo > 0 ? 0 : v.lo, v.hi < 0 ? 0 : v.hi};
}

/// v·J of the layers, last first; `gate` is the one after the last of theirs.
std::vector<Range> pull_back(const std::vector<SparseLayer>& layers, std::vector<Range> v,
                             std::vector<std::vector<Range>>::const_iterator& gate) {
  for (auto layer = layers.rbegin(); layer != layers.rend(); ++layer) {
    if (layer->kind == SparseLayer::Kind::map) v = layer->map.pull_back(v);
    if (layer->kind == SparseLayer::Kind::relu) {
      --gate;
      for (std::size_t i = 0; i < v.size(); ++i) v[i] = gated(v[i], (*gate)[i]);
    }
    if (layer->kind == SparseLayer::Kind::residual) {
      const std::vector<Range> inner = pull_back(layer->branch, v, gate);
      SparseMap sum(2, {layer->skip, layer->residual});
      sum.begin_row(0);
      sum.add(0, 0);
      sum.add(1, 1);
      for (std::size_t i = 0; i < v.size(); ++i) v[i] = sum.apply({v[i], inner[i]})[0];
    }
  }
  return v;
}

/// Σ max |v_i|, rounded up; NaN if an end is.
double norm_upper(const std::vector<Range>& v) {
  directed::ErrorSum sum;
  for (const Range& x : v)
    sum.add(x.lo <= x.hi ? std::max(-x.lo, x.hi) : std::numeric_limits<double>::quiet_NaN());
  return sum.upper();
}

}  // namespace

bool lipschitz_margin_holds(const SparseNetwork& network, Margins& margins, const Image& image) {
  const SparseMap& differences = margins.of(image.label);
  const std::vector<Range> m = differences.apply(propagate(network, image.centre, nullptr));
  std::vector<std::vector<Range>> gates;
  (void)propagate(network, ball_of(image), &gates);
  for (std::size_t j = 0; j < m.size(); ++j) {
    std::vector<Range> row(m.size());
    row[j] = {1, 1};
    auto gate = gates.cend();
    const double slope = norm_upper(pull_back(network.layers, differences.pull_back(row), gate));
    if (!(m[j].lo > directed::step(image.radius * slope, true))) return false;
  }
  return true;
}

}  // namespace narrows::checker
