// The tests of T2 that take polynomial time, for layers of any width: norms, and the symmetric part with a diagonal scaling.
//
// notation == meaning:  J = ε (I + α A_p D_p ⋯ D_1 A_0), t = |α|; one activation layer: W = A_0, W̃ = A_1, G = sign(α) W W̃.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "critical/branch_doubles.hpp"
#include "network/model.hpp"

namespace narrows {

/// Certified lower bounds of the ratios up to which norms prove a layer: t < bound implies ‖α A_p D_p ⋯ A_0‖ < 1 for all slopes,
/// so that the layer is regular (and x ↦ α·branch(x) a contraction: the block is invertible).
struct LipschitzRatios {
  double two = 0;           ///< 1/(s ‖W̃‖₂ ‖W‖₂), the papers' ratio; infinite if a map vanishes
  double elementary = 0;    ///< the larger of those in the 1- and the ∞-norm
  double best = 0;          ///< the largest of all
};
/// Source  T2 (i). The 1-, 2- and ∞-norm are absolute: |D_jj| <= s bounds the norm of D by s.
[[nodiscard]] LipschitzRatios lipschitz_ratios(const ResidualLayer& layer, std::size_t input_dim, const BranchDoubles& maps);

/// Λ(I + t s G) plus its transpose, for a fixed layer with one activation layer and 0 <= σ' <= s, as a function of t and Λ.
class SymmetricPart {
 public:
  /// Nothing unless the layer is of that kind (ε ≠ 0, s⁻ >= 0).
  static std::optional<SymmetricPart> of(const ResidualLayer& layer, std::size_t input_dim, const BranchDoubles& maps);
  /// The same for given upper ends of the slopes in place of s, one per neuron (T5); their lower ends are >= 0.
  static std::optional<SymmetricPart> of(const ResidualLayer& layer, std::size_t input_dim, const BranchDoubles& maps,
                                         const std::vector<Rational>& highest_slopes);

  [[nodiscard]] std::size_t side() const { return gram_.rows; }

  /// Proved: Λ(I + t s G) plus its transpose is positive definite, Λ = diag(scaling), all > 0. Then the layer is regular at all
  /// ratios from 0 to t, T2 (ii). `scaling` empty: the identity.
  [[nodiscard]] bool is_definite(const Rational& t, const std::vector<double>& scaling) const;

  /// Proved: Λ G plus its transpose is positive definite. Then the layer is regular at all ratios from 0 on.
  [[nodiscard]] bool is_definite_without_identity(const std::vector<double>& scaling) const;

  /// A guess at the largest t with is_definite(t, scaling); infinite if the symmetric part of Λ G looks positive.
  [[nodiscard]] double limit_approx(const std::vector<double>& scaling) const;

  /// The scaling with the largest limit that `steps` steps of ascent find, from the identity. A guess.
  [[nodiscard]] std::vector<double> best_scaling_approx(int steps) const;

 private:
  [[nodiscard]] bool is_definite(double ratio, double one, const std::vector<double>& scaling) const;

  DenseMatrix<double> gram_;                ///< s G, rows times s: G_ij within error_row_[i] error_col_[j] + relative error
  std::vector<double> error_row_, error_col_;
};

}  // namespace narrows
