// Taylor models: a polynomial in (s, ξ) with double coefficients and a bound on everything that it misses.
//
// Idea: coefficients are computed in rounding to nearest; what rounding, truncation at the degrees (N, K) and enclosed constants
// lose goes into one number, `error`, by norms Σ|c| h^i: so the products cost what plain polynomials cost.
//
// Guarantee  A TaylorModel stands for every function g on [0, h] × [-1, 1]^d with |g − p| <= error. Each operation of a rigorous
//            TaylorAlgebra returns a model of the exact result for all functions that its operands stand for. A sum of t products
//            rounds by at most t·u/(1 − t·u)·Σ|x y|, u = 2^-53 (any order of summation); bounds themselves are sums of
//            non-negative terms, inflated by 1e-10 relative and 1e-300 absolute. What overflows has error = +inf.
#pragma once

#include <cstddef>
#include <vector>

#include "arith/interval.hpp"
#include "ode/activation_series.hpp"
#include "ode/taylor_basis.hpp"

namespace narrows {

struct TaylorModel {
  std::vector<double> c;  ///< as TaylorBasis lays them out
  double error = 0;       ///< +inf: nothing is known
};

class TaylorAlgebra {
 public:
  /// Rigorous on a step of length at most `duration` (finite, >= 0).
  TaylorAlgebra(const TaylorBasis& basis, double duration);
  /// Plain polynomials, truncated at `time_order` <= N in s: errors are not kept (all 0). For guesses.
  static TaylorAlgebra approximate(const TaylorBasis& basis, std::size_t time_order);

  [[nodiscard]] const TaylorBasis& basis() const { return *basis_; }

  [[nodiscard]] TaylorModel constant(const Interval& value) const;
  /// middle + radius·ξ_i. Precondition: degree() >= 1.
  [[nodiscard]] TaylorModel coordinate(std::size_t i, const Interval& middle, const Interval& radius) const;
  /// offset + rate·s. Precondition: time_degree() >= 1.
  [[nodiscard]] TaylorModel time(const Interval& offset, const Interval& rate) const;
  [[nodiscard]] TaylorModel add(const TaylorModel& a, const TaylorModel& b) const;
  [[nodiscard]] TaylorModel scale(const TaylorModel& a, const Interval& factor) const;
  [[nodiscard]] TaylorModel multiply(const TaylorModel& a, const TaylorModel& b) const;
  /// The coefficients of s^row in a·b (no errors): size() of them.
  [[nodiscard]] std::vector<double> product_row_approx(const std::vector<double>& a,
                                                       const std::vector<double>& b, std::size_t row) const;
  /// Adds factor·a to *sum.
  void accumulate(TaylorModel* sum, const Interval& factor, const TaylorModel& a) const;
  /// σ(u), or σ'(u) for `derivative` == 1: the series about the constant term of u, with Lagrange's remainder.
  /// Precondition: the series' centre is u.c[0]. Terms are taken until the remainder is below `tolerance`, as far as it goes.
  [[nodiscard]] TaylorModel compose(const ActivationSeries& series, int derivative, const TaylorModel& u,
                                    double tolerance) const;
  /// ∂p/∂s of an exact polynomial (error 0 on entry).
  [[nodiscard]] TaylorModel time_derivative(const std::vector<double>& p) const;

  /// >= sup |g| over everything that the model stands for.
  [[nodiscard]] double norm_upper(const TaylorModel& a) const;
  /// Enclosure of the values over [0, h] × [-1, 1]^d.
  [[nodiscard]] Interval range(const TaylorModel& a) const;

 private:
  TaylorAlgebra(const TaylorBasis& basis, double duration, std::size_t time_order, bool rigorous);
  [[nodiscard]] double polynomial_norm(const std::vector<double>& c) const;
  [[nodiscard]] double product_error(const TaylorModel& a, const TaylorModel& b) const;

  const TaylorBasis* basis_;
  std::size_t time_order_;
  bool rigorous_;
  std::vector<double> power_;  ///< >= h^i
};

/// The polynomial in ξ at s == `time`, as interval coefficients: size() of them.
[[nodiscard]] std::vector<Interval> at_time(const TaylorBasis& basis, const std::vector<double>& p,
                                            const Interval& time);

}  // namespace narrows
