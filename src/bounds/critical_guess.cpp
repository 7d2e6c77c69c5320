#include "bounds/critical_guess.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "arith/small_matrix.hpp"

namespace narrows {
namespace {

constexpr int kSteps = 16, kFollowSteps = 6;
constexpr double kConverged = 1e-9, kLongestStep = 0.7;

/// σ, σ' and σ''.
struct Jet2 {
  double value, slope, curvature;
};

Jet2 jet_approx(Activation f, double alpha, double x) {
  const auto logistic = [](double t) { return 1 / (1 + std::exp(-t)); };
  switch (f) {
    case Activation::tanh: {
      const double t = std::tanh(x), s = 1 - t * t;
      return {t, s, -2 * t * s};
    }
    case Activation::sigmoid: {
      const double g = logistic(x), s = g * (1 - g);
      return {g, s, s * (1 - 2 * g)};
    }
    case Activation::softplus: {
      const double g = logistic(x);
      return {std::fmax(x, 0) + std::log1p(std::exp(-std::fabs(x))), g, g * (1 - g)};
    }
    case Activation::arctan: return {std::atan(x), 1 / (1 + x * x), -2 * x / ((1 + x * x) * (1 + x * x))};
    case Activation::sin: return {std::sin(x), std::cos(x), -std::sin(x)};
    case Activation::silu: {
      const double g = logistic(x), s = g * (1 - g);
      return {x * g, g + x * s, 2 * s + x * s * (1 - 2 * g)};
    }
    case Activation::gelu: {
      const double cdf = 0.5 * (1 + std::erf(x / std::numbers::sqrt2)), density = std::exp(-0.5 * x * x) / std::sqrt(2 * std::numbers::pi);
      return {x * cdf, cdf + x * density, (2 - x * x) * density};
    }
    case Activation::elu: return x > 0 ? Jet2{x, 1, 0} : Jet2{alpha * std::expm1(x), alpha * std::exp(x), alpha * std::exp(x)};
    case Activation::relu: return {std::fmax(x, 0), x > 0 ? 1.0 : 0.0, 0};
    case Activation::leaky_relu: return {x > 0 ? x : alpha * x, x > 0 ? 1 : alpha, 0};
    case Activation::identity: break;
  }
  return {x, 1, 0};
}

double largest(std::span<const double> x) {
  double size = 0;
  for (const double t : x) size = std::fmax(size, std::fabs(t));
  return size;
}

bool all_finite(std::span<const double> x) {
  return std::all_of(x.begin(), x.end(), [](double t) { return std::isfinite(t); });
}

}  // namespace

// Vectors with their derivatives with respect to x: entry i, then its d partial derivatives, in blocks of 1 + d doubles.
struct CriticalGuess::Sweep {
  Sweep(const CriticalGuess& guess, double skip_, double residual_) : skip(skip_), residual(residual_), d(guess.dim_), block(1 + guess.dim_) {}

  double skip, residual;
  std::size_t d, block;
  std::vector<double> state, slopes;  ///< slopes of all activations passed so far, in order

  using Vector = std::vector<double>;

  [[nodiscard]] Vector affine(const FloatLayer& layer, const Vector& h, bool transposed) const {
    const std::size_t rows = transposed ? layer.cols : layer.rows, cols = transposed ? layer.rows : layer.cols;
    Vector image(rows * block, 0.0);
    for (std::size_t i = 0; i < rows; ++i) {
      if (!transposed) image[i * block] = layer.bias[i];
      for (std::size_t j = 0; j < cols; ++j) {
        const double w = transposed ? layer.weight[j * layer.cols + i] : layer.weight[i * layer.cols + j];
        for (std::size_t k = 0; k < block; ++k) image[i * block + k] += w * h[j * block + k];
      }
    }
    return image;
  }

  void forward_plain(const FloatLayer& layer, Vector* h) {
    if (layer.kind == LayerKind::affine) {
      *h = affine(layer, *h, false);
      return;
    }
    for (std::size_t i = 0; i < layer.rows; ++i) {
      double* entry = h->data() + i * block;
      if (layer.kind == LayerKind::diagonal) {
        for (std::size_t k = 0; k < block; ++k) entry[k] *= layer.weight[i];
        entry[0] += layer.bias[i];
        continue;
      }
      const Jet2 jet = jet_approx(layer.function, layer.alpha, entry[0]);
      slopes.push_back(jet.slope);
      for (std::size_t k = 1; k < block; ++k) slopes.push_back(jet.curvature * entry[k]);
      entry[0] = jet.value;
      for (std::size_t k = 1; k < block; ++k) entry[k] *= jet.slope;
    }
  }

