#include "bounds/branch_joining.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "critical/krawczyk.hpp"

namespace narrows {
namespace {

bool joined(const TrackedZero& a, const TrackedZero& b) { return inside(b.enclosure, a.box) || inside(a.enclosure, b.box); }

bool is_interior(const IntervalBox& a, const IntervalBox& b) {
  for (std::size_t i = 0; i < a.size(); ++i)
    if (!(a[i].lower() > b[i].lower() && a[i].upper() < b[i].upper())) return false;
  return true;
}

/// The Morse index at one parameter of the branch, which is that of all: the points of a tube are nondegenerate.
std::optional<int> index_of(const JointProblem& problem, const Track& track, const Branch& branch) {
  const BranchPiece piece = branch.pieces[branch.pieces.size() / 2];
  const Slab& slab = track.slabs[piece.slab];
  const auto p = track.path.point_exact(0.5 * (slab.from + slab.to));
  const Problem member(member_at(problem.family, p[0], p[1]), {});
  const auto zero = isolate_zero(member, slab.zeros[piece.zero].enclosure, slab.zeros[piece.zero].prefix);
  if (!zero || !inside(zero->enclosure, slab.zeros[piece.zero].box)) return std::nullopt;
  return morse_index(member, zero->enclosure);
}

class Joining {
 public:
  Joining(const JointProblem& problem, double growth, Track* track) : problem_(problem), growth_(growth), track_(*track) {}

  void run() {
    join();
    for (Branch& branch : track_.branches) branch.morse_index = index_of(problem_, track_, branch);
    for (Branch& branch : track_.branches) {
      branch.begins = end_of(branch, true);
      branch.ends = end_of(branch, false);
      branch.exits = exits_of(branch);
    }
    recognise_folds();
    sum_indices();
    conclude();
  }

 private:
  void join() {
    std::vector<std::size_t> open;  // branch of each zero of the slab before
    for (std::size_t k = 0; k < track_.slabs.size(); ++k) {
      std::vector<std::size_t> here;
      for (std::size_t z = 0; z < track_.slabs[k].zeros.size(); ++z) {
        std::size_t branch = track_.branches.size();
        for (std::size_t y = 0; k > 0 && y < open.size(); ++y)
          if (joined(track_.slabs[k - 1].zeros[y], track_.slabs[k].zeros[z])) branch = open[y];
        if (branch == track_.branches.size()) track_.branches.emplace_back();
        track_.branches[branch].pieces.push_back({k, z});
        here.push_back(branch);
      }
      open = std::move(here);
    }
  }

  [[nodiscard]] const TrackedZero& zero_at(const BranchPiece& piece) const { return track_.slabs[piece.slab].zeros[piece.zero]; }

  /// The event of a neighbouring slab that the tube runs into.
  [[nodiscard]] const SlabEvent* event_beside(const BranchPiece& piece, bool before) const {
    if (before ? piece.slab == 0 : piece.slab + 1 == track_.slabs.size()) return nullptr;
    for (const SlabEvent& event : track_.slabs[before ? piece.slab - 1 : piece.slab + 1].events)
      if (touches(event.box, zero_at(piece).enclosure)) return &event;
    return nullptr;
  }

  [[nodiscard]] BranchEnd end_of(const Branch& branch, bool first) const {
    const BranchPiece& piece = first ? branch.pieces.front() : branch.pieces.back();
    if (first && piece.slab == 0) return BranchEnd::start;
    if (!first && piece.slab + 1 == track_.slabs.size()) return BranchEnd::end;
    if (!is_interior(zero_at(piece).enclosure, track_.domain)) return BranchEnd::boundary;
    return BranchEnd::event;
  }

  [[nodiscard]] std::vector<Exit> exits_of(const Branch& branch) const {
    std::vector<Exit> exits;
    for (double scale = 1; scale <= growth_; scale *= 2) {
      const IntervalBox box = scaled(track_.domain, scale);
      const auto crosses = [&](const BranchPiece& piece) { return !is_interior(zero_at(piece).enclosure, box); };
      const auto piece = std::find_if(branch.pieces.begin(), branch.pieces.end(), crosses);
      if (piece == branch.pieces.end() || piece == branch.pieces.begin()) continue;
      exits.push_back({scale, track_.slabs[piece->slab].from, track_.slabs[piece->slab].to});
    }
    return exits;
  }

  /// Two branches of opposite parity that both end (begin) at an event that no other branch meets, with winding number 0.
  void recognise_folds() {
    std::map<const SlabEvent*, std::vector<std::pair<Branch*, bool>>> meeting;
    for (Branch& branch : track_.branches) {
      if (const auto* event = event_beside(branch.pieces.front(), true); event != nullptr && branch.begins == BranchEnd::event) meeting[event].emplace_back(&branch, true);
      if (const auto* event = event_beside(branch.pieces.back(), false); event != nullptr && branch.ends == BranchEnd::event) meeting[event].emplace_back(&branch, false);
    }
    for (auto& [event, branches] : meeting) {
      if (branches.size() != 2 || branches[0].second != branches[1].second || event->winding != 0) continue;
      const auto &a = branches[0].first->morse_index, &b = branches[1].first->morse_index;
      if (!a || !b || (*a + *b) % 2 == 0) continue;
      for (auto& [branch, begins] : branches) (begins ? branch->begins : branch->ends) = BranchEnd::fold;
    }
  }

  void sum_indices() {
    track_.index_sums.assign(track_.slabs.size(), 0);
    for (const Branch& branch : track_.branches)
      for (const BranchPiece& piece : branch.pieces) {
        auto& sum = track_.index_sums[piece.slab];
        const IntervalBox& enclosure = zero_at(piece).enclosure;
        if (!touches(enclosure, track_.domain)) continue;
        if (!sum || !branch.morse_index || !is_interior(enclosure, track_.domain)) {
          sum.reset();
        } else {
          sum = *sum + (*branch.morse_index % 2 == 0 ? 1 : -1);
        }
      }
    for (std::size_t k = 0; k < track_.slabs.size(); ++k)
      if (!track_.slabs[k].events.empty()) track_.index_sums[k].reset();
  }

  void conclude() {
    std::size_t unexplained = 0;
    for (const Branch& branch : track_.branches)
      unexplained += (branch.begins == BranchEnd::event ? 1U : 0U) + (branch.ends == BranchEnd::event ? 1U : 0U);
    track_.verdict = unexplained == 0 ? Verdict::proved : Verdict::undecided;
    if (unexplained > 0) track_.reason = std::to_string(unexplained) + " ends of branches lie in events that are no folds";
  }

  const JointProblem& problem_;
  double growth_;
  Track& track_;
};

}  // namespace

IntervalBox scaled(const IntervalBox& box, double scale) {
  IntervalBox larger;
  for (const Interval& side : box) {
    const double radius = 0.5 * scale * (side.upper() - side.lower());
    larger.emplace_back(midpoint(side) - radius, midpoint(side) + radius);
  }
  return larger;
}

void join_branches(const JointProblem& problem, double growth, Track* track) { Joining(problem, growth, track).run(); }

}  // namespace narrows
