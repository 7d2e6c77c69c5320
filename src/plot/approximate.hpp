// Plain double evaluation of a chain, for pictures only.
#pragma once

#include <span>

#include "network/chain.hpp"
#include "network/compiled.hpp"

namespace narrows::plot {

/// The chain with every weight replaced by the middle of its enclosure.
[[nodiscard]] CompiledChain<double> compile_approx(const Chain& chain);

/// Φ(x) in ordinary floating-point arithmetic and the C library's functions.
///
/// Shape      x.size() == chain.input_dim.
/// Guarantee  none, as the name says: good to look at, proves nothing. The result may be infinite or NaN.
[[nodiscard]] double value_approx(const CompiledChain<double>& chain, std::span<const double> x);

/// Φ(x) − Φ_limit(x), the limit of a residual network: every skip 0, or (`ode`) each block h ← εh + δf(h) replaced by ε times the flow of f over
/// the time δ/ε, in eight steps of Runge and Kutta's method.
///
/// Guarantee  none. Precondition for `ode`: no skip is 0.
[[nodiscard]] double difference_from_limit_approx(const CompiledChain<double>& chain, bool ode, std::span<const double> x);

}  // namespace narrows::plot
