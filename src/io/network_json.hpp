// narrows-network/1: networks as JSON, read strictly and written exactly.
#pragma once

#include <string>
#include <string_view>

#include "network/model.hpp"

namespace narrows {

/// The network that a narrows-network/1 document describes, every number exact.
///
/// Numbers    A JSON number is its nearest double, taken exactly; a string is "p/q", "p" or a hexadecimal
/// float. Special    `conv` layers become the dense affine layer that they equal. The default alpha is 1
/// (elu) and 1/100
///            (leaky_relu).
/// Guarantee  The result passes validate(), and its dimensions and size respect io/limits.hpp.
/// Errors     InputError naming `where` (a file), the path of the value, what is wrong and how to mend it.
/// Whatever is
///            unknown, duplicated, missing, ragged or not finite is an error.
[[nodiscard]] Network parse_network_json(std::string_view bytes, const std::string& where);

/// The document that parse_network_json() reads back to the same layers.
///
/// `compact` puts everything on one line; otherwise every top-level layer has its own.
/// Numbers that are doubles are written as the shortest JSON numbers that round-trip, all others as "p/q"
/// strings.
[[nodiscard]] std::string network_to_json(const Network& network, bool compact);

}  // namespace narrows
