// The integration over one number type; included by one source file per arithmetic, because Odeint compiles slowly.
#pragma once

#include <algorithm>
#include <boost/numeric/odeint/integrate/integrate_adaptive.hpp>
#include <boost/numeric/odeint/integrate/integrate_times.hpp>
#include <boost/numeric/odeint/stepper/bulirsch_stoer.hpp>
#include <boost/numeric/odeint/stepper/generation.hpp>
#include <boost/numeric/odeint/stepper/runge_kutta_dopri5.hpp>
#include <boost/numeric/odeint/stepper/runge_kutta_fehlberg78.hpp>
#include <cmath>
#include <vector>

#include "ode/dense_output.hpp"
#include "ode/integrate.hpp"
#include "ode/marks.hpp"
#include "ode/number_traits.hpp"

namespace narrows::integration {

namespace odeint = boost::numeric::odeint;

/// σ(z) and σ'(z).
template <class T>
void activate(const ActivationLayer& layer, const T& z, T* value, T* slope) {
  using std::atan, std::cos, std::erf, std::exp, std::expm1, std::log1p, std::sin, std::sqrt, std::tanh;
  const auto sigmoid = [](const T& x) -> T { return (1 + tanh(T(x / 2))) / 2; };
  switch (layer.function) {
    case Activation::tanh:
      *value = tanh(z);
      *slope = 1 - *value * *value;
      return;
    case Activation::sigmoid:
      *value = sigmoid(z);
      *slope = *value * (1 - *value);
      return;
    case Activation::softplus:
      *value = z > 0 ? T(z + log1p(T(exp(T(-z))))) : T(log1p(T(exp(z))));
      *slope = sigmoid(z);
      return;
    case Activation::arctan:
      *value = atan(z);
      *slope = 1 / (1 + z * z);
      return;
    case Activation::sin:
      *value = sin(z);
      *slope = cos(z);
      return;
    case Activation::silu: {
      const T s = sigmoid(z);
      *value = z * s;
      *slope = s + z * s * (1 - s);
      return;
    }
    case Activation::gelu: {
      const T normal = (1 + erf(T(z / sqrt(T(2))))) / 2,
              density = exp(T(-z * z / 2)) / sqrt(T(8 * atan(T(1))));
      *value = z * normal;
      *slope = normal + z * density;
      return;
    }
    case Activation::elu:
      *value = z > 0 ? z : T(expm1(z));
      *slope = z > 0 ? T(1) : T(exp(z));
      return;
    case Activation::relu:
    case Activation::leaky_relu:
    case Activation::identity:
      break;
  }
  *value = z;
  *slope = 1;
}

/// A layer with rounded weights: affine (rows x cols), an activation, a diagonal (batch_norm), or a residual block.
template <class T>
struct RoundedLayer {
  std::size_t rows = 0, cols = 0;  ///< affine: > 0
  std::vector<T> weight, bias;     ///< affine and diagonal
  ActivationLayer activation;
  T skip{}, residual{};
  std::vector<RoundedLayer> branch;  ///< residual
};

template <class T>
std::vector<RoundedLayer<T>> rounded(const std::vector<Layer>& layers);

template <class T>
struct Rounding {
  static std::vector<T> numbers(const std::vector<Rational>& exact) {
    std::vector<T> result;
    for (const Rational& q : exact) result.push_back(NumberTraits<T>::rounded(q));
    return result;
  }
  RoundedLayer<T> operator()(const AffineLayer& layer) const {
    return {layer.rows, layer.cols, numbers(layer.weight), numbers(layer.bias), {}, {}, {}, {}};
  }
  RoundedLayer<T> operator()(const ActivationLayer& layer) const { return {0, 0, {}, {}, layer, {}, {}, {}}; }
  RoundedLayer<T> operator()(const BatchNormLayer& layer) const {
    using std::sqrt;
    RoundedLayer<T> result;
    result.bias = numbers(layer.bias);
    for (std::size_t i = 0; i < layer.scale.size(); ++i) {
      result.weight.push_back(NumberTraits<T>::rounded(layer.scale[i]) /
                              sqrt(T(NumberTraits<T>::rounded(Rational(layer.variance[i] + layer.epsilon)))));
      result.bias[i] -= NumberTraits<T>::rounded(layer.mean[i]) * result.weight.back();
    }
    return result;
  }
  RoundedLayer<T> operator()(const ResidualLayer& layer) const {
    return {0,
            0,
            {},
            {},
            {},
            NumberTraits<T>::rounded(layer.skip),
            NumberTraits<T>::rounded(layer.residual),
            rounded<T>(layer.branch)};
  }
  RoundedLayer<T> operator()(const OdeLayer&) const { return {}; }  // never inside another layer
};

template <class T>
std::vector<RoundedLayer<T>> rounded(const std::vector<Layer>& layers) {
  std::vector<RoundedLayer<T>> result;
  for (const Layer& layer : layers) result.push_back(std::visit(Rounding<T>{}, layer.value));
  return result;
}

/// What must be added to the weights and biases of `layers` to have those of `to`.
template <class T>
std::vector<RoundedLayer<T>> difference(std::vector<RoundedLayer<T>> to,
                                        const std::vector<RoundedLayer<T>>& layers) {
  for (std::size_t l = 0; l < to.size(); ++l) {
    for (std::size_t k = 0; k < to[l].weight.size(); ++k) to[l].weight[k] -= layers[l].weight[k];
    for (std::size_t k = 0; k < to[l].bias.size(); ++k) to[l].bias[k] -= layers[l].bias[k];
  }
  return to;
}

/// layers + share·change.
template <class T>
std::vector<RoundedLayer<T>> moved(std::vector<RoundedLayer<T>> layers,
                                   const std::vector<RoundedLayer<T>>& change, const T& share) {
  for (std::size_t l = 0; l < change.size(); ++l) {
    for (std::size_t k = 0; k < layers[l].weight.size(); ++k)
      layers[l].weight[k] += share * change[l].weight[k];
    for (std::size_t k = 0; k < layers[l].bias.size(); ++k) layers[l].bias[k] += share * change[l].bias[k];
  }
  return layers;
}

/// Values and their derivatives by `columns` variables, row by row.
template <class T>
struct Jet1 {
  std::vector<T> value, derivative;
  std::size_t columns = 0;
};

template <class T>
void run(const std::vector<RoundedLayer<T>>& layers, Jet1<T>* x) {
  const std::size_t c = x->columns;
  for (const RoundedLayer<T>& layer : layers) {
    if (layer.rows > 0) {
      Jet1<T> y{layer.bias, std::vector<T>(layer.rows * c, T(0)), c};
      for (std::size_t i = 0; i < layer.rows; ++i) {
        for (std::size_t j = 0; j < layer.cols; ++j) {
          const T& w = layer.weight[i * layer.cols + j];
          y.value[i] += w * x->value[j];
          for (std::size_t k = 0; k < c; ++k) y.derivative[i * c + k] += w * x->derivative[j * c + k];
        }
      }
      *x = std::move(y);
    } else if (!layer.branch.empty()) {
      Jet1<T> y = *x;
      run(layer.branch, &y);
      for (std::size_t i = 0; i < x->value.size(); ++i)
        x->value[i] = layer.skip * x->value[i] + layer.residual * y.value[i];
      for (std::size_t i = 0; i < x->derivative.size(); ++i)
        x->derivative[i] = layer.skip * x->derivative[i] + layer.residual * y.derivative[i];
    } else {
      for (std::size_t i = 0; i < x->value.size(); ++i) {
        T value = 0, slope = 0;
        if (layer.weight.empty()) {
          activate(layer.activation, x->value[i], &value, &slope);
        } else {
          slope = layer.weight[i];
          value = slope * x->value[i] + layer.bias[i];
        }
        x->value[i] = value;
        for (std::size_t k = 0; k < c; ++k) x->derivative[i * c + k] *= slope;
      }
    }
  }
}

/// Thrown out of Odeint's loops, caught in integrate().
struct Stopped {};

/// The state h, and with `variational` the rows of Y and ∫tr: n or n + n² + 1 numbers.
template <class T>
struct Field {
  std::vector<RoundedLayer<T>> layers,
      change;  ///< at the start of the arc, and what the arc adds (empty: nothing)
  std::size_t n = 0;
  bool variational = false;
  T arc = 1;    ///< its length
  T start = 0;  ///< of the piece whose time is the argument, since the start of the arc
  StopToken stop;

