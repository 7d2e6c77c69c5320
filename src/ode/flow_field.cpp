#include "ode/flow_field.hpp"

#include <algorithm>
#include <cmath>

namespace narrows {
namespace {

using Compiled = CompiledLayer<Interval>;

/// rows·x + bias over Taylor models; without bias for derivatives.
std::vector<TaylorModel> affine_image(const Compiled& layer, const TaylorAlgebra& algebra,
                                      const std::vector<TaylorModel>& x, bool bias) {
  std::vector<TaylorModel> result;
  for (std::size_t i = 0; i < layer.rows; ++i) {
    TaylorModel sum = algebra.constant(bias ? layer.bias[i] : Interval(0.0));
    for (std::size_t j = 0; j < layer.cols; ++j) {
      const Interval& weight = layer.weight[i * layer.cols + j];
      if (weight.lower() != 0 || weight.upper() != 0) algebra.accumulate(&sum, weight, x[j]);
    }
    result.push_back(std::move(sum));
  }
  return result;
}

std::vector<std::vector<TaylorModel>> affine_derivative(const Compiled& layer, const TaylorAlgebra& algebra,
                                                        const std::vector<std::vector<TaylorModel>>& x) {
  const std::size_t columns = x.front().size();
  std::vector<std::vector<TaylorModel>> result(layer.rows);
  for (std::size_t k = 0; k < columns; ++k) {
    std::vector<TaylorModel> column;
    for (const auto& row : x) column.push_back(row[k]);
    column = affine_image(layer, algebra, column, false);
    for (std::size_t i = 0; i < layer.rows; ++i) result[i].push_back(std::move(column[i]));
  }
  return result;
}

/// The image under an affine or diagonal layer.
TaylorImage linear_image(const Compiled& layer, const TaylorAlgebra& algebra, const TaylorImage& x) {
  TaylorImage result;
  if (layer.kind == LayerKind::affine) {
    result.value = affine_image(layer, algebra, x.value, true);
    if (!x.derivative.empty()) result.derivative = affine_derivative(layer, algebra, x.derivative);
    return result;
  }
  result = x;
  for (std::size_t i = 0; i < x.value.size(); ++i)
    result.value[i] =
        algebra.add(algebra.scale(x.value[i], layer.weight[i]), algebra.constant(layer.bias[i]));
  for (std::size_t i = 0; i < x.derivative.size(); ++i)
    for (TaylorModel& entry : result.derivative[i]) entry = algebra.scale(entry, layer.weight[i]);
  return result;
}

/// Values over a box, and for each neuron v: ∇v, >= Σ_j |∂_j v| and >= Σ_jk |∂_jk v|.
struct BoxPass {
  std::vector<Interval> value;
  DenseMatrix<Interval> jacobian;
  std::vector<double> curvature;
};

std::vector<Compiled> compiled(const std::vector<Layer>& layers, std::size_t dim) {
  Chain chain;
  chain.input_dim = dim;
  chain.layers = layers;
  return compile(chain).layers;
}

double row_sum_upper(const DenseMatrix<Interval>& a, std::size_t i) {
  double sum = 0;
  for (std::size_t j = 0; j < a.cols; ++j) sum = add_upper(sum, magnitude(a.at(i, j)));
  return sum;
}

/// Sums of products with weights, one row of an affine layer.
void affine_bounds(const Compiled& layer, BoxPass* pass) {
  const std::size_t columns = pass->jacobian.cols;
  BoxPass next{std::vector<Interval>(layer.rows), DenseMatrix<Interval>(layer.rows, columns),
               std::vector<double>(layer.rows)};
  for (std::size_t i = 0; i < layer.rows; ++i) {
    next.value[i] = layer.bias[i];
    for (std::size_t j = 0; j < layer.cols; ++j) {
      const Interval& weight = layer.weight[i * layer.cols + j];
      next.value[i] += weight * pass->value[j];
      for (std::size_t k = 0; k < columns; ++k) next.jacobian.at(i, k) += weight * pass->jacobian.at(j, k);
      next.curvature[i] = add_upper(next.curvature[i], mul_upper(magnitude(weight), pass->curvature[j]));
    }
  }
  *pass = std::move(next);
}

/// v ← factor_i v + shift_i, row by row.
void scale_bounds(const Compiled& layer, BoxPass* pass) {
  for (std::size_t i = 0; i < pass->value.size(); ++i) {
    pass->value[i] = pass->value[i] * layer.weight[i] + layer.bias[i];
    for (std::size_t k = 0; k < pass->jacobian.cols; ++k) pass->jacobian.at(i, k) *= layer.weight[i];
    pass->curvature[i] = mul_upper(pass->curvature[i], magnitude(layer.weight[i]));
  }
}

/// |D²σ(v)| <= |σ''| |∇v|² + |σ'| |D²v|.
void activation_bounds(const Compiled& layer, BoxPass* pass) {
  for (std::size_t i = 0; i < pass->value.size(); ++i) {
    const Jet<Interval> jet = jet_over(layer.function, pass->value[i]);
    const double gradient = row_sum_upper(pass->jacobian, i);
    pass->curvature[i] = add_upper(mul_upper(magnitude(jet[2]), mul_upper(gradient, gradient)),
                                   mul_upper(magnitude(jet[1]), pass->curvature[i]));
    for (std::size_t k = 0; k < pass->jacobian.cols; ++k) pass->jacobian.at(i, k) *= jet[1];
    pass->value[i] = jet[0];
  }
}

void run_bounds(const std::vector<Compiled>& layers, BoxPass* pass) {
  for (const Compiled& layer : layers) {
    switch (layer.kind) {
      case LayerKind::affine:
        affine_bounds(layer, pass);
        break;
      case LayerKind::diagonal:
        scale_bounds(layer, pass);
        break;
      case LayerKind::activation:
        activation_bounds(layer, pass);
        break;
      case LayerKind::residual: {
        BoxPass branch = *pass;
        run_bounds(layer.branch, &branch);
        for (std::size_t i = 0; i < pass->value.size(); ++i) {
          pass->value[i] = pass->value[i] * layer.skip + branch.value[i] * layer.residual;
          for (std::size_t k = 0; k < pass->jacobian.cols; ++k)
            pass->jacobian.at(i, k) =
                pass->jacobian.at(i, k) * layer.skip + branch.jacobian.at(i, k) * layer.residual;
          pass->curvature[i] = add_upper(mul_upper(pass->curvature[i], magnitude(layer.skip)),
                                         mul_upper(branch.curvature[i], magnitude(layer.residual)));
        }
        break;
      }
    }
  }
}

}  // namespace

FlowField::FlowField(const std::vector<Layer>& layers, std::size_t dim)
    : dim_(dim), layers_(compiled(layers, dim)) {}

FlowField::FlowField(const std::vector<Layer>& layers, const std::vector<Layer>& to, std::size_t dim,
                     const Rational& arc)
    : dim_(dim), layers_(compiled(layers, dim)), rate_(enclose(Rational(1 / arc))), arc_(arc) {
  if (&layers == &to) return;
  change_ = compiled(to, dim);
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    for (std::size_t k = 0; k < layers_[l].weight.size(); ++k)
      change_[l].weight[k] = change_[l].weight[k] - layers_[l].weight[k];
    for (std::size_t k = 0; k < layers_[l].bias.size(); ++k)
      change_[l].bias[k] = change_[l].bias[k] - layers_[l].bias[k];
  }
}

