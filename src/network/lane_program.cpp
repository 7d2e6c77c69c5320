#include "network/lane_program.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "arith/small_matrix.hpp"
#include "network/layer_determinant.hpp"

namespace narrows {

class LaneProgramBuilder {
 public:
  std::optional<LaneProgram> build(const CompiledChain<Interval>& chain, const std::vector<bool>& regular_everywhere, std::size_t first,
                                   bool free_factors) {
    LaneChain& result = program_.chain_;
    result.free_factors = free_factors;
    result.input_dim = chain.input_dim;
    result.first = first;
    result.depth = chain.layers.size();
    std::vector<LaneLayer> layers;
    for (std::size_t l = 0; l < chain.layers.size(); ++l) {
      LaneLayer layer = translate(chain.layers[l], chain.widths[l]);
      layer.regular_everywhere = regular_everywhere[l];
      if (layer.kind == LaneKind::residual && free_factors)
        add_minor_sums(chain.layers[l], &layer);
      else if (layer.kind == LaneKind::residual && !layer.regular_everywhere)
        add_determinant(chain.layers[l], &layer);
      layers.push_back(layer);
    }
    result.layers = keep(std::move(layers));
    result.slope_count = slopes_;
    result.widest = widest_;
    if (!supported_) return std::nullopt;
    return std::move(program_);
  }

 private:
  LaneLayer translate(const CompiledLayer<Interval>& layer, std::size_t width) {
    LaneLayer result;
    result.cols = result.rows = width;
    switch (layer.kind) {
      case LayerKind::affine:
        result.kind = LaneKind::affine;
        result.rows = layer.rows;
        break;
      case LayerKind::diagonal: result.kind = LaneKind::diagonal; break;
      case LayerKind::activation: add_activation(layer, &result); break;
      case LayerKind::residual: add_branch(layer, &result); break;
    }
    if (layer.kind == LayerKind::affine || layer.kind == LayerKind::diagonal) {
      split(layer.weight, &result.weight, &result.weight_radius);
      split(layer.bias, &result.bias, &result.bias_radius);
    }
    widest_ = std::max({widest_, result.rows, result.cols});
    return result;
  }

  void add_activation(const CompiledLayer<Interval>& layer, LaneLayer* result) {
    result->kind = LaneKind::activation;
    result->first_slope = slopes_;
    result->slope_count = result->rows;
    slopes_ += result->rows;
    switch (layer.function.kind) {
      case Activation::tanh: result->function = LaneFunction::tanh; return;
      case Activation::sigmoid: result->function = LaneFunction::sigmoid; return;
      case Activation::softplus: result->function = LaneFunction::softplus; return;
      case Activation::identity: result->function = LaneFunction::identity; return;
      default: supported_ = false;
    }
  }

  void add_branch(const CompiledLayer<Interval>& layer, LaneLayer* result) {
    result->kind = LaneKind::residual;
    result->first_slope = slopes_;
    std::tie(result->skip, result->skip_radius) = split(layer.skip);
    std::tie(result->residual, result->residual_radius) = split(layer.residual);
    std::vector<LaneLayer> branch;
    std::size_t width = result->cols;
    for (const CompiledLayer<Interval>& inner : layer.branch) {
      branch.push_back(translate(inner, width));
      width = branch.back().rows;
    }
    result->slope_count = slopes_ - result->first_slope;
    if (layer.branch.size() > 1) add_basis(layer.branch[0], result);
    result->branch_count = branch.size();
    result->branch = keep(std::move(branch));
  }

  void add_basis(const CompiledLayer<Interval>& first, LaneLayer* result) {
    const std::size_t n = result->cols;
    if (first.kind != LayerKind::affine || first.rows != n) return;
    std::vector<double> middle;
    for (const Interval& w : first.weight) middle.push_back(midpoint(w));
    auto inverse = inverse_approx(std::move(middle), n);
    if (!inverse) return;
    std::vector<Interval> image;
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j) {
        Interval sum = 0.0;
        for (std::size_t k = 0; k < n; ++k) sum += first.weight[i * n + k] * Interval((*inverse)[k * n + j]);
        if (!is_finite(sum)) return;
        image.push_back(sum);
      }
    split(image, &result->basis_image, &result->basis_image_radius);
    result->basis = keep(std::move(*inverse));
  }

