// What an integration asks of its numbers: rounding, text, exactness, and which tolerances are sensible.
#pragma once

#include <cstdio>
#include <limits>
#include <string>

#include "arith/rational.hpp"
#include "ode/integrate.hpp"

namespace narrows::integration {

template <class T>
struct NumberTraits;

template <>
struct NumberTraits<double> {
  static double rounded(const Rational& q) { return q.convert_to<double>(); }
  static Rational exact(double x) { return rational_exact(x); }
  static std::string text(double x) {
    char buffer[32];
    std::snprintf(buffer, sizeof buffer, "%.17g", x);
    return buffer;
  }
  static double tolerance(StepperKind) { return 1e-13; }
  static double epsilon() { return std::numeric_limits<double>::epsilon(); }
};

Integration integrate_double(const FlowNetwork& network, const std::vector<Rational>& x,
                             const IntegrationOptions& options);
Integration integrate_50(const FlowNetwork& network, const std::vector<Rational>& x,
                         const IntegrationOptions& options);
Integration integrate_100(const FlowNetwork& network, const std::vector<Rational>& x,
                          const IntegrationOptions& options);

}  // namespace narrows::integration
