#include "levelset/far_field.hpp"

#include <algorithm>
#include <cmath>

namespace narrows {
namespace {

/// k·t + a for t >= T.
struct Far {
  Interval k, a;
};

bool is_zero(const Interval& x) {
  return x.lower() == 0 && x.upper() == 0;
}

/// Below this, silu and gelu decrease (their minima are near −1.28 and −0.75) and are greater than −0.28 everywhere.
constexpr double kDecreasing = -2, kLeast = -0.28;

class Activated {
 public:
  Activated(const ActivationFunction<Interval>& f, double T) : f_(f), T_(T) {}

  [[nodiscard]] Far operator()(const Far& z) const {
    if (f_.kind == Activation::identity) return z;
    if (is_zero(z.k)) return {0.0, jet_over(f_, z.a)[0]};
    const Interval at_T = z.k * Interval(T_) + z.a;
    if (is_positive(z.k)) return rising(z, at_T.lower());
    if (is_negative(z.k)) return falling(z, at_T.upper());
    return anywhere(z);
  }

 private:
  [[nodiscard]] Interval value(double x) const { return jet_at(f_, Interval(x))[0]; }
  /// sup σ of a bounded activation, inf σ its mirror or 0.
  [[nodiscard]] Interval whole_range() const {
    if (f_.kind == Activation::sigmoid) return {0, 1};
    if (f_.kind == Activation::arctan) {
      const double half_pi = (pi(Interval(0.0)) * Interval(0.5)).upper();
      return {-half_pi, half_pi};
    }
    return {-1, 1};
  }
  [[nodiscard]] bool is_bounded() const {
    return f_.kind == Activation::tanh || f_.kind == Activation::sigmoid || f_.kind == Activation::arctan ||
           f_.kind == Activation::sin;
  }
  /// silu and gelu on (−∞, x].
  [[nodiscard]] Interval dip(double x) const {
    const Interval at = value(x);
    if (x <= kDecreasing) return {std::fmax(at.lower(), kLeast), 0};
    return {kLeast, std::fmax(at.upper(), 0)};
  }

  /// z >= low, and it tends to infinity.
  [[nodiscard]] Far rising(const Far& z, double low) const {
    if (!std::isfinite(low)) return anywhere(z);
    switch (f_.kind) {
      case Activation::tanh:
      case Activation::sigmoid:
      case Activation::arctan:
        return {0.0, Interval(std::fmin(value(low).lower(), whole_range().upper()), whole_range().upper())};
      case Activation::softplus:
        return {z.k,
                z.a + Interval(0, std::fmax(value(-low).upper(), 0))};  // log(1 + e^z) = z + log(1 + e^-z)
      case Activation::silu:
      case Activation::gelu:
        return {z.k, z.a + dip(-low)};  // σ(z) = z + σ(−z)
      case Activation::elu:
      case Activation::relu:
      case Activation::leaky_relu:
        return low >= 0 ? z : anywhere(z);
      default:
        return anywhere(z);
    }
  }

  /// z <= high, and it tends to −infinity.
  [[nodiscard]] Far falling(const Far& z, double high) const {
    if (!std::isfinite(high)) return anywhere(z);
    switch (f_.kind) {
      case Activation::tanh:
      case Activation::sigmoid:
      case Activation::arctan:
        return {0.0, Interval(whole_range().lower(), std::fmax(value(high).upper(), whole_range().lower()))};
      case Activation::softplus:
        return {0.0, Interval(0, std::fmax(value(high).upper(), 0))};
      case Activation::silu:
      case Activation::gelu:
        return {0.0, dip(high)};
      case Activation::elu:
        return high <= 0 ? Far{0.0, hull(-f_.alpha, value(high))} : anywhere(z);
      case Activation::relu:
        return high <= 0 ? Far{0.0, 0.0} : anywhere(z);
      case Activation::leaky_relu:
        return high <= 0 ? Far{z.k * f_.alpha, z.a * f_.alpha} : anywhere(z);
      default:
        return anywhere(z);
    }
  }

  /// Nothing is known of z: a bounded range, or σ(z) = θz + bounded with 0 <= θ <= 1.
  [[nodiscard]] Far anywhere(const Far& z) const {
    if (is_bounded()) return {0.0, whole_range()};
    const Interval share = f_.kind == Activation::leaky_relu ? hull(f_.alpha, 1.0) : Interval(0, 1);
    Far y{z.k * share, z.a * share};
    if (f_.kind == Activation::softplus)
      y.a += Interval(0, 0.6931471805599454);  // max(z, 0) <= log(1 + e^z) <= max(z, 0) + log 2
    if (f_.kind == Activation::elu) y.a += hull(-f_.alpha, 0.0);
    return y;
  }

  const ActivationFunction<Interval>& f_;
  double T_;
};

std::vector<Far> forward_far(const CompiledLayer<Interval>& layer, const std::vector<Far>& h, double T) {
  std::vector<Far> y;
  switch (layer.kind) {
    case LayerKind::affine:
      for (std::size_t i = 0; i < layer.rows; ++i) {
        Far sum{0.0, layer.bias[i]};
        for (std::size_t j = 0; j < layer.cols; ++j) {
          sum.k += h[j].k * layer.weight[i * layer.cols + j];
          sum.a += h[j].a * layer.weight[i * layer.cols + j];
        }
        y.push_back(sum);
      }
      return y;
    case LayerKind::diagonal:
      for (std::size_t i = 0; i < h.size(); ++i)
        y.push_back({h[i].k * layer.weight[i], h[i].a * layer.weight[i] + layer.bias[i]});
      return y;
    case LayerKind::activation:
      for (const Far& z : h) y.push_back(Activated(layer.function, T)(z));
      return y;
    case LayerKind::residual:
      break;
  }
  y = h;
  for (const auto& part : layer.branch) y = forward_far(part, y, T);
  for (std::size_t i = 0; i < h.size(); ++i)
    y[i] = {h[i].k * layer.skip + y[i].k * layer.residual, h[i].a * layer.skip + y[i].a * layer.residual};
  return y;
}

}  // namespace

FarField::FarField(const Chain& signed_chain, std::size_t first)
    : compiled_(compile(signed_chain)), first_(first) {}

bool FarField::proved_beyond(const StateLine& line, double T) const {
  std::vector<Far> h;
  for (std::size_t i = 0; i < line.start.size(); ++i) h.push_back({line.slope[i], line.start[i]});
  for (std::size_t l = first_; l < compiled_.layers.size(); ++l) {
    h = forward_far(compiled_.layers[l], h, T);
    const bool finite =
        std::all_of(h.begin(), h.end(), [](const Far& x) { return is_finite(x.k) && is_finite(x.a); });
    if (!finite) return false;
  }
  const Far& out = h.front();
  return (is_positive(out.k) || is_zero(out.k)) &&
         is_positive(Interval(out.k.lower()) * Interval(T) + Interval(out.a.lower()));
}

}  // namespace narrows
