#include "levelset/float_chain.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

namespace narrows {
namespace {

struct ValueAndSlope {
  double value, slope;
};

ValueAndSlope activate_approx(Activation function, double alpha, double x) {
  const auto logistic = [](double t) { return 1 / (1 + std::exp(-t)); };
  switch (function) {
    case Activation::tanh: {
      const double t = std::tanh(x);
      return {t, 1 - t * t};
    }
    case Activation::sigmoid: {
      const double g = logistic(x);
      return {g, g * (1 - g)};
    }
    case Activation::softplus:
      return {std::fmax(x, 0) + std::log1p(std::exp(-std::fabs(x))), logistic(x)};
    case Activation::arctan:
      return {std::atan(x), 1 / (1 + x * x)};
    case Activation::sin:
      return {std::sin(x), std::cos(x)};
    case Activation::silu: {
      const double g = logistic(x);
      return {x * g, g + x * g * (1 - g)};
    }
    case Activation::gelu: {
      const double cdf = 0.5 * (1 + std::erf(x / std::numbers::sqrt2)),
                   density = std::exp(-0.5 * x * x) / std::sqrt(2 * std::numbers::pi);
      return {x * cdf, cdf + x * density};
    }
    case Activation::elu:
      return x > 0 ? ValueAndSlope{x, 1} : ValueAndSlope{alpha * std::expm1(x), alpha * std::exp(x)};
    case Activation::relu:
      return {std::fmax(x, 0), x > 0 ? 1.0 : 0.0};
    case Activation::leaky_relu:
      return {x > 0 ? x : alpha * x, x > 0 ? 1 : alpha};
    case Activation::identity:
      break;
  }
  return {x, 1};
}

/// Solves the symmetric positive definite system a·v = b in place by elimination without pivots; n small.
void solve(std::vector<double>* a, std::vector<double>* b, std::size_t n) {
  for (std::size_t k = 0; k < n; ++k)
    for (std::size_t i = k + 1; i < n; ++i) {
      const double factor = (*a)[i * n + k] / (*a)[k * n + k];
      for (std::size_t j = k; j < n; ++j) (*a)[i * n + j] -= factor * (*a)[k * n + j];
      (*b)[i] -= factor * (*b)[k];
    }
  for (std::size_t k = n; k-- > 0;) {
    for (std::size_t j = k + 1; j < n; ++j) (*b)[k] -= (*a)[k * n + j] * (*b)[j];
    (*b)[k] /= (*a)[k * n + k];
  }
}

}  // namespace

FloatChain::FloatLayer FloatChain::middle_of(const CompiledLayer<Interval>& layer) {
  FloatLayer result;
  result.kind = layer.kind;
  result.rows = layer.rows;
  result.cols = layer.cols;
  for (const Interval& w : layer.weight) result.weight.push_back(midpoint(w));
  for (const Interval& b : layer.bias) result.bias.push_back(midpoint(b));
  result.function = layer.function.kind;
  result.alpha = midpoint(layer.function.alpha);
  result.skip = midpoint(layer.skip);
  result.residual = midpoint(layer.residual);
  for (const auto& inner : layer.branch) result.branch.push_back(middle_of(inner));
  return result;
}

FloatChain::FloatChain(const Chain& chain) : dim_(chain.input_dim) {
  for (const auto& layer : compile(chain).layers) layers_.push_back(middle_of(layer));
}

void FloatChain::apply(const FloatLayer& layer, std::size_t block, std::vector<double>* h) {
  switch (layer.kind) {
    case LayerKind::affine: {
      std::vector<double> image(layer.rows * block, 0.0);
      for (std::size_t i = 0; i < layer.rows; ++i) {
        image[i * block] = layer.bias[i];
        for (std::size_t j = 0; j < layer.cols; ++j)
          for (std::size_t k = 0; k < block; ++k)
            image[i * block + k] += layer.weight[i * layer.cols + j] * (*h)[j * block + k];
      }
      *h = std::move(image);
      return;
    }
    case LayerKind::activation:
      for (std::size_t at = 0; at < h->size(); at += block) {
        const ValueAndSlope y = activate_approx(layer.function, layer.alpha, (*h)[at]);
        (*h)[at] = y.value;
        for (std::size_t k = 1; k < block; ++k) (*h)[at + k] *= y.slope;
      }
      return;
    case LayerKind::diagonal:
      for (std::size_t i = 0; i < h->size(); ++i) (*h)[i] *= layer.weight[i / block];
      for (std::size_t i = 0; i * block < h->size(); ++i) (*h)[i * block] += layer.bias[i];
      return;
    case LayerKind::residual:
      break;
  }
  std::vector<double> inner = *h;
  for (const FloatLayer& part : layer.branch) apply(part, block, &inner);
  for (std::size_t i = 0; i < h->size(); ++i) (*h)[i] = (*h)[i] * layer.skip + inner[i] * layer.residual;
}

double FloatChain::value_approx(std::span<const double> x) const {
  std::vector<double> h(x.begin(), x.end());
  for (const FloatLayer& layer : layers_) apply(layer, 1, &h);
  return h[0];
}

double FloatChain::least_on_line(std::span<const double> a, std::span<const double> r, double end,
                                 int samples, double sign) const {
  double least = std::numeric_limits<double>::infinity();
  std::vector<double> x(a.size());
  for (int s = 0; s <= samples; ++s) {
    for (std::size_t i = 0; i < a.size(); ++i) x[i] = a[i] + end * s / samples * r[i];
    const double value = sign * value_approx(x);
    if (!(value >= least)) least = value;
  }
  return least;
}

std::vector<double> FloatChain::uphill_direction(std::span<const double> x) const {
  const std::size_t d = dim_, block = d + 1;
  std::vector<double> h(d * block, 0.0);
  for (std::size_t i = 0; i < d; ++i) {
    h[i * block] = x[i];
    h[i * block + 1 + i] = 1;
  }
  for (std::size_t l = 0; l + 1 < layers_.size(); ++l) apply(layers_[l], block, &h);
  const std::vector<double>& w = layers_.back().weight;
  std::vector<double> normal(d * d, 0.0), right(d, 0.0);
  for (std::size_t m = 0; m < w.size(); ++m)
    for (std::size_t i = 0; i < d; ++i) {
      right[i] += w[m] * h[m * block + 1 + i];
      for (std::size_t j = 0; j < d; ++j) normal[i * d + j] += h[m * block + 1 + i] * h[m * block + 1 + j];
    }
  double trace = 0;
  for (std::size_t i = 0; i < d; ++i) trace += normal[i * d + i];
  for (std::size_t i = 0; i < d; ++i) normal[i * d + i] += 1e-13 * trace;
  solve(&normal, &right, d);
  double square = 0;
  for (const double v : right) square += v * v;
  const double length = std::sqrt(square);
  if (!(length > 0) || !std::isfinite(length)) return {};
  for (double& v : right) v /= length;
  return right;
}

}  // namespace narrows
