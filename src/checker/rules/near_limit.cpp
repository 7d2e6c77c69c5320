// Rule `near-limit`: the distance between a residual network and its limit over a box (T4, T5).
//
// The difference E is carried itself, in affine forms beside those of the limit's state η:
//   mlp  E' = ε(η + E) + δ[f(η + E) - f(η)]
//   ode  E' = ε(E + α[f(η + E) - f(η)] - Σ_{2 <= k < K} α^k c_k(η) - α^K c_K(arc)),  c_k Taylor coefficients of the solution.
// In f(η + E) - f(η) each activation gives σ(z + ζ) - σ(z) = Sζ, S the mean slope between z and z + ζ.
#include <algorithm>
#include <cmath>

#include "checker/increment.hpp"
#include "checker/rules/distances.hpp"
#include "checker/taylor.hpp"

namespace narrows::checker {
namespace {

using Forms = std::vector<Form>;
using Branch = std::vector<NumericLayer>;

// ---- operations that forms and intervals have in common ----

Interval product(const Interval& x, const Interval& y, std::size_t) {
  return x * y;
}
void add_scaled(Interval& y, const Interval& w, const Interval& x) {
  y = y + w * x;
}
void add_constant(Interval& y, const Interval& c) {
  y = y + c;
}
void tighten(Interval&) {}
Precision precision_of(const Interval& x) {
  return x.precision();
}
Precision precision_of(const Form& x) {
  return x.centre.precision();
}
Interval zero_like(const Interval& x) {
  return Interval(0.0, x.precision());
}
Form zero_like(const Form& x) {
  return Form(x.slope.size(), precision_of(x));
}

template <class T>
T scaled(const Interval& w, const T& x) {
  T y = zero_like(x);
  add_scaled(y, w, x);
  tighten(y);
  return y;
}

template <class T>
T divided(const T& x, std::size_t k) {
  return k == 1 ? x : scaled(1.0 / Interval(static_cast<double>(k), precision_of(x)), x);
}

/// The layer, which is affine or batch_norm; without its constant part if `linear`.
template <class T>
std::vector<T> affine_image(const NumericLayer& layer, const std::vector<T>& x, bool linear) {
  std::vector<T> y(layer.outputs, zero_like(x[0]));
  for (std::size_t i = 0; i < y.size(); ++i) {
    if (layer.kind == LayerKind::batch_norm) add_scaled(y[i], layer.scale[i], x[i]);
    for (std::size_t j = 0; j < layer.weight.cols; ++j) add_scaled(y[i], layer.weight.at(i, j), x[j]);
    if (!linear) add_constant(y[i], layer.bias[i]);
    tighten(y[i]);
  }
  return y;
}

/// σ^(m)(z), m = 0…count-1.
Forms derivatives(const Activation& a, const Form& z, std::size_t count) {
  if (count == 1) return {value_form(a, z)};
  const ActivatedForm f(a, z);  // not Lipschitz only
  Forms d;
  for (std::size_t m = 0; m < std::min<std::size_t>(count, 3); ++m)
    d.push_back(f.derivative(static_cast<int>(m)));
  if (count > 3) {
    const std::vector<Interval> c = taylor_coefficients(a, z.range, count - 1);
    Interval factorial(2.0, z.centre.precision());
    for (std::size_t m = 3; m < count; ++m) {
      factorial = factorial * Interval(static_cast<double>(m));
      d.push_back(constant_form(factorial * c[m], z.slope.size()));
    }
  }
  return d;
}

std::vector<Interval> derivatives(const Activation& a, const Interval& z, std::size_t count) {
  std::vector<Interval> d = taylor_coefficients(a, z, count - 1);
  Interval factorial(1.0, z.precision());
  for (std::size_t m = 2; m < count; ++m) {
    factorial = factorial * Interval(static_cast<double>(m));
    d[m] = factorial * d[m];
  }
  return d;
}

/// The power series of σ^(m)(z(t)), m = 0, 1, …, one coefficient after the other: from (σ^(m)(z))' = σ^(m+1)(z) z'.
template <class T>
class ActivationSeries {
 public:
  /// For coefficients up to `order`.
  ActivationSeries(const Activation& a, const T& z, std::size_t order) : z_{z} {
    for (T& value : derivatives(a, z, order + 1)) series_.push_back({std::move(value)});
  }
  [[nodiscard]] const T& constant() const { return series_[0][0]; }
  /// The next coefficient of σ(z(t)), from the one of z.
  const T& next(const T& z, const Symbols& symbols) {
    z_.push_back(z);
    const std::size_t k = z_.size() - 1;
    for (std::size_t m = 0; m + k < series_.size(); ++m) {
      T sum = zero_like(z);
      for (std::size_t i = 1; i <= k; ++i)
        add_scaled(sum, Interval(static_cast<double>(i)), product(z_[i], series_[m + 1][k - i], symbols.box));
      series_[m].push_back(divided(sum, k));
    }
    return series_[0][k];
  }

