// Value and gradient errors of one-dimensional networks, on their linear pieces; one-sided derivatives at kinks.
#pragma once

#include <optional>

#include "arith/interval.hpp"
#include "base/cancellation.hpp"
#include "construct/conv_resnet.hpp"
#include "construct/line_function.hpp"
#include "construct/smooth_function.hpp"
#include "construct/supremum.hpp"

namespace narrows {

/// Encloses sup |f − g| and ess sup |f' − g'| (the largest component in several dimensions) on the unit cube.
struct ErrorEnclosure {
  Interval value, gradient;
  std::optional<Rational> value_exact, gradient_exact;
};

/// The function that a network of one position computes. Exact.
/// Precondition  blocks read channel 0 only and leave it alone, as all constructions here do; else std::logic_error.
[[nodiscard]] LineFunction line_form(const ConvResNet& net);

/// Exact for polynomials of degree at most 2, else enclosed to about `tolerance` relatively.
[[nodiscard]] ErrorEnclosure line_error(const SmoothFunction& f, const LineFunction& g, double tolerance = 1e-4, const StopToken& stop = {});

/// Linear pieces of g on [0,1].
[[nodiscard]] std::size_t pieces_on_unit_interval(const LineFunction& g);

}  // namespace narrows
