#include "plot/approximate.hpp"

#include <cmath>
#include <numbers>

namespace narrows::plot {
namespace {

std::vector<double> middles(const std::vector<Interval>& enclosures) {
  std::vector<double> result;
  result.reserve(enclosures.size());
  for (const Interval& x : enclosures) result.push_back(midpoint(x));
  return result;
}

CompiledLayer<double> middle_of(const CompiledLayer<Interval>& layer) {
  CompiledLayer<double> result;
  result.kind = layer.kind;
  result.rows = layer.rows;
  result.cols = layer.cols;
  result.weight = middles(layer.weight);
  result.bias = middles(layer.bias);
  result.function = {layer.function.kind, midpoint(layer.function.alpha)};
  result.skip = midpoint(layer.skip);
  result.residual = midpoint(layer.residual);
  for (const auto& inner : layer.branch) result.branch.push_back(middle_of(inner));
  return result;
}

double activate_approx(const ActivationFunction<double>& f, double x) {
  switch (f.kind) {
    case Activation::tanh: return std::tanh(x);
    case Activation::sigmoid: return 1 / (1 + std::exp(-x));
    case Activation::softplus: return std::fmax(x, 0) + std::log1p(std::exp(-std::fabs(x)));
    case Activation::arctan: return std::atan(x);
    case Activation::sin: return std::sin(x);
    case Activation::silu: return x / (1 + std::exp(-x));
    case Activation::gelu: return x * (1 + std::erf(x / std::numbers::sqrt2)) / 2;
    case Activation::elu: return x > 0 ? x : f.alpha * std::expm1(x);
    case Activation::relu: return std::fmax(x, 0);
    case Activation::leaky_relu: return x > 0 ? x : f.alpha * x;
    case Activation::identity: break;
  }
  return x;
}

void apply(const CompiledLayer<double>& layer, std::vector<double>& h) {
  switch (layer.kind) {
    case LayerKind::affine: {
      std::vector<double> image = layer.bias;
      for (std::size_t i = 0; i < layer.rows; ++i)
        for (std::size_t j = 0; j < layer.cols; ++j) image[i] += layer.weight[i * layer.cols + j] * h[j];
      h = std::move(image);
      return;
    }
    case LayerKind::activation:
      for (double& x : h) x = activate_approx(layer.function, x);
      return;
    case LayerKind::diagonal:
      for (std::size_t i = 0; i < h.size(); ++i) h[i] = h[i] * layer.weight[i] + layer.bias[i];
      return;
    case LayerKind::residual: break;
  }
  std::vector<double> inner = h;
  for (const auto& part : layer.branch) apply(part, inner);
  for (std::size_t i = 0; i < h.size(); ++i) h[i] = h[i] * layer.skip + inner[i] * layer.residual;
}

std::vector<double> branch_of(const CompiledLayer<double>& block, std::vector<double> h) {
  for (const auto& part : block.branch) apply(part, h);
  return h;
}

/// y + t·k.
std::vector<double> moved(std::vector<double> y, double t, const std::vector<double>& k) {
  for (std::size_t i = 0; i < y.size(); ++i) y[i] += t * k[i];
  return y;
}

std::vector<double> flowed(const CompiledLayer<double>& block, std::vector<double> y) {
  constexpr int steps = 8;
  const double t = block.residual / block.skip / steps;
  for (int step = 0; step < steps; ++step) {
    const auto k1 = branch_of(block, y), k2 = branch_of(block, moved(y, t / 2, k1)), k3 = branch_of(block, moved(y, t / 2, k2)), k4 = branch_of(block, moved(y, t, k3));
    for (std::size_t i = 0; i < y.size(); ++i) y[i] += t / 6 * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]);
  }
  for (double& entry : y) entry *= block.skip;
  return y;
}

}  // namespace

CompiledChain<double> compile_approx(const Chain& chain) {
  CompiledChain<double> result{chain.input_dim, {}, chain.widths};
  for (const auto& layer : compile(chain).layers) result.layers.push_back(middle_of(layer));
  return result;
}

double value_approx(const CompiledChain<double>& chain, std::span<const double> x) {
  std::vector<double> h(x.begin(), x.end());
  for (const auto& layer : chain.layers) apply(layer, h);
  return h[0];
}

double difference_from_limit_approx(const CompiledChain<double>& chain, bool ode, std::span<const double> x) {
  std::vector<double> h(x.begin(), x.end()), limit = h;
  for (const auto& layer : chain.layers) {
    apply(layer, h);
    if (layer.kind != LayerKind::residual) {
      apply(layer, limit);
    } else if (ode) {
      limit = flowed(layer, std::move(limit));
    } else {
      limit = branch_of(layer, std::move(limit));
      for (double& entry : limit) entry *= layer.residual;
    }
  }
  return h[0] - limit[0];
}

}  // namespace narrows::plot
