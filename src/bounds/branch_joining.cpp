#include "bounds/branch_joining.hpp"

#include <algorithm>
#include <utility>

#include "critical/krawczyk.hpp"

namespace narrows {
namespace {

constexpr std::size_t kNone = static_cast<std::size_t>(-1);

bool is_interior(const IntervalBox& a, const IntervalBox& b) {
  for (std::size_t i = 0; i < a.size(); ++i)
    if (!(a[i].lower() > b[i].lower() && a[i].upper() < b[i].upper())) return false;
  return true;
}

/// The zero of a tube at one parameter of its slab, in an enclosure as thin as double arithmetic allows.
std::optional<TrackedZero> zero_of_tube(const JointProblem& problem, const CriticalGuess& newton, const ParameterPath& path, const TrackedZero& tube, double s) {
  const auto p = path.point_approx(s);
  std::vector<double> middle;
  for (const Interval& side : tube.enclosure) middle.push_back(midpoint(side));
  Guess guess;
  if (!newton.refine(p[0], p[1], middle, &guess)) return std::nullopt;
  auto zero = enclose_over_cell(problem, path.cell(s, s), guess);
  if (!zero || !inside(zero->enclosure, tube.box)) return std::nullopt;
  return zero;
}

class Joining {
 public:
  Joining(const JointProblem& problem, double growth, Track* track) : problem_(problem), newton_(problem.fast, followed_region(corners_of(track->domain), growth)), growth_(growth), track_(*track) {}

  void run() {
    join();
    for (Branch& branch : track_.branches) branch.index = index_of(branch);
    for (Branch& branch : track_.branches) {
      branch.begins = end_of(branch.pieces.front(), true);
      branch.ends = end_of(branch.pieces.back(), false);
      branch.exits = exits_of(branch);
    }
    recognise_folds();
    sum_indices();
    conclude();
  }

 private:
  void join() {
    std::vector<std::size_t> branch_of;  // of each zero of the slab before
    for (std::size_t k = 0; k < track_.slabs.size(); ++k) {
      std::vector<std::size_t> here(track_.slabs[k].zeros.size(), kNone);
      for (std::size_t z = 0; z < branch_of.size(); ++z)
        if (const auto next = joint(k - 1, z)) here[*next] = branch_of[z];
      for (std::size_t z = 0; z < here.size(); ++z) {
        if (here[z] == kNone) {
          here[z] = track_.branches.size();
          track_.branches.emplace_back();
        }
        track_.branches[here[z]].pieces.push_back({k, z});
      }
      branch_of = std::move(here);
    }
  }

  /// The tube of the next slab that continues this one.
  std::optional<std::size_t> joint(std::size_t slab, std::size_t zero) {
    const Slab &left = track_.slabs[slab], &right = track_.slabs[slab + 1];
    auto at = zero_of_tube(problem_, newton_, track_.path, left.zeros[zero], left.to);
    if (!at) return std::nullopt;
    for (std::size_t next = 0; next < right.zeros.size(); ++next) {
      if (!inside(at->enclosure, right.zeros[next].box)) continue;
      track_.joints.push_back({slab, zero, next, *std::move(at)});
      return next;
    }
    return std::nullopt;
  }

  /// The points of a tube are nondegenerate: the index at one parameter is that of all.
  std::optional<BranchIndex> index_of(const Branch& branch) const {
    for (const std::size_t choice : {branch.pieces.size() / 2, std::size_t{0}, branch.pieces.size() - 1}) {
      const BranchPiece piece = branch.pieces[choice];
      const Slab& slab = track_.slabs[piece.slab];
      const double s = 0.5 * (slab.from + slab.to);
      auto at = zero_of_tube(problem_, newton_, track_.path, zero_at(piece), s);
      if (!at) continue;
      const auto p = track_.path.point_exact(s);
      const Problem member(member_at(problem_.family, p[0], p[1]), {});
      if (const auto index = morse_index(member, at->enclosure)) return BranchIndex{piece, s, *std::move(at), *index};
    }
    return std::nullopt;
  }

  [[nodiscard]] const TrackedZero& zero_at(const BranchPiece& piece) const { return track_.slabs[piece.slab].zeros[piece.zero]; }

  [[nodiscard]] std::optional<std::size_t> neighbour(const BranchPiece& piece, bool before) const {
    if (before ? piece.slab == 0 : piece.slab + 1 == track_.slabs.size()) return std::nullopt;
    return before ? piece.slab - 1 : piece.slab + 1;
  }

  [[nodiscard]] bool meets_a_tube(const IntervalBox& enclosure, const Slab& slab) const {
    return std::any_of(slab.zeros.begin(), slab.zeros.end(), [&](const TrackedZero& zero) { return touches(zero.enclosure, enclosure); });
  }
  [[nodiscard]] std::vector<std::size_t> events_met(const IntervalBox& enclosure, const Slab& slab) const {
    std::vector<std::size_t> met;
    for (std::size_t m = 0; m < slab.events.size(); ++m)
      if (touches(slab.events[m].box, enclosure)) met.push_back(m);
    return met;
  }

