// Value and gradient of a chain at one point, as tight double intervals.
#pragma once

#include <vector>

#include "arith/big_interval.hpp"
#include "network/chain.hpp"

namespace narrows {

struct PointValue {
  Interval value;
  std::vector<Interval> gradient;  ///< d entries; at a kink the Clarke hull of each slope is used
  mpfr_prec_t precision = 0;       ///< bits that were needed
};

/// Shape      x.size() == chain.input_dim, all finite.
/// Guarantee  value ∋ Φ(x), gradient ∋ ∇Φ(x) (an enclosure of the products of Clarke slopes at kinks). The precision is
///            raised from 96 bits until every entry is a few ulps wide or 3,072 bits are reached; wide weights
///            (batch_norm factors are enclosed afresh at each precision) do not limit it.
[[nodiscard]] PointValue evaluate_at(const Chain& chain, const std::vector<double>& x);

}  // namespace narrows
