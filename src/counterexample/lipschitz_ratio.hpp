// Is the channel ratio of a block above its Lipschitz ratio 1/(s ‖W̃‖ ‖W‖), 2-norms? Exactly.
#pragma once

#include "network/model.hpp"

namespace narrows {

/// Every residual layer of the network has |δ/ε| s ‖W̃‖₂ ‖W‖₂ > 1, with s replaced by a lower bound of sup |σ'|.
///
/// Guarantee  true is a proof (exact rationals: ‖A‖₂ >= |A v|/|v| for any v). False promises nothing: equality cannot be proved this way.
/// Precondition  one activation layer in each branch, no batch_norm.
[[nodiscard]] bool exceeds_lipschitz_ratio(const Network& network);

}  // namespace narrows
