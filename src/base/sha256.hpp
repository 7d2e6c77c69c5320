// SHA-256 of a byte string (OpenSSL). The checker has its own implementation and never uses this one.
#pragma once

#include <string>
#include <string_view>

namespace narrows {

/// 64 lower-case hexadecimal digits.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);

}  // namespace narrows
