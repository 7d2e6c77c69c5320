#include "theorems/value.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "arith/big_interval.hpp"
#include "io/exact_text.hpp"
#include "io/json_document.hpp"

namespace narrows::theorems {
namespace {

constexpr mpfr_prec_t kBits = 192;

std::optional<Rational> rational_of(mpfr_srcptr end) {
  if (!mpfr_number_p(end)) return std::nullopt;
  Rational r;
  mpfr_get_q(r.backend().data(), end);
  return r;
}

Enclosure enclosure_of(const BigInterval& x) {
  if (mpfi_nan_p(x.raw())) return {};
  return {rational_of(&x.raw()->left), rational_of(&x.raw()->right)};
}

std::string short_text(const Rational& r) {
  char text[40];
  const auto [end, error] = std::to_chars(text, text + sizeof text, r.convert_to<double>());
  return {text, end};
}

Value convert(const nlohmann::json& j) {
  switch (j.type()) {
    case nlohmann::json::value_t::null:
      return {};
    case nlohmann::json::value_t::boolean:
      return Value(j.get<bool>() ? Truth::yes : Truth::no);
    case nlohmann::json::value_t::number_integer:
      return Value(Enclosure(Rational(j.get<std::int64_t>())));
    case nlohmann::json::value_t::number_unsigned:
      return Value(Enclosure(Rational(j.get<std::uint64_t>())));
    case nlohmann::json::value_t::number_float:
      return Value(Enclosure(rational_exact(j.get<double>())));
    case nlohmann::json::value_t::string:
      return Value(j.get<std::string>());
    default:
      break;
  }
  std::vector<Value> items;
  items.reserve(j.size());
  for (const nlohmann::json& item : j) items.push_back(convert(item));
  if (j.is_array()) return Value(std::move(items));
  std::vector<std::string> keys;
  for (const auto& item : j.items()) keys.push_back(item.key());
  return {std::move(keys), std::move(items)};
}

}  // namespace

Enclosure operator-(const Enclosure& x) {
  Enclosure r;
  if (x.hi) r.lo = -*x.hi;
  if (x.lo) r.hi = -*x.lo;
  return r;
}

Enclosure operator+(const Enclosure& a, const Enclosure& b) {
  Enclosure r;
  if (a.lo && b.lo) r.lo = *a.lo + *b.lo;
  if (a.hi && b.hi) r.hi = *a.hi + *b.hi;
  return r;
}

Enclosure operator-(const Enclosure& a, const Enclosure& b) {
  return a + -b;
}

Enclosure operator*(const Enclosure& a, const Enclosure& b) {
  const auto zero = [](const Enclosure& x) { return x.is_point() && *x.lo == 0; };
  if (zero(a) || zero(b)) return Enclosure(Rational(0));
  if (a.lo && a.hi && b.lo && b.hi) {
    const Rational p[] = {*a.lo * *b.lo, *a.lo * *b.hi, *a.hi * *b.lo, *a.hi * *b.hi};
    return {*std::min_element(p, p + 4), *std::max_element(p, p + 4)};
  }
  if (a.lo && b.lo && *a.lo >= 0 && *b.lo >= 0) return {*a.lo * *b.lo, std::nullopt};
  if (a.hi && *a.hi <= 0) return -(-a * b);
  if (b.hi && *b.hi <= 0) return -(a * -b);
  return {};
}

Enclosure operator/(const Enclosure& a, const Enclosure& b) {
  if (b.hi && *b.hi < 0) return -a / -b;
  if (!b.lo || !(*b.lo > 0)) return {};
  const Enclosure inverse(b.hi ? Rational(1) / *b.hi : Rational(0), Rational(1) / *b.lo);
  return a * inverse;
}

Enclosure power(const Enclosure& x, long exponent) {
  if (exponent < 0) return Enclosure(Rational(1)) / power(x, -exponent);
  if (exponent == 0) return Enclosure(Rational(1));
  // An even power is the square of the absolute value's; of a non-negative enclosure each product has the right ends.
  if (exponent % 2 == 0) {
    const Enclosure half = power(absolute(x), exponent / 2);
    return half * half;
  }
  if (x.lo && *x.lo >= 0) return x * power(x, exponent - 1);
  if (x.hi && *x.hi <= 0) return -(-x * power(-x, exponent - 1));
  Enclosure r;  // odd powers increase
  if (x.lo) r.lo = power(Enclosure(*x.lo), exponent).lo;
  if (x.hi) r.hi = power(Enclosure(*x.hi), exponent).hi;
  return r;
}

Enclosure smaller(const Enclosure& a, const Enclosure& b) {
  Enclosure r;
  if (a.lo && b.lo) r.lo = std::min(*a.lo, *b.lo);
  r.hi = a.hi && b.hi ? std::min(*a.hi, *b.hi) : a.hi ? a.hi : b.hi;
  return r;
}

Enclosure larger(const Enclosure& a, const Enclosure& b) {
  return -smaller(-a, -b);
}

Enclosure absolute(const Enclosure& x) {
  if (x.lo && *x.lo >= 0) return x;
  if (x.hi && *x.hi <= 0) return -x;
  Enclosure r = larger(x, -x);
  r.lo = Rational(0);
  return r;
}

Enclosure elementary(std::string_view function, const Enclosure& x) {
  if (!x.lo || !x.hi) return {};
  const BigInterval hull_of_ends = hull(BigInterval(*x.lo, kBits), BigInterval(*x.hi, kBits));
  BigInterval y(0.0, kBits);
  if (function == "sqrt") {
    if (*x.lo < 0) return {};
    mpfi_sqrt(y.raw(), hull_of_ends.raw());
  } else if (function == "log") {
    if (!(*x.lo > 0)) return {};
    mpfi_log(y.raw(), hull_of_ends.raw());
  } else if (function == "exp") {
    mpfi_exp(y.raw(), hull_of_ends.raw());
  } else if (function == "sin") {
    mpfi_sin(y.raw(), hull_of_ends.raw());
  } else if (function == "cos") {
    mpfi_cos(y.raw(), hull_of_ends.raw());
  } else if (function == "tanh") {
    mpfi_tanh(y.raw(), hull_of_ends.raw());
  } else {
    throw FormulaError("there is no function " + std::string(function));
  }
  return enclosure_of(y);
}

Enclosure circle_number() {
  return enclosure_of(pi(BigInterval(0.0, kBits)));
}

Truth less(const Enclosure& a, const Enclosure& b) {
  if (a.hi && b.lo && *a.hi < *b.lo) return Truth::yes;
  if (a.lo && b.hi && *a.lo >= *b.hi) return Truth::no;
  return Truth::unknown;
}

Truth at_most(const Enclosure& a, const Enclosure& b) {
  if (a.hi && b.lo && *a.hi <= *b.lo) return Truth::yes;
  if (a.lo && b.hi && *a.lo > *b.hi) return Truth::no;
  return Truth::unknown;
}

Truth equal(const Enclosure& a, const Enclosure& b) {
  if (a.is_point() && b.is_point()) return *a.lo == *b.lo ? Truth::yes : Truth::no;
  if (less(a, b) == Truth::yes || less(b, a) == Truth::yes) return Truth::no;
  return Truth::unknown;
}

std::string to_text(const Enclosure& x) {
  if (x.is_point()) return short_text(*x.lo);
  return "[" + (x.lo ? short_text(*x.lo) : "-inf") + ", " + (x.hi ? short_text(*x.hi) : "inf") + "]";
}

Truth Value::truth() const {
  if (kind_ != Kind::truth) throw FormulaError(to_text(*this) + " is neither true nor false");
  return truth_;
}

Enclosure Value::number() const {
  if (kind_ == Kind::number) return number_;
  if (kind_ == Kind::text)
    if (const auto exact = parse_number(text_)) return Enclosure(*exact);
  if (kind_ == Kind::list && items_->size() == 2) {
    // An end is a number or null; a text "p/q" is an exact end.
    const Value &lower = items_->front(), &upper = items_->back();
    Enclosure r;
    if (lower.kind() != Kind::null) r.lo = lower.number().lo;
    if (upper.kind() != Kind::null) r.hi = upper.number().hi;
    if (r.lo && r.hi && *r.lo > *r.hi)
      throw FormulaError(to_text(*this) + " is no enclosure: its ends are in the wrong order");
    return r;
  }
  throw FormulaError(to_text(*this) + " is not a number");
}

const std::string& Value::text() const {
  if (kind_ != Kind::text) throw FormulaError(to_text(*this) + " is not a text");
  return text_;
}

const std::vector<Value>& Value::items() const {
  if (kind_ != Kind::list) throw FormulaError(to_text(*this) + " is not a list");
  return *items_;
}

bool Value::has(const std::string& key) const {
  return kind_ == Kind::object && std::find(keys_->begin(), keys_->end(), key) != keys_->end();
}

const Value& Value::member(const std::string& key) const {
  if (!has(key)) throw FormulaError("there is no key \"" + key + "\" in " + to_text(*this));
  return (*items_)[static_cast<std::size_t>(std::find(keys_->begin(), keys_->end(), key) - keys_->begin())];
}

const Value& Value::element(std::size_t index) const {
  if (index >= items().size())
    throw FormulaError("there is no element " + std::to_string(index) + " in a list of " +
                       std::to_string(items().size()));
  return items()[index];
}

Truth same(const Value& a, const Value& b) {
  using Kind = Value::Kind;
  if (a.kind() == Kind::null || b.kind() == Kind::null) return a.kind() == b.kind() ? Truth::yes : Truth::no;
  if (a.kind() == Kind::number || b.kind() == Kind::number) return equal(a.number(), b.number());
  if (a.kind() != b.kind()) return Truth::no;
  if (a.kind() == Kind::truth)
    return a.truth() == Truth::unknown || b.truth() == Truth::unknown ? Truth::unknown
           : a.truth() == b.truth()                                   ? Truth::yes
                                                                      : Truth::no;
  if (a.kind() == Kind::text) return a.text() == b.text() ? Truth::yes : Truth::no;
  if (a.kind() == Kind::object) throw FormulaError("objects are not compared");
  if (a.items().size() != b.items().size()) return Truth::no;
  Truth all = Truth::yes;
  for (std::size_t i = 0; i < a.items().size(); ++i) all = both(all, same(a.items()[i], b.items()[i]));
  return all;
}

std::string to_text(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::null:
      return "null";
    case Value::Kind::truth:
      return value.truth() == Truth::yes ? "true" : value.truth() == Truth::no ? "false" : "unknown";
    case Value::Kind::number:
      return to_text(value.number());
    case Value::Kind::text:
      return "\"" + value.text().substr(0, 100) + "\"";
    case Value::Kind::object:
      return "an object";
    case Value::Kind::list:
      break;
  }
  std::string text = "[";
  for (const Value& item : value.items()) {
    if (text.size() > 1) text += ", ";
    if (text.size() > 150) return text + "…]";
    text += to_text(item);
  }
  return text + "]";
}

