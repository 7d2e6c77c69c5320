// Passes over four boxes at once. All that is computed in Lanes is compiled here, and with other compiler options than the rest.
#include "checker/leaf_lanes.hpp"

#include <algorithm>

#include "checker/lane_interval.hpp"
#include "checker/rules/regular_leaf.hpp"

namespace narrows::checker {

std::array<PassResult, lane_count> pass_in_lanes(const std::vector<Piece>& pieces, std::size_t prefix, const Setting& setting,
                                                 Carry carry) {
  BasicLeafPass<Lanes>::Boxes boxes;  // those of lanes that are not needed are repeated
  for (std::size_t lane = 0; lane < lane_count; ++lane) boxes[lane] = pieces[std::min(lane, pieces.size() - 1)].box;
  BasicLeafPass<Lanes> pass(setting.leaf_layers, setting.base(), boxes, carry == Carry::symbols, usual_lines(carry));
  const Mask regular = are_regular_on_leaf(setting, pass, prefix);
  std::array<PassResult, lane_count> results;
  for (std::size_t lane = 0; lane < pieces.size(); ++lane) results[lane].regular = regular[lane];
  if (!any(regular) || pieces[0].leaf->direction.empty()) return results;
  const BasicRows<Lanes> v = pass.row_vector(prefix);
  for (std::size_t lane = 0; lane < pieces.size(); ++lane) {
    const std::vector<LeafInterval> u(pieces[lane].leaf->direction.begin(), pieces[lane].leaf->direction.end());
    results[lane].along = linear_map(1, u.data(), u.size(), 1, lane_of(v, lane), {}).range(0);
  }
  return results;
}

}  // namespace narrows::checker