 private:
  std::vector<T> z_;
  std::vector<std::vector<T>> series_;
};

/// What all activation layers met, in order.
using Trace = std::vector<std::vector<Activated>>;
void record(Trace* trace, const Forms& arguments, const Forms& values) {
  if (trace == nullptr) return;
  std::vector<Activated>& layer = trace->emplace_back();
  for (std::size_t i = 0; i < values.size(); ++i) layer.push_back({arguments[i], values[i]});
}
void record(Trace*, const std::vector<Interval>&, const std::vector<Interval>&) {}

/// c_0…c_order of the solution Σ c_k t^k of ẏ = f(y), c_0 = y. Order 1: f(y) is the last.
template <class T>
std::vector<std::vector<T>> solution(const Branch& f, const std::vector<T>& y, std::size_t order,
                                     const Symbols& symbols, Trace* trace = nullptr) {
  std::vector<std::vector<T>> c = {y};
  std::vector<std::vector<ActivationSeries<T>>> series(f.size());
  for (std::size_t k = 0; k < order; ++k) {
    std::vector<T> t = c[k];
    for (std::size_t l = 0; l < f.size(); ++l) {
      if (f[l].kind != LayerKind::activation) {
        t = affine_image(f[l], t, k > 0);
        continue;
      }
      const std::vector<T> arguments = t;
      for (std::size_t i = 0; i < t.size(); ++i) {
        if (k == 0) series[l].emplace_back(f[l].activation, t[i], order - 1);
        t[i] = k == 0 ? series[l][i].constant() : series[l][i].next(arguments[i], symbols);
      }
      if (k == 0) record(trace, arguments, t);
    }
    for (T& x : t) x = divided(x, k + 1);
    c.push_back(std::move(t));
  }
  return c;
}

/// f(η + E) - f(η), from the trace at η.
Forms increments(const Branch& f, const Trace& trace, Forms e, const Symbols& symbols) {
  auto z = trace.begin();
  for (const NumericLayer& layer : f) {
    if (layer.kind != LayerKind::activation) {
      e = affine_image(layer, e, true);
      continue;
    }
    for (std::size_t i = 0; i < e.size(); ++i) e[i] = increment(layer.activation, (*z)[i], e[i], symbols.box);
    ++z;
  }
  return e;
}

// ---- arcs ----

constexpr std::size_t max_inflations = 8;

/// Encloses the solutions of ẏ = f(y) from y for all times between 0 and t: if y + [0, t]·f(Y) is inside Y, they stay in it, and in that
/// set itself (Picard). Unknown if no Y is found.
std::vector<Interval> arc_enclosure(const Branch& f, const std::vector<Interval>& y, const Interval& t,
                                    const Symbols& symbols) {
  const Interval times = hull(t, zero_like(t));
  std::vector<Interval> guess = y;
  for (std::size_t attempt = 0; attempt < max_inflations; ++attempt) {
    const std::vector<Interval> speed = solution(f, guess, 1, symbols)[1];
    std::vector<Interval> image;
    bool inside = true;
    for (std::size_t i = 0; i < y.size(); ++i) {
      image.push_back(y[i] + times * speed[i]);
      inside = inside && less_equal(guess[i].lo, image[i].lo) && less_equal(image[i].hi, guess[i].hi);
    }
    if (inside) return image;
    for (std::size_t i = 0; i < y.size(); ++i) {
      const Interval step = times * speed[i];
      guess[i] = y[i] + step + absolute(step) * Interval(-0.125, 0.125, leaf_precision);
    }
  }
  return std::vector<Interval>(y.size(), unknown_interval(t.precision()));
}

std::vector<Interval> ranges_of(const Forms& x) {
  std::vector<Interval> r;
  for (const Form& form : x) r.push_back(form.range);
  return r;
}

/// y += w·x, entry by entry.
void add_all(Forms& y, const Interval& w, const Forms& x) {
  for (std::size_t i = 0; i < y.size(); ++i) {
    add_scaled(y[i], w, x[i]);
    tighten(y[i]);
  }
}

/// The nonlinear errors of these numbers get symbols of their own, if they have any.
void give_symbols(Forms& x, Symbols& symbols) {
  for (Form& form : x) {
    if (symbols.fresh) give_symbol(form, symbols.used++);
  }
}

/// φ_t(y) - y - t·f(y), from the coefficients of the solution at y.
Forms curvature(const Branch& f, const std::vector<Forms>& c, const Interval& t, std::size_t order,
                const Symbols& symbols) {
  Forms sum(c[0].size(), zero_like(c[0][0]));
  Interval power = t;
  for (std::size_t k = 2; k < order; ++k) {
    power = power * t;
    add_all(sum, power, c[k]);
  }
  const std::vector<Interval> arc = arc_enclosure(f, ranges_of(c[0]), t, symbols);
  const std::vector<Interval> last = solution(f, arc, order, symbols)[order];
  for (std::size_t i = 0; i < sum.size(); ++i) {
    add_constant(sum[i], power * t * last[i]);
    tighten(sum[i]);
  }
  return sum;
}

constexpr std::size_t low_order = 5;  ///< enough for most boxes

/// Arcs are cut so that |t|·Lip(f) is at most about a half.
std::size_t parts_for(const Branch& f, const Rational& ratio) {
  double slope = std::fabs(ratio.get_d());
  for (const NumericLayer& layer : f) {
    double norm = layer.kind == LayerKind::activation
                      ? absolute(slope_bounds(layer.activation, leaf_precision)).hi.approx()
                      : 0;
    for (std::size_t i = 0; i < layer.outputs && layer.kind != LayerKind::activation; ++i) {
      double row = layer.kind == LayerKind::batch_norm ? absolute(layer.scale[i]).hi.approx() : 0;
      for (std::size_t j = 0; j < layer.weight.cols; ++j) row += absolute(layer.weight.at(i, j)).hi.approx();
      norm = std::max(norm, row);
    }
    slope *= norm;
  }
  constexpr double most = 64;
  return static_cast<std::size_t>(slope > 0.5 ? std::min(std::ceil(2 * slope), most) : 1);
}

}  // namespace

Difference::Difference(const BlockChain& chain, Limit limit, std::size_t order)
    : limit_(limit),
      order_(order),
      inputs_(chain.before.empty() ? chain.blocks[0].inputs : chain.before[0].inputs),
      leaf_(enclose_at(chain, leaf_precision)),
      point_(enclose_at(chain, point_precision)) {}

Difference::Numbers Difference::enclose_at(const BlockChain& chain, Precision p) const {
  Numbers numbers{enclose(chain.before, p), {}, enclose(chain.last, p)};
  for (const Layer& block : chain.blocks) {
    Block& b = numbers.blocks.emplace_back();
    b.layer = enclose(block, p);
    if (limit_ == Limit::mlp) continue;
    b.ratio = block.residual / block.skip;
    b.parts = parts_for(b.layer.branch, b.ratio);
  }
  return numbers;
}

Interval Difference::over(const Box& box, const Effort& effort) const {
  const Precision p = effort.precision;
  const std::size_t order = std::min(order_, effort.most);
  const Numbers& numbers = p == leaf_precision ? leaf_ : point_;
  Symbols symbols{.box = inputs_, .used = inputs_, .fresh = effort.symbols, .parameters = {}};
  Forms state;  // η
  for (std::size_t i = 0; i < inputs_; ++i)
    state.push_back(coordinate_form(box.lo[i], box.hi[i], i, inputs_, p));
  if (!numbers.before.empty()) state = solution(numbers.before, state, 1, symbols)[1];
  give_symbols(state, symbols);
  Forms network = state, difference(state.size(), Form(inputs_, p));  // h, E
  for (const Block& block : numbers.blocks) {
    const NumericLayer& layer = block.layer;
    const std::size_t parts = block.parts * effort.parts;
    if (effort.symbols) {
      const Forms residual = solution(layer.branch, network, 1, symbols)[1];
      for (Form& x : network) x = scaled(layer.skip, x);
      add_all(network, layer.residual, residual);
      give_symbols(network, symbols);
    }
    Trace trace;
    Forms next, error(state.size(), Form(inputs_, p));
    if (limit_ == Limit::mlp) {
      next = solution(layer.branch, state, 1, symbols, &trace)[1];
      add_all(error, layer.skip, state);
      add_all(error, layer.skip, difference);
      add_all(error, layer.residual, increments(layer.branch, trace, difference, symbols));
      for (Form& x : next) x = scaled(layer.residual, x);
    } else {
      const Interval ratio = enclose(block.ratio, p), t = enclose(block.ratio / Rational(parts), p);
      next = state;
      error = difference;
      for (std::size_t part = 0; part < parts; ++part) {
        const std::vector<Forms> c =
            solution(layer.branch, next, order - 1, symbols, part == 0 ? &trace : nullptr);
        Forms bend = curvature(layer.branch, c, t, order, symbols);
        give_symbols(bend, symbols);
        if (part == 0 && parts > 1) add_all(error, ratio, c[1]);  // α f(η)
        add_all(next, t, c[1]);
        add_all(next, 1.0, bend);
        if (parts > 1) add_all(error, -t, c[1]);
        add_all(error, -1.0, bend);
      }
      add_all(error, ratio, increments(layer.branch, trace, difference, symbols));
      for (Form& x : next) x = scaled(layer.skip, x);
      for (Form& x : error) x = scaled(layer.skip, x);
    }
    state = std::move(next);
    difference = std::move(error);
    give_symbols(state, symbols);
    give_symbols(difference, symbols);
  }
  const Interval carried = affine_image(numbers.last, difference, true)[0].range;
  if (!effort.symbols) return carried;
  add_all(network, -1.0, state);
  return intersect(carried, affine_image(numbers.last, network, true)[0].range);
}

bool Difference::is_below(double bound, const Box& box) const {
  const auto test = [&](const Effort& effort) { return inside(over(box, effort), -bound, bound); };
  return test({.most = low_order}) || (order_ > low_order && test({})) || test({.symbols = true});
}

bool Difference::is_reached(double bound, const Box& point) const {
  for (const std::size_t parts : {1, 4, 16}) {
    const Interval size = absolute(over(point, {point_precision, false, parts}));
    if (less_equal(Real(bound, leaf_precision), size.lo)) return true;
    if (limit_ == Limit::mlp) return false;
  }
  return false;
}

}  // namespace narrows::checker
