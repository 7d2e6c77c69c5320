// Domains and points as the command line spells them.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "network/domain.hpp"

namespace narrows {

/// A domain in R^input_dim: "R^2", "ball(1)", "[-1,1]x[0,3]" or "[-2,2]^2" (factors may be mixed:
/// "[0,1]^2x[-1,1]").
///
/// Numbers  decimals, read as the nearest double.
/// Errors   InputError if the text is malformed, an interval has lo >= hi, a number is not finite, or the
/// dimension
///          differs from input_dim.
[[nodiscard]] Domain parse_domain(const std::string& text, std::size_t input_dim);

/// A point "x1,x2,…" of `dim` decimals. Errors  InputError as above.
[[nodiscard]] std::vector<double> parse_point(const std::string& text, std::size_t dim);

}  // namespace narrows
