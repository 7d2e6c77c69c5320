// The monomials s^i ξ^α of polynomials in the time s of a step and the coordinates ξ of a box, and how they multiply.
//
// notation == meaning:  i <= N == time_degree, |α| <= K == degree, α ∈ N^d;  m == size() monomials in ξ, ordered by their degree,
// the constant first;  a polynomial is a vector of (N + 1)·m coefficients, that of s^i ξ^{α_a} at i·m + a (row i holds the power s^i).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace narrows {

class TaylorBasis {
 public:
  /// d == dim may be 0: polynomials in s alone.
  TaylorBasis(std::size_t dim, std::size_t time_degree, std::size_t degree);

  [[nodiscard]] std::size_t dim() const { return dim_; }
  [[nodiscard]] std::size_t time_degree() const { return time_degree_; }
  [[nodiscard]] std::size_t degree() const { return degree_; }
  [[nodiscard]] std::size_t size() const { return exponents_.size(); }
  [[nodiscard]] std::size_t coefficients() const { return (time_degree_ + 1) * size(); }

  [[nodiscard]] const std::vector<std::uint16_t>& exponents(std::size_t a) const { return exponents_[a]; }
  [[nodiscard]] std::size_t degree_of(std::size_t a) const { return degree_of_[a]; }
  /// ∏(α_i + 1): at most this many pairs of monomials multiply to ξ^α.
  [[nodiscard]] double splittings(std::size_t a) const { return splittings_[a]; }
  /// All exponents even: then 0 <= ξ^α <= 1 on the box.
  [[nodiscard]] bool is_even(std::size_t a) const { return even_[a] != 0; }
  /// The position of ξ_i (degree() >= 1).
  [[nodiscard]] std::size_t linear(std::size_t i) const { return 1 + i; }

  /// ξ^{α_first} ξ^{α_second} = ξ^{α_product}, for all pairs of total degree <= K.
  struct Product {
    std::uint16_t first, second, product;
  };
  [[nodiscard]] const std::vector<Product>& products() const { return products_; }

 private:
  std::size_t dim_, time_degree_, degree_;
  std::vector<std::vector<std::uint16_t>> exponents_;
  std::vector<std::size_t> degree_of_;
  std::vector<double> splittings_;
  std::vector<std::uint8_t> even_;
  std::vector<Product> products_;
};

}  // namespace narrows
