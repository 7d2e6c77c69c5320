#include "ode/flow_cover.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <utility>
#include <vector>

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

/// The tube's own error is a small part of what it encloses.
bool is_tight(const Tube& tube) {
  constexpr double kShare = 0.02;
  double widest = 0;
  for (const Interval& side : tube.end) widest = std::max(widest, side.upper() - side.lower());
  return tube.steps.back().error <= kShare * widest;
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
  std::deque<FlowPiece> wide;
  const auto room = [&] {
    return cover.pieces.size() + open.size() + wide.size() + 2 <= max_boxes && !options.stop.stop_requested();
  };
  const auto flow_from = [&](const Box& piece) {
    ++cover.tubes;
    return FlowPiece{piece, enclose_flow(network, piece, options)};
  };
  const auto keep = [&](FlowPiece piece) {
    if (!piece.tube.closed || is_tight(piece.tube))
      cover.pieces.push_back(std::move(piece));
    else
      wide.push_back(std::move(piece));
  };
  while (!open.empty()) {
    const Box next = open.front();
    open.pop_front();
    FlowPiece piece = flow_from(next);
    const std::vector<Box> parts = piece.tube.closed || !room() ? std::vector<Box>{} : halves(next, box);
    if (parts.empty())
      keep(std::move(piece));
    else
      open.insert(open.end(), parts.begin(), parts.end());
  }
  while (!wide.empty()) {
    FlowPiece piece = std::move(wide.front());
    wide.pop_front();
    const std::vector<Box> parts = room() ? halves(piece.box, box) : std::vector<Box>{};
    std::vector<FlowPiece> finer;
    for (const Box& part : parts) finer.push_back(flow_from(part));
    const auto closed = [](const FlowPiece& part) { return part.tube.closed; };
    if (finer.empty() || !std::all_of(finer.begin(), finer.end(), closed))
      cover.pieces.push_back(std::move(piece));
    else
      for (FlowPiece& part : finer) keep(std::move(part));
  }
  cover.whole = cover.pieces.size() == 1 ? cover.pieces[0].tube : union_of(cover.pieces);
  return cover;
}

}  // namespace narrows
