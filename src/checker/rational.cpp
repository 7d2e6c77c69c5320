// Exact linear algebra by Gauss-Jordan elimination, and exact number strings.
#include "checker/rational.hpp"

#include <string>
#include <utility>

namespace narrows::checker {
namespace {

constexpr long max_exponent = 20000;

bool is_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
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
  if (digits.empty() || !is_digits(power) || power.size() > 6) return std::nullopt;
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

/// Gauss-Jordan elimination of `a` on its first `columns` columns. Returns the rank of those columns and the product of
/// the pivots, negated for each exchange of rows.
std::pair<std::size_t, Rational> reduce(RationalMatrix& a, std::size_t columns) {
  std::size_t rank = 0;
  Rational pivots = 1;
  for (std::size_t j = 0; j < columns && rank < a.rows; ++j) {
    std::size_t found = rank;
    while (found < a.rows && a.at(found, j) == 0) ++found;
    if (found == a.rows) continue;
    for (std::size_t k = 0; found != rank && k < a.cols; ++k) std::swap(a.at(found, k), a.at(rank, k));
    if (found != rank) pivots = -pivots;
    const Rational pivot = a.at(rank, j);
    pivots *= pivot;
    for (std::size_t k = j; k < a.cols; ++k) a.at(rank, k) /= pivot;
    for (std::size_t i = 0; i < a.rows; ++i) {
      const Rational factor = a.at(i, j);
      if (i == rank || factor == 0) continue;
      for (std::size_t k = j; k < a.cols; ++k) a.at(i, k) -= factor * a.at(rank, k);
    }
    ++rank;
  }
  return {rank, pivots};
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

RationalMatrix product(const RationalMatrix& a, const RationalMatrix& b) {
  RationalMatrix c(a.rows, b.cols);
  for (std::size_t i = 0; i < a.rows; ++i) {
    for (std::size_t k = 0; k < a.cols; ++k) {
      for (std::size_t j = 0; j < b.cols; ++j) c.at(i, j) += a.at(i, k) * b.at(k, j);
    }
  }
  return c;
}

bool has_full_row_rank(RationalMatrix a) { return a.rows <= a.cols && reduce(a, a.cols).first == a.rows; }

Rational determinant_exact(RationalMatrix a) {
  const auto [rank, pivots] = reduce(a, a.cols);
  return rank == a.rows ? pivots : Rational(0);
}

std::optional<RationalMatrix> inverse_exact(const RationalMatrix& a) {
  const std::size_t n = a.rows;
  RationalMatrix extended(n, 2 * n), inverse(n, n);  // (A | I) becomes (I | inverse)
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) extended.at(i, j) = a.at(i, j);
    extended.at(i, n + i) = 1;
  }
  if (reduce(extended, n).first != n) return std::nullopt;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) inverse.at(i, j) = extended.at(i, n + j);
  }
  return inverse;
}

}  // namespace narrows::checker