  void forward(const FloatLayer& layer) {
    if (layer.kind != LayerKind::residual) return forward_plain(layer, &state);
    Vector inner = state;
    for (const FloatLayer& part : layer.branch) forward_plain(part, &inner);
    add(layer, inner);
  }

  void backward_plain(const FloatLayer& layer, Vector* v) {
    if (layer.kind == LayerKind::affine) {
      *v = affine(layer, *v, true);
      return;
    }
    for (std::size_t i = layer.rows; i-- > 0;) {
      double* entry = v->data() + i * block;
      if (layer.kind == LayerKind::diagonal) {
        for (std::size_t k = 0; k < block; ++k) entry[k] *= layer.weight[i];
        continue;
      }
      const double* slope = slopes.data() + slopes.size() - block;
      for (std::size_t k = 1; k < block; ++k) entry[k] = entry[k] * slope[0] + entry[0] * slope[k];
      entry[0] *= slope[0];
      slopes.resize(slopes.size() - block);
    }
  }

  void backward(const FloatLayer& layer) {
    if (layer.kind != LayerKind::residual) return backward_plain(layer, &state);
    Vector inner = state;
    for (std::size_t k = layer.branch.size(); k-- > 0;) backward_plain(layer.branch[k], &inner);
    add(layer, inner);
  }

  void add(const FloatLayer& layer, const Vector& inner) {
    const double e = skip * layer.skip, r = residual * layer.residual;
    for (std::size_t k = 0; k < state.size(); ++k) state[k] = e * state[k] + r * inner[k];
  }

  /// Forward from x; afterwards `state` is v_L = 1.
  void start(const CriticalGuess& guess, std::span<const double> x) {
    state.assign(d * block, 0.0);
    slopes.clear();
    for (std::size_t i = 0; i < d; ++i) {
      state[i * block] = x[i];
      state[i * block + 1 + i] = 1;
    }
    for (const FloatLayer& layer : guess.layers_) forward(layer);
    state.assign(block, 0.0);
    state[0] = 1;
  }

  /// v and its Jacobian from `state`, which has d entries.
  void split(Vector* v, Vector* jacobian) const {
    v->clear();
    jacobian->clear();
    for (std::size_t i = 0; i < d; ++i) {
      v->push_back(state[i * block]);
      jacobian->insert(jacobian->end(), state.begin() + static_cast<std::ptrdiff_t>(i * block + 1), state.begin() + static_cast<std::ptrdiff_t>((i + 1) * block));
    }
  }

