// Activation functions: rigorous values of σ and its derivatives at points and their ranges over intervals.
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "checker/interval.hpp"
#include "checker/leaf_interval.hpp"
#include "checker/matrix.hpp"

namespace narrows::checker {

enum class Function { tanh, sigmoid, softplus, arctan, sin, silu, gelu, elu, relu, leaky_relu, identity };
inline constexpr std::array<std::string_view, 11> function_names = {
    "tanh", "sigmoid", "softplus", "arctan", "sin", "silu", "gelu", "elu", "relu", "leaky_relu", "identity"};

/// An activation function with its parameter (only elu and leaky_relu have one).
struct Activation {
  Function function = Function::identity;
  Rational alpha = 1;
  bool operator==(const Activation&) const = default;
};

/// How the slopes σ'(x), x in R, lie in [inf σ', sup σ'].
enum class SlopeRange { half_open, open, closed };  ///< (0, s], (0, s), or only known to be inside [inf, sup]

/// Smooth: analytic. C1: differentiable, σ' Lipschitz. Lipschitz: no more than that.
enum class Smoothness { lipschitz, c1, smooth };

[[nodiscard]] Smoothness smoothness(const Activation& a);
[[nodiscard]] SlopeRange slope_range_kind(const Activation& a);
/// σ' > 0 on all of R (for leaky_relu: every Clarke slope).
[[nodiscard]] bool slope_is_positive(const Activation& a);
/// Encloses every value of σ' (every Clarke slope) on R; the ends are exact for all but silu and gelu.
[[nodiscard]] Interval slope_bounds(const Activation& a, Precision precision);

/// The infimum and the supremum of σ', exactly; nothing for silu and gelu.
[[nodiscard]] std::optional<std::pair<Rational, Rational>> exact_slopes(const Activation& a);
/// silu and gelu: encloses a slope that is attained, next to the supremum (or to the infimum).
[[nodiscard]] Interval attained_slope(const Activation& a, bool supremum);

/// The values of σ and its first derivatives at one point: four as Interval; others are needed for ranges alone, of up to three.
template <class I>
inline constexpr std::size_t jet_orders = std::is_same_v<I, Interval> ? 5 : 4;
template <class I>
struct BasicJet {
  std::array<I, jet_orders<I>> order;
};
using Jet = BasicJet<Interval>;

/// Encloses π.
[[nodiscard]] Interval pi(Precision precision);

/// Encloses σ^(k)(z), k = 0..4 (of other intervals: 0..3), for every z in x (a point or a very short interval that does not hold 0
/// inside). Infinite points give the limits. Unknown (NaN) where nothing is claimed, e.g. for relu.
[[nodiscard]] Jet jet(const Activation& a, const Interval& x);
[[nodiscard]] BasicJet<LeafInterval> jet(const Activation& a, const LeafInterval& x);

/// The ranges of σ^(k) over one interval (Interval, LeafInterval or LaneInterval); the jets at the two ends are computed once.
template <class I>
class BasicRanges {
 public:
  BasicRanges(const Activation& a, const I& x)
      : function_(a.function), unit_(a.alpha == 1), x_(x), lower_(jet(a, I(x.lo))), upper_(jet(a, I(x.hi))) {}

  /// Encloses {σ^(k)(z) : z in x}, k = 0..3. For elu at its kink: the limits from both sides; σ''' unknown.
  [[nodiscard]] I range(int k) const;
  [[nodiscard]] const BasicJet<I>& at_lower() const { return lower_; }
  [[nodiscard]] const BasicJet<I>& at_upper() const { return upper_; }

 private:
  Function function_;
  bool unit_;  ///< α = 1
  I x_;
  BasicJet<I> lower_;
  BasicJet<I> upper_;
};
using Ranges = BasicRanges<Interval>;

}  // namespace narrows::checker
