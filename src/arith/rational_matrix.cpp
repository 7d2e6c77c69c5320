#include "arith/rational_matrix.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace narrows {
namespace {

using Integer = boost::multiprecision::number<boost::multiprecision::gmp_int, boost::multiprecision::et_off>;
using IntegerMatrix = DenseMatrix<Integer>;

mpz_ptr raw(Integer& x) {
  return x.backend().data();
}
mpz_srcptr raw(const Integer& x) {
  return x.backend().data();
}

/// Rows times their common denominators, which are multiplied into *scale.
IntegerMatrix clear_denominators(const RationalMatrix& a, Integer* scale) {
  IntegerMatrix cleared(a.rows, a.cols);
  for (std::size_t i = 0; i < a.rows; ++i) {
    Integer common = 1;
    for (std::size_t j = 0; j < a.cols; ++j)
      mpz_lcm(raw(common), raw(common), mpq_denref(a.at(i, j).backend().data()));
    for (std::size_t j = 0; j < a.cols; ++j) {
      const mpq_srcptr x = a.at(i, j).backend().data();
      Integer& entry = cleared.at(i, j);
      mpz_divexact(raw(entry), raw(common), mpq_denref(x));
      mpz_mul(raw(entry), raw(entry), mpq_numref(x));
    }
    if (scale != nullptr) *scale *= common;
  }
  return cleared;
}

/// One step of Bareiss: eliminates column `col` below row `row`; `previous` is the pivot of the step before.
void eliminate(IntegerMatrix& m, std::size_t row, std::size_t col, const Integer& previous) {
  Integer left, right;
  const Integer pivot = m.at(row, col);
  for (std::size_t i = row + 1; i < m.rows; ++i) {
    const Integer head = m.at(i, col);
    for (std::size_t j = col + 1; j < m.cols; ++j) {
      mpz_mul(raw(left), raw(m.at(i, j)), raw(pivot));
      mpz_mul(raw(right), raw(head), raw(m.at(row, j)));
      mpz_sub(raw(left), raw(left), raw(right));
      mpz_divexact(raw(m.at(i, j)), raw(left), raw(previous));
    }
    m.at(i, col) = 0;
  }
}

bool bring_pivot(IntegerMatrix& m, std::size_t row, std::size_t col, bool* swapped) {
  *swapped = false;
  for (std::size_t i = row; i < m.rows; ++i) {
    if (m.at(i, col) == 0) continue;
    *swapped = i != row;
    for (std::size_t j = 0; *swapped && j < m.cols; ++j) std::swap(m.at(i, j), m.at(row, j));
    return true;
  }
  return false;
}

std::size_t rank_by_bareiss(IntegerMatrix m) {
  std::size_t rank = 0;
  Integer previous = 1;
  for (std::size_t col = 0; col < m.cols && rank < m.rows; ++col) {
    bool swapped = false;
    if (!bring_pivot(m, rank, col, &swapped)) continue;
    eliminate(m, rank, col, previous);
    previous = m.at(rank, col);
    ++rank;
  }
  return rank;
}

Integer determinant_by_bareiss(IntegerMatrix m) {
  Integer previous = 1;
  bool negative = false;
  for (std::size_t k = 0; k < m.rows; ++k) {
    bool swapped = false;
    if (!bring_pivot(m, k, k, &swapped)) return 0;
    negative = negative != swapped;
    eliminate(m, k, k, previous);
    previous = m.at(k, k);
  }
  return negative ? Integer(-previous) : previous;
}

constexpr std::uint64_t kPrime = (std::uint64_t{1} << 61) - 1;

std::uint64_t multiply(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::uint64_t>(static_cast<Wide>(a) * b % kPrime);
}

std::uint64_t inverse(std::uint64_t a) {  // a^(p − 2)
  std::uint64_t result = 1;
  for (std::uint64_t e = kPrime - 2; e != 0; e >>= 1, a = multiply(a, a)) {
    if ((e & 1) != 0) result = multiply(result, a);
  }
  return result;
}

/// Rank modulo kPrime: never more than the rank, because a minor that is nonzero modulo p is nonzero.
std::size_t rank_lower(const IntegerMatrix& a) {
  static_assert(sizeof(unsigned long) == 8, "mpz_fdiv_ui must take a 61-bit prime");
  DenseMatrix<std::uint64_t> m =
      map_entries<std::uint64_t>(a, [](const Integer& x) { return mpz_fdiv_ui(raw(x), kPrime); });
  std::size_t rank = 0;
  for (std::size_t col = 0; col < m.cols && rank < m.rows; ++col) {
    std::size_t pivot = rank;
    while (pivot < m.rows && m.at(pivot, col) == 0) ++pivot;
    if (pivot == m.rows) continue;
    for (std::size_t j = 0; j < m.cols; ++j) std::swap(m.at(pivot, j), m.at(rank, j));
    const std::uint64_t unit = inverse(m.at(rank, col));
    for (std::size_t i = rank + 1; i < m.rows; ++i) {
      const std::uint64_t factor = kPrime - multiply(m.at(i, col), unit);
      for (std::size_t j = col; j < m.cols; ++j)
        m.at(i, j) = (m.at(i, j) + multiply(factor % kPrime, m.at(rank, j))) % kPrime;
    }
    ++rank;
  }
  return rank;
}

bool is_symmetric(const RationalMatrix& a) {
  if (a.rows != a.cols) return false;
  for (std::size_t i = 0; i < a.rows; ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (a.at(i, j) != a.at(j, i)) return false;
    }
  }
  return true;
}

}  // namespace

std::size_t rank_exact(const RationalMatrix& a) {
  const IntegerMatrix m = clear_denominators(a, nullptr);
  const std::size_t lower = rank_lower(m);
  return lower == std::min(a.rows, a.cols) ? lower : rank_by_bareiss(m);
}

Rational determinant_exact(const RationalMatrix& a) {
  Integer scale = 1;
  const Integer cleared = determinant_by_bareiss(clear_denominators(a, &scale));
  return Rational(cleared) / Rational(scale);
}

int determinant_sign_exact(const RationalMatrix& a) {
  return determinant_by_bareiss(clear_denominators(a, nullptr)).sign();
}

bool is_positive_definite_exact(const RationalMatrix& a) {
  if (!is_symmetric(a)) return false;
  // The pivots of Bareiss without exchanges are the leading minors, whose quotients are those of LDLᵀ.
  IntegerMatrix m = clear_denominators(a, nullptr);
  Integer previous = 1;
  for (std::size_t k = 0; k < m.rows; ++k) {
    if (m.at(k, k).sign() <= 0) return false;
    eliminate(m, k, k, previous);
    previous = m.at(k, k);
  }
  return true;
}

}  // namespace narrows
