// Rule `tube`: a defect, a logarithmic norm and Gronwall's inequality bound the distance of a polynomial from the solution (T10).
//
// On a piece of length t, with D >= |∂p/∂s - f(p)| and μ >= the logarithmic norm of Df in the tube of all points with distance at most ρ
// from p: |y - p| grows to at most e^{μt}E + D(e^{μt} - 1)/μ. If that is less than ρ all along, y cannot have left the tube.
#include <algorithm>

#include "checker/rules/tubes.hpp"

namespace narrows::checker {
namespace {

constexpr std::size_t max_halvings = 4;

/// f(t, ·) on a piece of time as a function of τ: middle + τ·rate (no rate: constant), and all of its values at once.
struct Motion {
  Branch middle, rate, whole;
};

Motion motion_of(const Arc& arc, const Rational& begin, const Rational& end, Precision p) {
  if (arc.to.empty()) return {arc.from, {}, arc.from};
  const Interval middle = enclose((begin + end) / 2 / arc.duration, p),
                 rate = enclose((end - begin) / 2 / arc.duration, p);
  return {interpolated(arc.from, arc.to, middle), difference(arc.from, arc.to, rate),
          interpolated(arc.from, arc.to, middle + rate * Interval(-1, 1, p))};
}

/// The polynomials and slopes that a branch met at each of its activation layers: z and σ'(z).
struct Passage {
  std::vector<Polynomials> arguments, slopes;
};

/// W·x or diag(scale)·x.
Polynomials linear_image(const NumericLayer& layer, const Polynomials& x) {
  Polynomials y(layer.outputs, Polynomial(*x[0].basis, x[0].precision()));
  for (std::size_t i = 0; i < y.size(); ++i) {
    if (layer.kind == LayerKind::batch_norm) add_scaled(y[i], layer.scale[i], x[i]);
    for (std::size_t j = 0; j < layer.weight.cols; ++j) add_scaled(y[i], layer.weight.at(i, j), x[j]);
  }
  return y;
}

/// The same for layer l of a right-hand side.
Polynomials linear_image(const Motion& f, std::size_t l, const Polynomials& x) {
  Polynomials y = linear_image(f.middle[l], x);
  if (f.rate.empty()) return y;
  Polynomials moved;
  for (const Polynomial& entry : x) moved.push_back(times_linear(entry, 0.0, 1.0));
  const Polynomials change = linear_image(f.rate[l], moved);
  for (std::size_t i = 0; i < y.size(); ++i) add_scaled(y[i], 1.0, change[i]);
  return y;
}

/// y += τ^k·bias.
void add_bias(Polynomials& y, const NumericLayer& layer, std::size_t k) {
  for (std::size_t i = 0; i < y.size(); ++i) add_monomial(y[i], layer.bias[i], k, 0);
}

/// σ(x), recorded in the passage.
Polynomials activation_image(const NumericLayer& layer, const Polynomials& x, Passage& passage) {
  Polynomials y, slopes;
  for (const Polynomial& z : x) {
    auto [value, slope] = activated(layer.activation, z);
    y.push_back(std::move(value));
    slopes.push_back(std::move(slope));
  }
  passage.arguments.push_back(x);
  passage.slopes.push_back(std::move(slopes));
  return y;
}

/// f(t, x).
Polynomials speed_at(const Motion& f, Polynomials x, Passage& passage) {
  for (std::size_t l = 0; l < f.middle.size(); ++l) {
    if (f.middle[l].kind == LayerKind::activation) {
      x = activation_image(f.middle[l], x, passage);
      continue;
    }
    x = linear_image(f, l, x);
    add_bias(x, f.middle[l], 0);
    if (!f.rate.empty()) add_bias(x, f.rate[l], 1);
  }
  return x;
}

/// Df(p)·v.
Polynomials tangent(const Motion& f, const Passage& passage, Polynomials v) {
  auto slopes = passage.slopes.begin();
  for (std::size_t l = 0; l < f.middle.size(); ++l) {
    if (f.middle[l].kind != LayerKind::activation) {
      v = linear_image(f, l, v);
      continue;
    }
    for (std::size_t i = 0; i < v.size(); ++i) v[i] = product((*slopes)[i], v[i]);
    ++slopes;
  }
  return v;
}

/// Column j of a matrix of n columns.
Polynomials column(const Polynomials& matrix, std::size_t j, std::size_t n) {
  Polynomials v;
  for (std::size_t i = j; i < matrix.size(); i += n) v.push_back(matrix[i]);
  return v;
}

/// What Df is for all points with distance at most ρ from p: an enclosure, and how far it can be from Df(p), entry by entry.
struct Linearisation {
  IntervalMatrix jacobian, change;
};

/// With δ >= |z(y) - z(p)| layer by layer: δ' = |W|δ, and sup|σ'|·δ for an activation, whose slopes change by at most sup|σ''|·δ.
Linearisation linearise(const Branch& f, const Passage& passage, const Interval& rho) {
  const std::size_t n = f[0].inputs;
  Linearisation r{identity_matrix<Interval>(n), IntervalMatrix(n, n)};
  std::vector<Interval> delta(n, rho);
  auto arguments = passage.arguments.begin();
  for (const NumericLayer& layer : f) {
    IntervalMatrix w = layer.weight;
    if (layer.kind == LayerKind::affine) {
      r.jacobian = product(w, r.jacobian);
      for (Interval& x : w.entries) x = absolute(x);
      r.change = product(w, r.change);
      std::vector<Interval> next(layer.outputs);
      for (std::size_t i = 0; i < w.rows; ++i) {
        for (std::size_t j = 0; j < w.cols; ++j) next[i] = next[i] + w.at(i, j) * delta[j];
      }
      delta = std::move(next);
      continue;
    }
    for (std::size_t i = 0; i < delta.size(); ++i) {
      Interval slope = layer.kind == LayerKind::batch_norm ? layer.scale[i] : Interval(0.0), bend(0.0);
      if (layer.kind == LayerKind::activation) {
        const Interval spread = hull(-delta[i], delta[i]);
        const Ranges ranges(layer.activation, range((*arguments)[i]) + spread);
        slope = ranges.range(1);
        bend = absolute(ranges.range(2));
      }
      for (std::size_t j = 0; j < n; ++j) {
        Interval& entry = r.jacobian.at(i, j);
        r.change.at(i, j) = absolute(slope) * r.change.at(i, j) + bend * delta[i] * absolute(entry);
        entry = slope * entry;
      }
      delta[i] = absolute(slope) * delta[i];
    }
    if (layer.kind == LayerKind::activation) ++arguments;
  }
  return r;
}

Interval upper(const Interval& x) {
  return Interval(x.hi);
}

Interval larger_upper(const Interval& x, const Interval& y) {
  return upper(hull(x, y));
}

/// max_i a_ii + Σ_{j ≠ i} |a_ij|.
Interval logarithmic_norm_upper(const IntervalMatrix& a) {
  Interval mu;
  for (std::size_t i = 0; i < a.rows; ++i) {
    Interval row = a.at(i, i);
    for (std::size_t j = 0; j < a.cols; ++j) row = j == i ? row : row + absolute(a.at(i, j));
    mu = i == 0 ? upper(row) : larger_upper(mu, row);
  }
  return mu;
}

/// max_i Σ_j |a_ij|.
Interval norm_upper(const std::vector<Interval>& entries, std::size_t columns) {
  Interval norm(0.0);
  for (std::size_t i = 0; i < entries.size(); i += columns) {
    Interval row(0.0);
    for (std::size_t j = 0; j < columns; ++j) row = row + absolute(entries[i + j]);
    norm = larger_upper(norm, row);
  }
  return norm;
}

/// e^{μt}·error + defect·(e^{μt} - 1)/μ; the last factor is t·(e^x - 1)/x at x = μt, which increases in x.
Interval gronwall_upper(const Interval& error, const Interval& defect, const Interval& mu,
                        const Interval& t) {
  const Interval x = upper(mu * t);
  const Interval mean = x.nonzero() ? increasing(mpfr_expm1, x) / x : increasing(mpfr_exp, absolute(x));
  return upper(increasing(mpfr_exp, x) * error + defect * mean * t);
}

/// c(s) for s = a + bτ by Horner's scheme; or its derivative with respect to s.
Polynomial on_piece(const Coefficients& c, const Basis& basis, const Interval& a, const Interval& b,
                    bool derivative) {
  const std::size_t size = basis.size();
  Polynomial y(basis, a.precision());
  for (std::size_t k = basis.time_degree + 1; k-- > 0;) {
    y = times_linear(y, a, b);
    for (std::size_t m = 0; m < size; ++m) {
      const std::size_t at = (derivative ? k + 1 : k) * size + m;
      if (at >= c.size() || c[at] == 0) continue;
      const Interval value(c[at], a.precision());
      add_monomial(y, derivative ? value * Interval(static_cast<double>(k + 1)) : value, 0, m);
    }
  }
  return y;
}

Polynomials on_piece(const std::vector<Coefficients>& list, const Basis& basis, const Rational& begin,
                     const Rational& end, Precision p, bool derivative) {
  const Interval a = enclose((begin + end) / 2, p), b = enclose((end - begin) / 2, p);
  Polynomials y;
  for (const Coefficients& c : list) y.push_back(on_piece(c, basis, a, b, derivative));
  return y;
}

/// One step, cut into pieces.
class Tube {
 public:
  Tube(const Step& step, const Arc& arc, const Rational& start, const Basis& basis, Precision p)
      : step_(step), arc_(arc), start_(start), basis_(basis), precision_(p) {}

