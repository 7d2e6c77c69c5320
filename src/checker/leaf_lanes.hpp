// Passes over four boxes at once, in Lanes: compiled for processors whose vectors hold four doubles.
//
// Where it is called nothing depends on the instruction set: no Lanes are handed over.
#pragma once

#include "checker/rules/rules.hpp"

namespace narrows::checker {

/// What a pass says about one box: the layers before the prefix are regular, and if the leaf has a direction u, u·v_P is in `along`
/// (where they are).
struct PassResult {
  bool regular = false;
  LeafInterval along;
};

/// For boxes of at most lane_count leaves, all with a direction or none: in each lane what BasicLeafPass<double> computes for its box
/// alone.
[[nodiscard]] std::array<PassResult, lane_count> pass_in_lanes(const std::vector<Piece>& pieces, std::size_t prefix,
                                                               const Setting& setting, Carry carry);

}  // namespace narrows::checker
