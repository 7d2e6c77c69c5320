// Polynomials with rational coefficients in the coordinates x1 … xd, from text.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "arith/interval.hpp"
#include "arith/rational.hpp"

namespace narrows {

class Polynomial {
 public:
  explicit Polynomial(std::size_t dim) : dim_(dim) {}
  static Polynomial constant(std::size_t dim, const Rational& value);
  static Polynomial coordinate(std::size_t dim, std::size_t i);

  /// Reads sums and products of decimals, fractions p/q, x1 … xd (also x, y, z), powers with ^, and parentheses: "4*x*(1-x)", "x^2 + 3 x y".
  /// Decimals are exact. A missing operator is a product.
  /// Errors  InputError naming `where` and the place in the text.
  static Polynomial parse(const std::string& text, std::size_t dim, const std::string& where);

  [[nodiscard]] std::size_t dim() const { return dim_; }
  [[nodiscard]] unsigned degree() const;
  [[nodiscard]] Polynomial derivative(std::size_t i) const;
  [[nodiscard]] Rational operator()(std::span<const Rational> x) const;
  /// Encloses the values on a box.
  [[nodiscard]] Interval range(std::span<const Interval> box) const;

  [[nodiscard]] Polynomial operator+(const Polynomial& other) const;
  [[nodiscard]] Polynomial operator*(const Polynomial& other) const;
  [[nodiscard]] Polynomial scaled(const Rational& factor) const;

 private:
  struct Term {
    Rational coefficient;
    Interval enclosure;  ///< of the coefficient
  };
  void add(const std::vector<unsigned>& powers, const Rational& coefficient);
  std::size_t dim_;
  std::map<std::vector<unsigned>, Term> terms_;
};

/// x^k, tight for one interval.
[[nodiscard]] Interval power(const Interval& x, unsigned k);

}  // namespace narrows