  std::optional<Errors> across(const Rational& begin, const Rational& end, const Errors& before,
                               std::size_t depth, std::size_t least_depth) const {
    if (depth >= least_depth) {
      auto after = across_piece(begin, end, before);
      if (after || depth >= max_halvings) return after;
    }
    const Rational middle = (begin + end) / 2;
    const auto between = across(begin, middle, before, depth + 1, least_depth);
    return between ? across(middle, end, *between, depth + 1, least_depth) : std::nullopt;
  }

 private:
  std::optional<Errors> across_piece(const Rational& begin, const Rational& end, const Errors& before) const {
    const Polynomials p = on_piece(step_.state, basis_, begin, end, precision_, false);
    const Motion f = motion_of(arc_, start_ + begin, start_ + end, precision_);
    Passage passage;
    const Interval defect = distance_upper(on_piece(step_.state, basis_, begin, end, precision_, true),
                                           speed_at(f, p, passage), 1);
    const Interval mu = logarithmic_norm_upper(linearise(f.whole, passage, Interval(step_.radius)).jacobian);
    const Interval t = enclose(end - begin, precision_);

    Errors after{gronwall_upper(before.state, defect, mu, t), before.jacobian};
    const Interval largest = larger_upper(before.state, after.state);  // it is monotone in time
    if (!less(largest.hi, Real(step_.radius, leaf_precision))) return std::nullopt;
    if (step_.jacobian.empty()) return after;
    const Interval residual = jacobian_defect(begin, end, f, passage, largest);
    after.jacobian = gronwall_upper(before.jacobian, residual, mu, t);
    return after;
  }

