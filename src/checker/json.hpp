// Strict JSON (RFC 8259): every value remembers the bytes it was read from.
//
// Stricter than the RFC where it leaves freedom: duplicate keys, invalid UTF-8, a byte order mark, a number
// that overflows and nesting deeper than 64 are errors.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "checker/outcome.hpp"

namespace narrows::checker {

struct Json {
  enum class Kind : unsigned char { null, boolean, number, string, array, object };
  struct Member;

  Kind kind = Kind::null;
  bool boolean = false;
  double number = 0;            ///< the nearest double, finite
  std::string_view bytes;       ///< the value exactly as it stands in the document
  std::string text;             ///< a string, decoded up to ASCII
  std::vector<Json> items;      ///< an array
  std::vector<Member> members;  ///< an object, in document order

  /// The member's value, or nullptr.
  [[nodiscard]] const Json* find(std::string_view key) const;
};

struct Json::Member {
  std::string key;
  Json value;
};

/// The document's value. `bytes` must outlive the result.
/// Errors     rejects with Reason::syntax (or limit) and the byte offset.
[[nodiscard]] Json parse_json(std::string_view bytes, const std::string& step);

}  // namespace narrows::checker
