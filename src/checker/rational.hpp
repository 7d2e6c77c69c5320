// Exact number strings.
#pragma once

#include <optional>
#include <string_view>

#include "checker/matrix.hpp"

namespace narrows::checker {

/// The number that an exact-number string denotes: "p", "p/q" or a hexadecimal float; nothing if it is
/// malformed, has an integer of more than 20,000 digits, or its binary exponent exceeds 20,000 in size.
[[nodiscard]] std::optional<Rational> parse_rational(std::string_view text);

}  // namespace narrows::checker
