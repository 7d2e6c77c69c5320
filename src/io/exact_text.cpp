#include "io/exact_text.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace narrows {
namespace {

using Integer = boost::multiprecision::number<boost::multiprecision::gmp_int, boost::multiprecision::et_off>;

constexpr long max_exponent = 20000;

bool is_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// The integer that `digits` (already checked) denotes in `base`.
Integer integer_exact(const std::string& digits, int base) {
  Integer value;
  mpz_set_str(value.backend().data(), digits.c_str(), base);
  return value;
}

/// The signed decimal exponent after the p of a hexadecimal float.
std::optional<long> parse_exponent(std::string_view text) {
  const bool minus = text.starts_with('-');
  if (minus || text.starts_with('+')) text.remove_prefix(1);
  if (!is_digits(text) || text.size() > 6) return std::nullopt;
  const long size = std::stol(std::string(text));
  if (size > max_exponent) return std::nullopt;
  return minus ? -size : size;
}

/// What follows "0x": hexadecimal digits with at most one point, then p and a decimal exponent.
std::optional<Rational> parse_hex_float(std::string_view text) {
  const std::size_t p = text.find_first_of("pP");
  if (p == std::string_view::npos) return std::nullopt;
  const auto stated = parse_exponent(text.substr(p + 1));
  if (!stated) return std::nullopt;
  std::string digits(text.substr(0, p));
  long exponent = *stated;
  if (const std::size_t point = digits.find('.'); point != std::string::npos) {
    digits.erase(point, 1);
    exponent -= 4 * static_cast<long>(digits.size() - point);
  }
  if (digits.empty() || digits.find_first_not_of("0123456789abcdefABCDEF") != std::string::npos)
    return std::nullopt;
  Rational value(integer_exact(digits, 16));
  mpq_ptr raw = value.backend().data();
  if (exponent >= 0) {
    mpq_mul_2exp(raw, raw, static_cast<mp_bitcnt_t>(exponent));
  } else {
    mpq_div_2exp(raw, raw, static_cast<mp_bitcnt_t>(-exponent));
  }
  return value;
}

std::optional<Rational> parse_fraction(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::string_view p = text.substr(0, slash);
  if (!is_digits(p)) return std::nullopt;
  const Integer numerator = integer_exact(std::string(p), 10);
  if (slash == std::string_view::npos) return Rational(numerator);
  const std::string_view q = text.substr(slash + 1);
  if (!is_digits(q)) return std::nullopt;
  const Integer denominator = integer_exact(std::string(q), 10);
  if (denominator == 0) return std::nullopt;
  return Rational(numerator, denominator);
}

}  // namespace

std::optional<Rational> parse_exact(std::string_view text) {
  const bool minus = text.starts_with('-');
  if (minus) text.remove_prefix(1);
  const bool hex = text.starts_with("0x") || text.starts_with("0X");
  auto value = hex ? parse_hex_float(text.substr(2)) : parse_fraction(text);
  if (value && minus) *value = -*value;
  return value;
}

std::optional<double> parse_decimal(std::string_view text) {
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return std::nullopt;
  }
  double value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec != std::errc() || result.ptr != text.data() + text.size() || !std::isfinite(value))
    return std::nullopt;
  return value;
}

std::string shortest_decimal(double x) {
  std::array<char, 32> text{};
  const auto result = std::to_chars(text.data(), text.data() + text.size(), x);
  return {text.data(), result.ptr};
}

}  // namespace narrows
