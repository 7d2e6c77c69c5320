#include "high_precision.hpp"

#include <algorithm>
#include <cmath>

namespace narrows::test {
namespace {

double convert(const Rational& exact, double) { return exact.convert_to<double>(); }
Real convert(const Rational& exact, const Real&) { return to_real(exact); }

double erf_of(double x) { return std::erf(x); }
Real erf_of(const Real& x) {
  Real y;
  mpfr_erf(y.backend().data(), x.backend().data(), MPFR_RNDN);
  return y;
}
double pi_of(double) { return 3.14159265358979323846; }
Real pi_of(const Real&) {
  Real y;
  mpfr_const_pi(y.backend().data(), MPFR_RNDN);
  return y;
}

template <class T>
struct Slopes {
  T value, first, second;
};

// σ, σ', σ'' at x.
template <class T>
Slopes<T> activate(Activation function, const T& alpha, const T& x) {
  using std::atan, std::cos, std::cosh, std::exp, std::log1p, std::sin, std::sqrt, std::tanh;
  const T one = 1, two = 2, zero = 0;
  const T up = one / (one + exp(-x)), down = one / (one + exp(x));  // sigmoid(x), sigmoid(-x)
  switch (function) {
    case Activation::tanh: {
      const T c = cosh(x), slope = one / (c * c), t = tanh(x);
      return {t, slope, -two * t * slope};
    }
    case Activation::sigmoid: return {up, up * down, up * down * (down - up)};
    case Activation::softplus: return {x > 0 ? T(x + log1p(exp(-x))) : T(log1p(exp(x))), up, up * down};
    case Activation::arctan: {
      const T q = one / (one + x * x);
      return {atan(x), q, -two * x * q * q};
    }
    case Activation::sin: return {sin(x), cos(x), -sin(x)};
    case Activation::silu: {
      const T s1 = up * down, s2 = s1 * (down - up);
      return {x * up, up + x * s1, two * s1 + x * s2};
    }
    case Activation::gelu: {
      const T share = (one + erf_of(x / sqrt(two))) / two;
      const T bell = exp(-x * x / two) / sqrt(two * pi_of(x));
      return {x * share, share + x * bell, bell * (two - x * x)};
    }
    case Activation::elu:
      if (x > 0) return {x, one, zero};
      return {alpha * (exp(x) - one), alpha * exp(x), alpha * exp(x)};
    case Activation::relu: return x > 0 ? Slopes<T>{x, one, zero} : Slopes<T>{zero, zero, zero};
    case Activation::leaky_relu: return x > 0 ? Slopes<T>{x, one, zero} : Slopes<T>{alpha * x, alpha, zero};
    case Activation::identity: break;
  }
  return {x, one, zero};
}

// a += factor · b.
template <class T>
void add_scaled(SecondJet<T>* a, const T& factor, const SecondJet<T>& b) {
  a->value += factor * b.value;
  for (std::size_t i = 0; i < b.gradient.size(); ++i) a->gradient[i] += factor * b.gradient[i];
  for (std::size_t i = 0; i < b.hessian.size(); ++i) a->hessian[i] += factor * b.hessian[i];
}

template <class T>
SecondJet<T> constant(const T& value, std::size_t d) {
  return {value, std::vector<T>(d, T(0)), std::vector<T>(d * d, T(0))};
}

template <class T>
SecondJet<T> compose(const Slopes<T>& s, const SecondJet<T>& h) {
  const std::size_t d = h.gradient.size();
  SecondJet<T> y = constant(s.value, d);
  for (std::size_t i = 0; i < d; ++i) {
    y.gradient[i] = s.first * h.gradient[i];
    for (std::size_t j = 0; j < d; ++j)
      y.hessian[i * d + j] = s.first * h.hessian[i * d + j] + s.second * h.gradient[i] * h.gradient[j];
  }
  return y;
}

// A layer with numbers of type T. Affine: weight, bias. Batch norm: a diagonal weight and a bias. Residual: two numbers.
template <class T>
struct NumberLayer {
  enum class Kind { affine, diagonal, activation, residual } kind = Kind::affine;
  std::vector<T> weight, bias;
  Activation function = Activation::identity;
  T alpha = 0, skip = 0, residual = 0;
  std::vector<NumberLayer> branch;
};

template <class T>
NumberLayer<T> numbers_of(const Layer& layer) {
  using std::sqrt;
  const auto number = [](const Rational& r) { return convert(r, T()); };
  NumberLayer<T> out;
  using Kind = typename NumberLayer<T>::Kind;
  if (const auto* affine = std::get_if<AffineLayer>(&layer.value)) {
    for (const Rational& w : affine->weight) out.weight.push_back(number(w));
    for (const Rational& b : affine->bias) out.bias.push_back(number(b));
  } else if (const auto* activation = std::get_if<ActivationLayer>(&layer.value)) {
    out.kind = Kind::activation;
    out.function = activation->function;
    out.alpha = number(activation->alpha);
  } else if (const auto* norm = std::get_if<BatchNormLayer>(&layer.value)) {
    out.kind = Kind::diagonal;
    for (std::size_t i = 0; i < norm->scale.size(); ++i) {
      const T deviation = sqrt(number(norm->variance[i] + norm->epsilon));
      out.weight.push_back(number(norm->scale[i]) / deviation);
      out.bias.push_back(number(norm->bias[i]) - out.weight.back() * number(norm->mean[i]));
    }
  } else {
    const auto& block = std::get<ResidualLayer>(layer.value);
    out.kind = Kind::residual;
    out.skip = number(block.skip);
    out.residual = number(block.residual);
    for (const Layer& inner : block.branch) out.branch.push_back(numbers_of<T>(inner));
  }
  return out;
}

template <class T>
std::vector<SecondJet<T>> apply(const std::vector<NumberLayer<T>>& layers, std::vector<SecondJet<T>> h, std::size_t d) {
  using Kind = typename NumberLayer<T>::Kind;
  for (const NumberLayer<T>& layer : layers) {
    std::vector<SecondJet<T>> y;
    if (layer.kind == Kind::affine) {
      for (std::size_t i = 0; i < layer.bias.size(); ++i) {
        y.push_back(constant(layer.bias[i], d));
        for (std::size_t j = 0; j < h.size(); ++j) add_scaled(&y[i], layer.weight[i * h.size() + j], h[j]);
      }
    } else if (layer.kind == Kind::diagonal) {
      for (std::size_t i = 0; i < h.size(); ++i) {
        y.push_back(constant(layer.bias[i], d));
        add_scaled(&y[i], layer.weight[i], h[i]);
      }
    } else if (layer.kind == Kind::activation) {
      for (const SecondJet<T>& unit : h) y.push_back(compose(activate(layer.function, layer.alpha, unit.value), unit));
    } else {
      const std::vector<SecondJet<T>> branch = apply(layer.branch, h, d);
      for (std::size_t i = 0; i < h.size(); ++i) {
        y.push_back(constant(T(0), d));
        add_scaled(&y[i], layer.skip, h[i]);
        add_scaled(&y[i], layer.residual, branch[i]);
      }
    }
    h = std::move(y);
  }
  return h;
}

// The solution of H s = g by elimination with row pivots; nothing if H is singular.
template <class T>
std::optional<std::vector<T>> solve(std::vector<T> h, std::vector<T> g) {
  using std::abs;
  const std::size_t d = g.size();
  for (std::size_t k = 0; k < d; ++k) {
    std::size_t pivot = k;
    for (std::size_t i = k + 1; i < d; ++i)
      if (abs(h[i * d + k]) > abs(h[pivot * d + k])) pivot = i;
    const T diagonal = h[pivot * d + k];
    if (!(diagonal > 0 || diagonal < 0)) return std::nullopt;
    for (std::size_t j = 0; j < d; ++j) std::swap(h[k * d + j], h[pivot * d + j]);
    std::swap(g[k], g[pivot]);
    for (std::size_t i = 0; i < d; ++i) {
      if (i == k) continue;
      const T factor = h[i * d + k] / diagonal;
      for (std::size_t j = k; j < d; ++j) h[i * d + j] -= factor * h[k * d + j];
      g[i] -= factor * g[k];
    }
  }
  for (std::size_t k = 0; k < d; ++k) g[k] /= h[k * d + k];
  return g;
}

template <class T>
T largest(const std::vector<T>& v) {
  using std::abs;
  T m = 0;
  for (const T& x : v)
    if (m == m && !(abs(x) <= m)) m = abs(x);  // a NaN stays
  return m;
}

// Negative eigenvalues of a symmetric matrix whose leading minors do not vanish (Jacobi): negative pivots of LDLᵀ.
int negative_pivots(std::vector<Real> h, std::size_t d) {
  int count = 0;
  for (std::size_t k = 0; k < d; ++k) {
    count += h[k * d + k] < 0;
    for (std::size_t i = k + 1; i < d; ++i) {
      const Real factor = h[i * d + k] / h[k * d + k];
      for (std::size_t j = k; j < d; ++j) h[i * d + j] -= factor * h[k * d + j];
    }
  }
  return count;
}

}  // namespace

struct HighPrecision::Layers {
  std::size_t d = 0;
  OutputSelection output;
  std::vector<NumberLayer<double>> fast;
  std::vector<NumberLayer<Real>> slow;

