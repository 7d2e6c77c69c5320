// Compiled once per instruction set: see arith/lanes.hpp. The arithmetic of distance_kernel.hpp for forms with one box per lane.
#include "bounds/lane_distance.hpp"

#include "bounds/lane_quadratic.hpp"
#include "critical/lane_findings.hpp"
#include "network/lane_evaluate.hpp"

namespace narrows::NARROWS_ISA {
namespace {

/// x + t for some t in [lower, upper]; a NaN end makes the result useless, never wrong.
template <int D>
NARROWS_INLINE Form<D> plus_interval(const Form<D>& x, Lanes lower, Lanes upper) {
  const Lanes middle = 0.5 * lower + 0.5 * upper;
  const Lanes half = max(upper - middle, middle - lower) * kInflate + kGuard;
  Form<D> y = x;
  y.centre = x.centre + middle;
  y.radius = (x.radius + half + broadcast(2 * kUnit) * (abs(y.centre) + abs(middle))) * kInflate + kGuard;
  y.lower = x.lower + lower;
  y.upper = x.upper + upper;
  y.lower = y.lower - fma(abs(y.lower), broadcast(2 * kUnit), broadcast(kGuard));
  y.upper = y.upper + fma(abs(y.upper), broadcast(2 * kUnit), broadcast(kGuard));
  clip_to(&y, spread(y) + y.radius);
  return y;
}

/// [lower, upper] of m·[x.lower, x.upper], m in middle ± radius, moved outward.
template <int D>
NARROWS_INLINE void scaled_range(const Form<D>& x, double middle, double radius, Lanes* lower, Lanes* upper) {
  const Lanes a = middle * x.lower, b = middle * x.upper;
  const Lanes error = (magnitude(x) * radius + (abs(a) + abs(b)) * (2 * kUnit)) * kInflate + kGuard;
  *lower = (b < a ? b : a) - error;
  *upper = (b < a ? a : b) + error;
}

template <int D>
struct LaneOps {
  using Form = ::narrows::NARROWS_ISA::Form<D>;
  using Layer = LaneLayer;

  // ---- layers
  static std::size_t rows(const Layer& layer) { return layer.rows; }
  static std::size_t cols(const Layer& layer) { return layer.cols; }
  static std::size_t rows_after(const Layer& layer, std::size_t) { return layer.rows; }
  static bool is_activation(const Layer& layer) { return layer.kind == LaneKind::activation; }
  static std::size_t branch_count(const Layer& layer) { return layer.branch_count; }
  static const Layer& branch(const Layer& layer, std::size_t k) { return layer.branch[k]; }
  static SeriesKind series_kind(const Layer& layer) {
    switch (layer.function) {
      case LaneFunction::tanh: return SeriesKind::tanh;
      case LaneFunction::sigmoid: return SeriesKind::sigmoid;
      case LaneFunction::softplus: return SeriesKind::softplus;
      case LaneFunction::identity: break;
    }
    return SeriesKind::identity;
  }

  [[gnu::noinline]] static void linear(const Layer& layer, const Form* in, std::size_t in_stride, Form* out, std::size_t out_stride, bool with_bias) {
    const auto radius = [](const double* radii, std::size_t i) { return radii == nullptr ? 0 : radii[i]; };
    if (layer.kind == LaneKind::diagonal) {
      for (std::size_t i = 0; i < layer.rows; ++i)
        out[i * out_stride] = scaled(in[i * in_stride], layer.weight[i], radius(layer.weight_radius, i), with_bias ? layer.bias[i] : 0, with_bias ? radius(layer.bias_radius, i) : 0);
      return;
    }
    Term<D> terms[kMaxLaneDistanceWidth];
    for (std::size_t j = 0; j < layer.cols; ++j) terms[j] = prepare(in[j * in_stride], rounding_share(layer.cols));
    for (std::size_t i = 0; i < layer.rows; ++i)
      out[i * out_stride] = row_of(layer.weight + i * layer.cols, layer.weight_radius ? layer.weight_radius + i * layer.cols : nullptr, 1, terms, layer.cols,
                                   with_bias ? layer.bias[i] : 0, with_bias ? radius(layer.bias_radius, i) : 0);
  }
  [[gnu::noinline]] static Form combine(const Layer& block, const Form& x, const Form& y) { return residual_sum(block, x, y); }
  static Form times_residual(const Layer& block, const Form& y) { return times(y, block.residual, block.residual_radius); }

