// The rule of claims of the kind `clarke-critical-point`: limiting-gradient.
#pragma once

#include <vector>

#include "checker/model.hpp"

namespace narrows::checker {

/// Rule `limiting-gradient`: the gradient of Φ at x + t·r for all small t > 0. The chain is piecewise linear (else it rejects).
[[nodiscard]] std::vector<Rational> limiting_gradient(const std::vector<Layer>& chain,
                                                      const std::vector<Rational>& x,
                                                      const std::vector<Rational>& r,
                                                      const std::string& place);

}  // namespace narrows::checker
