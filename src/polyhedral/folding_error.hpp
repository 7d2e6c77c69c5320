// How far the network with folded batch_norm can be from the one that was given.
#pragma once

#include "network/chain.hpp"
#include "network/domain.hpp"

namespace narrows {

/// Upper bound on sup |Φ(x) − Φ'(x)| over x in box, for Φ the chain and Φ' what fold_batch_norm() makes of it.
///
/// Shape      box.dim() == chain.input_dim; activations relu, leaky_relu, identity.
/// Guarantee  an upper bound, all rounding upward; 0 if there is no batch_norm. No tightness is promised: ranges and errors
///            are propagated layer by layer. +inf means "no bound found".
[[nodiscard]] double folding_error_upper(const Chain& chain, const Box& box);

}  // namespace narrows
