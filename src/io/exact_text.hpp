// Exact numbers as text: the strings of the file formats, and the shortest decimals that read back.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "arith/rational.hpp"

namespace narrows {

/// The number that an exact-number string denotes: "p", "p/q" (decimal integers, q > 0) or a hexadecimal
/// float such as "0x1.8p-3"; a leading minus sign is allowed, blanks and a plus sign are not.
///
/// Guarantee  exact, for any length of the digits.
/// Special    nothing if the text is malformed or its binary exponent exceeds 20,000 in size.
[[nodiscard]] std::optional<Rational> parse_exact(std::string_view text);

/// The nearest double of a decimal such as "-2", "0.5" or "1e-3".
///
/// Special    nothing if the text is malformed, not a number, or out of the range of doubles ("inf" and "nan"
/// are not
///            decimals).
[[nodiscard]] std::optional<double> parse_decimal(std::string_view text);

/// The shortest decimal whose nearest double is `x`; a valid JSON number. Precondition: std::isfinite(x).
[[nodiscard]] std::string shortest_decimal(double x);

}  // namespace narrows
