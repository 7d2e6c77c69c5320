#include "critical/reduction.hpp"

#include "arith/elementary.hpp"
#include "arith/rational_matrix.hpp"

namespace narrows {
namespace {

// A⁻¹ by Cramer's rule in exact rationals, each entry then enclosed.
std::vector<Interval> inverse_enclosure(const AffineLayer& affine) {
  const std::size_t n = affine.rows;
  RationalMatrix a(n, n);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) a.at(i, j) = affine.weight[i * n + j];
  const Rational det = determinant_exact(a);
  std::vector<Interval> inverse;
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) {
      RationalMatrix replaced = a;  // column i replaced by the unit vector e_j
      for (std::size_t k = 0; k < n; ++k) replaced.at(k, i) = k == j ? 1 : 0;
      inverse.push_back(enclose(Rational(determinant_exact(replaced) / det)));
    }
  return inverse;
}

// σ⁻¹ at an end of the cube's side: ±∞ at the boundary and beyond. tanh: (log1p(h) − log1p(−h))/2; logit likewise.
Interval inverse_activation(Activation function, const Interval& h) {
  const double low = function == Activation::tanh ? -1 : 0;
  const auto at = [&](double end) -> Interval {
    if (end <= low) return {-kInfinity, -DBL_MAX};
    if (end >= 1) return {DBL_MAX, kInfinity};
    const Interval x(end);
    if (function == Activation::tanh) return Interval(0.5) * (log1p(x) - log1p(-x));
    return log1p(x - Interval(1.0)) - log1p(-x);
  };
  return {at(h.lower()).lower(), at(h.upper()).upper()};
}

}  // namespace

std::vector<Interval> Reduction::preimage(const std::vector<Interval>& box) const {
  const std::size_t n = box.size();
  std::vector<Interval> z, x;
  for (std::size_t i = 0; i < n; ++i) z.push_back(inverse_activation(function, box[i]) - bias[i]);
  for (std::size_t i = 0; i < n; ++i) {
    Interval sum = 0.0;
    for (std::size_t j = 0; j < n; ++j) sum = sum + inverse[i * n + j] * z[j];
    x.push_back(sum);
  }
  return x;
}

std::optional<Reduction> find_reduction(const Problem& problem) {
  if (problem.depth() <= Reduction::kDroppedLayers || problem.chain.widths[1] != problem.chain.input_dim) return std::nullopt;
  const auto* affine = std::get_if<AffineLayer>(&problem.chain.layers[0].value);
  const auto* activation = std::get_if<ActivationLayer>(&problem.chain.layers[1].value);
  if (!affine || !activation || !problem.regular_everywhere(0)) return std::nullopt;
  if (activation->function != Activation::tanh && activation->function != Activation::sigmoid) return std::nullopt;
  Reduction reduction;
  reduction.function = activation->function;
  const double low = reduction.function == Activation::tanh ? -1 : 0;
  reduction.cube.assign(problem.chain.input_dim, Interval(low, 1.0));
  reduction.inverse = inverse_enclosure(*affine);
  reduction.bias = problem.fast.layers[0].bias;
  return reduction;
}

}  // namespace narrows