  void operator()(const std::vector<T>& state, std::vector<T>& rate, const T& time) const {
    if (stop.stop_requested()) throw Stopped{};
    Jet1<T> x;
    x.value.assign(state.begin(), state.begin() + static_cast<std::ptrdiff_t>(n));
    if (variational) {
      x.columns = n;
      x.derivative.assign(n * n, T(0));
      for (std::size_t i = 0; i < n; ++i) x.derivative[i * n + i] = 1;
    }
    if (change.empty())
      run(layers, &x);
    else
      run(moved(layers, change, T((start + time) / arc)), &x);
    std::copy(x.value.begin(), x.value.end(), rate.begin());
    if (!variational) return;
    T trace = 0;
    for (std::size_t i = 0; i < n; ++i) {
      trace += x.derivative[i * n + i];
      for (std::size_t k = 0; k < n; ++k) {
        T sum = 0;
        for (std::size_t j = 0; j < n; ++j) sum += x.derivative[i * n + j] * state[n + j * n + k];
        rate[n + i * n + k] = sum;
      }
    }
    rate[n + n * n] = trace;
  }
};

/// Advances `state` by `duration` with steps of controlled error.
template <class T>
void advance(const Field<T>& field, const IntegrationOptions& options, std::vector<T>* state,
             const T& duration) {
  using State = std::vector<T>;
  const T tolerance = options.tolerance ? T(*options.tolerance) : NumberTraits<T>::tolerance(options.stepper);
  const T zero = 0, first = duration / 64;
  switch (options.stepper) {
    case StepperKind::dopri5:
      odeint::integrate_adaptive(
          odeint::make_controlled<odeint::runge_kutta_dopri5<State, T, State, T>>(tolerance, tolerance),
          field, *state, zero, duration, first);
      return;
    case StepperKind::fehlberg78:
      odeint::integrate_adaptive(
          odeint::make_controlled<odeint::runge_kutta_fehlberg78<State, T, State, T>>(tolerance, tolerance),
          field, *state, zero, duration, first);
      return;
    case StepperKind::bulirsch_stoer:
      break;
  }
  odeint::integrate_adaptive(odeint::bulirsch_stoer<State, T, State, T>(tolerance, tolerance), field, *state,
                             zero, duration, first);
}

/// The determinant of a small matrix by elimination with pivots.
template <class T>
T determinant(std::vector<T> a, std::size_t n) {
  using std::abs;
  T result = 1;
  for (std::size_t k = 0; k < n; ++k) {
    std::size_t best = k;
    for (std::size_t i = k + 1; i < n; ++i)
      if (abs(a[i * n + k]) > abs(a[best * n + k])) best = i;
    if (a[best * n + k] == 0) return 0;
    if (best != k) {
      for (std::size_t j = 0; j < n; ++j) std::swap(a[k * n + j], a[best * n + j]);
      result = -result;
    }
    result *= a[k * n + k];
    for (std::size_t i = k + 1; i < n; ++i) {
      const T factor = a[i * n + k] / a[k * n + k];
      for (std::size_t j = k; j < n; ++j) a[i * n + j] -= factor * a[k * n + j];
    }
  }
  return result;
}

template <class T>
FlowPoint point(const T& time, const std::vector<T>& state, std::size_t n) {
  FlowPoint result{NumberTraits<T>::text(time), {}};
  for (std::size_t i = 0; i < n; ++i) result.state.push_back(NumberTraits<T>::text(state[i]));
  return result;
}

/// Newton's method in time for h_coordinate = level on a piece that starts at `state` and changes sign within `duration`.
template <class T>
FlowPoint locate(const Field<T>& field, const IntegrationOptions& options, const FlowEvent& event,
                 const std::vector<T>& state, const T& from, const T& duration) {
  T low = 0, high = duration, time = duration / 2;
  const bool rising = state[event.coordinate] < T(event.level);
  std::vector<T> at = state, rate(state.size());
  for (int k = 0; k < 60; ++k) {
    at = state;
    if (time > 0) advance(field, options, &at, time);
    const T gap = at[event.coordinate] - T(event.level);
    ((gap < 0) == rising ? low : high) = time;
    field(at, rate, time);
    T next = rate[event.coordinate] != 0 ? T(time - gap / rate[event.coordinate]) : low;
    if (!(next > low && next < high)) next = (low + high) / 2;
    using std::abs;
    const bool done = abs(T(next - time)) <= NumberTraits<T>::epsilon() * (1 + duration);
    time = next;
    if (done) break;
  }
  return point<T>(from + time, at, field.n);
}

/// One arc with steps that end at every mark.
template <class T>
void follow(Field<T>* field, const IntegrationOptions& options, const std::vector<Mark>& marks,
            const T& arc_start, std::vector<T>* state, Integration* result) {
  for (const Mark& mark : marks) {
    const T to = NumberTraits<T>::rounded(mark.time), duration = to - field->start;
    const std::vector<T> before = *state;
    advance(*field, options, state, duration);
    for (const FlowEvent& event : options.events)
      if ((before[event.coordinate] < T(event.level)) != ((*state)[event.coordinate] < T(event.level)))
        result->events.emplace_back(
            event, locate(*field, options, event, before, T(arc_start + field->start), duration));
    field->start = to;
    if (mark.record) result->trajectory.push_back(point<T>(T(arc_start + to), *state, field->n));
  }
}

/// The same with steps as long as the tolerance allows, marks and events between them.
template <class T>
void follow_densely(const Field<T>& field, const IntegrationOptions& options, const std::vector<Mark>& marks,
                    const T& arc_start, std::vector<T>* state, Integration* result) {
  const T tolerance = options.tolerance ? T(*options.tolerance) : NumberTraits<T>::tolerance(options.stepper);
  std::vector<T> times;
  for (const Mark& mark : marks) times.push_back(NumberTraits<T>::rounded(mark.time));
  DenseArc<T> arc{times, {}, NumberTraits<T>::epsilon()};
  for (const FlowEvent& event : options.events) arc.levels.emplace_back(event.coordinate, T(event.level));
  const auto at_mark = [&](std::size_t m, const std::vector<T>& at) {
    if (marks[m].record) result->trajectory.push_back(point<T>(T(arc_start + times[m]), at, field.n));
  };
  const auto at_crossing = [&](std::size_t e, const T& time, const std::vector<T>& at) {
    result->events.emplace_back(options.events[e], point<T>(T(arc_start + time), at, field.n));
  };
  if (options.stepper == StepperKind::dopri5)
    follow_dense(dense_dopri5<T>(tolerance), field, arc, state, at_mark, at_crossing);
  else
    follow_dense(dense_bulirsch_stoer<T>(tolerance), field, arc, state, at_mark, at_crossing);
}

template <class T>
Integration integrate(const FlowNetwork& network, const std::vector<Rational>& x,
                      const IntegrationOptions& options) {
  using std::abs, std::exp;
  Jet1<T> h{Rounding<T>::numbers(x), {}, 0};
  run(rounded<T>(network.before), &h);
  const std::size_t n = network.dim;
  std::vector<T> state = h.value;
  if (options.variational) {
    state.resize(n + n * n + 1, T(0));
    for (std::size_t i = 0; i < n; ++i) state[n + i * n + i] = 1;
  }
  Integration result;
  result.start = point<T>(0, state, n);
  if (records_start(options)) result.trajectory.push_back(result.start);
  try {
    for (std::size_t k = 0; k < network.arcs(); ++k) {
      Field<T> field{rounded<T>(network.from(k)),
                     {},
                     n,
                     options.variational,
                     NumberTraits<T>::rounded(network.arc()),
                     T(0),
                     options.stop};
      if (&network.from(k) != &network.to(k))
        field.change = difference(rounded<T>(network.to(k)), field.layers);
      const T arc_start = NumberTraits<T>::rounded(Rational(network.arc() * Rational(k)));
      if (options.dense)
        follow_densely(field, options, marks_on(network, options, k), arc_start, &state, &result);
      else
        follow(&field, options, marks_on(network, options, k), arc_start, &state, &result);
    }
  } catch (const Stopped&) {
    result.finished = false;
    return result;
  }
  const T time = NumberTraits<T>::rounded(network.flow.time);
  result.end = point<T>(time, state, n);
  for (std::size_t i = 0; i < n; ++i) result.end_exact.push_back(NumberTraits<T>::exact(state[i]));
  if (!options.variational) return result;
  const T det =
              determinant(std::vector<T>(state.begin() + static_cast<std::ptrdiff_t>(n), state.end() - 1), n),
          other = exp(state.back());
  for (std::size_t i = 0; i < n; ++i) {
    result.jacobian.emplace_back();
    for (std::size_t j = 0; j < n; ++j)
      result.jacobian.back().push_back(NumberTraits<T>::text(state[n + i * n + j]));
  }
  result.determinant = NumberTraits<T>::text(det);
  result.exponential_of_trace = NumberTraits<T>::text(other);
  result.identity_gap = static_cast<double>(T(abs(T(det - other))));
  return result;
}

}  // namespace narrows::integration
