// Polynomials with a remainder: functions of time and of the point of a box (Taylor models).
//
// A Polynomial stands for a function of τ in [-1, 1] and ξ in [-1, 1]^d with
//     value(τ, ξ) = Σ c_{k,m} τ^k ξ^m + r(τ, ξ),  |r| <= radius,
// the sum over k <= time_degree and all ξ^m of total degree <= degree. What a product has beyond these degrees, and the rounding
// errors of the coefficients, go into the radius.
#pragma once

#include <utility>
#include <vector>

#include "checker/activation.hpp"
#include "checker/interval.hpp"

namespace narrows::checker {

/// The monomials of polynomials that are combined with each other.
struct Basis {
  std::size_t variables, time_degree, degree;
  std::vector<std::vector<std::size_t>> exponents;  ///< of each ξ^m; that of 1 is the first
  std::vector<std::size_t> products;                ///< index of ξ^m ξ^l, `none` beyond the degree

  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  Basis(std::size_t variables, std::size_t time_degree, std::size_t degree);
  /// The number of monomials ξ^m.
  [[nodiscard]] std::size_t size() const { return exponents.size(); }
  /// The monomial with these exponents, or `none`.
  [[nodiscard]] std::size_t find(const std::vector<std::size_t>& exponents) const;
};

struct Polynomial {
  const Basis* basis;
  std::vector<Real> coefficient;  ///< c_{k,m} at k·size + m
  Real radius;

  /// 0.
  Polynomial(const Basis& monomials, Precision p);
  [[nodiscard]] Precision precision() const { return radius.precision(); }
};

/// y += w·x. Not the same object.
void add_scaled(Polynomial& y, const Interval& w, const Polynomial& x);
/// y += c·τ^k·ξ^m; m may be `none`: then a monomial of size at most 1 that the basis does not have.
void add_monomial(Polynomial& y, const Interval& c, std::size_t k, std::size_t m);
[[nodiscard]] Polynomial product(const Polynomial& x, const Polynomial& y);
/// (a + bτ)·x.
[[nodiscard]] Polynomial times_linear(const Polynomial& x, const Interval& a, const Interval& b);

/// Encloses the values for all τ and ξ.
[[nodiscard]] Interval range(const Polynomial& x);
/// An upper bound on their size, as a point.
[[nodiscard]] Interval size_upper(const Polynomial& x);

/// σ(z) and σ'(z), expanded about the constant term of z.
[[nodiscard]] std::pair<Polynomial, Polynomial> activated(const Activation& a, const Polynomial& z);

}  // namespace narrows::checker
