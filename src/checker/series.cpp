// Coefficients of power series, one after the other: from ẏ = f(t, y) the next one of y, from (σ(z))' = σ'(z) z' that of an activation.
//
// All recurrences hold at each point of a box and of an arc, so they hold for enclosures.
#include "checker/series.hpp"

#include <algorithm>

#include "checker/taylor.hpp"

namespace narrows::checker {
namespace {

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
T scaled_by(const Interval& w, const T& x) {
  T y = zero_like(x);
  add_scaled(y, w, x);
  tighten(y);
  return y;
}

template <class T>
T divided(const T& x, std::size_t k) {
  return k == 1 ? x : scaled_by(1.0 / Interval(static_cast<double>(k), precision_of(x)), x);
}

template <class T>
std::vector<T> image(const NumericLayer& layer, const std::vector<T>& x, bool linear) {
  std::vector<T> y(layer.outputs, zero_like(x[0]));
  for (std::size_t i = 0; i < y.size(); ++i) {
    if (layer.kind == LayerKind::batch_norm) add_scaled(y[i], layer.scale[i], x[i]);
    for (std::size_t j = 0; j < layer.weight.cols; ++j) add_scaled(y[i], layer.weight.at(i, j), x[j]);
    if (!linear) add_constant(y[i], layer.bias[i]);
    tighten(y[i]);
  }
  return y;
}

/// Coefficient k of what an affine layer makes of a series: f·x_k + rate·x_{k-1}, its biases are at k = 0 and 1 (unless `linear`).
template <class T>
class AffineSeries {
 public:
  std::vector<T> next(const NumericLayer& f, const NumericLayer* rate, std::vector<T> x, bool linear) {
    std::vector<T> y = image(f, x, linear || k_ > 0);
    if (rate != nullptr && k_ > 0) {
      const std::vector<T> moved = image(*rate, last_, linear || k_ > 1);
      for (std::size_t i = 0; i < y.size(); ++i) {
        add_scaled(y[i], 1.0, moved[i]);
        tighten(y[i]);
      }
    }
    if (rate != nullptr) last_ = std::move(x);
    ++k_;
    return y;
  }

 private:
  std::size_t k_ = 0;
  std::vector<T> last_;
};

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

Intervals derivatives(const Activation& a, const Interval& z, std::size_t count) {
  Intervals d = taylor_coefficients(a, z, count - 1);
  Interval factorial(1.0, z.precision());
  for (std::size_t m = 2; m < count; ++m) {
    factorial = factorial * Interval(static_cast<double>(m));
    d[m] = factorial * d[m];
  }
  return d;
}

/// The power series of σ^(m)(z(t)), m = 0, 1, …, one coefficient after the other: from (σ^(m)(z))' = σ^(m+1)(z) z'. For tanh and
/// sigmoid two series are enough: σ' = 1 − σ², σ' = σ − σ².
template <class T>
class ActivationSeries {
 public:
  /// For coefficients up to `order` of σ, and of σ' too if `slopes`.
  ActivationSeries(const Activation& a, const T& z, std::size_t order, bool slopes)
      : function_(a.function), z_{z} {
    const std::size_t count = order + (slopes ? 2 : 1);
    for (T& value : derivatives(a, z, closes() ? std::min<std::size_t>(count, 2) : count))
      series_.push_back({std::move(value)});
  }
  [[nodiscard]] const T& constant() const { return series_[0][0]; }
  [[nodiscard]] const std::vector<T>& slopes() const { return series_[1]; }
  /// The next coefficient of σ(z(t)), from the one of z.
  const T& next(const T& z, std::size_t d) {
    z_.push_back(z);
    const std::size_t k = z_.size() - 1;
    if (closes()) {
      series_[0].push_back(integral(k, 1, d));
      series_[1].push_back(next_slope(k, d));
      return series_[0][k];
    }
    for (std::size_t m = 0; m + k < series_.size(); ++m) series_[m].push_back(integral(k, m + 1, d));
    return series_[0][k];
  }

 private:
  [[nodiscard]] bool closes() const { return function_ == Function::tanh || function_ == Function::sigmoid; }
  /// Coefficient k of what has the derivative σ^(m)(z) z'.
  [[nodiscard]] T integral(std::size_t k, std::size_t m, std::size_t d) const {
    T sum = zero_like(z_[0]);
    for (std::size_t i = 1; i <= k; ++i)
      add_scaled(sum, Interval(static_cast<double>(i)), product(z_[i], series_[m][k - i], d));
    return divided(sum, k);
  }
  /// Coefficient k >= 1 of −σ², or of σ − σ².
  [[nodiscard]] T next_slope(std::size_t k, std::size_t d) const {
    const std::vector<T>& u = series_[0];
    T sum = function_ == Function::sigmoid ? u[k] : zero_like(u[k]);
    for (std::size_t i = 0; 2 * i <= k; ++i)
      add_scaled(sum, 2 * i < k ? -2.0 : -1.0, product(u[i], u[k - i], d));
    tighten(sum);
    return sum;
  }

