#include "critical/branch_doubles.hpp"

#include <cmath>
#include <utility>

namespace narrows {
namespace {

/// Rounded, with a relative error of at most 2^-52; NaN where that is not certain.
double rounded(const Rational& x) {
  const double d = mpq_get_d(x.backend().data());  // truncates
  if (x == 0 || (std::fabs(d) > 1e-290 && std::fabs(d) < 1e290)) return d;
  return std::nan("");
}

double middle_of(const Interval& x) {
  const double m = midpoint(x);
  if (x.lower() == 0 && x.upper() == 0) return 0;
  const bool thin = std::fabs(m) > 1e-290 && std::fabs(m) < 1e290 && radius_upper(x, m) <= 0.5 * BranchDoubles::kEntryError * std::fabs(m);
  return thin ? m : std::nan("");
}

bool is_finite_matrix(const DenseMatrix<double>& a) {
  for (const double x : a.entries)
    if (!std::isfinite(x)) return false;
  return true;
}

/// One affine layer at most between activations, no batch_norm: no product is needed.
bool is_plain(const ResidualLayer& layer) {
  bool after_affine = false;
  for (const Layer& step : layer.branch) {
    const bool affine = std::holds_alternative<AffineLayer>(step.value);
    if (std::holds_alternative<BatchNormLayer>(step.value) || (affine && after_affine)) return false;
    after_affine = affine;
  }
  return true;
}

}  // namespace

std::optional<BranchDoubles> branch_doubles(const ResidualLayer& layer, std::size_t input_dim) {
  BranchDoubles result;
  if (!is_plain(layer)) {
    for (const auto& map : branch_maps_interval(layer, input_dim)) {
      result.maps.push_back(map_entries<double>(map, middle_of));
      result.is_identity.push_back(0);
    }
  } else {
    std::size_t width = input_dim;
    const AffineLayer* pending = nullptr;
    const auto finish = [&] {
      result.is_identity.push_back(pending == nullptr ? 1 : 0);
      if (pending == nullptr)
        result.maps.push_back(identity_matrix<double>(width));
      else
        result.maps.push_back(map_entries<double>(RationalMatrix(pending->rows, pending->cols, pending->weight), rounded));
      pending = nullptr;
    };
    for (const Layer& step : layer.branch) {
      if (std::holds_alternative<ActivationLayer>(step.value)) finish();
      if (const auto* affine = std::get_if<AffineLayer>(&step.value)) pending = affine;
      width = output_dim(step, width);
    }
    finish();
  }
  for (const auto& map : result.maps)
    if (!is_finite_matrix(map)) return std::nullopt;
  return result;
}

}  // namespace narrows
