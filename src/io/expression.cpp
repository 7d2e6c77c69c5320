// Building expressions: constant factors are collected, sums and products recognised.
#include "io/expression.hpp"

#include <algorithm>
#include <cmath>

#include "base/errors.hpp"

namespace narrows::io {
namespace {

bool all_equal(const std::vector<Rational>& values, const Rational& value) {
  return std::all_of(values.begin(), values.end(), [&](const Rational& v) { return v == value; });
}

/// The stored forms of 1/√2: the nearest float32 and float64, and the inverses of those of √2.
bool is_inverse_root_two(const Rational& value) {
  const double root = std::sqrt(2.0);
  const double inverse = 0.70710678118654752440;
  return value == rational_exact(inverse) || value == rational_exact(static_cast<float>(inverse)) ||
         value * rational_exact(root) == 1 || value * rational_exact(static_cast<float>(root)) == 1;
}

}  // namespace

ExpressionGraph::ExpressionGraph(std::size_t width, NumberBudget& budget) : budget_(budget) {
  nodes_.push_back({0, 0, width, Input{}});
}

ExpressionGraph::Id ExpressionGraph::append(Id parent, std::size_t width, decltype(Node::value) value) {
  nodes_.push_back({parent, nodes_[parent].depth + 1, width, std::move(value)});
  return nodes_.size() - 1;
}

ExpressionGraph::Id ExpressionGraph::scale(Id e, const Rational& factor) {
  if (factor == 1) return e;
  const auto [inner, base] = strip_scale(e);
  const Rational product = inner * factor;
  return product == 1 ? base : append(base, width(base), Scale{product});
}

ExpressionGraph::Id ExpressionGraph::diagonal(Id e, std::vector<Rational> factor, std::vector<Rational> shift,
                                              const std::string& where) {
  if (all_equal(shift, 0) && all_equal(factor, factor.front())) return scale(e, factor.front());
  budget_.take(2, width(e), where);
  return append(e, width(e), Diagonal{std::move(factor), std::move(shift)});
}

ExpressionGraph::Id ExpressionGraph::apply(Id e, Layer layer, const std::string& where) {
  const std::size_t rows = output_dim(layer, width(e));
  if (std::holds_alternative<AffineLayer>(layer.value)) budget_.take(rows, width(e) + 1, where);
  if (std::holds_alternative<BatchNormLayer>(layer.value)) budget_.take(4, rows, where);
  return append(e, rows, std::move(layer));
}

ExpressionGraph::Id ExpressionGraph::erf(Id e) {
  return append(e, width(e), Erf{});
}

/// e = factor·base, base not a scaled expression.
std::pair<Rational, ExpressionGraph::Id> ExpressionGraph::strip_scale(Id e) const {
  const auto* scale = std::get_if<Scale>(&nodes_[e].value);
  return scale == nullptr ? std::pair<Rational, Id>(1, e)
                          : std::pair<Rational, Id>(scale->factor, nodes_[e].parent);
}

/// The ways to write e as factor·of + shift, from e itself downwards.
std::vector<ExpressionGraph::Multiple> ExpressionGraph::multiples(Id e) const {
  std::vector<Multiple> found{{1, e, {}}};
  const auto [factor, base] = strip_scale(e);
  if (base != e) found.push_back({factor, base, {}});
  const auto* diagonal = std::get_if<Diagonal>(&nodes_[base].value);
  if (diagonal == nullptr || !all_equal(diagonal->factor, diagonal->factor.front())) return found;
  std::vector<Rational> shift = diagonal->shift;
  for (Rational& s : shift) s *= factor;
  const Rational slope = factor * diagonal->factor.front();
  const auto [inner, of] = strip_scale(nodes_[base].parent);
  if (of != nodes_[base].parent) found.push_back({slope, nodes_[base].parent, shift});
  found.push_back({slope * inner, of, std::move(shift)});
  return found;
}

ExpressionGraph::Id ExpressionGraph::ancestor(Id e, std::size_t depth) const {
  while (nodes_[e].depth > depth) e = nodes_[e].parent;
  return e;
}

/// True if a residual block lies on the path from `from` (exclusive) up to its descendant `to`.
bool ExpressionGraph::passes_sum(Id from, Id to) const {
  for (; to != from; to = nodes_[to].parent) {
    if (std::holds_alternative<Sum>(nodes_[to].value)) return true;
  }
  return false;
}

ExpressionGraph::Id ExpressionGraph::add(Id a, Id b, const std::string& where) {
  if (const auto sum = residual_sum(a, b, where)) return *sum;
  if (const auto sum = residual_sum(b, a, where)) return *sum;
  if (const auto sum = affine_sum(a, b, where)) return *sum;
  throw InputError(where, "neither summand is a multiple of a vector that the other is computed from",
                   "only residual sums skip*h + residual*branch(h) can be read");
}

std::optional<ExpressionGraph::Id> ExpressionGraph::residual_sum(Id skip_side, Id branch_side,
                                                                 const std::string& where) {
  const auto [residual, top] = strip_scale(branch_side);
  for (Multiple& m : multiples(skip_side)) {
    if (nodes_[m.of].depth > nodes_[top].depth || ancestor(top, nodes_[m.of].depth) != m.of) continue;
    if (passes_sum(m.of, top)) {
      throw InputError(where, "a skip connection spans another residual block",
                       "only one block at a time can be read");
    }
    const Id sum = m.of == top ? scale(top, m.factor + residual)
                               : append(m.of, width(top), Sum{m.factor, residual, top});
    if (m.shift.empty()) return sum;
    return diagonal(sum, std::vector<Rational>(width(top), 1), std::move(m.shift), where);
  }
  return std::nullopt;
}

/// The sum of two affine images of one vector.
std::optional<ExpressionGraph::Id> ExpressionGraph::affine_sum(Id a, Id b, const std::string& where) {
  const auto [factor_a, base_a] = strip_scale(a);
  const auto [factor_b, base_b] = strip_scale(b);
  if (nodes_[base_a].parent != nodes_[base_b].parent) return std::nullopt;
  const auto* layer_a = std::get_if<Layer>(&nodes_[base_a].value);
  const auto* layer_b = std::get_if<Layer>(&nodes_[base_b].value);
  if (layer_a == nullptr || layer_b == nullptr) return std::nullopt;
  const auto* affine_a = std::get_if<AffineLayer>(&layer_a->value);
  const auto* affine_b = std::get_if<AffineLayer>(&layer_b->value);
  if (affine_a == nullptr || affine_b == nullptr) return std::nullopt;
  AffineLayer sum = *affine_a;
  for (std::size_t i = 0; i < sum.weight.size(); ++i) {
    sum.weight[i] = factor_a * sum.weight[i] + factor_b * affine_b->weight[i];
  }
  for (std::size_t i = 0; i < sum.bias.size(); ++i)
    sum.bias[i] = factor_a * sum.bias[i] + factor_b * affine_b->bias[i];
  return apply(nodes_[base_a].parent, {std::move(sum)}, where);
}

ExpressionGraph::Id ExpressionGraph::multiply(Id a, Id b, const std::string& where) {
  if (const auto product = silu(a, b, where)) return *product;
  if (const auto product = silu(b, a, where)) return *product;
  if (const auto product = gelu(a, b, where)) return *product;
  if (const auto product = gelu(b, a, where)) return *product;
  throw InputError(where, "multiplies two computed vectors",
                   "only x*Sigmoid(x) (SiLU) and 0.5*x*(1+Erf(x/sqrt(2))) (GELU) can be read");
}

/// a = c·w, b = s·sigmoid(k·w):  a·b = (c·s/k)·silu(k·w).
std::optional<ExpressionGraph::Id> ExpressionGraph::silu(Id a, Id b, const std::string& where) {
  const auto [s, sigmoid] = strip_scale(b);
  const auto* layer = std::get_if<Layer>(&nodes_[sigmoid].value);
  const auto* activation = layer == nullptr ? nullptr : std::get_if<ActivationLayer>(&layer->value);
  if (activation == nullptr || activation->function != Activation::sigmoid) return std::nullopt;
  const auto [c, w] = strip_scale(a);
  const auto [k, argument] = strip_scale(nodes_[sigmoid].parent);
  if (w != argument || k == 0) return std::nullopt;
  const Id silu = apply(nodes_[sigmoid].parent, {ActivationLayer{Activation::silu, 0}}, where);
  return scale(silu, c * s / k);
}

/// a = c·w, b = s·(1 + erf(k·w)) and k = m/√2 with m = 1, c or 2c:  a·b = (2·c·s/m)·gelu(m·w).
std::optional<ExpressionGraph::Id> ExpressionGraph::gelu(Id a, Id b, const std::string& where) {
  const auto [c, w] = strip_scale(a);
  const auto [factor, sum] = strip_scale(b);
  const auto* diagonal = std::get_if<Diagonal>(&nodes_[sum].value);
  if (diagonal == nullptr) return std::nullopt;
  const auto [inner, erf] = strip_scale(nodes_[sum].parent);
  if (!std::holds_alternative<Erf>(nodes_[erf].value)) return std::nullopt;
  const Rational shift = diagonal->shift.front();
  if (!all_equal(diagonal->shift, shift) || !all_equal(diagonal->factor, diagonal->factor.front()))
    return std::nullopt;
  if (diagonal->factor.front() * inner != shift) return std::nullopt;
  const auto [k, argument] = strip_scale(nodes_[erf].parent);
  if (argument != w) return std::nullopt;
  for (const Rational& m : {Rational(1), c, Rational(2 * c)}) {
    if (m == 0 || !is_inverse_root_two(k / m)) continue;
    const Id gelu = apply(scale(w, m), {ActivationLayer{Activation::gelu, 0}}, where);
    return scale(gelu, 2 * c * factor * shift / m);
  }
  return std::nullopt;
}

}  // namespace narrows::io
