// Where critical points of a member of the family seem to be: Newton's method in ordinary floating-point arithmetic. Proves nothing.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "network/compiled.hpp"
#include "network/domain.hpp"

namespace narrows {

/// A critical point as floating-point arithmetic sees it.
struct Guess {
  std::vector<double> x;
  std::size_t prefix = 0;         ///< the largest P for which v_P seems to vanish and has a regular Jacobian (n_P = d)
  std::vector<double> jacobian;   ///< of v_prefix, d × d, row-major
  int definite = 0;               ///< +1, −1: the Hessian of Φ is positive (negative) definite
};

class CriticalGuess {
 public:
  /// `family` is the compiled family chain. Iterations that go further than half a side out of `region` are given up.
  CriticalGuess(const CompiledChain<Interval>& family, Box region);

  /// Newton's method for ∇Φ_p = 0 from `start`; false if it does not converge. On success *guess is complete.
  [[nodiscard]] bool refine(double skip, double residual, std::span<const double> start, Guess* guess) const;
  /// Position only: from x to the critical point nearby, in a few steps.
  [[nodiscard]] bool follow(double skip, double residual, std::vector<double>* x) const;

  /// Approximately v_prefix at x.
  [[nodiscard]] std::vector<double> row_approx(double skip, double residual, std::span<const double> x, std::size_t prefix) const;

  [[nodiscard]] std::size_t dim() const { return dim_; }

 private:
  struct FloatLayer {
    LayerKind kind = LayerKind::affine;
    std::size_t rows = 0, cols = 0;
    std::vector<double> weight, bias;
    Activation function = Activation::identity;
    double alpha = 0, skip = 0, residual = 0;
    std::vector<FloatLayer> branch;
  };
  struct Sweep;
  static FloatLayer middle_of(const CompiledLayer<Interval>& layer, std::size_t width);
  bool newton(Sweep* sweep, std::vector<double>* x, int steps) const;
  [[nodiscard]] bool is_lost(const std::vector<double>& x) const;
  void describe(Sweep* sweep, Guess* guess) const;

  std::vector<FloatLayer> layers_;
  std::vector<std::size_t> widths_;
  std::size_t dim_ = 0;
  Box region_;
};

/// Points spread evenly over a box, the same at every call: a grid for d <= 2, else Halton's sequence.
[[nodiscard]] std::vector<std::vector<double>> spread_points(const Box& box, std::size_t count);

}  // namespace narrows
