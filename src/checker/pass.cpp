// Forward and backward passes.
#include "checker/pass.hpp"

#include <utility>

#include "checker/flows.hpp"

namespace narrows::checker {
namespace {

using Duals = std::vector<Dual>;

Dual zero_like(const Dual& x) {
  return Dual(x.value.slope.size(), x.derivative.size(), x.value.centre.precision());
}

/// W·x, not yet tightened.
Duals linear_map(const IntervalMatrix& w, const Duals& x) {
  Duals y(w.rows, zero_like(x[0]));
  for (std::size_t i = 0; i < w.rows; ++i) {
    for (std::size_t j = 0; j < w.cols; ++j) add_scaled(y[i], w.at(i, j), x[j]);
  }
  return y;
}

/// scale_i·x_i, not yet tightened.
Duals diagonal_map(const std::vector<Interval>& scale, const Duals& x) {
  Duals y(x.size(), zero_like(x[0]));
  for (std::size_t i = 0; i < x.size(); ++i) add_scaled(y[i], scale[i], x[i]);
  return y;
}

/// ε and δ of a residual layer of a family.
std::pair<Form, Form> parameters_of(const NumericLayer& layer, const Symbols& symbols) {
  std::pair<Form, Form> own{symbols.parameters[0], symbols.parameters[1]};
  if (layer.family == Family::shared) return own;
  own = {Form(symbols.box, layer.skip.precision()), Form(symbols.box, layer.skip.precision())};
  add_scaled(own.first, layer.skip, symbols.parameters[0]);
  add_scaled(own.second, layer.residual, symbols.parameters[1]);
  tighten(own.first);
  tighten(own.second);
  return own;
}

/// εx + δy where ε and δ are forms, which do not depend on x.
Duals sum_in_family(const std::pair<Form, Form>& parameters, const Duals& x, const Duals& y,
                    Symbols& symbols) {
  const auto combination = [&](const Form& a, const Form& b) {
    Form sum = product(parameters.first, a, symbols.box);
    add_scaled(sum, 1.0, product(parameters.second, b, symbols.box));
    return sum;
  };
  Duals sum;
  for (std::size_t i = 0; i < x.size(); ++i) {
    Dual& entry = sum.emplace_back(zero_like(x[i]));
    entry.value = combination(x[i].value, y[i].value);
    if (symbols.fresh) give_symbol(entry.value, symbols.used++);
    for (std::size_t j = 0; j < x[i].derivative.size(); ++j)
      entry.derivative[j] = combination(x[i].derivative[j], y[i].derivative[j]);
  }
  return sum;
}

/// εx + δy, not yet tightened.
Duals residual_sum(const NumericLayer& layer, const Duals& x, const Duals& y, Symbols& symbols) {
  if (layer.family != Family::fixed) return sum_in_family(parameters_of(layer, symbols), x, y, symbols);
  Duals sum = diagonal_map(std::vector<Interval>(x.size(), layer.skip), x);
  for (std::size_t i = 0; i < x.size(); ++i) add_scaled(sum[i], layer.residual, y[i]);
  return sum;
}

Duals tightened(Duals x) {
  for (Dual& entry : x) tighten(entry);
  return x;
}

Duals shifted(Duals x, const std::vector<Interval>& bias) {
  for (std::size_t i = 0; i < x.size(); ++i) add_constant(x[i].value, bias[i]);
  return x;
}

/// σ(z) and its slope σ'(z); their derivatives are σ'(z)·Dz and σ''(z)·Dz.
std::pair<Dual, Dual> value_and_slope(const Activation& activation, const Dual& z, Symbols& symbols) {
  const ActivatedForm f(activation, z.value, symbols.fresh ? Lines::gentle : Lines::steep);
  Dual value = zero_like(z), slope = zero_like(z);
  value.value = f.derivative(0);
  slope.value = symbols.slopes
                    ? f.derivative(1)
                    : constant_form(unknown_interval(z.value.centre.precision()), z.value.slope.size());
  if (symbols.fresh) {
    give_symbol(value.value, symbols.used++);
    give_symbol(slope.value, symbols.used++);
  }
  if (z.derivative.empty()) return {value, slope};
  const Form curvature = f.derivative(2);
  for (std::size_t i = 0; i < z.derivative.size(); ++i) {
    value.derivative[i] = product(slope.value, z.derivative[i], symbols.box);
    slope.derivative[i] = product(curvature, z.derivative[i], symbols.box);
  }
  return {value, slope};
}

/// The layer's value at h; `trace` takes the slopes that it met.
Duals forward(const NumericLayer& layer, const Duals& h, LayerTrace& trace, Symbols& symbols) {
  if (layer.kind == LayerKind::affine) return tightened(shifted(linear_map(layer.weight, h), layer.bias));
  if (layer.kind == LayerKind::batch_norm)
    return tightened(shifted(diagonal_map(layer.scale, h), layer.bias));
  if (layer.kind == LayerKind::ode) return flow_forward(layer, h, trace, symbols);
  if (layer.kind == LayerKind::residual) {
    Duals inner = h;
    for (const NumericLayer& step : layer.branch)
      inner = forward(step, inner, trace.branch.emplace_back(), symbols);
    if (layer.family != Family::fixed) {
      const auto [skip, residual] = parameters_of(layer, symbols);
      trace.parameters = {skip.range, residual.range};
    }
    return tightened(residual_sum(layer, h, inner, symbols));
  }
  Duals y;
  for (const Dual& z : h) {
    auto [value, slope] = value_and_slope(layer.activation, z, symbols);
    y.push_back(std::move(value));
    trace.slopes.push_back(std::move(slope));
  }
  return y;
}

/// x_i·slope_i.
Duals scaled_by_slopes(const Duals& x, const LayerTrace& trace, Symbols& symbols) {
  Duals y;
  for (std::size_t i = 0; i < x.size(); ++i) {
    y.push_back(product(x[i], trace.slopes[i], symbols.box));
    if (symbols.fresh) give_symbol(y.back().value, symbols.used++);
  }
  return y;
}

/// v·J of the layer.
Duals backward(const NumericLayer& layer, const LayerTrace& trace, const Duals& v, Symbols& symbols) {
  if (layer.kind == LayerKind::affine) return tightened(linear_map(transpose(layer.weight), v));
  if (layer.kind == LayerKind::batch_norm) return tightened(diagonal_map(layer.scale, v));
  if (layer.kind == LayerKind::ode) return flow_backward(trace, v, symbols);
  if (layer.kind == LayerKind::residual) {
    Duals inner = v;
    for (std::size_t l = layer.branch.size(); l-- > 0;)
      inner = backward(layer.branch[l], trace.branch[l], inner, symbols);
    return tightened(residual_sum(layer, v, inner, symbols));
  }
  return scaled_by_slopes(v, trace, symbols);
}

/// J·t of the layer.
Duals tangent(const NumericLayer& layer, const LayerTrace& trace, const Duals& t, Symbols& symbols) {
  if (layer.kind == LayerKind::affine) return tightened(linear_map(layer.weight, t));
  if (layer.kind == LayerKind::batch_norm) return tightened(diagonal_map(layer.scale, t));
  if (layer.kind == LayerKind::activation) return scaled_by_slopes(t, trace, symbols);
  if (layer.kind == LayerKind::ode) return flow_tangent(trace, t, symbols);
  Duals inner = t;
  for (std::size_t l = 0; l < layer.branch.size(); ++l)
    inner = tangent(layer.branch[l], trace.branch[l], inner, symbols);
  return tightened(residual_sum(layer, t, inner, symbols));
}

}  // namespace

Box joined(const Box& box, const Box& cell) {
  Box joint = box;
  joint.lo.insert(joint.lo.end(), cell.lo.begin(), cell.lo.end());
  joint.hi.insert(joint.hi.end(), cell.hi.begin(), cell.hi.end());
  return joint;
}

Box midpoint(const Box& box) {
  Box m;
  for (std::size_t i = 0; i < box.dim(); ++i) m.lo.push_back(0.5 * box.lo[i] + 0.5 * box.hi[i]);
  m.hi = m.lo;
  return m;
}

BoxPass::BoxPass(const std::vector<NumericLayer>& chain, std::size_t base, const Box& box, Precision p,
                 Carry carry)
    : chain_(chain),
      base_(base),
      symbols_{box.dim(), box.dim(), carry == Carry::symbols, carry != Carry::state, {}} {
  const std::size_t d = box.dim(), inputs = chain[base].inputs;
  const bool derivatives = carry == Carry::derivatives;
  for (std::size_t i = inputs; i < d; ++i)
    symbols_.parameters.push_back(coordinate_form(box.lo[i], box.hi[i], i, d, p));
  for (std::size_t i = 0; i < inputs; ++i) {
    Dual& x = state_.emplace_back(d, derivatives ? inputs : 0, p);
    x.value = coordinate_form(box.lo[i], box.hi[i], i, d, p);
    if (derivatives) x.derivative[i] = constant_form(Interval(1, p), d);
  }
}

const LayerTrace& BoxPass::advance() {
  LayerTrace trace;
  state_ = forward(chain_[base_ + traces_.size()], state_, trace, symbols_);
  traces_.push_back(std::move(trace));
  return traces_.back();
}

const std::vector<Dual>& BoxPass::finish() {
  while (base_ + traces_.size() < chain_.size()) advance();
  return state_;
}

std::vector<Dual> BoxPass::row_vector(std::size_t prefix) {
  finish();
  Duals v = {zero_like(state_[0])};
  add_constant(v[0].value, 1.0);
  for (std::size_t l = chain_.size(); l-- > prefix;) v = backward(chain_[l], traces_[l - base_], v, symbols_);
  return v;
}

Form BoxPass::row_vector_along(std::size_t prefix, const std::vector<Interval>& u) {
  Duals v = row_vector(prefix);
  Form sum(symbols_.box, v[0].value.centre.precision());
  for (std::size_t j = 0; j < v.size(); ++j) add_scaled(sum, u[j], v[j].value);
  tighten(sum);
  return sum;
}

Form BoxPass::next_row_vector_along(std::size_t prefix, const std::vector<Interval>& u) {
  const Duals v = row_vector(prefix + 1);
  Duals t;
  for (const Interval& component : u) {
    t.push_back(zero_like(v[0]));
    t.back().value = constant_form(component, symbols_.box);
  }
  t = tangent(chain_[prefix], traces_[prefix - base_], t, symbols_);
  Form sum(symbols_.box, v[0].value.centre.precision());
  for (std::size_t j = 0; j < v.size(); ++j)
    add_scaled(sum, 1.0, product(v[j].value, t[j].value, symbols_.box));
  tighten(sum);
  return sum;
}

}  // namespace narrows::checker
