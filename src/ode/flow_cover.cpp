#include "ode/flow_cover.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <utility>

namespace narrows {
namespace {

/// The two halves; nothing if no side can be cut.
std::vector<Box> halves(const Box& box, const Box& whole) {
  std::size_t axis = 0;
  double longest = 0;
  for (std::size_t i = 0; i < box.dim(); ++i) {
    if (!(whole.lower[i] < whole.upper[i])) continue;
    const double length = (box.upper[i] - box.lower[i]) / (whole.upper[i] - whole.lower[i]);
    if (length > longest) longest = length, axis = i;
  }
  const double middle = 0.5 * box.lower[axis] + 0.5 * box.upper[axis];
  if (!(longest > 0) || !(box.lower[axis] < middle && middle < box.upper[axis])) return {};
  std::vector<Box> result{box, box};
  result[0].upper[axis] = result[1].lower[axis] = middle;
  return result;
}

std::string text_of(const Box& box) {
  std::string text;
  for (std::size_t i = 0; i < box.dim(); ++i)
    text += fmt::format("{}[{:.6g},{:.6g}]", i > 0 ? "x" : "", box.lower[i], box.upper[i]);
  return text;
}

void add_to(Tube* whole, const Tube& piece) {
  for (std::size_t i = 0; i < piece.end.size(); ++i) whole->end[i] = hull(whole->end[i], piece.end[i]);
  for (std::size_t k = 0; k < piece.jacobian.entries.size(); ++k)
    whole->jacobian.entries[k] = hull(whole->jacobian.entries[k], piece.jacobian.entries[k]);
  if (piece.determinant) whole->determinant = hull(*whole->determinant, *piece.determinant);
  whole->box_determinant = hull(whole->box_determinant, piece.box_determinant);
  whole->trace = hull(whole->trace, piece.trace);
  whole->reached = std::min(whole->reached, piece.reached);
}

/// Precondition: several pieces.
Tube union_of(const std::vector<FlowPiece>& pieces) {
  std::size_t open = 0;
  const FlowPiece* worst = nullptr;
  for (const FlowPiece& piece : pieces) {
    if (piece.tube.closed) continue;
    ++open;
    if (worst == nullptr || piece.tube.reached < worst->tube.reached) worst = &piece;
  }
  Tube whole;
  if (worst != nullptr) {
    whole.reached = worst->tube.reached;
    whole.reason = fmt::format("{} of {} boxes have no tube: on {} {}", open, pieces.size(),
                               text_of(worst->box), worst->tube.reason);
    return whole;
  }
  whole = pieces.front().tube;
  whole.steps.clear();
  for (std::size_t k = 1; k < pieces.size(); ++k) add_to(&whole, pieces[k].tube);
  return whole;
}

}  // namespace

FlowCover cover_flow(const FlowNetwork& network, const Box& box, const TubeOptions& options,
                     std::size_t max_boxes) {
  FlowCover cover;
  std::deque<Box> open{box};  // the largest first, so that the budget is spent evenly
  while (!open.empty()) {
    const Box piece = open.front();
    open.pop_front();
    Tube tube = enclose_flow(network, piece, options);
    ++cover.tubes;
    const bool room = cover.pieces.size() + open.size() + 2 <= max_boxes && !options.stop.stop_requested();
    const std::vector<Box> parts = tube.closed || !room ? std::vector<Box>{} : halves(piece, box);
    if (parts.empty())
      cover.pieces.push_back({piece, std::move(tube)});
    else
      open.insert(open.end(), parts.begin(), parts.end());
  }
  cover.whole = cover.pieces.size() == 1 ? cover.pieces[0].tube : union_of(cover.pieces);
  return cover;
}

}  // namespace narrows
