// One simplex of the Kuhn triangulation with the polynomial that replaces f on it.
#pragma once

#include <vector>

#include "construct/kuhn_error.hpp"

namespace narrows {

class KuhnPiece {
 public:
  KuhnPiece(NodalTable& table, KuhnSimplex simplex);

  struct Error {
    Interval value;
    std::vector<Interval> gradient;
  };
  /// Encloses e = f − q and ∇e at a point, given by a thin box.
  [[nodiscard]] Error error_at(const std::vector<Interval>& point) const;
  /// The same on a box that need not lie in the simplex, from a point of it and what error_at() said there.
  [[nodiscard]] Error error_on(const std::vector<Interval>& box, const std::vector<Interval>& middle, const Error& at_middle) const;
  [[nodiscard]] const KuhnSimplex& simplex() const { return simplex_; }
  /// q and its derivative in a direction, exactly. x in the closed simplex.
  [[nodiscard]] ValueAndSlope approximant_exact(const std::vector<Rational>& x, const std::vector<Rational>& direction) const;

 private:
  [[nodiscard]] std::vector<Interval> local(const std::vector<Interval>& box) const;
  const SmoothFunction& f_;
  KuhnSimplex simplex_;
  std::vector<Interval> corner_;
  std::vector<Rational> corner_exact_;
  Polynomial q_;
  std::vector<Polynomial> gradient_;
  std::vector<std::vector<Polynomial>> hessian_;  ///< lower triangle
};

/// A simplex that x is in, and in which x + t·direction stays for small t > 0. Precondition: the latter is in [0,1]^D.
[[nodiscard]] KuhnSimplex simplex_at(const std::vector<Rational>& x, const std::vector<Rational>& direction, std::size_t n);

/// All orders of 0 … D−1.
[[nodiscard]] std::vector<std::vector<std::size_t>> all_orders(std::size_t dim);

}  // namespace narrows