  /// −jacobian⁻¹ v; empty if singular.
  static Vector newton_step(const Vector& v, const Vector& jacobian) {
    const auto inverse = inverse_approx(jacobian, v.size());
    if (!inverse) return {};
    Vector step(v.size(), 0.0);
    for (std::size_t i = 0; i < v.size(); ++i)
      for (std::size_t j = 0; j < v.size(); ++j) step[i] -= (*inverse)[i * v.size() + j] * v[j];
    return step;
  }
};

CriticalGuess::CriticalGuess(const CompiledChain<Interval>& family, Box region) : widths_(family.widths), dim_(family.input_dim), region_(std::move(region)) {
  for (std::size_t l = 0; l < family.layers.size(); ++l) layers_.push_back(middle_of(family.layers[l], family.widths[l]));
}

CriticalGuess::FloatLayer CriticalGuess::middle_of(const CompiledLayer<Interval>& layer, std::size_t width) {
  FloatLayer result;
  result.kind = layer.kind;
  result.rows = layer.kind == LayerKind::affine ? layer.rows : width;
  result.cols = width;
  for (const Interval& w : layer.weight) result.weight.push_back(midpoint(w));
  for (const Interval& b : layer.bias) result.bias.push_back(midpoint(b));
  result.function = layer.function.kind;
  result.alpha = midpoint(layer.function.alpha);
  result.skip = midpoint(layer.skip);
  result.residual = midpoint(layer.residual);
  std::size_t inner_width = width;
  for (const auto& inner : layer.branch) {
    result.branch.push_back(middle_of(inner, inner_width));
    inner_width = result.branch.back().rows;
  }
  return result;
}

bool CriticalGuess::newton(Sweep* sweep, std::vector<double>* x, int steps) const {
  std::vector<double> v, jacobian;
  for (int n = 0; n < steps; ++n) {
    sweep->start(*this, *x);
    for (std::size_t l = layers_.size(); l-- > 0;) sweep->backward(layers_[l]);
    sweep->split(&v, &jacobian);
    const std::vector<double> step = Sweep::newton_step(v, jacobian);
    if (step.empty() || !all_finite(step)) return false;
    const double size = largest(step), scale = size > kLongestStep ? kLongestStep / size : 1;
    for (std::size_t i = 0; i < dim_; ++i) (*x)[i] += scale * step[i];
    if (size < kConverged * (1 + largest(*x))) return true;
    if (is_lost(*x)) return false;
  }
  return false;
}

bool CriticalGuess::is_lost(const std::vector<double>& x) const {
  for (std::size_t k = 0; k < dim_; ++k) {
    const double margin = 0.5 * (region_.upper[k] - region_.lower[k]);
    if (!(region_.lower[k] - margin <= x[k] && x[k] <= region_.upper[k] + margin)) return true;
  }
  return false;
}

// v_P seems to vanish where a Newton step for it is short; its Jacobian must not be nearly singular.
void CriticalGuess::describe(Sweep* sweep, Guess* guess) const {
  std::vector<double> v, jacobian;
  sweep->start(*this, guess->x);
  bool found = false;
  for (std::size_t l = layers_.size(); l-- > 0;) {
    sweep->backward(layers_[l]);
    if (widths_[l] != dim_ || (found && l > 0)) continue;
    sweep->split(&v, &jacobian);
    const std::vector<double> step = Sweep::newton_step(v, jacobian);
    if (!found && !step.empty() && largest(step) < 1e-6 * (1 + largest(guess->x))) {
      found = true;
      guess->prefix = l;
      guess->jacobian = jacobian;
    }
  }
  if (!found) guess->jacobian = jacobian;  // of ∇Φ
  for (const double sign : {1.0, -1.0}) {
    std::vector<Interval> hessian;
    for (const double h : jacobian) hessian.emplace_back(sign * h);
    if (negative_eigenvalues(hessian, dim_) == 0) guess->definite = sign > 0 ? 1 : -1;
  }
}

bool CriticalGuess::refine(double skip, double residual, std::span<const double> start, Guess* guess) const {
  Sweep sweep(*this, skip, residual);
  *guess = {};
  guess->x.assign(start.begin(), start.end());
  if (!newton(&sweep, &guess->x, kSteps)) return false;
  describe(&sweep, guess);
  return true;
}

bool CriticalGuess::follow(double skip, double residual, std::vector<double>* x) const {
  Sweep sweep(*this, skip, residual);
  return newton(&sweep, x, kFollowSteps);
}

std::vector<double> CriticalGuess::row_approx(double skip, double residual, std::span<const double> x, std::size_t prefix) const {
  Sweep sweep(*this, skip, residual);
  sweep.start(*this, x);
  for (std::size_t l = layers_.size(); l-- > prefix;) sweep.backward(layers_[l]);
  std::vector<double> v;
  for (std::size_t i = 0; i < widths_[prefix]; ++i) v.push_back(sweep.state[i * sweep.block]);
  return v;
}

std::vector<std::vector<double>> spread_points(const Box& box, std::size_t count) {
  const std::size_t d = box.dim();
  std::vector<std::vector<double>> points;
  const auto at = [&](std::size_t k, double t) { return box.lower[k] + t * (box.upper[k] - box.lower[k]); };
  if (d <= 2) {
    const auto side = static_cast<std::size_t>(std::lround(d == 1 ? static_cast<double>(count) : std::sqrt(static_cast<double>(count))));
    const auto place = [side](std::size_t i) { return (static_cast<double>(i) + 0.5) / static_cast<double>(side); };
    for (std::size_t i = 0; i < side; ++i)
      for (std::size_t j = 0; j < (d == 1 ? 1 : side); ++j) points.push_back(d == 1 ? std::vector{at(0, place(i))} : std::vector{at(0, place(i)), at(1, place(j))});
    return points;
  }
  constexpr std::size_t primes[] = {2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53};
  for (std::size_t n = 1; n <= count; ++n) {
    std::vector<double> point;
    for (std::size_t k = 0; k < d; ++k) {
      const std::size_t base = primes[k % std::size(primes)];
      double t = 0, share = 1;
      for (std::size_t rest = n; rest > 0; rest /= base) t += (share /= static_cast<double>(base)) * static_cast<double>(rest % base);
      point.push_back(at(k, t));
    }
    points.push_back(std::move(point));
  }
  return points;
}

}  // namespace narrows
