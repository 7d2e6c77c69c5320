#include "ode/flow_cover.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <utility>
#include <vector>

namespace narrows {
namespace {

/// The two halves, across `axis`; none if no side can be cut.
struct Halves {
  std::size_t axis = 0;
  std::vector<Box> parts;
};
Halves halves(const Box& box, const Box& whole) {
  Halves result;
  std::size_t& axis = result.axis;
  double longest = 0;
  for (std::size_t i = 0; i < box.dim(); ++i) {
    if (!(whole.lower[i] < whole.upper[i])) continue;
    const double length = (box.upper[i] - box.lower[i]) / (whole.upper[i] - whole.lower[i]);
    if (length > longest) longest = length, axis = i;
  }
  const double middle = 0.5 * box.lower[axis] + 0.5 * box.upper[axis];
  if (!(longest > 0) || !(box.lower[axis] < middle && middle < box.upper[axis])) return result;
  result.parts = {box, box};
  result.parts[0].upper[axis] = result.parts[1].lower[axis] = middle;
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

class Cover {
 public:
  Cover(const FlowNetwork& network, const Box& box, const TubeOptions& options, std::size_t max_boxes)
      : network_(network), whole_(box), options_(options), max_boxes_(max_boxes) {
    cover_.nodes.emplace_back();
    open_.push_back({box, 0});
  }

  FlowCover run() {
    while (!open_.empty()) settle_next();
    while (!wide_.empty()) refine_next();
    cover_.whole = cover_.pieces.size() == 1 ? cover_.pieces[0].tube : union_of(cover_.pieces);
    return std::move(cover_);
  }

 private:
  struct Open {
    Box box;
    std::size_t node;
  };
  struct Wide {
    FlowPiece piece;
    std::size_t node;
  };

  [[nodiscard]] bool room() const {
    return cover_.pieces.size() + open_.size() + wide_.size() + 2 <= max_boxes_ &&
           !options_.stop.stop_requested();
  }

  FlowPiece flow_from(const Box& box) {
    ++cover_.tubes;
    return {box, enclose_flow(network_, box, options_)};
  }

  void settle_next() {
    const Open next = open_.front();
    open_.pop_front();
    FlowPiece piece = flow_from(next.box);
    const Halves cut = piece.tube.closed || !room() ? Halves{} : halves(next.box, whole_);
    if (cut.parts.empty()) return keep(std::move(piece), next.node);
    const std::size_t child = split(next.node, cut.axis);
    open_.push_back({cut.parts[0], child});
    open_.push_back({cut.parts[1], child + 1});
  }

  /// Halves a piece that is wider than need be, if both halves have closed tubes.
  void refine_next() {
    Wide next = std::move(wide_.front());
    wide_.pop_front();
    const Halves cut = room() ? halves(next.piece.box, whole_) : Halves{};
    std::vector<FlowPiece> finer;
    for (const Box& part : cut.parts) finer.push_back(flow_from(part));
    const auto closed = [](const FlowPiece& part) { return part.tube.closed; };
    if (finer.empty() || !std::all_of(finer.begin(), finer.end(), closed))
      return add(std::move(next.piece), next.node);
    const std::size_t child = split(next.node, cut.axis);
    for (std::size_t k = 0; k < 2; ++k) keep(std::move(finer[k]), child + k);
  }

  void keep(FlowPiece piece, std::size_t node) {
    if (!piece.tube.closed || is_tight(piece.tube))
      add(std::move(piece), node);
    else
      wide_.push_back({std::move(piece), node});
  }

  void add(FlowPiece piece, std::size_t node) {
    cover_.nodes[node].piece = cover_.pieces.size();
    cover_.pieces.push_back(std::move(piece));
  }

  std::size_t split(std::size_t node, std::size_t axis) {
    const std::size_t child = cover_.nodes.size();
    cover_.nodes[node].axis = axis;
    cover_.nodes[node].child = child;
    cover_.nodes.resize(child + 2);
    return child;
  }

  const FlowNetwork& network_;
  const Box& whole_;
  const TubeOptions& options_;
  std::size_t max_boxes_;
  FlowCover cover_;
  std::deque<Open> open_;  // the largest first, so that the budget is spent evenly
  std::deque<Wide> wide_;
};

}  // namespace

FlowCover cover_flow(const FlowNetwork& network, const Box& box, const TubeOptions& options,
                     std::size_t max_boxes) {
  return Cover(network, box, options, max_boxes).run();
}

}  // namespace narrows
