#include "network/branch_form.hpp"

#include <algorithm>
#include <cassert>
#include <optional>
#include <utility>

namespace narrows {
namespace {

/// The maps between activations, each the product of the matrices that `matrix_of` gives for its layers.
template <class T, class MatrixOf>
std::vector<DenseMatrix<T>> collapse(const ResidualLayer& layer, std::size_t input_dim, MatrixOf matrix_of) {
  std::vector<DenseMatrix<T>> maps;
  std::optional<DenseMatrix<T>> current;  // nothing: the identity
  std::size_t width = input_dim;
  const auto finish = [&] {
    maps.push_back(current ? *std::move(current) : identity_matrix<T>(width));
    current.reset();
  };
  for (const Layer& step : layer.branch) {
    if (std::holds_alternative<ActivationLayer>(step.value)) {
      finish();
      continue;
    }
    DenseMatrix<T> m = matrix_of(step);
    current = current ? product(m, *current) : std::move(m);
    width = output_dim(step, width);
  }
  finish();
  return maps;
}

}  // namespace

std::vector<BranchActivation> branch_activations(const ResidualLayer& layer, std::size_t input_dim) {
  std::vector<BranchActivation> found;
  std::size_t width = input_dim;
  for (const Layer& step : layer.branch) {
    if (const auto* activation = std::get_if<ActivationLayer>(&step.value))
      found.push_back({*activation, width});
    width = output_dim(step, width);
  }
  return found;
}

bool has_batch_norm(const ResidualLayer& layer) {
  return std::any_of(layer.branch.begin(), layer.branch.end(),
                     [](const Layer& step) { return std::holds_alternative<BatchNormLayer>(step.value); });
}

std::vector<RationalMatrix> branch_maps_exact(const ResidualLayer& layer, std::size_t input_dim) {
  return collapse<Rational>(layer, input_dim, [](const Layer& step) {
    const auto* affine = std::get_if<AffineLayer>(&step.value);
    assert(affine != nullptr);
    return RationalMatrix(affine->rows, affine->cols, affine->weight);
  });
}

std::vector<DenseMatrix<BigInterval>> branch_maps(const ResidualLayer& layer, std::size_t input_dim,
                                                  mpfr_prec_t precision) {
  return collapse<BigInterval>(layer, input_dim, [precision](const Layer& step) {
    if (const auto* affine = std::get_if<AffineLayer>(&step.value)) {
      return map_entries<BigInterval>(RationalMatrix(affine->rows, affine->cols, affine->weight),
                                      [&](const Rational& x) { return BigInterval(x, precision); });
    }
    const auto& norm = std::get<BatchNormLayer>(step.value);
    DenseMatrix<BigInterval> diagonal(norm.scale.size(), norm.scale.size());
    for (std::size_t i = 0; i < diagonal.rows; ++i) diagonal.at(i, i) = batch_norm_factor(norm, i, precision);
    return diagonal;
  });
}

std::vector<DenseMatrix<Interval>> branch_maps_interval(const ResidualLayer& layer, std::size_t input_dim) {
  std::vector<DenseMatrix<Interval>> maps;
  if (has_batch_norm(layer)) {
    constexpr mpfr_prec_t kPrecision = 128;  // rounded to double once, at the end
    for (const auto& map : branch_maps(layer, input_dim, kPrecision))
      maps.push_back(map_entries<Interval>(map, [](const BigInterval& x) { return x.to_double(); }));
  } else {
    for (const auto& map : branch_maps_exact(layer, input_dim))
      maps.push_back(map_entries<Interval>(map, [](const Rational& x) { return enclose(x); }));
  }
  return maps;
}

BigInterval batch_norm_factor(const BatchNormLayer& layer, std::size_t i, mpfr_prec_t precision) {
  return BigInterval(layer.scale[i], precision) /
         sqrt(BigInterval(layer.variance[i] + layer.epsilon, precision));
}

}  // namespace narrows