  /// Where the neighbouring slab has neither a tube nor an event, its statement says that the point is not in the domain.
  [[nodiscard]] BranchEnd end_of(const BranchPiece& piece, bool first) const {
    const auto beside = neighbour(piece, first);
    if (!beside) return first ? BranchEnd::start : BranchEnd::end;
    const IntervalBox& enclosure = zero_at(piece).enclosure;
    const Slab& slab = track_.slabs[*beside];
    return meets_a_tube(enclosure, slab) || !events_met(enclosure, slab).empty() ? BranchEnd::event : BranchEnd::boundary;
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

  /// A branch end that a slab with events leaves without continuation.
  struct LooseEnd {
    Branch* branch;
    bool begins;
  };

  /// Two branches of opposite parity that both end (begin) at an event that no other tube meets, with winding number 0.
  void recognise_folds() {
    for (std::size_t j = 1; j + 1 < track_.slabs.size(); ++j) {
      if (!track_.slabs[j - 1].events.empty() || !track_.slabs[j + 1].events.empty()) continue;
      for (std::size_t m = 0; m < track_.slabs[j].events.size(); ++m) {
        const std::vector<LooseEnd> ends = loose_ends_at(j, m);
        if (!is_fold(track_.slabs[j].events[m], ends, j)) continue;
        for (const LooseEnd& end : ends) (end.begins ? end.branch->begins : end.branch->ends) = BranchEnd::fold;
      }
    }
  }

  std::vector<LooseEnd> loose_ends_at(std::size_t slab, std::size_t event) {
    std::vector<LooseEnd> ends;
    for (Branch& branch : track_.branches)
      for (const bool begins : {false, true}) {
        const BranchPiece& piece = begins ? branch.pieces.front() : branch.pieces.back();
        if (neighbour(piece, begins) == slab && touches(track_.slabs[slab].events[event].box, zero_at(piece).enclosure)) ends.push_back({&branch, begins});
      }
    return ends;
  }

  [[nodiscard]] bool is_fold(const SlabEvent& event, const std::vector<LooseEnd>& ends, std::size_t slab) const {
    if (ends.size() != 2 || ends[0].begins != ends[1].begins || event.winding != 0 || !inside(event.box, track_.domain)) return false;
    for (const LooseEnd& end : ends) {
      const IntervalBox& enclosure = zero_at(end.begins ? end.branch->pieces.front() : end.branch->pieces.back()).enclosure;
      if (!end.branch->index || !inside(enclosure, track_.domain) || meets_a_tube(enclosure, track_.slabs[slab]) ||
          events_met(enclosure, track_.slabs[slab]).size() != 1)
        return false;
    }
    return (ends[0].branch->index->morse_index + ends[1].branch->index->morse_index) % 2 != 0;
  }

  void sum_indices() {
    track_.index_sums.assign(track_.slabs.size(), 0);
    for (const Branch& branch : track_.branches)
      for (const BranchPiece& piece : branch.pieces) {
        auto& sum = track_.index_sums[piece.slab];
        const IntervalBox& enclosure = zero_at(piece).enclosure;
        if (!touches(enclosure, track_.domain)) continue;
        if (!sum || !branch.index || !is_interior(enclosure, track_.domain)) {
          sum.reset();
        } else {
          sum = *sum + (branch.index->morse_index % 2 == 0 ? 1 : -1);
        }
      }
    for (std::size_t k = 0; k < track_.slabs.size(); ++k)
      if (!track_.slabs[k].events.empty()) track_.index_sums[k].reset();
  }

  void conclude() {
    std::size_t unexplained = 0;
    for (const Branch& branch : track_.branches)
      unexplained += (branch.begins == BranchEnd::event ? 1U : 0U) + (branch.ends == BranchEnd::event ? 1U : 0U);
    bool apart = true;  // no slab with events is the first, the last, or beside another one
    const std::size_t count = track_.slabs.size();
    for (std::size_t k = 0; k < count; ++k) {
      if (track_.slabs[k].events.empty()) continue;
      apart = apart && k > 0 && k + 1 < count && track_.slabs[k - 1].events.empty();
    }
    track_.verdict = unexplained == 0 && apart ? Verdict::proved : Verdict::undecided;
    if (unexplained > 0)
      track_.reason = std::to_string(unexplained) + " ends of branches lie in events that are no folds";
    else if (!apart)
      track_.reason = "an event lies at an end of the path, or beside another one";
  }

  const JointProblem& problem_;
  CriticalGuess newton_;
  double growth_;
  Track& track_;
};

}  // namespace

Box corners_of(const IntervalBox& box) {
  Box corners;
  for (const Interval& side : box) {
    corners.lower.push_back(side.lower());
    corners.upper.push_back(side.upper());
  }
  return corners;
}

Box followed_region(const Box& domain, double growth) {
  IntervalBox sides;
  for (std::size_t i = 0; i < domain.dim(); ++i) sides.emplace_back(domain.lower[i], domain.upper[i]);
  return corners_of(scaled(sides, growth));
}

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