  // determinant_error pays for the coefficient's radius and for the roundings of an evaluation, one per slope.
  void add_determinant(const CompiledLayer<Interval>& layer, LaneLayer* result) {
    if (const auto coefficients = layer_determinant(layer, result->cols)) keep_polynomial(*coefficients, *result, &result->determinant, &result->determinant_error);
  }

  // With det(ε I + δ B): e_n is that at (0, 1), and e_1 + e_2 that at (1, 1) less 1 for two columns.
  void add_minor_sums(const CompiledLayer<Interval>& layer, LaneLayer* result) {
    if (result->cols > kMaxFreeColumns || result->skip_radius != 0 || result->residual_radius != 0) return;
    CompiledLayer<Interval> with = layer;
    with.skip = 0.0;
    with.residual = 1.0;
    const auto last = layer_determinant(with, result->cols);
    with.skip = 1.0;
    const auto all = layer_determinant(with, result->cols);
    if (!last || !all) return;
    std::vector<Interval> sums;
    if (result->cols == 2)
      for (std::size_t k = 0; k < all->size(); ++k) sums.push_back((*all)[k] - (*last)[k] - Interval(k == 0 ? 1.0 : 0.0));
    sums.insert(sums.end(), last->begin(), last->end());
    keep_polynomial(sums, *result, &result->minor_sums, &result->minor_sums_error);
  }

  void keep_polynomial(const std::vector<Interval>& coefficients, const LaneLayer& layer, const double** kept, const double** kept_error) {
    const double share = static_cast<double>(layer.slope_count + 2) * 0x1p-53;
    std::vector<double> middle, error;
    for (const Interval& coefficient : coefficients) {
      const auto [m, radius] = split(coefficient);
      if (!std::isfinite(m) || !std::isfinite(radius)) return;
      middle.push_back(m);
      error.push_back(add_upper(radius, mul_upper(std::fabs(m), share)));
    }
    *kept = keep(std::move(middle));
    *kept_error = keep(std::move(error));
  }

  std::pair<double, double> split(const Interval& x) {
    if (!is_finite(x)) supported_ = false;
    const double middle = midpoint(x);
    return {middle, x.lower() == x.upper() ? 0.0 : radius_upper(x, middle)};
  }

  void split(const std::vector<Interval>& numbers, const double** middle, const double** radius) {
    std::vector<double> middles, radii;
    bool exact = true;
    for (const Interval& x : numbers) {
      const auto [m, r] = split(x);
      middles.push_back(m);
      radii.push_back(r);
      exact = exact && r == 0;
    }
    *middle = keep(std::move(middles));
    if (!exact) *radius = keep(std::move(radii));
  }

  const double* keep(std::vector<double> numbers) { return program_.numbers_.emplace_back(std::move(numbers)).data(); }
  const LaneLayer* keep(std::vector<LaneLayer> layers) { return program_.layers_.emplace_back(std::move(layers)).data(); }

  LaneProgram program_;
  std::size_t slopes_ = 0, widest_ = 0;
  bool supported_ = true;
};

std::optional<LaneProgram> make_lane_program(const CompiledChain<Interval>& chain, const std::vector<bool>& regular_everywhere, std::size_t first) {
  return LaneProgramBuilder().build(chain, regular_everywhere, first, false);
}

std::optional<LaneProgram> make_family_program(const CompiledChain<Interval>& chain, const std::vector<bool>& regular_everywhere) {
  return LaneProgramBuilder().build(chain, regular_everywhere, 0, true);
}

}  // namespace narrows
