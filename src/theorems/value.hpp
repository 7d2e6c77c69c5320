// The values that the checks of a theorem compute with: enclosures with rational ends, three-valued truth, text, lists, objects.
//
// Semantics  A number is an enclosure [lo, hi]: some real number in it is meant; ends are exact rationals, a missing end is infinite.
//            Truth is `yes` or `no` only if every number of the enclosures involved makes it so; otherwise `unknown`.
//            In arithmetic and comparisons a text such as "1/3" is the exact number that it spells, and a pair [lo, hi] of numbers
//            or nulls is the enclosure that the JSON answers of Narrows mean by it (null: an infinite end).
#pragma once

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "arith/rational.hpp"

namespace narrows::theorems {

enum class Truth { no, unknown, yes };

[[nodiscard]] constexpr Truth operator!(Truth t) {
  return t == Truth::yes ? Truth::no : t == Truth::no ? Truth::yes : Truth::unknown;
}
[[nodiscard]] constexpr Truth both(Truth a, Truth b) {
  return a < b ? a : b;
}
[[nodiscard]] constexpr Truth either(Truth a, Truth b) {
  return a < b ? b : a;
}

/// A closed interval with rational ends; no end means infinite.
struct Enclosure {
  std::optional<Rational> lo, hi;

  Enclosure() = default;
  Enclosure(std::optional<Rational> lower, std::optional<Rational> upper)
      : lo(std::move(lower)), hi(std::move(upper)) {}
  explicit Enclosure(const Rational& point) : lo(point), hi(point) {}
  [[nodiscard]] bool is_point() const { return lo && hi && *lo == *hi; }
};

[[nodiscard]] Enclosure operator-(const Enclosure& x);
[[nodiscard]] Enclosure operator+(const Enclosure& a, const Enclosure& b);
[[nodiscard]] Enclosure operator-(const Enclosure& a, const Enclosure& b);
[[nodiscard]] Enclosure operator*(const Enclosure& a, const Enclosure& b);
/// Special  a divisor that may be 0 gives the whole line.
[[nodiscard]] Enclosure operator/(const Enclosure& a, const Enclosure& b);
/// x to a whole power; negative powers of an enclosure of 0 give the whole line.
[[nodiscard]] Enclosure power(const Enclosure& x, long exponent);
[[nodiscard]] Enclosure smaller(const Enclosure& a, const Enclosure& b);
[[nodiscard]] Enclosure larger(const Enclosure& a, const Enclosure& b);
[[nodiscard]] Enclosure absolute(const Enclosure& x);

/// sqrt, exp, log, sin, cos, tanh: enclosures by MPFI with 192 bits.
/// Special  what is not defined or not bounded on all of x gives the whole line.
[[nodiscard]] Enclosure elementary(std::string_view function, const Enclosure& x);
[[nodiscard]] Enclosure circle_number();  ///< π

[[nodiscard]] Truth less(const Enclosure& a, const Enclosure& b);
[[nodiscard]] Truth at_most(const Enclosure& a, const Enclosure& b);
[[nodiscard]] Truth equal(const Enclosure& a, const Enclosure& b);

/// About 17 digits, for human eyes: "0.25", "[0.1, 0.2]".
[[nodiscard]] std::string to_text(const Enclosure& x);

/// Why a formula has no value: a missing key, a text where a number is needed.
class FormulaError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// One value. Copies are cheap: lists and objects are shared and never changed.
class Value {
 public:
  enum class Kind { null, truth, number, text, list, object };

  Value() = default;
  explicit Value(Truth truth) : kind_(Kind::truth), truth_(truth) {}
  explicit Value(Enclosure number) : kind_(Kind::number), number_(std::move(number)) {}
  explicit Value(std::string text) : kind_(Kind::text), text_(std::move(text)) {}
  explicit Value(std::vector<Value> items)
      : kind_(Kind::list), items_(std::make_shared<const std::vector<Value>>(std::move(items))) {}
  Value(std::vector<std::string> keys, std::vector<Value> items)
      : kind_(Kind::object),
        keys_(std::make_shared<const std::vector<std::string>>(std::move(keys))),
        items_(std::make_shared<const std::vector<Value>>(std::move(items))) {}

  [[nodiscard]] Kind kind() const { return kind_; }
  /// Errors  FormulaError, all of them, if the value is of another kind.
  [[nodiscard]] Truth truth() const;
  [[nodiscard]] Enclosure number() const;  ///< also of a text "p/q" and of a pair [lo, hi]
  [[nodiscard]] const std::string& text() const;
  [[nodiscard]] const std::vector<Value>& items() const;
  [[nodiscard]] const Value& member(const std::string& key) const;
  [[nodiscard]] const Value& element(std::size_t index) const;
  [[nodiscard]] bool has(const std::string& key) const;

 private:
  Kind kind_ = Kind::null;
  Truth truth_ = Truth::unknown;
  Enclosure number_;
  std::string text_;
  std::shared_ptr<const std::vector<std::string>> keys_;
  std::shared_ptr<const std::vector<Value>> items_;
};

/// Equality of any two values; numbers (and what is read as one beside a number) are compared as enclosures.
[[nodiscard]] Truth same(const Value& a, const Value& b);
/// For human eyes, at most about 200 characters.
[[nodiscard]] std::string to_text(const Value& value);

/// "1/3", "-2", or a decimal such as "0.1" or "1e-3", exactly: 0.1 is one tenth. Nothing if it is none.
[[nodiscard]] std::optional<Rational> parse_number(std::string_view text);

/// The value of a JSON document; its numbers are the nearest doubles, exactly.
/// Errors  InputError naming `where`.
[[nodiscard]] Value value_of_json(std::string_view document, const std::string& where);

}  // namespace narrows::theorems
