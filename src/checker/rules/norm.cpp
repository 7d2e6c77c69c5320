// Rule `norm`: |α|·s·‖W̃‖·‖W‖ < 1 in the 1-, ∞- or Frobenius norm makes I + αW̃DW regular for all |D_jj| <= s (T2 (i)).
//
// The 1- and ∞-norms of the diagonal matrix D are max |D_jj|. The Frobenius norm bounds the 2-norm, for which the same
// holds. Norms that are not of this kind (not absolute) prove wrong things.
#include <algorithm>
#include <utility>

#include "checker/rules/rules.hpp"

namespace narrows::checker {
namespace {

/// max_i Σ_j |a_ij|.
Interval row_sum_norm(const IntervalMatrix& a) {
  Interval norm(exact_precision);
  for (std::size_t i = 0; i < a.rows; ++i) {
    Interval sum(exact_precision);
    for (std::size_t j = 0; j < a.cols; ++j) sum = sum + absolute(a.at(i, j));
    widen(norm, sum);
  }
  return norm;
}

Interval frobenius_norm(const IntervalMatrix& a) {
  Interval sum(exact_precision);
  for (const Interval& x : a.entries) sum = sum + square(x);
  return square_root(sum);
}

}  // namespace

std::optional<OneActivationBranch> split_branch(const Layer& layer) {
  if (layer.kind != Layer::Kind::residual || layer.skip == 0) return std::nullopt;
  const auto is_activation = [](const Layer& l) { return l.kind == Layer::Kind::activation; };
  const auto first = std::find_if(layer.branch.begin(), layer.branch.end(), is_activation);
  if (first == layer.branch.end() || std::any_of(first + 1, layer.branch.end(), is_activation)) return std::nullopt;

  const auto apply = [](IntervalMatrix m, const Layer& step) {
    const NumericLayer numeric = enclose(step, exact_precision);
    if (step.kind == Layer::Kind::affine) return product(numeric.weight, m);
    for (std::size_t i = 0; i < m.rows; ++i) {
      for (std::size_t j = 0; j < m.cols; ++j) m.at(i, j) = numeric.factor[i] * m.at(i, j);
    }
    return m;
  };
  OneActivationBranch split{identity_matrix(layer.inputs, exact_precision),
                            identity_matrix(first->outputs, exact_precision), first->activation,
                            enclose(layer.residual / layer.skip, exact_precision)};
  for (auto step = layer.branch.begin(); step != first; ++step) split.before = apply(std::move(split.before), *step);
  for (auto step = first + 1; step != layer.branch.end(); ++step) split.after = apply(std::move(split.after), *step);
  return split;
}

TestResult test_norm(const Layer& layer, Smoothness) {
  const auto split = split_branch(layer);
  if (!split) return TestResult::inapplicable;
  const Interval s = absolute(slope_bounds(split->activation, exact_precision));
  const Interval factor = absolute(split->ratio) * s;
  const auto small = [&](const Interval& after, const Interval& before) {
    return less((factor * after * before).hi, Real(1.0, exact_precision));
  };
  const bool proved = small(row_sum_norm(split->after), row_sum_norm(split->before)) ||
                      small(row_sum_norm(transpose(split->after)), row_sum_norm(transpose(split->before))) ||
                      small(frobenius_norm(split->after), frobenius_norm(split->before));
  return proved ? TestResult::proved : TestResult::not_proved;
}

}  // namespace narrows::checker