std::optional<Rational> parse_number(std::string_view text) {
  if (const auto exact = parse_exact(text)) return exact;
  // A decimal, exactly: digits with at most one point, and a power of ten.
  const std::size_t e = text.find_first_of("eE");
  std::string digits;
  long exponent = 0;
  bool point = false;
  for (const char c : text.substr(0, e)) {
    if (c == '.' && !point)
      point = true;
    else if ((c >= '0' && c <= '9') || (c == '-' && digits.empty() && !point)) {
      digits += c;
      if (point) --exponent;
    } else
      return std::nullopt;
  }
  if (e != std::string_view::npos) {
    long power_of_ten = 0;
    const char *first = text.data() + e + 1, *last = text.data() + text.size();
    const auto [end, error] = std::from_chars(first, last, power_of_ten);
    if (error != std::errc() || end != last || power_of_ten > 5000 || power_of_ten < -5000)
      return std::nullopt;
    exponent += power_of_ten;
  }
  const auto whole = parse_exact(digits);
  if (!whole) return std::nullopt;
  const Enclosure scaled = Enclosure(*whole) * power(Enclosure(Rational(10)), exponent);
  return scaled.lo;
}

Value value_of_json(std::string_view document, const std::string& where) {
  return convert(io::parse_strict_json(document, where));
}

}  // namespace narrows::theorems
