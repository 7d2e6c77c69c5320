// Rule `norm`: |α|·s·‖W̃‖·‖W‖ < 1 in the 1-, ∞- or Frobenius norm makes I + αW̃DW regular for all |D_jj| <= s
// (T2 (i)).
//
// The 1- and ∞-norms of the diagonal matrix D are max |D_jj|. The Frobenius norm bounds the 2-norm, for which
// the same holds. Norms that are not of this kind (not absolute) prove wrong things.
#include <algorithm>

#include "checker/rules/rules.hpp"

namespace narrows::checker {
namespace {

/// max_i Σ_j |a_ij|.
Interval row_sum_norm(const IntervalMatrix& a) {
  Interval norm;
  for (std::size_t i = 0; i < a.rows; ++i) {
    Interval sum;
    for (std::size_t j = 0; j < a.cols; ++j) sum = sum + absolute(a.at(i, j));
    norm = hull(norm, sum);
  }
  return norm;
}

Interval frobenius_norm(const IntervalMatrix& a) {
  Interval sum;
  for (const Interval& x : a.entries) sum = sum + square(x);
  return square_root(sum);
}

/// The matrix of a layer without activation.
IntervalMatrix matrix_of(const Layer& layer) {
  const NumericLayer numeric = enclose(layer, exact_precision);
  if (layer.kind == LayerKind::affine) return numeric.weight;
  IntervalMatrix m = identity_matrix<Interval>(layer.inputs);
  for (std::size_t i = 0; i < m.rows; ++i) m.at(i, i) = numeric.scale[i];
  return m;
}

}  // namespace

std::optional<OneActivationBranch> split_branch(const Layer& layer) {
  if (layer.kind != LayerKind::residual || layer.skip == 0) return std::nullopt;
  const auto is_activation = [](const Layer& l) { return l.kind == LayerKind::activation; };
  const auto first = std::find_if(layer.branch.begin(), layer.branch.end(), is_activation);
  if (first == layer.branch.end() || std::any_of(first + 1, layer.branch.end(), is_activation))
    return std::nullopt;
  OneActivationBranch split{identity_matrix<Interval>(layer.inputs),
                            identity_matrix<Interval>(first->outputs), first->activation,
                            enclose(layer.residual / layer.skip, exact_precision),
                            static_cast<std::size_t>(first - layer.branch.begin())};
  const auto begin = layer.branch.begin();
  for (auto step = begin; step != first; ++step)
    split.before = step == begin ? matrix_of(*step) : product(matrix_of(*step), split.before);
  for (auto step = first + 1; step != layer.branch.end(); ++step)
    split.after = step == first + 1 ? matrix_of(*step) : product(matrix_of(*step), split.after);
  return split;
}

TestResult test_norm(const Layer& layer, Smoothness) {
  const auto split = split_branch(layer);
  if (!split) return TestResult::inapplicable;
  const Interval factor = absolute(split->ratio * slope_bounds(split->activation, exact_precision));
  const auto small = [&](const Interval& after, const Interval& before) {
    return less((factor * after * before).hi, Real(1, exact_precision));
  };
  const bool proved = small(row_sum_norm(split->after), row_sum_norm(split->before)) ||
                      small(row_sum_norm(transpose(split->after)), row_sum_norm(transpose(split->before))) ||
                      small(frobenius_norm(split->after), frobenius_norm(split->before));
  return proved ? TestResult::proved : TestResult::not_proved;
}

}  // namespace narrows::checker
