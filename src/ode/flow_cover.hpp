// A large box in pieces: halved until every piece has a closed tube; the union of the tubes speaks of the whole box.
#pragma once

#include <cstddef>
#include <vector>

#include "ode/tube.hpp"

namespace narrows {

struct FlowPiece {
  Box box;
  Tube tube;
};

/// A node of the tree of cuts: the halves of `axis` are nodes[child], the lower one, and nodes[child + 1]; a leaf (child == 0) is
/// pieces[piece].
struct FlowNode {
  std::size_t axis = 0, child = 0, piece = 0;
};

struct FlowCover {
  /// Of the whole box: hulls over the pieces (end, jacobian, determinant, box_determinant); closed if all tubes are. With one piece
  /// it is that piece's tube; with several it has no steps of its own, `reached` is the earliest time, `reason` that of the worst piece.
  Tube whole;
  std::vector<FlowPiece> pieces;  ///< they cover the box, overlapping in faces only
  std::vector<FlowNode>
      nodes;  ///< nodes[0] is the whole box; sides are cut at 0.5·lo + 0.5·hi, rounded to nearest
  std::size_t tubes = 0;  ///< that were tried
};

/// Tubes from pieces of `box`, which is halved along its longest side (relative to the box) where no tube closes, then, as far as
/// the budget reaches, where the tube's error is more than 2 % of the width of what it encloses; at most `max_boxes` >= 1 pieces. A point is
/// never cut.
///
/// Shape, guarantee, source  as of enclose_flow(), for every piece: closed only if each is proved.
[[nodiscard]] FlowCover cover_flow(const FlowNetwork& network, const Box& box, const TubeOptions& options,
                                   std::size_t max_boxes);

}  // namespace narrows
