// Typed reading of JSON: every access that fails rejects, and so does every key that nobody asked for.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "checker/json.hpp"
#include "checker/rational.hpp"

namespace narrows::checker {

/// Largest dimension of a layer and of a box that the checker handles.
inline constexpr std::size_t max_width = 4096;
inline constexpr std::size_t max_box_dimension = 64;

/// A JSON value with the place it came from, for error messages. The value must outlive the field.
class Field {
 public:
  Field(const Json& value, std::string place) : value_(&value), place_(std::move(place)) {}
  /// An object; rejects unless all its keys are in `allowed`.
  Field(const Field& object, std::initializer_list<std::string_view> allowed);

  [[nodiscard]] const std::string& place() const { return place_; }
  [[nodiscard]] std::string_view bytes() const { return value_->bytes; }
  [[nodiscard]] bool is_null() const { return value_->kind == Json::Kind::null; }
  [[noreturn]] void fail(Reason reason, std::string got, std::string expected) const;

  /// The member of an object; rejects if it is absent.
  [[nodiscard]] Field operator[](std::string_view key) const;
  [[nodiscard]] bool has(std::string_view key) const;

  [[nodiscard]] bool boolean() const;
  [[nodiscard]] const std::string& text() const;
  void require_text(std::string_view expected) const;
  /// The index of the text in a list of names.
  [[nodiscard]] std::size_t one_of(const std::vector<std::string_view>& names) const;
  /// A JSON number.
  [[nodiscard]] double number() const;
  /// A JSON number that is an integer in [low, high].
  [[nodiscard]] std::size_t integer(std::size_t low, std::size_t high) const;
  [[nodiscard]] std::vector<Field> items() const;
  [[nodiscard]] std::vector<Field> items(std::size_t count) const;
  /// A list of numbers and exact-number strings.
  [[nodiscard]] std::vector<Rational> exact_vector(std::size_t count) const;
  [[nodiscard]] Rational exact() const;

 private:
  const Json& value(Json::Kind kind) const;

  const Json* value_;
  std::string place_;
};

}  // namespace narrows::checker
