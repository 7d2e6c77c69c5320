#include "bounds/form_distance.hpp"

#include <algorithm>
#include <vector>

#include "network/scalars.hpp"

namespace narrows {
namespace {

/// σ, σ' and σ'' of a form.
struct FormJet {
  AffineForm value, slope, curvature;
};

FormJet jet_of(const ActivationFunction<Interval>& function, const AffineForm& z) {
  Dual<AffineForm> value, slope;
  activate(function, Dual<AffineForm>{z, {one_like(z)}}, &value, &slope);
  return {value.value, slope.value, slope.gradient[0]};
}

bool is_better(const Interval& x, const Interval& than) { return x.lower() > than.lower() || x.upper() < than.upper(); }

struct FormOps {
  using Form = AffineForm;
  using Layer = CompiledLayer<Interval>;

  // ---- layers
  static std::size_t rows(const Layer& layer) { return layer.rows != 0 ? layer.rows : layer.weight.size(); }
  static std::size_t cols(const Layer& layer) { return layer.cols; }
  static std::size_t rows_after(const Layer& layer, std::size_t before) { return layer.kind == LayerKind::affine ? layer.rows : before; }
  static bool is_activation(const Layer& layer) { return layer.kind == LayerKind::activation; }
  static std::size_t branch_count(const Layer& layer) { return layer.branch.size(); }
  static const Layer& branch(const Layer& layer, std::size_t k) { return layer.branch[k]; }
  static SeriesKind series_kind(const Layer& layer) {
    switch (layer.function.kind) {
      case Activation::identity: return SeriesKind::identity;
      case Activation::tanh: return SeriesKind::tanh;
      case Activation::sigmoid: return SeriesKind::sigmoid;
      case Activation::softplus: return SeriesKind::softplus;
      case Activation::arctan: return SeriesKind::arctan;
      case Activation::sin: return SeriesKind::sin;
      case Activation::silu: return SeriesKind::silu;
      default: return SeriesKind::jets;
    }
  }

  static void linear(const Layer& layer, const Form* in, std::size_t in_stride, Form* out, std::size_t out_stride, bool with_bias) {
    const auto add_bias = [&](std::size_t i) {
      if (with_bias) out[i * out_stride] = out[i * out_stride] + layer.bias[i];
    };
    if (layer.kind == LayerKind::diagonal) {
      for (std::size_t i = 0; i < layer.weight.size(); ++i) {
        out[i * out_stride] = in[i * in_stride] * layer.weight[i];
        add_bias(i);
      }
      return;
    }
    for (std::size_t i = 0; i < layer.rows; ++i) {
      Form sum = in[0] * layer.weight[i * layer.cols];
      for (std::size_t j = 1; j < layer.cols; ++j) sum = sum + in[j * in_stride] * layer.weight[i * layer.cols + j];
      out[i * out_stride] = sum;
      add_bias(i);
    }
  }
  static Form combine(const Layer& block, const Form& x, const Form& y) { return x * block.skip + y * block.residual; }
  static Form times_residual(const Layer& block, const Form& y) { return y * block.residual; }

  // ---- arithmetic
  static Form zero_like(const Form& x) { return narrows::zero_like(x); }
  static Form plus(const Form& x, const Form& y) { return x + y; }
  static Form minus(const Form& x, const Form& y) { return x - y; }
  static Form negative(const Form& x) { return -x; }
  static Form times(const Form& x, double middle, double radius) { return x * (radius == 0 ? Interval(middle) : Interval(next_down(middle - radius), next_up(middle + radius))); }
  static Form product(const Form& x, const Form& y) { return x * y; }

  /// The form with the smaller radius; the range that lies in both. Both enclose the same number.
  static Form tighter(const Form& x, const Form& y) {
    const bool first = x.radius() <= y.radius() || !(y.radius() == y.radius());
    const Form &form = first ? x : y, &other = first ? y : x;
    return is_better(other.range(), form.range()) ? form.linear_image(1, 0, 0, meet(form.range(), other.range())) : form;
  }
  static Form widened(const Form& start, const Form* slope, std::size_t n, double reach) {
    double largest = 0;
    for (std::size_t i = 0; i < n; ++i) largest = std::max(largest, magnitude(slope[i].range()));
    const double distance = mul_upper(largest, reach);
    return start + Interval(-distance, distance);
  }
  static Form along_arc(const Form& start, const Form& slope, double duration, double radius) {
    return start + hull(Interval(0.0), slope.range() * Interval(next_down(duration - radius), next_up(duration + radius)));
  }

