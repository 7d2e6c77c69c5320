// Text from outside made fit for a drawing library and for XML.
#pragma once

#include <string>
#include <string_view>

namespace narrows::plot {

/// `text` with every control character and every byte that is not part of well-formed UTF-8 replaced by '?'.
[[nodiscard]] std::string clean_utf8(std::string_view text);

/// clean_utf8() with & < > " written as entities; line feeds are kept.
[[nodiscard]] std::string xml_escaped(std::string_view text);

/// The first `count` characters (code points) of a well-formed text.
[[nodiscard]] std::string first_characters(std::string_view text, std::size_t count);
[[nodiscard]] std::size_t count_characters(std::string_view text);

}  // namespace narrows::plot
