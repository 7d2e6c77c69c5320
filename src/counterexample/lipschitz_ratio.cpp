#include "counterexample/lipschitz_ratio.hpp"

#include <cmath>

#include "network/branch_form.hpp"

namespace narrows {
namespace {

/// At most sup |σ'|.
Rational largest_slope_lower(Activation function) {
  return function == Activation::sigmoid ? Rational(1) / 4 : Rational(1);
}

double nearest(const Rational& x) {
  return mpq_get_d(x.backend().data());
}

/// A vector that A stretches about as much as any, by power iteration.
std::vector<Rational> stretched_vector(const RationalMatrix& a) {
  std::vector<double> v(a.cols);
  for (std::size_t j = 0; j < a.cols; ++j) v[j] = 1 + 0.1 * static_cast<double>(j);
  for (int step = 0; step < 60; ++step) {
    std::vector<double> image(a.rows), next(a.cols);
    for (std::size_t i = 0; i < a.rows; ++i)
      for (std::size_t j = 0; j < a.cols; ++j) image[i] += nearest(a.at(i, j)) * v[j];
    double length = 0;
    for (std::size_t j = 0; j < a.cols; ++j) {
      for (std::size_t i = 0; i < a.rows; ++i) next[j] += nearest(a.at(i, j)) * image[i];
      length += next[j] * next[j];
    }
    if (!(length > 0)) break;
    for (std::size_t j = 0; j < a.cols; ++j) v[j] = next[j] / std::sqrt(length);
  }
  std::vector<Rational> exact;
  for (const double entry : v) exact.push_back(rational_exact(entry));
  return exact;
}

/// At most ‖A‖₂².
Rational squared_norm_lower(const RationalMatrix& a) {
  const std::vector<Rational> v = stretched_vector(a);
  Rational above = 0, below = 0;
  for (std::size_t i = 0; i < a.rows; ++i) {
    Rational entry = 0;
    for (std::size_t j = 0; j < a.cols; ++j) entry += a.at(i, j) * v[j];
    above += entry * entry;
  }
  for (const Rational& entry : v) below += entry * entry;
  return below > 0 ? above / below : Rational(0);
}

}  // namespace

bool exceeds_lipschitz_ratio(const Network& network) {
  for (const Layer& layer : network.layers) {
    const auto* block = std::get_if<ResidualLayer>(&layer.value);
    if (block == nullptr) continue;
    const auto maps = branch_maps_exact(*block, network.input_dim);
    const Rational slope =
        largest_slope_lower(branch_activations(*block, network.input_dim).front().function.function);
    const Rational factor = block->residual / block->skip * slope;
    if (!(factor * factor * squared_norm_lower(maps[0]) * squared_norm_lower(maps[1]) > 1)) return false;
  }
  return true;
}

}  // namespace narrows
