// A residual network as T4 and T5 see it: layers before the blocks, L >= 1 residual blocks, one output row; and its two limits.
//
// notation == meaning:  h ← ε_l h + δ_l f_l(h), α_l = δ_l/ε_l.  ode: h ← ε_l φ_l(h), φ_l the flow of ḣ = f_l(h) over the signed time
//   α_l (in the variable of the page, y = h/e_l, these are the arcs ẏ = e_l^-1 f_l(e_l y)).  mlp: h ← δ_l f_l(h).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "network/chain.hpp"
#include "network/compiled.hpp"

namespace narrows {

enum class Limit { ode, mlp };
[[nodiscard]] std::string_view to_string(Limit limit);

/// What T4 and T5 ask of one block, in the ∞-norm; every number is an upper bound, +inf if there is none.
struct BlockConstants {
  double lipschitz = kInfinity;  ///< K = ‖|A_p| s |A_{p−1}| ⋯ s |A_0|‖_∞ on all of R^n
  double size = kInfinity;       ///< S = sup |f| on all of R^n: finite if the last activation is bounded
  bool one_activation = false;   ///< the branch has a single activation layer
};

struct LimitNetwork {
  Chain chain;
  CompiledChain<Interval> compiled;
  std::size_t first_block = 0, blocks = 0;  ///< layers first_block … first_block + blocks − 1 are residual, then comes the output row
  std::vector<BlockConstants> constants;    ///< one per block
  double output_norm = 0;                   ///< ‖w‖_1, rounded up

  [[nodiscard]] const ResidualLayer& block(std::size_t l) const { return std::get<ResidualLayer>(chain.layers[first_block + l].value); }
  [[nodiscard]] const CompiledLayer<Interval>& compiled_block(std::size_t l) const { return compiled.layers[first_block + l]; }
  [[nodiscard]] std::size_t width() const { return chain.widths[first_block]; }
};

/// Errors  InputError naming `where` if the chain is no residual network of this shape.
[[nodiscard]] LimitNetwork make_limit_network(const Chain& chain, const std::string& where);

/// The hypothesis of T4 (ode) or T5 (mlp) that the network violates, as one clause; nothing if it satisfies all.
[[nodiscard]] std::optional<std::string> violated_hypothesis(const LimitNetwork& network, Limit limit);

/// α_l, enclosed. Precondition ε_l ≠ 0.
[[nodiscard]] Interval channel_ratio_of(const ResidualLayer& block);

/// The constants that hold for all branches with these layers, whose matrices have ‖·‖_∞ <= bound and whose biases |·|_∞ <= bound.
[[nodiscard]] BlockConstants uniform_constants(const ResidualLayer& block, double bound);
[[nodiscard]] bool has_batch_norm_layer(const ResidualLayer& block);

/// Each block replaced by 2^doublings blocks with the factors that keep the limit: for ode (1, α/2^k) … (ε, δ/2^k); for mlp each
/// skip is divided by 2^doublings instead, at the same depth.
[[nodiscard]] Chain toward_limit(const LimitNetwork& network, Limit limit, int doublings);

}  // namespace narrows
