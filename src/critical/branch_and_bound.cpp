#include "critical/branch_and_bound.hpp"

#include <tbb/global_control.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "critical/box_test.hpp"
#include "critical/open_boxes.hpp"

namespace narrows {
namespace {

// Boxes per wave: large enough for parallel work, small enough that a zero found early serves its neighbours.
constexpr std::size_t kWave = 256;
// Boxes that one task tests: a multiple of the lanes of every instruction set.
constexpr std::size_t kTask = 32;

bool inside_box(const double* lower, const double* upper, const IntervalBox& outer) {
  for (std::size_t i = 0; i < outer.size(); ++i)
    if (!(outer[i].lower() <= lower[i] && upper[i] <= outer[i].upper())) return false;
  return true;
}

bool boxes_disjoint(const IntervalBox& a, const IntervalBox& b) {
  for (std::size_t i = 0; i < a.size(); ++i)
    if (disjoint(a[i], b[i])) return true;
  return false;
}

// Whether zonotopes close boxes of a given size often enough to be worth their time. Counts by the binary logarithm of the
// volume, so the answer depends on the boxes merged so far only, not on threads or clocks.
class StubbornRecord {
 public:
  [[nodiscard]] bool at(const OpenBoxes& boxes, std::size_t i) const {
    const auto found = sizes_.find(size_class(boxes, i));
    return found == sizes_.end() || found->second.tried < kTrial || found->second.closed * kWorth >= found->second.tried;
  }
  void record(const OpenBoxes& boxes, std::size_t i, bool closed) {
    Count& count = sizes_[size_class(boxes, i)];
    ++count.tried;
    count.closed += closed;
  }

 private:
  static constexpr std::size_t kTrial = 128;  ///< boxes of a size that are tried in any case
  static constexpr std::size_t kWorth = 8;    ///< one box in so many must be closed
  struct Count {
    std::size_t tried = 0, closed = 0;
  };
  static int size_class(const OpenBoxes& boxes, std::size_t i) {
    int exponent = 0;
    for (std::size_t k = 0; k < boxes.dim(); ++k) exponent += std::ilogb(boxes.upper(i)[k] - boxes.lower(i)[k]);
    return exponent;
  }
  std::map<int, Count> sizes_;
};

class Search {
 public:
  Search(const Problem& problem, const std::function<bool(const IntervalBox&)>& outside, const SearchOptions& options)
      : problem_(problem), outside_(outside), options_(options), open_(problem.dim), wave_(problem.dim), tested_(problem.dim), stubborn_(problem.dim) {}

  SearchResult run(const IntervalBox& root) {
    open_.push(0, root);
    while (!open_.empty()) {
      if (options_.stop.stop_requested() || result_.boxes >= options_.max_boxes) {
        result_.stopped = true;
        break;
      }
      open_.take_newest(std::min({open_.size(), kWave, options_.max_boxes - result_.boxes}), &wave_);
      close_known_boxes();
      test_boxes();
      if (problem_.lanes) test_stubborn_boxes();
      for (std::size_t i = 0; i < tested_.size(); ++i) merge(i);
      if (options_.progress) options_.progress(result_.boxes, open_.size());
    }
    for (std::size_t i = 0; i < open_.size(); ++i) give_up(open_.node(i), open_.box(i));
    return std::move(result_);
  }

 private:
  // Boxes outside the domain or inside a known uniqueness box need no test; the others go to tested_.
  void close_known_boxes() {
    tested_.clear();
    for (std::size_t i = 0; i < wave_.size(); ++i) {
      if (outside_ && outside_(wave_.box(i))) {
        result_.tree.close(wave_.node(i), LeafRule::outside_domain);
        ++result_.boxes;
      } else if (!close_by_known_zero(wave_, i)) {
        tested_.push(wave_.node(i), wave_.lower(i), wave_.upper(i));
      } else {
        ++result_.boxes;
      }
    }
  }

  bool close_by_known_zero(const OpenBoxes& boxes, std::size_t i) {
    for (std::size_t k = 0; k < result_.zeros.size(); ++k) {
      if (!inside_box(boxes.lower(i), boxes.upper(i), result_.zeros[k].box)) continue;
      result_.tree.close_with_zero(boxes.node(i), k);
      return true;
    }
    return false;
  }

  void test_boxes() {
    findings_.resize(tested_.size());
    in_tasks(tested_.size(), [&](std::size_t begin, std::size_t count) {
      test_box_batch(problem_, tested_.lower(begin), tested_.upper(begin), count, findings_.data() + begin);
    });
  }

