// Flows by Taylor's formula, step by step: y(t) = Σ_{k<K} c_k t^k + c_K(arc) t^K, in forms over the box, and the Jacobian of a step by the
// variational equation V̇ = D_y f(t, y)V, V(0) = I, in the same way.
//
// Of a step of length t and an arc Y that holds the solutions (Picard), a >= ‖D_y f‖ over Y: ‖V − I‖ <= e^{at} − 1, so the coefficient
// of order K of V over the arc is that of all matrices so near to I.
#include "checker/flows.hpp"

#include <algorithm>
#include <cmath>

#include "checker/series.hpp"

namespace narrows::checker {
namespace {

constexpr std::size_t max_state = 64, max_steps_of_arc = 256, max_steps = 4096, max_work = std::size_t{1} << 18,
                      max_symbols = 512;  // each costs something in all later steps

/// About the Lipschitz constant of f in the ∞-norm: a guess.
double slope_approx(const Branch& f) {
  std::vector<double> size(f[0].inputs, 1.0);
  for (const NumericLayer& layer : f) {
    std::vector<double> next(layer.outputs, 0.0);
    for (std::size_t i = 0; i < next.size(); ++i) {
      if (layer.kind == LayerKind::activation)
        next[i] = absolute(slope_bounds(layer.activation, leaf_precision)).hi.approx() * size[i];
      if (layer.kind == LayerKind::batch_norm) next[i] = absolute(layer.scale[i]).hi.approx() * size[i];
      for (std::size_t j = 0; j < layer.weight.cols; ++j)
        next[i] += absolute(layer.weight.at(i, j)).hi.approx() * size[j];
    }
    size = std::move(next);
  }
  return *std::max_element(size.begin(), size.end());
}

/// Steps with length·Lip(f) of about a quarter at most.
std::size_t steps_for(const Arc& arc) {
  double slope = slope_approx(arc.from);
  if (!arc.to.empty()) slope = std::max(slope, slope_approx(arc.to));
  const double steps = std::ceil(4 * slope * arc.duration.get_d());
  return steps >= 1 ? static_cast<std::size_t>(std::min(steps, double{max_steps_of_arc})) : 1;
}

void append_steps(std::vector<NumericLayer::Step>& steps, const Arc& arc, std::size_t count, Precision p) {
  const Interval length = enclose(arc.duration / Rational(count), p);
  if (arc.to.empty()) return steps.push_back({arc.from, {}, arc.from, length, count});
  const Branch rate = difference(arc.from, arc.to, enclose(1 / arc.duration, p));
  const auto part = [&](std::size_t i) { return enclose(Rational(i) / Rational(count), p); };
  for (std::size_t i = 0; i < count; ++i) {
    steps.push_back({interpolated(arc.from, arc.to, part(i)), rate,
                     interpolated(arc.from, arc.to, hull(part(i), part(i + 1))), length, 1});
  }
}

/// Numbers of weights and outputs.
std::size_t size_of(const Branch& f) {
  std::size_t size = 0;
  for (const NumericLayer& layer : f) size += layer.outputs + layer.weight.entries.size();
  return size;
}

/// Of all flows of a chain.
struct Work {
  std::size_t steps = 0, weights = 0;
};

NumericLayer enclose_flow(const Layer& layer, Precision p, Work& work) {
  const auto fail = [](const std::string& got, const std::string& expected) {
    reject("network.model", "ode", Reason::limit, got, expected);
  };
  if (layer.inputs > max_state) fail(std::to_string(layer.inputs), "a state of dimension up to 64");
  NumericLayer y;
  y.kind = LayerKind::ode;
  y.inputs = y.outputs = layer.inputs;
  std::vector<NumericLayer::Step> steps;
  for (const Arc& arc : arcs_of(layer, p)) {
    const std::size_t count = steps_for(arc);
    work.steps += count;
    work.weights += count * size_of(arc.from);
    if (work.steps > max_steps || work.weights > max_work)
      fail("many steps of many weights", "a smaller product of time and weights");
    append_steps(steps, arc, p == leaf_precision ? count : 2 * count, p);
  }
  y.steps = std::make_shared<const std::vector<NumericLayer::Step>>(std::move(steps));
  return y;
}

/// K: the remainder of order K is to be small beside what forms lose on boxes of this size.
std::size_t order_for(const Forms& y) {
  double width = 0;
  for (const Form& x : y) width = std::max(width, x.range.hi.approx() - x.range.lo.approx());
  const double digits = -std::log(std::max(width, 1e-300));
  const double most = y[0].centre.precision() == leaf_precision ? 14 : 20;
  return static_cast<std::size_t>(std::clamp(3 + digits, 5.0, most));
}

/// ‖A‖_∞ <= this for all A = D_y f of the arc.
Interval norm_upper(const NumericLayer::Step& step, const std::vector<Encounter<Interval>>& over) {
  const std::size_t n = step.at[0].inputs;
  const Precision p = step.duration.precision();
  Intervals rows(n, Interval(0.0, p));
  for (std::size_t j = 0; j < n; ++j) {
    Intervals unit(n, Interval(0.0, p));
    unit[j] = Interval(1.0, p);
    const Intervals column = variation(step.during, step.rate, over, unit, 1, 0)[1];
    for (std::size_t i = 0; i < n; ++i) rows[i] = rows[i] + absolute(column[i]);
  }
  Interval norm = rows[0];
  for (const Interval& row : rows) norm = hull(norm, row);
  return Interval(norm.hi);
}

/// V at the end of the step, row by row.
Forms jacobian_of(const NumericLayer::Step& step, const std::vector<Encounter<Form>>& met,
                  const std::vector<Encounter<Interval>>& over, std::size_t order, std::size_t d) {
  const std::size_t n = step.at[0].inputs;
  const Precision p = step.duration.precision();
  const Interval t = step.duration,
                 growth = increasing(mpfr_expm1, Interval((norm_upper(step, over) * t).hi));
  Forms jacobian(n * n, Form(d, p));
  for (std::size_t j = 0; j < n; ++j) {
    Forms unit(n, Form(d, p));
    unit[j] = constant_form(Interval(1.0, p), d);
    Intervals near_unit(n, hull(-growth, growth));
    near_unit[j] = near_unit[j] + Interval(1.0, p);
    const std::vector<Forms> c = variation(step.at, step.rate, met, unit, order - 1, d);
    Forms column(n, Form(d, p));
    add_series(column, c, 0, order, t, variation(step.during, step.rate, over, near_unit, order, 0)[order]);
    for (std::size_t i = 0; i < n; ++i) jacobian[i * n + j] = std::move(column[i]);
  }
  return jacobian;
}

Forms unknown_forms(std::size_t n, std::size_t d, Precision p) {
  return Forms(n, constant_form(unknown_interval(p), d));
}

/// Goes one step on; its Jacobian is appended if there is a list of them.
Forms after_step(const NumericLayer::Step& step, const Forms& y, std::vector<Forms>* jacobians,
                 std::size_t d) {
  const std::size_t order = order_for(y);
  const Record record = jacobians == nullptr ? Record::nothing : Record::slopes;
  const Solution<Form> series = solve(step.at, step.rate, y, order - 1, d, record);
  const Intervals arc = arc_enclosure(step.during, ranges_of(y), step.duration);
  const Solution<Interval> over = solve(step.during, step.rate, arc, order, 0, record);
  if (jacobians != nullptr) jacobians->push_back(jacobian_of(step, series.met, over.met, order, d));
  Forms end(y.size(), Form(d, step.duration.precision()));
  add_series(end, series.coefficients, 0, order, step.duration, over.coefficients[order]);
  return end;
}

bool are_finite(const Forms& y) {
  return std::all_of(y.begin(), y.end(), [](const Form& x) { return x.range.is_finite(); });
}

std::vector<Dual> duals_of(Forms values, std::size_t derivatives, std::size_t d, Precision p) {
  std::vector<Dual> y;
  for (Form& value : values) {
    y.emplace_back(d, 0, p).value = std::move(value);
    y.back().derivative = unknown_forms(derivatives, d, p);
  }
  return y;
}

}  // namespace

std::vector<NumericLayer> enclose_with_flows(const std::vector<Layer>& chain, Precision p) {
  std::vector<NumericLayer> y;
  Work work;
  for (const Layer& layer : chain)
    y.push_back(layer.kind == LayerKind::ode ? enclose_flow(layer, p, work) : enclose(layer, p));
  return y;
}

std::vector<Dual> flow_forward(const NumericLayer& layer, const std::vector<Dual>& h, LayerTrace& trace,
                               Symbols& symbols) {
  const std::size_t n = layer.inputs, d = symbols.box;
  const Precision p = layer.steps->front().duration.precision();
  Forms y;
  for (const Dual& x : h) y.push_back(x.value);
  for (const NumericLayer::Step& step : *layer.steps) {
    for (std::size_t i = 0; i < step.count && are_finite(y); ++i) {
      y = after_step(step, y, symbols.slopes ? &trace.flow : nullptr, d);
      for (Form& x : y) {
        if (symbols.fresh && symbols.used < max_symbols) give_symbol(x, symbols.used++);
      }
    }
  }
  const bool finite = are_finite(y);
  if (!finite) y = unknown_forms(n, d, p);
  if (!finite || !symbols.slopes) trace.flow = {unknown_forms(n * n, d, p)};
  return duals_of(std::move(y), h[0].derivative.size(), d, p);
}

namespace {

/// v·A, or A·v.
std::vector<Dual> multiplied(const Forms& a, const std::vector<Dual>& v, bool from_left, Symbols& symbols) {
  const std::size_t n = v.size(), d = symbols.box;
  Forms product_forms(n, Form(d, a[0].centre.precision()));
  for (std::size_t i = 0; i < n; ++i) {
    Form& sum = product_forms[i];
    for (std::size_t j = 0; j < n; ++j)
      add_scaled(sum, 1.0, product(v[j].value, from_left ? a[j * n + i] : a[i * n + j], d));
    tighten(sum);
    if (symbols.fresh && symbols.used < max_symbols) give_symbol(sum, symbols.used++);
  }
  return duals_of(std::move(product_forms), v[0].derivative.size(), d, a[0].centre.precision());
}

}  // namespace

std::vector<Dual> flow_backward(const LayerTrace& trace, std::vector<Dual> v, Symbols& symbols) {
  for (auto jacobian = trace.flow.rbegin(); jacobian != trace.flow.rend(); ++jacobian)
    v = multiplied(*jacobian, v, true, symbols);
  return v;
}

std::vector<Dual> flow_tangent(const LayerTrace& trace, std::vector<Dual> v, Symbols& symbols) {
  for (const Forms& jacobian : trace.flow) v = multiplied(jacobian, v, false, symbols);
  return v;
}

}  // namespace narrows::checker
