// The right-hand side f of ḣ = f(h), and any other list of layers, over Taylor models and over boxes; also f(t, h) whose parameters
// move linearly in time, W(t) = W + λ(t)ΔW: then λ is one more Taylor model, and over boxes one more interval.
#pragma once

#include <cstddef>
#include <map>
#include <utility>
#include <vector>

#include "arith/dense_matrix.hpp"
#include "network/compiled.hpp"
#include "ode/taylor_model.hpp"

namespace narrows {

/// Values, and if asked for their derivatives by the input: derivative[i][j] == ∂value_i/∂h_j.
struct TaylorImage {
  std::vector<TaylorModel> value;
  std::vector<std::vector<TaylorModel>> derivative;
};

/// What f does on a convex set.
struct FieldBounds {
  DenseMatrix<Interval> jacobian;  ///< ∋ Df(h) for every h of the set
  double lognorm = kInfinity;      ///< >= the logarithmic ∞-norm of Df there; +inf: unknown
  double curvature = kInfinity;  ///< ‖Df(y) − Df(p)‖_∞ <= curvature·|y − p|_∞ for y, p in the set
};

class FlowField {
 public:
  /// `layers`: affine, activation (C¹), batch_norm or residual, fed `dim` numbers.
  FlowField(const std::vector<Layer>& layers, std::size_t dim);
  /// On an arc of time of length `arc`, weights and biases move linearly from those of `layers` to those of `to` (built alike; no
  /// residual layers). For equal lists the field does not depend on time.
  FlowField(const std::vector<Layer>& layers, const std::vector<Layer>& to, std::size_t dim,
            const Rational& arc);
  FlowField(const FlowField&) = delete;  // series_ points into layers_
  FlowField& operator=(const FlowField&) = delete;
  FlowField(FlowField&&) = default;
  FlowField& operator=(FlowField&&) = default;
  ~FlowField() = default;

  [[nodiscard]] std::size_t dim() const { return dim_; }

  /// The time since the start of the arc at which s = 0 in what follows; 0 at first.
  void set_start(const Rational& elapsed);

  /// Guarantee  of the algebra: rigorous, or none for approximate ones.
  /// tolerance  remainders of activations below it are not worth another term.
  [[nodiscard]] TaylorImage image(const TaylorAlgebra& algebra, const std::vector<TaylorModel>& state,
                                  bool derivative, double tolerance);

  /// For all times s ∈ [0, duration].
  /// Shape  box.size() == dim(). Unbounded enclosures give +inf.
  [[nodiscard]] FieldBounds bounds(const std::vector<Interval>& box, double duration) const;

 private:
  using Layers = std::vector<CompiledLayer<Interval>>;
  void run(const Layers& layers, const TaylorAlgebra& algebra, double tolerance, TaylorImage* image);
  void move(const CompiledLayer<Interval>& change, const TaylorAlgebra& algebra, const TaylorImage& before,
            TaylorImage* image) const;
  void run_residual(const CompiledLayer<Interval>& layer, const TaylorAlgebra& algebra, double tolerance,
                    TaylorImage* image);
  void activate(const CompiledLayer<Interval>& layer, const TaylorAlgebra& algebra, double tolerance,
                TaylorImage* image);
  const ActivationSeries& series(const CompiledLayer<Interval>& layer, std::size_t neuron, double centre);

  std::size_t dim_;
  Layers layers_;
  Layers change_;          ///< what is added to layers_ over the arc; empty: nothing
  Interval rate_, share_;  ///< λ = share + rate·s
  Rational arc_ = 1;
  std::map<std::pair<const CompiledLayer<Interval>*, std::size_t>, ActivationSeries>
      series_;  ///< the last one of each neuron
};

/// >= sup of the logarithmic norm belonging to |·|_∞ over the matrices in `a`: max_i a_ii + Σ_{j≠i} |a_ij|.
[[nodiscard]] double lognorm_upper(const DenseMatrix<Interval>& a);

}  // namespace narrows
