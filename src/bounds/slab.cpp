#include "bounds/slab.hpp"

#include <algorithm>
#include <utility>

#include "bounds/existence_proof.hpp"
#include "bounds/joint_test.hpp"
#include "critical/open_boxes.hpp"

namespace narrows {
namespace {

constexpr std::size_t kWave = 16;  // a multiple of the lanes of every instruction set
constexpr std::size_t kWindingBudget = 4096;
constexpr int kWindingAttempts = 6;
// Events are inflated by this share of their size, so that their boundary runs through decided boxes.
constexpr double kInflation = 0.25;

IntervalBox hull_of(const IntervalBox& a, const IntervalBox& b) {
  IntervalBox both;
  for (std::size_t i = 0; i < a.size(); ++i) both.push_back(hull(a[i], b[i]));
  return both;
}

class SlabCover {
 public:
  SlabCover(const JointProblem& problem, const CriticalGuess& newton, const IntervalBox& domain, const SlabOptions& options, Slab* slab)
      : problem_(problem), newton_(newton), domain_(domain), options_(options), slab_(*slab), open_(domain.size() + 2), wave_(domain.size() + 2) {
    skip_ = midpoint(slab_.cell.skip);
    residual_ = midpoint(slab_.cell.residual);
  }

  /// A zero near x, if it is proved and not yet known. False: it is one of the known ones, or nothing is proved.
  bool add_zero_near(const std::vector<double>& x) {
    Guess guess;
    if (!newton_.refine(skip_, residual_, x, &guess)) return false;
    for (const TrackedZero& zero : slab_.zeros)
      if (contains_point(zero.box, guess.x)) return false;
    auto zero = isolate_over_cell(problem_, slab_.cell, guess);
    if (!zero) return false;
    for (const TrackedZero& other : slab_.zeros)
      if (touches(other.enclosure, zero->enclosure)) return false;
    slab_.zeros.push_back(*std::move(zero));
    return true;
  }

  bool cover() {
    open_.push(0, joint_box(domain_, slab_.cell));
    while (!open_.empty()) {
      if (slab_.boxes + open_.size() > options_.max_boxes || options_.stop.stop_requested()) return false;
      open_.take_newest(std::min(kWave, open_.size()), &wave_);
      BoxTest findings[kWave];
      test_joint_boxes(problem_, wave_.lower(0), wave_.upper(0), wave_.size(), findings);
      slab_.boxes += wave_.size();
      for (std::size_t i = 0; i < wave_.size(); ++i)
        if (!merge(i, findings[i])) return false;
    }
    return true;
  }

  /// Joins the undecided boxes to events.
  void collect_events() {
    for (const auto& [node, box] : undecided_) slab_.events.push_back({inflated(box), {}});
    for (bool again = true; again;) {
      again = false;
      for (std::size_t i = 0; i < slab_.events.size() && !again; ++i)
        for (std::size_t j = 0; j < i && !again; ++j) {
          if (!touches(slab_.events[i].box, slab_.events[j].box)) continue;
          slab_.events[j].box = hull_of(slab_.events[i].box, slab_.events[j].box);
          slab_.events.erase(slab_.events.begin() + static_cast<std::ptrdiff_t>(i));
          again = true;
        }
    }
    for (std::size_t i = 0; i < slab_.events.size(); ++i) find_winding(i);
    for (const auto& [node, box] : undecided_)
      for (std::size_t i = 0; i < slab_.events.size(); ++i)
        if (inside(box, slab_.events[i].box)) slab_.tree.close_with_event(node, i);
  }

 private:
  static bool contains_point(const IntervalBox& box, const std::vector<double>& x) {
    for (std::size_t i = 0; i < x.size(); ++i)
      if (!contains(box[i], x[i])) return false;
    return true;
  }
  [[nodiscard]] IntervalBox box_of(std::size_t i) const {
    IntervalBox box;
    for (std::size_t k = 0; k < domain_.size(); ++k) box.emplace_back(wave_.lower(i)[k], wave_.upper(i)[k]);
    return box;
  }
  [[nodiscard]] IntervalBox inflated(const IntervalBox& box) const {
    IntervalBox larger;
    for (std::size_t k = 0; k < box.size(); ++k) {
      const double room = kInflation * (box[k].upper() - box[k].lower());
      larger.emplace_back(box[k].lower() - room, box[k].upper() + room);
    }
    return larger;
  }

