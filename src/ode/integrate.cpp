#include "ode/integrate.hpp"

#include "base/errors.hpp"
#include "ode/integrate_with.hpp"

namespace narrows {

std::string_view to_string(StepperKind stepper) {
  switch (stepper) {
    case StepperKind::dopri5:
      return "dopri5";
    case StepperKind::fehlberg78:
      return "fehlberg78";
    case StepperKind::bulirsch_stoer:
      break;
  }
  return "bulirsch_stoer";
}

Integration integrate_flow_approx(const FlowNetwork& network, const std::vector<Rational>& x,
                                  const IntegrationOptions& options) {
  if (options.dense && options.stepper == StepperKind::fehlberg78)
    throw InputError("dense", "fehlberg78 has no dense output", "take dopri5 or bulirsch_stoer",
                     ExitCode::usage);
  for (const Rational& time : options.times)
    if (time < 0 || time > network.flow.time)
      throw InputError("times", to_text(time) + " is not a time of the flow",
                       "give times from 0 to " + to_text(network.flow.time), ExitCode::usage);
  switch (options.digits) {
    case 16:
      return integration::integrate_double(network, x, options);
    case 50:
      return integration::integrate_50(network, x, options);
    case 100:
      return integration::integrate_100(network, x, options);
    default:
      break;
  }
  throw InputError("digits", std::to_string(options.digits) + " decimal digits are not offered",
                   "use 16, 50 or 100", ExitCode::usage);
}

namespace integration {
Integration integrate_double(const FlowNetwork& network, const std::vector<Rational>& x,
                             const IntegrationOptions& options) {
  return integrate<double>(network, x, options);
}
}  // namespace integration

}  // namespace narrows