void FlowField::set_start(const Rational& elapsed) {
  share_ = enclose(Rational(elapsed / arc_));
}

TaylorImage FlowField::image(const TaylorAlgebra& algebra, const std::vector<TaylorModel>& state,
                             bool derivative, double tolerance) {
  TaylorImage image{state, {}};
  if (derivative) {
    image.derivative.resize(dim_);
    for (std::size_t i = 0; i < dim_; ++i)
      for (std::size_t j = 0; j < dim_; ++j)
        image.derivative[i].push_back(algebra.constant(i == j ? 1.0 : 0.0));
  }
  run(layers_, algebra, tolerance, &image);
  return image;
}

void FlowField::run(const Layers& layers, const TaylorAlgebra& algebra, double tolerance,
                    TaylorImage* image) {
  const bool moves = &layers == &layers_ && !change_.empty();
  for (std::size_t l = 0; l < layers.size(); ++l) {
    const Compiled& layer = layers[l];
    switch (layer.kind) {
      case LayerKind::affine:
      case LayerKind::diagonal: {
        TaylorImage next = linear_image(layer, algebra, *image);
        if (moves) move(change_[l], algebra, *image, &next);
        *image = std::move(next);
        break;
      }
      case LayerKind::activation:
        activate(layer, algebra, tolerance, image);
        break;
      case LayerKind::residual:
        run_residual(layer, algebra, tolerance, image);
        break;
    }
  }
}

