// Exact number strings.
#include "checker/rational.hpp"

#include <string>
#include <utility>

namespace narrows::checker {
namespace {

constexpr long max_exponent = 20000;
constexpr std::size_t max_digits = 20000;  // longer ones could make GMP give up

bool is_digits(std::string_view text) {
  return !text.empty() && text.size() <= max_digits && text.find_first_not_of("0123456789") == std::string_view::npos;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// What follows "0x": hex digits with at most one point, then p and a decimal exponent.
std::optional<Rational> parse_hex_float(std::string_view text) {
  const std::size_t p = text.find_first_of("pP");
  if (p == std::string_view::npos) return std::nullopt;
  std::string digits;
  long exponent = 0;
  bool point = false;
  for (const char c : text.substr(0, p)) {
    if (c == '.' && !point) {
      point = true;
    } else if (hex_value(c) >= 0) {
      digits += c;
      if (point) exponent -= 4;
    } else {
      return std::nullopt;
    }
  }
  std::string_view power = text.substr(p + 1);
  const bool minus = !power.empty() && power[0] == '-';
  if (!power.empty() && (power[0] == '-' || power[0] == '+')) power.remove_prefix(1);
  if (digits.empty() || digits.size() > max_digits || !is_digits(power) || power.size() > 6) return std::nullopt;
  const long stated = std::stol(std::string(power));
  if (stated > max_exponent) return std::nullopt;
  exponent += minus ? -stated : stated;
  Rational value{mpz_class(digits, 16)};
  if (exponent >= 0) {
    mpq_mul_2exp(value.get_mpq_t(), value.get_mpq_t(), static_cast<mp_bitcnt_t>(exponent));
  } else {
    mpq_div_2exp(value.get_mpq_t(), value.get_mpq_t(), static_cast<mp_bitcnt_t>(-exponent));
  }
  return value;
}

std::optional<Rational> parse_fraction(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::string_view p = text.substr(0, slash);
  if (!is_digits(p)) return std::nullopt;
  Rational value{mpz_class(std::string(p), 10)};
  if (slash == std::string_view::npos) return value;
  const std::string_view q = text.substr(slash + 1);
  if (!is_digits(q)) return std::nullopt;
  const mpz_class denominator(std::string(q), 10);
  if (denominator == 0) return std::nullopt;
  value /= Rational(denominator);
  return value;
}

}  // namespace

std::optional<Rational> parse_rational(std::string_view text) {
  const bool minus = !text.empty() && text[0] == '-';
  if (minus) text.remove_prefix(1);
  const bool hex = text.starts_with("0x") || text.starts_with("0X");
  std::optional<Rational> value = hex ? parse_hex_float(text.substr(2)) : parse_fraction(text);
  if (value && minus) *value = -*value;
  return value;
}

}  // namespace narrows::checker