  // ---- arithmetic
  static Form zero_like(const Form&) { return constant<D>(0); }
  [[gnu::noinline]] static Form plus(const Form& x, const Form& y) { return sum(x, y); }
  static Form negative(const Form& x) {
    Form y;
    y.centre = -x.centre;
    for (int i = 0; i < D; ++i) y.coefficient[i] = -x.coefficient[i];
    y.radius = x.radius;
    y.lower = -x.upper;
    y.upper = -x.lower;
    return y;
  }
  static Form minus(const Form& x, const Form& y) { return plus(x, negative(y)); }
  [[gnu::noinline]] static Form times(const Form& x, double middle, double radius) { return scaled(x, middle, radius, 0, 0); }
  [[gnu::noinline]] static Form product(const Form& x, const Form& y) { return ::narrows::NARROWS_ISA::product(x, y); }

  /// The form with the smaller radius; the range that lies in both. Both enclose the same number.
  static Form tighter(const Form& x, const Form& y) {
    const Mask first = (x.radius <= y.radius) | (y.radius != y.radius);
    Form z;
    z.centre = select(first, x.centre, y.centre);
    for (int i = 0; i < D; ++i) z.coefficient[i] = select(first, x.coefficient[i], y.coefficient[i]);
    z.radius = select(first, x.radius, y.radius);
    z.lower = x.lower > y.lower ? x.lower : y.lower;
    z.upper = x.upper < y.upper ? x.upper : y.upper;
    return z;
  }

  /// start ± reach·max |slope_i|.
  static Form widened(const Form& start, const Form* slope, std::size_t n, double reach) {
    Lanes largest = magnitude(slope[0]);
    for (std::size_t i = 1; i < n; ++i) {
      const Lanes next = magnitude(slope[i]);
      largest = largest >= next ? largest : next;  // a NaN stays, or comes
      largest = largest + 0 * next;
    }
    const Lanes distance = largest * reach * (1 + 8 * kUnit) + kGuard;
    return plus_interval(start, -distance, distance);
  }

  /// start + t·slope for all t between 0 and the duration.
  static Form along_arc(const Form& start, const Form& slope, double duration, double radius) {
    Lanes lower, upper;
    scaled_range(slope, duration, radius, &lower, &upper);
    return plus_interval(start, min(Lanes{}, lower), max(Lanes{}, upper));
  }

  // ---- activations
  [[gnu::noinline]] static Form value(const Layer& layer, const Form& z) {
    if (layer.function == LaneFunction::identity) return z;
    const Ends g = ends_of(layer.function, z.lower, z.upper);
    const Line line = better(chord(z.lower, z.upper, g.value_a, g.value_b, g.second, g.value_error),
                             increasing_remainder(z.lower, z.upper, g.value_a, g.value_b, g.slope.lower, g.value_error));
    return linear_image(z, line, g.value.lower, g.value.upper);
  }

  [[gnu::noinline]] static void start_series(const Layer& layer, const Form& z, Form* v, Form* a, Form* b) {
    if (layer.function == LaneFunction::softplus)
      activate_twice(layer.function, z, v, a, b);
    else
      activate(layer.function, z, v, a);
  }

  /// σ(y) − σ(z) with y = z + d.
  [[gnu::noinline]] static Form increment(const Layer& layer, const Form& z, const Form& y, const Form& d) {
    if (layer.function == LaneFunction::identity) return d;
    Bounds over_all;
    Form value, slope;
    const Form middle = middle_of(z, y, d, &over_all);
    activate(layer.function, middle, &value, &slope);
    return product(d, mean_slope(ends_of(layer.function, over_all.lower, over_all.upper), slope, d));
  }

  /// z + d/2, and a range of z, y and all between.
  static Form middle_of(const Form& z, const Form& y, const Form& d, Bounds* over_all) {
    const Lanes poison = 0 * (z.lower + y.lower + z.upper + y.upper);  // one NaN must not be lost
    over_all->lower = (z.lower < y.lower ? z.lower : y.lower) + poison;
    over_all->upper = (z.upper > y.upper ? z.upper : y.upper) + poison;
    Form middle = plus(z, times(d, 0.5, 0));
    middle.lower = max(over_all->lower, middle.lower);
    middle.upper = min(over_all->upper, middle.upper);
    return middle;
  }