  template <class T>
  SecondJet<T> at(const std::vector<NumberLayer<T>>& layers, const std::vector<T>& x) const {
    std::vector<SecondJet<T>> h;
    for (std::size_t i = 0; i < d; ++i) {
      h.push_back(constant(x[i], d));
      h[i].gradient[i] = 1;
    }
    h = apply(layers, std::move(h), d);
    SecondJet<T> y = h.at(output.first);
    if (output.margin) add_scaled(&y, T(-1), h.at(output.second));
    return y;
  }
};

Real to_real(const Rational& exact) {
  Real y;
  mpfr_set_q(y.backend().data(), exact.backend().data(), MPFR_RNDN);
  return y;
}

HighPrecision::HighPrecision(const Network& network, const OutputSelection& output)
    : layers_(std::make_unique<Layers>()) {
  layers_->d = network.input_dim;
  layers_->output = output;
  for (std::size_t l = 0; l < network.layers.size(); ++l) {
    const auto* last = std::get_if<ActivationLayer>(&network.layers[l].value);
    if (l + 1 == network.layers.size() && last != nullptr && last->function == Activation::sigmoid) break;
    layers_->fast.push_back(numbers_of<double>(network.layers[l]));
    layers_->slow.push_back(numbers_of<Real>(network.layers[l]));
  }
}
HighPrecision::~HighPrecision() = default;
HighPrecision::HighPrecision(HighPrecision&&) noexcept = default;

std::size_t HighPrecision::input_dim() const { return layers_->d; }
SecondJet<Real> HighPrecision::at(const std::vector<Real>& x) const { return layers_->at(layers_->slow, x); }

std::optional<FoundPoint> HighPrecision::newton(const std::vector<double>& start) const {
  std::vector<double> x = start;
  double moved = 1;
  for (int step = 0; step < 60 && !(moved < 1e-11); ++step) {
    const SecondJet<double> jet = layers_->at(layers_->fast, x);
    const auto move = solve(jet.hessian, jet.gradient);
    if (!move) return std::nullopt;
    moved = largest(*move);
    if (!std::isfinite(moved)) return std::nullopt;
    const double factor = moved > 0.5 ? 0.5 / moved : 1;  // no leaps: neighbouring critical points are wanted, too
    for (std::size_t i = 0; i < x.size(); ++i) x[i] -= factor * (*move)[i];
    if (!(largest(x) < 1e6)) return std::nullopt;
  }
  if (!(moved < 1e-5)) return std::nullopt;
  std::vector<Real> y(x.begin(), x.end());
  Real before = 1;
  for (int step = 0; step < 12; ++step) {
    const SecondJet<Real> jet = at(y);
    const auto move = solve(jet.hessian, jet.gradient);
    if (!move) return std::nullopt;
    const Real now = largest(*move);
    if (!(now < before)) return std::nullopt;
    for (std::size_t i = 0; i < y.size(); ++i) y[i] -= (*move)[i];
    if (now < 1e-40) return FoundPoint{y, jet.value, negative_pivots(jet.hessian, y.size())};
    if (step > 5) return std::nullopt;  // not quadratic
    before = now;
  }
  return std::nullopt;
}

std::vector<FoundPoint> HighPrecision::search(const Box& box, int per_axis) const {
  std::vector<FoundPoint> found;
  std::vector<int> at(box.dim(), 0);
  for (bool more = true; more;) {
    std::vector<double> start;
    for (std::size_t i = 0; i < box.dim(); ++i)
      start.push_back(box.lower[i] + (box.upper[i] - box.lower[i]) * (at[i] + 0.5) / per_axis);
    auto point = newton(start);
    const auto same = [&](const FoundPoint& other) { return distance(other.x, point->x) < 1e-25; };
    if (point && std::none_of(found.begin(), found.end(), same)) found.push_back(std::move(*point));
    more = false;
    for (std::size_t i = 0; i < at.size() && !more; ++i) {
      more = ++at[i] < per_axis;
      if (!more) at[i] = 0;
    }
  }
  return found;
}

Real distance(const std::vector<Real>& a, const std::vector<Real>& b) {
  Real m = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (const Real gap = abs(a[i] - b[i]); gap > m) m = gap;
  return m;
}

}  // namespace narrows::test
