// The integration over one number type; included by one source file per arithmetic, because Odeint compiles slowly.
#pragma once

#include <algorithm>
#include <boost/numeric/odeint/integrate/integrate_adaptive.hpp>
#include <boost/numeric/odeint/integrate/integrate_times.hpp>
#include <boost/numeric/odeint/stepper/bulirsch_stoer.hpp>
#include <boost/numeric/odeint/stepper/generation.hpp>
#include <boost/numeric/odeint/stepper/runge_kutta_dopri5.hpp>
#include <boost/numeric/odeint/stepper/runge_kutta_fehlberg78.hpp>
#include <boost/numeric/odeint/util/odeint_error.hpp>
#include <cmath>
#include <limits>
#include <vector>

#include "ode/dense_output.hpp"
#include "ode/integrate.hpp"
#include "ode/marks.hpp"
#include "ode/number_traits.hpp"
#include "ode/rounded_layers.hpp"

namespace narrows::integration {

namespace odeint = boost::numeric::odeint;

/// Thrown out of Odeint's loops, caught in integrate().
struct Stopped {};
/// The same: a state that is no longer finite.
struct Overflowed {};

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

template <class T>
void require_finite(const std::vector<T>& state, std::size_t n) {
  using std::abs;
  for (std::size_t i = 0; i < n; ++i)
    if (!(abs(state[i]) <= std::numeric_limits<T>::max())) throw Overflowed{};
}

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
    require_finite(*state, field->n);
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
    require_finite(at, field.n);
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
    require_finite(state, n);
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
  } catch (const Overflowed&) {
    result.overflowed = true;
  } catch (const odeint::odeint_error&) {  // no step is small enough: the trajectory blows up
    result.overflowed = true;
  }
  if (result.overflowed) {
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