  Function function_;
  std::vector<T> z_;
  std::vector<std::vector<T>> series_;
};

}  // namespace

template <class T>
Solution<T> solve(const Branch& f, const Branch& rate, const std::vector<T>& y, std::size_t order,
                  std::size_t d, Record record) {
  Solution<T> solution{{y}, {}};
  std::vector<std::vector<ActivationSeries<T>>> series(f.size());
  std::vector<AffineSeries<T>> affine(f.size());
  for (std::size_t k = 0; k < order; ++k) {
    std::vector<T> t = solution.coefficients[k];
    for (std::size_t l = 0; l < f.size(); ++l) {
      if (f[l].kind != LayerKind::activation) {
        t = affine[l].next(f[l], rate.empty() ? nullptr : &rate[l], std::move(t), false);
        continue;
      }
      const std::vector<T> arguments = t;
      for (std::size_t i = 0; i < t.size(); ++i) {
        if (k == 0) series[l].emplace_back(f[l].activation, t[i], order - 1, record == Record::slopes);
        t[i] = k == 0 ? series[l][i].constant() : series[l][i].next(arguments[i], d);
      }
      if (k == 0 && record != Record::nothing) solution.met.push_back({arguments, t, {}});
    }
    for (T& x : t) x = divided(x, k + 1);
    solution.coefficients.push_back(std::move(t));
  }
  if (record != Record::slopes) return solution;
  auto met = solution.met.begin();
  for (const std::vector<ActivationSeries<T>>& layer : series) {
    if (layer.empty()) continue;
    for (const ActivationSeries<T>& entry : layer) met->slopes.push_back(entry.slopes());
    ++met;
  }
  return solution;
}

template <class T>
std::vector<std::vector<T>> variation(const Branch& f, const Branch& rate,
                                      const std::vector<Encounter<T>>& met, const std::vector<T>& v,
                                      std::size_t order, std::size_t d) {
  std::vector<std::vector<T>> c = {v};
  std::vector<AffineSeries<T>> affine(f.size());
  std::vector<std::vector<std::vector<T>>> reached(f.size());  // coefficients before an activation layer
  for (std::size_t k = 0; k < order; ++k) {
    std::vector<T> t = c[k];
    auto encounter = met.begin();
    for (std::size_t l = 0; l < f.size(); ++l) {
      if (f[l].kind != LayerKind::activation) {
        t = affine[l].next(f[l], rate.empty() ? nullptr : &rate[l], std::move(t), true);
        continue;
      }
      reached[l].push_back(t);
      for (std::size_t i = 0; i < t.size(); ++i) {
        T sum = zero_like(t[i]);
        for (std::size_t j = 0; j <= k; ++j)
          add_scaled(sum, 1.0, product(encounter->slopes[i][j], reached[l][k - j][i], d));
        tighten(sum);
        t[i] = std::move(sum);
      }
      ++encounter;
    }
    for (T& x : t) x = divided(x, k + 1);
    c.push_back(std::move(t));
  }
  return c;
}

template Solution<Form> solve(const Branch&, const Branch&, const Forms&, std::size_t, std::size_t, Record);
template Solution<Interval> solve(const Branch&, const Branch&, const Intervals&, std::size_t, std::size_t,
                                  Record);
template std::vector<Forms> variation(const Branch&, const Branch&, const std::vector<Encounter<Form>>&,
                                      const Forms&, std::size_t, std::size_t);
template std::vector<Intervals> variation(const Branch&, const Branch&,
                                          const std::vector<Encounter<Interval>>&, const Intervals&,
                                          std::size_t, std::size_t);

Intervals arc_enclosure(const Branch& f, const Intervals& y, const Interval& t) {
  constexpr std::size_t max_inflations = 8;
  const Interval times = hull(t, zero_like(t));
  Intervals guess = y;
  for (std::size_t attempt = 0; attempt < max_inflations; ++attempt) {
    const Intervals speed = solve(f, {}, guess, 1, 0, Record::nothing).coefficients[1];
    Intervals reached;
    bool inside = true;
    for (std::size_t i = 0; i < y.size(); ++i) {
      reached.push_back(y[i] + times * speed[i]);
      inside = inside && less_equal(guess[i].lo, reached[i].lo) && less_equal(reached[i].hi, guess[i].hi);
    }
    if (inside) return reached;
    for (std::size_t i = 0; i < y.size(); ++i) {
      const Interval step = times * speed[i];
      guess[i] = y[i] + step + absolute(step) * Interval(-0.125, 0.125, leaf_precision);
    }
  }
  return Intervals(y.size(), unknown_interval(t.precision()));
}

Intervals ranges_of(const Forms& x) {
  Intervals r;
  for (const Form& form : x) r.push_back(form.range);
  return r;
}

Form scaled(const Interval& w, const Form& x) {
  return scaled_by(w, x);
}

void add_all(Forms& y, const Interval& w, const Forms& x) {
  for (std::size_t i = 0; i < y.size(); ++i) {
    add_scaled(y[i], w, x[i]);
    tighten(y[i]);
  }
}

void add_series(Forms& y, const std::vector<Forms>& c, std::size_t first, std::size_t order,
                const Interval& t, const Intervals& last) {
  Interval power(1.0, t.precision());
  for (std::size_t k = 0; k < order; ++k) {
    if (k >= first) add_all(y, power, c[k]);
    power = power * t;
  }
  for (std::size_t i = 0; i < y.size(); ++i) {
    add_constant(y[i], power * last[i]);
    tighten(y[i]);
  }
}

Forms affine_image(const NumericLayer& layer, const Forms& x, bool linear) {
  return image(layer, x, linear);
}

}  // namespace narrows::checker