  // Boxes that affine forms leave open and that hold no zero in sight, once more in zonotopes.
  void test_stubborn_boxes() {
    stubborn_.clear();
    places_.clear();
    for (std::size_t i = 0; i < tested_.size(); ++i) {
      if (findings_[i].outcome != BoxTest::Outcome::open || !stubborn_pays_.at(tested_, i) ||
          is_promising(problem_, tested_.box(i), findings_[i].remainder))
        continue;
      stubborn_.push(tested_.node(i), tested_.lower(i), tested_.upper(i));
      places_.push_back(i);
    }
    std::vector<BoxTest> again(stubborn_.size());
    for (std::size_t k = 0; k < places_.size(); ++k) again[k] = findings_[places_[k]];
    in_tasks(stubborn_.size(), [&](std::size_t begin, std::size_t count) {
      test_stubborn_batch(problem_, stubborn_.lower(begin), stubborn_.upper(begin), count, again.data() + begin);
    });
    for (std::size_t k = 0; k < places_.size(); ++k) {
      stubborn_pays_.record(stubborn_, k, again[k].outcome != BoxTest::Outcome::open);
      findings_[places_[k]] = std::move(again[k]);
    }
  }

  // Calls work(begin, count) for parts of 0 … size, in parallel if asked for.
  template <class Work>
  void in_tasks(std::size_t size, Work work) const {
    const std::size_t tasks = (size + kTask - 1) / kTask;
    const auto one = [&](std::size_t task) { work(task * kTask, std::min(kTask, size - task * kTask)); };
    if (options_.threads > 1 && tasks > 1)
      tbb::parallel_for(std::size_t{0}, tasks, one);
    else
      for (std::size_t task = 0; task < tasks; ++task) one(task);
  }

  void merge(std::size_t i) {
    ++result_.boxes;
    const BoxTest& finding = findings_[i];
    const std::size_t node = tested_.node(i);
    switch (finding.outcome) {
      case BoxTest::Outcome::layers_regular: return result_.tree.close(node, LeafRule::layers_regular);
      case BoxTest::Outcome::direction_sign:
        return result_.tree.close_with_direction(node, finding.prefix, {finding.direction.data(), finding.direction.size()});
      case BoxTest::Outcome::open: break;
    }
    if (close_by_known_zero(tested_, i)) return;  // found by a neighbour in this wave
    const IntervalBox box = tested_.box(i);
    if (is_promising(problem_, box, finding.remainder)) {
      const auto zero = isolate_zero(problem_, box, finding.prefix, result_.zeros);
      if (zero && adopt(*zero) && close_by_known_zero(tested_, i)) return;
    }
    split(i, box, finding.sensitivity);
  }

  // A new critical point, unless it is a known one found again.
  bool adopt(const UniqueZero& zero) {
    for (const UniqueZero& known : result_.zeros)
      if (!boxes_disjoint(zero.enclosure, known.enclosure)) return false;
    result_.zeros.push_back(zero);
    return true;
  }

  void split(std::size_t i, const IntervalBox& box, const SmallVector& sensitivity) {
    const std::size_t axis = split_axis(box, sensitivity);
    const Interval& side = box[axis];
    const double cut = split_point(side);
    if (!(side.lower() < cut && cut < side.upper()) ||
        side.upper() - side.lower() < options_.min_width * std::fmax(1.0, magnitude(side)))
      return give_up(tested_.node(i), box);
    const std::size_t lower = result_.tree.split(tested_.node(i), axis);
    open_.push_part(lower + 1, tested_, i, axis, cut, side.upper());
    open_.push_part(lower, tested_, i, axis, side.lower(), cut);
  }

  // The coordinate along which v_P varies most, but never one that is already four times shorter than the longest.
  static std::size_t split_axis(const IntervalBox& box, const SmallVector& sensitivity) {
    std::size_t widest = 0;
    for (std::size_t i = 1; i < box.size(); ++i)
      if (box[i].upper() - box[i].lower() > box[widest].upper() - box[widest].lower()) widest = i;
    std::size_t best = widest;
    for (std::size_t i = 0; i < box.size() && i < sensitivity.size(); ++i)
      if (sensitivity[i] > sensitivity[best] && 4 * (box[i].upper() - box[i].lower()) >= box[widest].upper() - box[widest].lower()) best = i;
    return best;
  }

  void give_up(std::size_t node, const IntervalBox& box) {
    result_.tree.close(node, LeafRule::undecided);
    result_.undecided.push_back(box);
  }

  const Problem& problem_;
  const std::function<bool(const IntervalBox&)>& outside_;
  const SearchOptions& options_;
  OpenBoxes open_, wave_, tested_, stubborn_;
  std::vector<std::size_t> places_;  // of stubborn_ in tested_
  std::vector<BoxTest> findings_;
  StubbornRecord stubborn_pays_;
  SearchResult result_;
};

}  // namespace

SearchResult search_critical_points(const Problem& problem, const IntervalBox& root,
                                    const std::function<bool(const IntervalBox&)>& outside, const SearchOptions& options) {
  std::optional<tbb::global_control> limit;
  if (options.threads > 1) limit.emplace(tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(options.threads));
  return Search(problem, outside, options).run(root);
}

}  // namespace narrows