  // ---- activations
  static Form value(const Layer& layer, const Form& z) {
    if (layer.function.kind == Activation::identity) return z;
    Form value, slope;
    activate(layer.function, z, &value, &slope);
    return value;
  }

  static void start_series(const Layer& layer, const Form& z, Form* v, Form* a, Form* b) {
    switch (series_kind(layer)) {
      case SeriesKind::identity: *v = z; return;
      case SeriesKind::tanh:
      case SeriesKind::sigmoid:
      case SeriesKind::sin: activate(layer.function, z, v, a); return;
      case SeriesKind::arctan:
        activate(layer.function, z, v, a);
        *b = z * z;
        return;
      case SeriesKind::silu: {
        Form slope;
        activate(layer.function, z, v, &slope);
        activate(ActivationFunction<Interval>{Activation::sigmoid, {}}, z, a, b);
        return;
      }
      case SeriesKind::softplus:
      case SeriesKind::jets: break;
    }
    const FormJet jet = jet_of(layer.function, z);
    *v = jet.value;
    *a = jet.slope;
    *b = jet.curvature;
  }

  /// σ(y) − σ(z) with y = z + d.
  static Form increment(const Layer& layer, const Form& z, const Form& y, const Form& d) {
    if (layer.function.kind == Activation::identity) return d;
    const Interval both = hull(z.range(), y.range());
    const Jet<Interval> over = jet_over(layer.function, both);
    Form mean(over[1], z.coefficients().size());  // the mean slope lies in the (Clarke) slopes between
    if (is_finite(over[3])) {
      Form middle = z + d * Interval(0.5), value, slope;
      middle = tighter(middle, Form(both, z.coefficients().size()));
      activate(layer.function, middle, &value, &slope);
      mean = tighter(slope + hull(Interval(0.0), square(d.range()) * over[3] / Interval(24.0)), mean);
    }
    return d * mean;
  }

  /// Coefficient k of σ(z(t)) by the chain rule, k <= 3.
  static Form by_jets(const Layer& layer, const Form* z, std::size_t k, const Form& slope, const Form& curvature) {
    const Form linear = slope * z[k];
    if (k == 1) return linear;
    if (k == 2) return linear + curvature * (z[1] * z[1]) * Interval(0.5);
    if (k > 3) return Form(Interval::entire(), z[0].coefficients().size());
    const Interval third = jet_over(layer.function, z[0].range())[3] / Interval(6.0);
    return linear + curvature * (z[1] * z[2]) + (z[1] * z[1]) * z[1] * third;
  }
};

}  // namespace

std::size_t largest_flow_order(std::span<const CompiledLayer<Interval>> layers) {
  std::size_t order = kMaxFlowOrder;
  for (const auto& layer : layers) {
    if (layer.kind == LayerKind::residual) order = std::min(order, largest_flow_order(layer.branch));
    if (layer.kind != LayerKind::activation || FormOps::series_kind(layer) != SeriesKind::jets) continue;
    order = std::min<std::size_t>(order, layer.function.kind == Activation::elu ? 2 : 4);
  }
  return order;
}

Interval form_distance(const DistanceProgram<CompiledLayer<Interval>>& program, std::span<const double> lower, std::span<const double> upper) {
  std::vector<AffineForm> memory(DistanceKernel<FormOps>::forms_needed(program));
  DistanceKernel<FormOps> kernel(program, memory.data());
  std::vector<AffineForm> x;
  for (std::size_t i = 0; i < lower.size(); ++i) x.push_back(AffineForm::symbol(Interval(lower[i], upper[i]), i, lower.size()));
  return kernel.difference(x.data(), x.size()).range();
}

}  // namespace narrows
