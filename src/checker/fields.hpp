// Typed reading of JSON objects: every access that fails rejects, and so does every key that nobody asked for.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "checker/json.hpp"
#include "checker/rational.hpp"

namespace narrows::checker {

/// Largest dimension of a layer and of a box that the checker handles.
inline constexpr std::size_t max_width = 4096;
inline constexpr std::size_t max_box_dimension = 64;

/// A JSON value with the place it came from, for error messages.
class Field {
 public:
  Field(const Json& value, std::string place) : value_(value), place_(std::move(place)) {}

  [[nodiscard]] const Json& json() const { return value_; }
  [[nodiscard]] const std::string& place() const { return place_; }
  [[noreturn]] void fail(Reason reason, std::string got, std::string expected) const;

  [[nodiscard]] bool boolean() const;
  [[nodiscard]] const std::string& text() const;
  /// A JSON number.
  [[nodiscard]] double number() const;
  /// A JSON number that is an integer in [low, high].
  [[nodiscard]] std::size_t integer(std::size_t low, std::size_t high) const;
  /// A JSON number or an exact-number string.
  [[nodiscard]] Rational exact() const;
  [[nodiscard]] std::vector<Field> items() const;
  [[nodiscard]] std::vector<Field> items(std::size_t count) const;
  [[nodiscard]] std::vector<Rational> exact_vector() const;

 private:
  const Json& value_;
  std::string place_;
};

/// An object whose keys are taken one by one.
class Fields {
 public:
  /// Rejects unless `object` is an object all of whose keys are in `allowed`.
  Fields(const Field& object, std::initializer_list<std::string_view> allowed);

  /// The member; rejects if it is absent.
  [[nodiscard]] Field operator[](std::string_view key) const;
  [[nodiscard]] bool has(std::string_view key) const;

 private:
  Field object_;
};

}  // namespace narrows::checker
