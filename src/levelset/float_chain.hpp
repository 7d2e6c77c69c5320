// Φ, its gradient and the pulled-back flow in ordinary floating-point arithmetic: where paths are guessed. Proves nothing.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "network/chain.hpp"
#include "network/compiled.hpp"

namespace narrows {

class FloatChain {
 public:
  explicit FloatChain(const Chain& chain);

  [[nodiscard]] std::size_t dim() const { return dim_; }
  [[nodiscard]] double value_approx(std::span<const double> x) const;
  /// The least value of sign·Φ at `samples` + 1 points spread evenly over a + t·r, 0 <= t <= end.
  [[nodiscard]] double least_on_line(std::span<const double> a, std::span<const double> r, double end,
                                     int samples, double sign = 1) const;

  /// A direction in which Φ grows: the solution of J v = w with w the last row and J the Jacobian of the state before it (least squares,
  /// slightly damped), which moves that state straight along w. Length 1, or empty if it is not finite.
  ///
  /// Source  for square J this is the flow J ẋ = w, not stiff like the gradient's
  [[nodiscard]] std::vector<double> uphill_direction(std::span<const double> x) const;

 private:
  struct FloatLayer {
    LayerKind kind = LayerKind::affine;
    std::size_t rows = 0, cols = 0;
    std::vector<double> weight, bias;
    Activation function = Activation::identity;
    double alpha = 0, skip = 0, residual = 0;
    std::vector<FloatLayer> branch;
  };
  static FloatLayer middle_of(const CompiledLayer<Interval>& layer);
  /// h holds blocks of 1 + derivatives numbers: the entry, then its partial derivatives.
  static void apply(const FloatLayer& layer, std::size_t block, std::vector<double>* h);

  std::size_t dim_ = 0;
  std::vector<FloatLayer> layers_;
};

}  // namespace narrows
