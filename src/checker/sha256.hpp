// SHA-256 (FIPS 180-4), the checker's own.
#pragma once

#include <string>
#include <string_view>

namespace narrows::checker {

/// The 64 lower-case hex digits of the SHA-256 of `bytes`.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);

}  // namespace narrows::checker
