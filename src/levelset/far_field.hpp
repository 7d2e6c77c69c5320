// Φ on the far end of a ray: every state coordinate enclosed as k·t + a for all t >= T, k and a bounded intervals.
//
// Idea: affine and residual layers are linear in (k, a). A saturating activation of k·t + a with k > 0 lies between its value at T and its
// limit; with k = 0 exactly it is a constant; one that grows like its argument (softplus, SiLU, …) is k·t + a and a bounded remainder.
// For each t there are numbers κ ∈ k, α ∈ a with state = κ·t + α: that is all that an enclosure says, and the rules need no more.
#pragma once

#include "levelset/segment_sign.hpp"
#include "network/compiled.hpp"

namespace narrows {

class FarField {
 public:
  /// @param first  layers that the state lines have behind them
  FarField(const Chain& signed_chain, std::size_t first);

  /// The function is > 0 at line(t) for all t >= T. Precondition  T > 0 finite.
  /// Guarantee  true is a proof: a lower end of its slope that is > 0, or a slope exactly 0, and a positive value from T on.
  [[nodiscard]] bool proved_beyond(const StateLine& line, double T) const;

 private:
  CompiledChain<Interval> compiled_;
  std::size_t first_;
};

}  // namespace narrows
