// Strict JSON for input files, and fields that know their own path, so that every complaint names its place.
//
// Stricter than RFC 8259 where it leaves freedom: duplicate keys, a byte order mark, zero bytes, numbers that
// overflow, nesting deeper than max_json_depth and more than max_json_values values are errors.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "arith/rational.hpp"

namespace narrows::io {

/// The document's value.
/// Errors  InputError naming `where`, with line and column where the syntax is broken.
[[nodiscard]] nlohmann::json parse_strict_json(std::string_view bytes, const std::string& where);

/// A value of a document together with its place, "FILE: layers[2].weight". Cheap to copy; the document must
/// outlive it.
class JsonField {
 public:
  JsonField(const nlohmann::json& value, std::string file, std::string path = "")
      : value_(&value), file_(std::move(file)), path_(std::move(path)) {}

  /// "FILE: layers[2].weight", or "FILE" for the document itself.
  [[nodiscard]] std::string place() const;
  /// Errors  always: InputError at this place.
  [[noreturn]] void fail(const std::string& what, const std::string& mend) const;

  /// Requires an object with no keys but these.
  void require_keys(std::initializer_list<std::string_view> allowed) const;
  [[nodiscard]] bool has(std::string_view key) const;
  /// The member `key`. Errors  InputError if it is missing or this is not an object.
  [[nodiscard]] JsonField operator[](std::string_view key) const;

  /// Number of elements of an array. Errors  InputError if this is not an array.
  [[nodiscard]] std::size_t size() const;
  /// Element `i` of an array, i < size().
  [[nodiscard]] JsonField at(std::size_t i) const;
  [[nodiscard]] bool is_array() const { return value_->is_array(); }

  [[nodiscard]] const std::string& text() const;
  /// A number (its nearest double, exactly) or an exact-number string.
  [[nodiscard]] Rational exact() const;
  /// Requires an array of exact numbers.
  [[nodiscard]] std::vector<Rational> exact_vector() const;
  /// A whole number from `lowest` to `highest`.
  [[nodiscard]] std::size_t integer(std::size_t lowest, std::size_t highest) const;

 private:
  const nlohmann::json* value_;
  std::string file_;
  std::string path_;
};

}  // namespace narrows::io
