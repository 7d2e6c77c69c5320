// Regularity of the layers of a prefix on the boxes of a pass in rows. See layers_regular.cpp.
#pragma once

#include "checker/rules/rules.hpp"

namespace narrows::checker {

/// Layer l, of no family, is regular for all slopes in these ranges: its own, or those of its branch.
template <class I>
[[nodiscard]] bool is_regular_for_slopes(const Setting& setting, const std::vector<BasicLayer<I>>& chain, std::size_t l,
                                         const std::vector<I>& slopes);

namespace corner {

inline constexpr double low = 0.1875, high = 0.6875;  // no simple numbers: det J should not vanish at a corner

}  // namespace corner

/// det J of a residual layer where each of the diagonal entries is `low` or `high`: it is affine in each, so that these numbers
/// give all others.
[[nodiscard]] std::vector<LeafInterval> corner_determinants(const LeafLayer& layer, std::size_t entries);

/// det J, known at the corners, has one strict sign at all vertices of the box of diagonals, and so in all of it.
template <class T>
[[nodiscard]] Truth<T> has_one_sign(const std::vector<LeafInterval>& corners, const std::vector<BasicLeafInterval<T>>& box) {
  using I = BasicLeafInterval<T>;
  std::vector<I> values(corners.begin(), corners.end());
  static_assert(corner::high - corner::low == 0.5);
  for (std::size_t k = 0; k < box.size(); ++k) {
    const I to_lower = 2 * (I(box[k].lo) - corner::low), to_upper = 2 * (I(box[k].hi) - corner::low);
    for (std::size_t i = 0; i < values.size(); ++i) {
      if ((i >> k & 1) != 0) continue;
      I& upper = values[i | std::size_t{1} << k];
      const I at_low = values[i], rise = upper - at_low;
      values[i] = at_low + to_lower * rise;
      upper = at_low + to_upper * rise;
    }
  }
  Truth<T> positive = true, negative = true;
  for (const I& v : values) {
    positive = positive & v.positive();
    negative = negative & v.negative();
  }
  return positive | negative;
}

/// Proved: layers base..prefix-1 are regular on the box of the fresh pass; in which lanes. Advances the pass.
template <class T>
[[nodiscard]] Truth<T> are_regular_on_leaf(const Setting& setting, BasicLeafPass<T>& pass, std::size_t prefix) {
  constexpr std::size_t few = 6;  // entries: corners are faster than other tests
  setting.corners.resize(setting.chain.size());
  Truth<T> regular = true;
  for (std::size_t l = setting.base(); l < prefix && any(regular); ++l) {
    const LeafLayer& layer = setting.leaf_layers[l];
    const std::vector<BasicLeafInterval<T>> slopes = pass.advance();
    if (setting.regular[l] != 0) continue;
    Truth<T> proved = false;
    if (layer.kind == LayerKind::residual && slopes.size() <= few) {
      std::vector<LeafInterval>& corners = setting.corners[l];
      if (corners.empty()) corners = corner_determinants(layer, slopes.size());
      proved = has_one_sign<T>(corners, slopes);
    }
    for (std::size_t lane = 0; lane < lanes_in<T>; ++lane) {
      if (lane_of(Truth<T>(proved | !regular), lane)) continue;
      std::vector<LeafInterval> own;
      for (const auto& slope : slopes) own.push_back(lane_of(slope, lane));
      set_lane(proved, lane, is_regular_for_slopes(setting, setting.leaf_layers, l, own));
    }
    regular = regular & proved;
  }
  return regular;
}

}  // namespace narrows::checker