  /// The mean of σ' between z and z + d: its value in the middle, and d²/24·σ'''. `over`: the ends of σ on all of them.
  static Form mean_slope(const Ends& over, const Form& at_middle, const Form& d) {
    const Lanes size = magnitude(d), square = size * size * ((1 + 8 * kUnit) / 24) + kGuard;
    const Lanes lower = min(Lanes{}, over.third.lower) * square * (1 + 8 * kUnit) - kGuard,
                upper = max(Lanes{}, over.third.upper) * square * (1 + 8 * kUnit) + kGuard;
    Form mean = plus_interval(at_middle, lower, upper);
    mean.lower = max(over.slope.lower, mean.lower);
    mean.upper = min(over.slope.upper, mean.upper);
    return mean;
  }

  static Form by_jets(const Layer&, const Form* z, std::size_t, const Form&, const Form&) { return z[0]; }  // no batched function needs it
};

/// The same for quadratic forms.
template <int D>
struct QuadraticOps : LaneOps<kQuadraticSymbols<D>> {
  using Base = LaneOps<kQuadraticSymbols<D>>;
  using Form = QuadraticForm<D>;

  [[gnu::noinline]] static Form product(const Form& x, const Form& y) { return quadratic_product<D>(x, y); }

  [[gnu::noinline]] static Form value(const LaneLayer& layer, const Form& z) {
    return layer.function == LaneFunction::identity ? z : quadratic_value<D>(layer.function, z);
  }

  [[gnu::noinline]] static void start_series(const LaneLayer& layer, const Form& z, Form* v, Form* a, Form* b) {
    quadratic_activate<D>(layer.function, z, v, a);
    if (layer.function == LaneFunction::softplus) *b = softplus_curvature<D>(z, *a);
  }

  [[gnu::noinline]] static Form increment(const LaneLayer& layer, const Form& z, const Form& y, const Form& d) {
    if (layer.function == LaneFunction::identity) return d;
    Bounds over_all;
    Form at_middle, slope;
    const Form middle = Base::middle_of(z, y, d, &over_all);
    quadratic_activate<D>(layer.function, middle, &at_middle, &slope);
    return product(d, Base::mean_slope(ends_of(layer.function, over_all.lower, over_all.upper), slope, d));
  }
};

template <class Ops, int D, class Read>
void differences(const DistanceProgram<LaneLayer>& program, const double* lower, const double* upper, std::size_t count, double* ends, void* workspace,
                 Read read) {
  in_groups(count, [&](std::size_t at, std::size_t size) {
    typename Ops::Form x[D];
    read(lower + at * D, upper + at * D, size, x);
    DistanceKernel<Ops> kernel(program, static_cast<typename Ops::Form*>(workspace));
    const typename Ops::Form difference = kernel.difference(x, D);
    for (std::size_t i = 0; i < size; ++i) {
      ends[2 * (at + i)] = difference.lower[i];
      ends[2 * (at + i) + 1] = difference.upper[i];
    }
  });
}

template <int D>
void distances(const DistanceProgram<LaneLayer>& program, const double* lower, const double* upper, std::size_t count, double* ends, void* workspace) {
  differences<LaneOps<D>, D>(program, lower, upper, count, ends, workspace,
                             [](const double* low, const double* high, std::size_t size, Form<D>* x) { read_boxes<D>(low, high, D, size, x); });
}

template <int D>
void quadratic_distances(const DistanceProgram<LaneLayer>& program, const double* lower, const double* upper, std::size_t count, double* ends,
                         void* workspace) {
  differences<QuadraticOps<D>, D>(program, lower, upper, count, ends, workspace,
                                  [](const double* low, const double* high, std::size_t size, QuadraticForm<D>* x) {
                                    Form<D> affine[D];
                                    read_boxes<D>(low, high, D, size, affine);
                                    for (int i = 0; i < D; ++i) x[i] = as_quadratic<D>(affine[i]);
                                  });
}

std::size_t workspace_bytes(const DistanceProgram<LaneLayer>& program) {
  return DistanceKernel<LaneOps<kMaxLaneDistanceDim>>::forms_needed(program) * sizeof(QuadraticForm<2>);
}

}  // namespace

LaneDistances lane_distances() { return {{distances<1>, distances<2>, distances<3>}, {nullptr, quadratic_distances<2>, nullptr}, workspace_bytes}; }

}  // namespace narrows::NARROWS_ISA
