// Reading the layers off the path from the input to an expression.
#include <algorithm>

#include "base/errors.hpp"
#include "io/expression.hpp"

namespace narrows::io {
namespace {

/// diag(factor)·(layer) + shift, in place.
void merge_diagonal(AffineLayer& layer, const std::vector<Rational>& factor,
                    const std::vector<Rational>& shift) {
  for (std::size_t i = 0; i < layer.rows; ++i) {
    for (std::size_t j = 0; j < layer.cols; ++j) layer.weight[i * layer.cols + j] *= factor[i];
    layer.bias[i] = layer.bias[i] * factor[i] + shift[i];
  }
}

AffineLayer identity_affine(std::size_t n, NumberBudget& budget, const std::string& where) {
  budget.take(n, n, where);
  AffineLayer layer{n, n, std::vector<Rational>(n * n), std::vector<Rational>(n)};
  for (std::size_t i = 0; i < n; ++i) layer.weight[i * n + i] = 1;
  return layer;
}

/// Appends x ↦ diag(factor)·x + shift, merged into an affine layer at the end of `layers` if there is one.
void append_diagonal(std::vector<Layer>& layers, const std::vector<Rational>& factor,
                     const std::vector<Rational>& shift, NumberBudget& budget, const std::string& where) {
  if (layers.empty() || !std::holds_alternative<AffineLayer>(layers.back().value)) {
    layers.push_back({identity_affine(factor.size(), budget, where)});
  }
  merge_diagonal(std::get<AffineLayer>(layers.back().value), factor, shift);
}

}  // namespace

std::vector<Layer> ExpressionGraph::layers(Id e, const std::string& where) const {
  std::vector<Layer> result = path(0, e, where);
  if (result.empty()) result.push_back({ActivationLayer{Activation::identity, 0}});
  return result;
}

std::vector<Layer> ExpressionGraph::path(Id from, Id to, const std::string& where) const {
  std::vector<Id> steps;
  for (Id e = to; e != from; e = nodes_[e].parent) steps.push_back(e);
  std::reverse(steps.begin(), steps.end());
  std::vector<Layer> result;
  for (const Id e : steps) {
    const Node& node = nodes_[e];
    if (const auto* scale = std::get_if<Scale>(&node.value)) {
      append_diagonal(result, std::vector<Rational>(node.width, scale->factor),
                      std::vector<Rational>(node.width), budget_, where);
    } else if (const auto* diagonal = std::get_if<Diagonal>(&node.value)) {
      append_diagonal(result, diagonal->factor, diagonal->shift, budget_, where);
    } else if (const auto* layer = std::get_if<Layer>(&node.value)) {
      result.push_back(*layer);
    } else if (const auto* sum = std::get_if<Sum>(&node.value)) {
      result.push_back({ResidualLayer{sum->skip, sum->residual, path(node.parent, sum->top, where)}});
    } else {
      throw InputError(where, "Erf outside 0.5*x*(1+Erf(x/sqrt(2)))",
                       "Erf can only be read as a part of GELU");
    }
  }
  return result;
}

}  // namespace narrows::io
