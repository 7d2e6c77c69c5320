// Public interface of the certificate checker: narrows-certificate/1 (FORMAT.md).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "checker/outcome.hpp"

namespace narrows::checker {

/// What to check besides the certificate itself.
struct Options {
  /// Bytes of the network's file; absent: the file is not compared.
  std::optional<std::string_view> network;
  /// The network's bytes are a narrows-network/1 document, to be compared exactly with the embedded model. Otherwise
  /// their SHA-256 must be the one of the certificate's source.
  bool network_is_json = false;
  /// The claim line that the certificate must prove; absent: any.
  std::optional<std::string_view> claim;
};

/// Checks a certificate.
///
/// Guarantee  An accepted outcome means that every step was recomputed with directed rounding or exactly, and
///            that the outcome's claim line is true of the embedded network. A rejection means nothing.
/// Errors     Never throws and never crashes, whatever the bytes: all failures are rejections, including lack of
///            memory (but GMP itself ends the program if it cannot allocate the digits of one number).
///            Memory is bounded by a multiple of the size of the certificate (tilings: plus 2^31 bits for signs).
/// Threads    No shared state; the caller's rounding mode and MPFR exponent range are restored.
/// Source     T1, T2, T8; the rules are in checker/rules.
[[nodiscard]] Outcome check(std::string_view certificate, const Options& options = {}) noexcept;

}  // namespace narrows::checker
