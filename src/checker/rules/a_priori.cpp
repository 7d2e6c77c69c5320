// Rule `a-priori`: the right-hand sides of T4 and T5, from norms of the weights.
//
// All norms are ∞-norms, all numbers upper bounds:
//   K_l = s·‖|W̃_l||W_l|‖, S_l = max_i(Σ_j |W̃_ij| sup|σ| + |b̃_i|),  s = sup|σ'|
//   T4: ‖w‖₁ |e_{L+1}| Σ_l (α_l²/2) K_l S_l |e_l|^{-1} exp(Σ_{j>l} |α_j| K_j),  e_l = ε_1⋯ε_{l-1}
//   T5: ‖w‖₁ E_L, R_0 >= |h_0|, R_l = |ε_l|R_{l-1} + |δ_l|S_l, E_0 = 0, E_l = |ε_l|R_{l-1} + |δ_l|K_l E_{l-1}
#include <algorithm>

#include "checker/pass.hpp"
#include "checker/rules/distances.hpp"

namespace narrows::checker {
namespace {

constexpr Precision precision = exact_precision;

/// An affine map h -> Wh + b.
struct AffineMap {
  IntervalMatrix weight;
  std::vector<Interval> bias;
};

AffineMap identity_map(std::size_t n) {
  return {identity_matrix<Interval>(n), std::vector<Interval>(n, Interval(0.0, precision))};
}

/// The layer, which is affine or batch_norm, after the map.
AffineMap composed(const NumericLayer& layer, AffineMap map) {
  IntervalMatrix w = layer.weight;
  if (layer.kind == LayerKind::batch_norm) {
    w = identity_matrix<Interval>(layer.inputs);
    for (std::size_t i = 0; i < w.rows; ++i) w.at(i, i) = layer.scale[i];
  }
  AffineMap y{product(w, map.weight), layer.bias};
  for (std::size_t i = 0; i < w.rows; ++i) {
    for (std::size_t j = 0; j < w.cols; ++j) y.bias[i] = y.bias[i] + w.at(i, j) * map.bias[j];
  }
  return y;
}

/// max_i Σ_j |a_ij| u_j + |b_i|.
Interval largest_row(const IntervalMatrix& a, const std::vector<Interval>& u,
                     const std::vector<Interval>& b) {
  Interval largest(0.0, precision);
  for (std::size_t i = 0; i < a.rows; ++i) {
    Interval row = absolute(b[i]);
    for (std::size_t j = 0; j < a.cols; ++j) row = row + absolute(a.at(i, j)) * u[j];
    largest = Interval(largest.lo, hull(largest, row).hi);  // only the upper end counts
  }
  return largest;
}

/// K_l and S_l.
struct Constants {
  Interval slope, size;
};

/// sup|σ|, if the rule knows it.
std::optional<Interval> size_of(const Activation& a) {
  if (a.function == Function::arctan) return pi(precision) / 2.0;
  const bool unit =
      a.function == Function::tanh || a.function == Function::sigmoid || a.function == Function::sin;
  return unit ? std::optional(Interval(1.0, precision)) : std::nullopt;
}

std::optional<Constants> constants_of(const Layer& block) {
  const std::vector<NumericLayer> branch = enclose(block.branch, precision);
  const auto is_activation = [](const NumericLayer& l) { return l.kind == LayerKind::activation; };
  const auto first = std::find_if(branch.begin(), branch.end(), is_activation);
  if (first == branch.end() || std::any_of(first + 1, branch.end(), is_activation)) return std::nullopt;
  const auto size = size_of(first->activation);
  if (!size) return std::nullopt;
  AffineMap before = identity_map(block.inputs), after = identity_map(first->outputs);
  for (auto layer = branch.begin(); layer != first; ++layer) before = composed(*layer, std::move(before));
  for (auto layer = first + 1; layer != branch.end(); ++layer) after = composed(*layer, std::move(after));
  std::vector<Interval> rows;  // of |W|
  for (std::size_t i = 0; i < before.weight.rows; ++i) {
    rows.emplace_back(0.0, precision);
    for (std::size_t j = 0; j < before.weight.cols; ++j) rows[i] = rows[i] + absolute(before.weight.at(i, j));
  }
  const std::vector<Interval> nothing(after.weight.rows, Interval(0.0, precision)),
      sizes(after.weight.cols, *size);
  const Interval slope = absolute(slope_bounds(first->activation, precision));
  return Constants{largest_row(after.weight, rows, nothing) * Interval(slope.hi),
                   largest_row(after.weight, sizes, after.bias)};
}

Interval magnitude(const Rational& x) {
  return enclose(abs(x), precision);
}

/// Σ_l … of T4, times |e_{L+1}|: |e_{L+1}/e_l| is the product of |ε_j|, j >= l.
Interval euler_error(const BlockChain& chain, const std::vector<Constants>& k) {
  Interval sum(0.0, precision), exponent(0.0, precision);
  Rational scale = 1;
  for (std::size_t l = chain.blocks.size(); l-- > 0;) {
    const Layer& block = chain.blocks[l];
    const Interval ratio = magnitude(block.residual / block.skip);
    scale *= block.skip;
    sum = sum +
          square(ratio) / 2.0 * k[l].slope * k[l].size * magnitude(scale) * increasing(mpfr_exp, exponent);
    exponent = exponent + ratio * k[l].slope;
  }
  return sum;
}

/// E_L of T5.
Interval skip_error(const BlockChain& chain, const std::vector<Constants>& k, Interval radius) {
  Interval error(0.0, precision);
  for (std::size_t l = 0; l < chain.blocks.size(); ++l) {
    const Interval skipped = magnitude(chain.blocks[l].skip) * radius,
                   residual = magnitude(chain.blocks[l].residual);
    error = skipped + residual * k[l].slope * error;
    radius = skipped + residual * k[l].size;
  }
  return error;
}

/// R_0: an upper bound on |h_0| over the box.
Interval radius_of(const BlockChain& chain, const Box& box) {
  const std::vector<NumericLayer> before = enclose(chain.before, precision);
  Interval radius(0.0, precision);
  const auto include = [&](const Interval& x) { radius = Interval(radius.lo, hull(radius, absolute(x)).hi); };
  if (before.empty()) {
    for (std::size_t i = 0; i < box.dim(); ++i) include(Interval(box.lo[i], box.hi[i], precision));
    return radius;
  }
  BoxPass pass(before, 0, box, precision, Carry::values);
  for (const Dual& x : pass.finish()) include(x.value.range);
  return radius;
}

}  // namespace

std::optional<Real> a_priori_bound_upper(const BlockChain& chain, Limit limit, const Box& box) {
  std::vector<Constants> constants;
  for (const Layer& block : chain.blocks) {
    const auto k = constants_of(block);
    if (!k) return std::nullopt;
    constants.push_back(*k);
  }
  Interval norm(0.0, precision);  // ‖w‖₁
  for (const Rational& w : chain.last.weight.entries) norm = norm + magnitude(w);
  const Interval error = limit == Limit::ode ? euler_error(chain, constants)
                                             : skip_error(chain, constants, radius_of(chain, box));
  return (norm * error).hi;
}

}  // namespace narrows::checker
