// Rule `far-field`: the sign of g on a ray, for all t >= 0.
//
// For t >= T every entry of a state is k·t + a with k and a in given intervals. The ends of k are rationals, so that a row of
// weights that is orthogonal to the direction has k = 0. Beyond a saturated neuron k is 0; softplus, silu and gelu have
// σ(z) = z + σ(-z), where σ(-z) tends to 0. Before T the ray is cut into segments.
#include <algorithm>
#include <utility>

#include "checker/rules/levels.hpp"

namespace narrows::checker {
namespace {

constexpr int max_doublings = 40;

/// k·t + a for each t >= T, k in [rate.first, rate.second] and a in `offset`, which may depend on t.
struct Asymptote {
  std::pair<Rational, Rational> rate;
  Interval offset{0, point_precision};

  [[nodiscard]] bool is_bounded() const { return rate.first == 0 && rate.second == 0; }
  [[nodiscard]] bool rises() const { return rate.first > 0; }
  [[nodiscard]] bool falls() const { return rate.second < 0; }
};
using Asymptotes = std::vector<Asymptote>;

/// y += w·x, w in [low, high] ⊂ `enclosed`.
void add_scaled(Asymptote& y, const Rational& low, const Rational& high, const Interval& enclosed,
                const Asymptote& x) {
  const auto [least, largest] = std::minmax({Rational(low * x.rate.first), Rational(low * x.rate.second),
                                             Rational(high * x.rate.first), Rational(high * x.rate.second)});
  y.rate.first += least;
  y.rate.second += largest;
  y.offset = y.offset + enclosed * x.offset;
}

/// The values k·t + a over all t >= T: known below if no k is negative, above if none is positive.
Interval reached(const Asymptote& x, double T) {
  if (x.offset.has_nan()) return unknown_interval(point_precision);
  Interval range = whole_line(point_precision);
  if (x.rate.first >= 0) range.lo = (enclose(x.rate.first * Rational(T), point_precision) + x.offset).lo;
  if (x.rate.second <= 0) range.hi = (enclose(x.rate.second * Rational(T), point_precision) + x.offset).hi;
  return range;
}

/// σ(k·t + a).
Asymptote activated(const Activation& activation, const Asymptote& x, double T) {
  const Function f = activation.function;
  const bool linear_above =
      f == Function::softplus || f == Function::silu || f == Function::gelu || f == Function::elu;
  const bool bounded =
      f == Function::tanh || f == Function::sigmoid || f == Function::arctan || f == Function::sin;
  const Interval z = reached(x, T);
  if (f == Function::identity) return x;
  if (x.is_bounded() || bounded || (linear_above && x.falls()))
    return {{0, 0}, Ranges(activation, z).range(0)};
  Asymptote y = x;
  if (f == Function::elu && x.rises() && !z.has_nan() && z.lo.sign() >= 0) return y;
  const bool remainder_known = linear_above && f != Function::elu && x.rises();
  y.offset = remainder_known ? y.offset + Ranges(activation, -z).range(0) : unknown_interval(point_precision);
  return y;
}

Asymptotes forward(const Layer& layer, const NumericLayer& numeric, const Asymptotes& h, double T) {
  Asymptotes y(layer.outputs);
  for (std::size_t i = 0; i < y.size(); ++i) {
    switch (layer.kind) {
      case LayerKind::affine:
        y[i].offset = numeric.bias[i];
        for (std::size_t j = 0; j < h.size(); ++j) {
          const Rational& w = layer.weight.at(i, j);
          add_scaled(y[i], w, w, numeric.weight.at(i, j), h[j]);
        }
        break;
      case LayerKind::batch_norm:
        y[i].offset = numeric.bias[i];
        add_scaled(y[i], exact_value(numeric.scale[i].lo), exact_value(numeric.scale[i].hi), numeric.scale[i],
                   h[i]);
        break;
      case LayerKind::activation:
        y[i] = activated(layer.activation, h[i], T);
        break;
      case LayerKind::ode:  // refused before
        y[i].offset = unknown_interval(point_precision);
        break;
      case LayerKind::residual:
        break;
    }
  }
  if (layer.kind != LayerKind::residual) return y;
  Asymptotes inner = h;
  for (std::size_t l = 0; l < layer.branch.size(); ++l)
    inner = forward(layer.branch[l], numeric.branch[l], inner, T);
  for (std::size_t i = 0; i < y.size(); ++i) {
    add_scaled(y[i], layer.skip, layer.skip, numeric.skip, h[i]);
    add_scaled(y[i], layer.residual, layer.residual, numeric.residual, inner[i]);
  }
  return y;
}

/// g has this sign at start + t·direction for all t >= T.
bool has_sign_beyond(const Setting& line, int sign, double T) {
  Asymptotes h(1);
  h[0].rate = {1, 1};
  for (std::size_t l = 0; l < line.chain.size(); ++l) h = forward(line.chain[l], line.point_chain[l], h, T);
  const Interval value = reached(h[0], T);
  return sign > 0 ? value.positive() : value.negative();
}

}  // namespace

bool has_sign_on_ray(const Setting& setting, const ExactPoint& start, const ExactPoint& direction, int sign) {
  for (const Layer& layer : setting.chain) {
    if (layer.kind == LayerKind::ode)
      reject("network.model", "far-field", Reason::inapplicable, "an ode layer", "layers whose growth is known");
  }
  const Setting line = along(setting, start, direction);
  double T = 1;
  for (int doublings = 0; !has_sign_beyond(line, sign, T); ++doublings) {
    if (doublings == max_doublings) return false;
    T *= 2;
  }
  for (double from = 0, to = 1; to <= T; from = to, to *= 2) {
    if (!has_sign_on_pieces(line, Box{{from}, {to}}, sign)) return false;
  }
  return true;
}

}  // namespace narrows::checker
