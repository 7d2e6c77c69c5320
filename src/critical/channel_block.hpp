// One residual block as the family of matrices that T2 and T3 speak of.
//
// notation == meaning:  J = ε (I + α W̃ D W), α = δ/ε, D a diagonal of slopes;  t = |α|;  G = sign(α) W W̃, m x m, so that
// det J = ε^n det(I + t D G);  the box of D is [low_j, high_j] in coordinate j.
#pragma once

#include <cstddef>
#include <optional>
#include <variant>
#include <vector>

#include "arith/big_interval.hpp"
#include "arith/rational_matrix.hpp"
#include "network/chain.hpp"
#include "network/model.hpp"
#include "network/slope_range.hpp"

namespace narrows {

/// Blocks with more neurons get the polynomial tests only.
inline constexpr std::size_t kMaxExactNeurons = 20;

/// A box of diagonals.
struct SlopeBox {
  std::vector<Rational> low, high;
};

/// The sharp range of σ' over R: `outer` contains it, its closure contains `inner`; they differ by 1e-30 for silu and gelu
/// and not at all for the others. `ends` as in slope_range().
struct SharpSlopes {
  Rational outer_low, outer_high, inner_low, inner_high;
  RangeEnds ends = RangeEnds::closed;
};
[[nodiscard]] SharpSlopes sharp_slopes(const ActivationLayer& activation);

/// Which ends of its range the slope attains at some argument (a Clarke slope, where there is a kink), whatever the other layers
/// are: what refutes regularity. As in slope_range(), but half_open for every elu, whose slopes are > 0.
[[nodiscard]] RangeEnds attained_ends(const ActivationLayer& activation);

struct ChannelBlock {
  using Gram = std::variant<RationalMatrix, DenseMatrix<BigInterval>>;
  Rational ratio;             ///< α
  std::size_t neurons = 0;    ///< m
  Gram gram;                  ///< G; intervals if batch_norm makes it irrational
  SlopeBox outer, inner;      ///< of the diagonals: one contains all slopes, the slopes come arbitrarily near to the other
  RangeEnds ends = RangeEnds::closed;      ///< of the ranges over which regularity is proved
  RangeEnds attained = RangeEnds::closed;  ///< attained_ends(): of those over which it is refuted
  [[nodiscard]] bool sharp() const { return outer.low == inner.low && outer.high == inner.high; }
};

/// Nothing unless ε ≠ 0 and the branch holds exactly one activation layer, of at most kMaxExactNeurons neurons. `network` ==
/// lipschitz closes all ranges (`ends`), as Clarke's calculus needs. With α = 0, G = W W̃.
[[nodiscard]] std::optional<ChannelBlock> make_channel_block(const ResidualLayer& layer, std::size_t input_dim, Smoothness network);

/// The same block with every range widened to contain 0, and closed: what T3's critical ratio speaks of.
[[nodiscard]] ChannelBlock with_zero_slopes(ChannelBlock block);

}  // namespace narrows