  bool merge(std::size_t i, const BoxTest& finding) {
    const std::size_t node = wave_.node(i);
    if (finding.outcome == BoxTest::Outcome::layers_regular) {
      slab_.tree.close(node, LeafRule::layers_regular);
      return true;
    }
    if (finding.outcome == BoxTest::Outcome::direction_sign) {
      slab_.tree.close_with_direction(node, finding.prefix, {finding.direction.data(), finding.direction.size()});
      return true;
    }
    const IntervalBox box = box_of(i);
    if (close_with_known_zero(node, box)) return true;
    const std::size_t axis = split_axis(box);
    if (share(box, axis) >= (options_.allow_events && !near_zero(box) ? options_.event_share : options_.smallest_share)) {
      const double cut = split_point(box[axis]);
      const std::size_t lower = slab_.tree.split(node, axis);
      open_.push_part(lower + 1, wave_, i, axis, cut, box[axis].upper());
      open_.push_part(lower, wave_, i, axis, box[axis].lower(), cut);
      return true;
    }
    std::vector<double> middle;
    for (const Interval& side : box) middle.push_back(midpoint(side));
    if (add_zero_near(middle) && close_with_known_zero(node, box)) return true;
    if (!options_.allow_events) return false;
    undecided_.push_back({node, box});
    return true;
  }

  bool close_with_known_zero(std::size_t node, const IntervalBox& box) {
    for (std::size_t z = 0; z < slab_.zeros.size(); ++z) {
      if (!inside(box, slab_.zeros[z].box)) continue;
      slab_.tree.close_with_zero(node, z);
      return true;
    }
    return false;
  }

  [[nodiscard]] bool near_zero(const IntervalBox& box) const {
    return std::any_of(slab_.zeros.begin(), slab_.zeros.end(), [&](const TrackedZero& zero) { return touches(zero.box, box); });
  }
  [[nodiscard]] double share(const IntervalBox& box, std::size_t axis) const {
    return (box[axis].upper() - box[axis].lower()) / (domain_[axis].upper() - domain_[axis].lower());
  }
  [[nodiscard]] std::size_t split_axis(const IntervalBox& box) const {
    std::size_t best = 0;
    for (std::size_t k = 1; k < box.size(); ++k)
      if (share(box, k) > share(box, best)) best = k;
    return best;
  }

  /// The winding number needs room: the box is enlarged while nothing else is in the way.
  void find_winding(std::size_t i) {
    SlabEvent& event = slab_.events[i];
    IntervalBox box = event.box;
    for (int attempt = 0; attempt < kWindingAttempts && is_alone(i, box); ++attempt, box = inflated(box)) {
      event.winding = winding_of(box);
      if (!event.winding) continue;
      event.box = box;
      return;
    }
  }
  [[nodiscard]] bool is_alone(std::size_t i, const IntervalBox& box) const {
    for (std::size_t j = 0; j < slab_.events.size(); ++j)
      if (j != i && touches(slab_.events[j].box, box)) return false;
    return std::none_of(slab_.zeros.begin(), slab_.zeros.end(), [&](const TrackedZero& zero) { return touches(zero.enclosure, box); });
  }

  [[nodiscard]] std::optional<int> winding_of(const IntervalBox& box) const {
    Box sides;
    for (const Interval& side : box) {
      sides.lower.push_back(side.lower());
      sides.upper.push_back(side.upper());
    }
    return winding_number(problem_, slab_.cell, 0, sides, kWindingBudget);
  }

  const JointProblem& problem_;
  const CriticalGuess& newton_;
  const IntervalBox& domain_;
  const SlabOptions& options_;
  Slab& slab_;
  double skip_ = 0, residual_ = 0;
  OpenBoxes open_, wave_;
  struct UndecidedLeaf {
    std::size_t node;
    IntervalBox box;
  };
  std::vector<UndecidedLeaf> undecided_;
};

}  // namespace

bool touches(const IntervalBox& a, const IntervalBox& b) {
  for (std::size_t i = 0; i < a.size(); ++i)
    if (a[i].upper() < b[i].lower() || b[i].upper() < a[i].lower()) return false;
  return true;
}

bool inside(const IntervalBox& a, const IntervalBox& b) {
  for (std::size_t i = 0; i < a.size(); ++i)
    if (!(a[i].lower() >= b[i].lower() && a[i].upper() <= b[i].upper())) return false;
  return true;
}

std::optional<Slab> prove_slab(const JointProblem& problem, const CriticalGuess& newton, const IntervalBox& domain, const ParameterPath& path, double from,
                               double to, const std::vector<std::vector<double>>& guesses, const SlabOptions& options) {
  Slab slab;
  slab.from = from;
  slab.to = to;
  slab.cell = path.cell(from, to);
  SlabCover cover(problem, newton, domain, options, &slab);
  for (const std::vector<double>& guess : guesses)
    if (!cover.add_zero_near(guess) && !options.allow_events) return std::nullopt;
  if (!cover.cover()) return std::nullopt;
  cover.collect_events();
  return slab;
}

}  // namespace narrows
