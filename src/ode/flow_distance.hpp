// How far a residual network is from its neural ODE on one box, from the box's tube.
#pragma once

#include "network/chain.hpp"
#include "ode/tube.hpp"

namespace narrows {

/// [lo, hi] with lo <= sup over the box of |Φ(x) − Φ_ode(x)| <= hi: both functions as Taylor models in the same coordinates ξ,
/// subtracted. Good for small boxes and points; large ones are for branch and bound (the command `bounds`).
///
/// Shape      `chain` is the residual network's Φ, smooth or C¹; `after` the layers of the *limit's* chain that follow its ode layer,
///            ending with one number; `tube` the closed tube of the limit from `box`.
/// Guarantee  an enclosure; hi is +inf where the arithmetic says nothing.
[[nodiscard]] Interval distance_to_flow(const Chain& chain, const std::vector<Layer>& after, const Tube& tube,
                                        const Box& box);

}  // namespace narrows