  /// R + G.
  Interval jacobian_defect(const Rational& begin, const Rational& end, const Motion& f,
                           const Passage& passage, const Interval& state_error) const {
    const std::size_t n = step_.state.size();
    const Polynomials jacobian = on_piece(step_.jacobian, basis_, begin, end, precision_, false);
    Polynomials speed = jacobian;
    for (std::size_t j = 0; j < n; ++j) {
      const Polynomials v = tangent(f, passage, column(jacobian, j, n));
      for (std::size_t i = 0; i < n; ++i) speed[i * n + j] = v[i];
    }
    std::vector<Interval> sizes;
    for (const Polynomial& entry : jacobian) sizes.push_back(size_upper(entry));
    const Interval change = norm_upper(linearise(f.whole, passage, state_error).change.entries, n);
    const Polynomials derivative = on_piece(step_.jacobian, basis_, begin, end, precision_, true);
    return upper(distance_upper(derivative, speed, n) + change * norm_upper(sizes, n));
  }

  const Step& step_;
  const Arc& arc_;
  const Rational& start_;
  const Basis& basis_;
  Precision precision_;
};

}  // namespace

Polynomials on_piece(const std::vector<Coefficients>& list, const Basis& basis, const Rational& begin,
                     const Rational& end, Precision p) {
  return on_piece(list, basis, begin, end, p, false);
}

Polynomials image(const std::vector<NumericLayer>& layers, Polynomials h) {
  Passage passage;
  for (const NumericLayer& layer : layers) {
    if (layer.kind == LayerKind::activation) {
      h = activation_image(layer, h, passage);
      continue;
    }
    if (layer.kind != LayerKind::residual) {
      h = linear_image(layer, h);
      add_bias(h, layer, 0);
      continue;
    }
    const Polynomials inner = image(layer.branch, h);
    for (std::size_t i = 0; i < h.size(); ++i) {
      Polynomial sum(*h[i].basis, h[i].precision());
      add_scaled(sum, layer.skip, h[i]);
      add_scaled(sum, layer.residual, inner[i]);
      h[i] = std::move(sum);
    }
  }
  return h;
}

Interval distance_upper(const Polynomials& a, const Polynomials& b, std::size_t columns) {
  std::vector<Interval> sizes;
  for (std::size_t i = 0; i < a.size(); ++i) {
    Polynomial difference = a[i];
    add_scaled(difference, -1.0, b[i]);
    sizes.push_back(size_upper(difference));
  }
  return norm_upper(sizes, columns);
}

std::optional<Errors> errors_after(const Step& step, const Arc& arc, const Rational& start,
                                   const Basis& basis, const Errors& before, std::size_t halvings,
                                   Precision p) {
  return Tube(step, arc, start, basis, p).across(0, step.duration, before, 0, halvings);
}

}  // namespace narrows::checker
