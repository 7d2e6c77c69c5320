// Numerical trajectories of a neural ODE by Boost.Odeint, in double or multiprecision: a picture of the flow, no proof.
//
// The state is integrated together with the variational equation Ẏ = Df(h) Y and with ∫tr Df, so that both sides of
// det Dφ = exp∫tr Df (Liouville) are known at the end: their difference tells how good the digits are.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "arith/rational.hpp"
#include "base/cancellation.hpp"
#include "ode/flow_network.hpp"

namespace narrows {

enum class StepperKind { dopri5, fehlberg78, bulirsch_stoer };
[[nodiscard]] std::string_view to_string(StepperKind stepper);

/// A crossing of h_coordinate through `level`.
struct FlowEvent {
  std::size_t coordinate = 0;
  double level = 0;
};

struct IntegrationOptions {
  StopToken stop{};
  StepperKind stepper = StepperKind::dopri5;
  int digits = 16;  ///< 16 (double), 50 or 100
  std::optional<double>
      tolerance{};  ///< of one step, absolute and relative; default: what the stepper reaches in seconds
  bool variational = true;        ///< integrate Y and the trace, too
  std::size_t samples = 0;        ///< points of the trajectory after the start, evenly spaced on each branch
  std::vector<Rational> times{};  ///< further points of the trajectory, in [0, T]
  std::vector<FlowEvent> events{};  ///< looked for between the samples, or in `dense` between the steps
  /// dopri5 and bulirsch_stoer: points and events are read off the interpolation between steps as long as the tolerance allows, instead
  /// of steps that end there: many points cost little, with fewer digits (dopri5 interpolates with order 4).
  bool dense = false;
};

/// Times and numbers as decimals with all the digits of the arithmetic.
struct FlowPoint {
  std::string time;
  std::vector<std::string> state;
};

struct Integration {
  bool finished =
      true;  ///< false: asked to stop; only `start`, `trajectory` and `events` say something, up to where it stopped
  bool overflowed = false;  ///< not finished: a number left the range of the arithmetic, or no step was small enough
  FlowPoint start, end;
  std::vector<Rational> end_exact;  ///< the computed end as exact numbers
  std::vector<std::vector<std::string>> jacobian;
  std::string determinant, exponential_of_trace;  ///< det Y(T) and exp∫tr Df
  double identity_gap = 0;                        ///< |det Y(T) − exp∫tr Df|
  std::vector<FlowPoint> trajectory;  ///< starts with `start` if samples (or the time 0) were asked for
  std::vector<std::pair<FlowEvent, FlowPoint>> events;
};

/// The trajectory from the network's input x (exact numbers, rounded to the arithmetic).
///
/// Shape   x.size() == network.input_dim.
/// Promises nothing: an approximation whose quality is the stepper's.
/// Errors  InputError if digits is none of 16, 50, 100, `dense` is asked of fehlberg78, or a time is outside [0, T].
[[nodiscard]] Integration integrate_flow_approx(const FlowNetwork& network, const std::vector<Rational>& x,
                                                const IntegrationOptions& options);

}  // namespace narrows
