// Forward and backward passes.
#include "checker/pass.hpp"

#include <utility>

namespace narrows::checker {
namespace {

using Duals = std::vector<Dual>;

Dual zero_like(const Dual& x) {
  return Dual(x.value.slope.size(), x.derivative.size(), x.value.centre.precision());
}

Dual scaled(const Interval& w, const Dual& x) {
  Dual y = zero_like(x);
  add_scaled(y, w, x);
  tighten(y);
  return y;
}

Dual with_constant(Dual x, const Interval& c) {
  add_constant(x.value, c);
  tighten(x.value);
  return x;
}

Duals apply_affine(const NumericLayer& layer, const Duals& h) {
  Duals y(layer.outputs, zero_like(h[0]));
  for (std::size_t i = 0; i < layer.outputs; ++i) {
    for (std::size_t j = 0; j < h.size(); ++j) add_scaled(y[i], layer.weight.at(i, j), h[j]);
    add_constant(y[i].value, layer.bias[i]);
    tighten(y[i]);
  }
  return y;
}

/// σ(z) and its slope σ'(z); their derivatives are σ'(z)·Dz and σ''(z)·Dz.
Duals apply_activation(const NumericLayer& layer, const Duals& h, LayerTrace& trace) {
  Duals y;
  for (const Dual& z : h) {
    const ActivatedForm f(layer.activation, z.value);
    Dual value = zero_like(z), slope = zero_like(z);
    value.value = f.derivative(0);
    slope.value = f.derivative(1);
    if (!z.derivative.empty()) {
      const Form curvature = f.derivative(2);
      for (std::size_t i = 0; i < z.derivative.size(); ++i) {
        value.derivative[i] = product(slope.value, z.derivative[i]);
        slope.derivative[i] = product(curvature, z.derivative[i]);
      }
    }
    y.push_back(std::move(value));
    trace.slopes.push_back(std::move(slope));
  }
  return y;
}

Duals forward(const NumericLayer& layer, const Duals& h, LayerTrace& trace) {
  switch (layer.kind) {
    case Layer::Kind::affine: return apply_affine(layer, h);
    case Layer::Kind::activation: return apply_activation(layer, h, trace);
    case Layer::Kind::batch_norm: {
      Duals y;
      for (std::size_t i = 0; i < h.size(); ++i) {
        y.push_back(with_constant(scaled(layer.factor[i], with_constant(h[i], -layer.mean[i])), layer.bias[i]));
      }
      return y;
    }
    case Layer::Kind::residual: break;
  }
  Duals inner = h;
  for (const NumericLayer& step : layer.branch) inner = forward(step, inner, trace.branch.emplace_back());
  Duals y(h.size(), zero_like(h[0]));
  for (std::size_t i = 0; i < h.size(); ++i) {
    add_scaled(y[i], layer.skip_and_residual[0], h[i]);
    add_scaled(y[i], layer.skip_and_residual[1], inner[i]);
    tighten(y[i]);
  }
  return y;
}

/// v·J of the layer.
Duals backward(const NumericLayer& layer, const LayerTrace& trace, const Duals& v) {
  Duals y;
  switch (layer.kind) {
    case Layer::Kind::affine:
      y.assign(layer.weight.cols, zero_like(v[0]));
      for (std::size_t j = 0; j < y.size(); ++j) {
        for (std::size_t i = 0; i < v.size(); ++i) add_scaled(y[j], layer.weight.at(i, j), v[i]);
        tighten(y[j]);
      }
      return y;
    case Layer::Kind::activation:
      for (std::size_t i = 0; i < v.size(); ++i) y.push_back(product(v[i], trace.slopes[i]));
      return y;
    case Layer::Kind::batch_norm:
      for (std::size_t i = 0; i < v.size(); ++i) y.push_back(scaled(layer.factor[i], v[i]));
      return y;
    case Layer::Kind::residual: break;
  }
  Duals inner = v;
  for (std::size_t l = layer.branch.size(); l-- > 0;) inner = backward(layer.branch[l], trace.branch[l], inner);
  for (std::size_t i = 0; i < v.size(); ++i) {
    Dual sum = zero_like(v[i]);
    add_scaled(sum, layer.skip_and_residual[0], v[i]);
    add_scaled(sum, layer.skip_and_residual[1], inner[i]);
    tighten(sum);
    y.push_back(std::move(sum));
  }
  return y;
}

std::vector<Interval> enclose_all(const std::vector<Rational>& v, Precision p) {
  std::vector<Interval> y;
  for (const Rational& x : v) y.push_back(enclose(x, p));
  return y;
}

}  // namespace

NumericLayer enclose(const Layer& layer, Precision p) {
  NumericLayer y;
  y.kind = layer.kind;
  y.outputs = layer.outputs;
  y.weight = enclose(layer.weight, p);
  y.bias = enclose_all(layer.bias, p);
  y.activation = layer.activation;
  y.mean = enclose_all(layer.mean, p);
  for (std::size_t i = 0; i < layer.scale.size(); ++i) {
    y.factor.push_back(enclose(layer.scale[i], p) / square_root(enclose(layer.variance[i], p)));
  }
  y.skip_and_residual = {enclose(layer.skip, p), enclose(layer.residual, p)};
  y.branch = enclose(layer.branch, p);
  return y;
}

std::vector<NumericLayer> enclose(const std::vector<Layer>& chain, Precision p) {
  std::vector<NumericLayer> y;
  for (const Layer& layer : chain) y.push_back(enclose(layer, p));
  return y;
}

BoxPass::BoxPass(const std::vector<NumericLayer>& chain, std::size_t base, const Box& box, Precision p,
                 bool derivatives)
    : chain_(chain), base_(base) {
  const std::size_t d = box.dim();
  for (std::size_t i = 0; i < d; ++i) {
    Dual x(d, derivatives ? d : 0, p);
    x.value = coordinate_form(box.lo[i], box.hi[i], i, d, p);
    if (derivatives) x.derivative[i] = constant_form(Interval(1.0, p), d);
    state_.push_back(std::move(x));
  }
}

const LayerTrace& BoxPass::advance() {
  LayerTrace trace;
  state_ = forward(chain_[base_ + traces_.size()], state_, trace);
  traces_.push_back(std::move(trace));
  return traces_.back();
}

const std::vector<Dual>& BoxPass::finish() {
  while (base_ + traces_.size() < chain_.size()) advance();
  return state_;
}

std::vector<Dual> BoxPass::row_vector(std::size_t prefix) {
  finish();
  Dual one = zero_like(state_[0]);
  add_constant(one.value, Interval(1.0, one.value.centre.precision()));
  Duals v = {std::move(one)};
  for (std::size_t l = chain_.size(); l-- > prefix;) v = backward(chain_[l], traces_[l - base_], v);
  return v;
}

IntervalMatrix residual_jacobian(const NumericLayer& layer, const std::vector<Interval>& diagonals) {
  const Precision p = layer.skip_and_residual[0].precision();
  IntervalMatrix m = identity_matrix(layer.outputs, p);
  std::size_t next = 0;
  for (std::size_t l = 0; l < layer.branch.size(); ++l) {
    const NumericLayer& step = layer.branch[l];
    if (step.kind == Layer::Kind::affine) {
      m = l == 0 ? step.weight : product(step.weight, m);
      continue;
    }
    for (std::size_t i = 0; i < m.rows; ++i) {
      const Interval& entry = step.kind == Layer::Kind::activation ? diagonals[next++] : step.factor[i];
      for (std::size_t j = 0; j < m.cols; ++j) m.at(i, j) = entry * m.at(i, j);
    }
  }
  for (std::size_t i = 0; i < m.rows; ++i) {
    for (std::size_t j = 0; j < m.cols; ++j) m.at(i, j) = layer.skip_and_residual[1] * m.at(i, j);
    m.at(i, i) = m.at(i, i) + layer.skip_and_residual[0];
  }
  return m;
}

std::vector<const Form*> met_diagonals(const LayerTrace& trace) {
  std::vector<const Form*> forms;
  for (const LayerTrace& step : trace.branch) {
    for (const Dual& slope : step.slopes) forms.push_back(&slope.value);
  }
  return forms;
}

Form residual_determinant(const NumericLayer& layer, const LayerTrace& trace) {
  const std::size_t n = layer.outputs;
  const std::size_t d = met_diagonals(trace).empty() ? 0 : met_diagonals(trace)[0]->slope.size();
  const Precision p = layer.skip_and_residual[0].precision();
  std::vector<std::vector<Dual>> rows;  // row i of J is e_i·J
  for (std::size_t i = 0; i < n; ++i) {
    Duals unit(n, Dual(d, 0, p));
    unit[i].value = constant_form(Interval(1.0, p), d);
    rows.push_back(backward(layer, trace, unit));
  }
  const auto difference = [&](const Form& x, const Form& y) {
    Form z = x;
    add_scaled(z, Interval(-1.0, p), y);
    tighten(z);
    return z;
  };
  const auto entry = [&](std::size_t i, std::size_t j) -> const Form& { return rows[i][j].value; };
  const auto minor = [&](std::size_t j, std::size_t k) {  // rows n-2 and n-1
    return difference(product(entry(n - 2, j), entry(n - 1, k)), product(entry(n - 2, k), entry(n - 1, j)));
  };
  if (n == 1) return entry(0, 0);
  if (n == 2) return minor(0, 1);
  Form det = difference(product(entry(0, 0), minor(1, 2)), product(entry(0, 1), minor(0, 2)));
  add_scaled(det, Interval(1.0, p), product(entry(0, 2), minor(0, 1)));
  tighten(det);
  return det;
}

}  // namespace narrows::checker
