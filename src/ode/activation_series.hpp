// The Taylor series of an activation function about a point, with Lagrange's remainder on the real line.
//
// Idea: coefficients by the recurrences of the function's differential equation, in thin intervals; remainders by Cauchy's
// estimate in a complex disc of radius R < π/2 (tanh family), or by closed bounds (arctan, sin, exp), so that they do not depend
// on how wide the range is.
//
// notation == meaning:  a_k == σ^(k)(c)/k!;  remainder of order m: sup |σ^(m+1)(t)|/(m+1)!·r^{m+1} over |t − c| <= r.
#pragma once

#include <cstddef>
#include <vector>

#include "network/activation_jet.hpp"

namespace narrows {

class ActivationSeries {
 public:
  /// The largest order of σ that is kept; σ' has one less.
  static constexpr std::size_t kOrder = 40;

  /// Special  where σ is not C¹ (relu, leaky_relu or elu with alpha ≠ 1) every remainder is +inf.
  ActivationSeries(const ActivationFunction<Interval>& function, double centre);

  [[nodiscard]] double centre() const { return centre_; }
  /// ∋ the coefficient of (t − c)^k in σ (derivative == 0) or σ' (derivative == 1); k <= highest(derivative, 0).
  [[nodiscard]] Interval coefficient(int derivative, std::size_t k) const;
  /// >= |σ(t) − Σ_{k<=order} a_k (t − c)^k| for all |t − c| <= radius; likewise for σ'. +inf beyond highest().
  [[nodiscard]] double remainder(int derivative, std::size_t order, double radius) const;
  /// The largest order that makes sense on this radius: that of elu is small across its kink in σ''.
  [[nodiscard]] std::size_t highest(int derivative, double radius) const;

 private:
  /// >= sup |σ^(k)|/k! over |t − c| <= radius, k >= 1.
  [[nodiscard]] double derivative_bound(std::size_t k, double radius) const;

  Activation kind_;
  bool differentiable_;
  double centre_;
  std::vector<Interval> a_;
};

}  // namespace narrows