/// Adds λ·(ΔW x + Δb).
void FlowField::move(const CompiledLayer<Interval>& change, const TaylorAlgebra& algebra,
                     const TaylorImage& before, TaylorImage* image) const {
  const TaylorModel lambda = algebra.time(share_, rate_);
  const TaylorImage moved = linear_image(change, algebra, before);
  for (std::size_t i = 0; i < moved.value.size(); ++i)
    algebra.accumulate(&image->value[i], 1.0, algebra.multiply(lambda, moved.value[i]));
  for (std::size_t i = 0; i < moved.derivative.size(); ++i)
    for (std::size_t j = 0; j < moved.derivative[i].size(); ++j)
      algebra.accumulate(&image->derivative[i][j], 1.0, algebra.multiply(lambda, moved.derivative[i][j]));
}

void FlowField::run_residual(const CompiledLayer<Interval>& layer, const TaylorAlgebra& algebra,
                             double tolerance, TaylorImage* image) {
  TaylorImage branch = *image;
  run(layer.branch, algebra, tolerance, &branch);
  for (std::size_t i = 0; i < image->value.size(); ++i)
    image->value[i] = algebra.add(algebra.scale(image->value[i], layer.skip),
                                  algebra.scale(branch.value[i], layer.residual));
  for (std::size_t i = 0; i < image->derivative.size(); ++i)
    for (std::size_t j = 0; j < image->derivative[i].size(); ++j)
      image->derivative[i][j] = algebra.add(algebra.scale(image->derivative[i][j], layer.skip),
                                            algebra.scale(branch.derivative[i][j], layer.residual));
}

void FlowField::activate(const CompiledLayer<Interval>& layer, const TaylorAlgebra& algebra, double tolerance,
                         TaylorImage* image) {
  for (std::size_t i = 0; i < image->value.size(); ++i) {
    const TaylorModel u = image->value[i];
    const ActivationSeries& sigma = series(layer, i, u.c[0]);
    image->value[i] = algebra.compose(sigma, 0, u, tolerance);
    if (image->derivative.empty()) continue;
    const TaylorModel slope = algebra.compose(sigma, 1, u, tolerance);
    for (TaylorModel& entry : image->derivative[i]) entry = algebra.multiply(slope, entry);
  }
}

const ActivationSeries& FlowField::series(const CompiledLayer<Interval>& layer, std::size_t neuron,
                                          double centre) {
  const auto place = std::make_pair(&layer, neuron);
  const auto found = series_.find(place);
  if (found != series_.end() && found->second.centre() == centre) return found->second;
  return series_.insert_or_assign(place, ActivationSeries(layer.function, centre)).first->second;
}

FieldBounds FlowField::bounds(const std::vector<Interval>& box, double duration) const {
  BoxPass pass{box, DenseMatrix<Interval>(dim_, dim_), std::vector<double>(dim_)};
  for (std::size_t i = 0; i < dim_; ++i) pass.jacobian.at(i, i) = 1.0;
  if (change_.empty()) {
    run_bounds(layers_, &pass);
  } else {
    const Interval lambda = share_ + rate_ * Interval(0, duration);
    Layers moved = layers_;
    for (std::size_t l = 0; l < moved.size(); ++l) {
      for (std::size_t k = 0; k < moved[l].weight.size(); ++k)
        moved[l].weight[k] += lambda * change_[l].weight[k];
      for (std::size_t k = 0; k < moved[l].bias.size(); ++k) moved[l].bias[k] += lambda * change_[l].bias[k];
    }
    run_bounds(moved, &pass);
  }
  FieldBounds result{pass.jacobian, lognorm_upper(pass.jacobian), 0};
  for (const double curvature : pass.curvature) {
    if (!(curvature < kInfinity)) return {pass.jacobian, result.lognorm, kInfinity};
    result.curvature = std::max(result.curvature, curvature);
  }
  return result;
}

double lognorm_upper(const DenseMatrix<Interval>& a) {
  double largest = -kInfinity;
  for (std::size_t i = 0; i < a.rows; ++i) {
    double sum = a.at(i, i).upper();
    for (std::size_t j = 0; j < a.cols; ++j)
      if (j != i) sum = next_up(sum + magnitude(a.at(i, j)));
    if (!(sum < kInfinity)) return kInfinity;
    largest = std::max(largest, sum);
  }
  return largest;
}

}  // namespace narrows
