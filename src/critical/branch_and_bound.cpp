#include "critical/branch_and_bound.hpp"

#include <tbb/global_control.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <atomic>
#include <optional>

#include "critical/box_test.hpp"

namespace narrows {
namespace {

using IntervalBox = std::vector<Interval>;
// Boxes per wave: large enough for parallel work, small enough that a zero found early serves its neighbours.
constexpr std::size_t kWave = 256;

bool inside_box(const IntervalBox& inner, const IntervalBox& outer) {
  for (std::size_t i = 0; i < inner.size(); ++i)
    if (!subset(inner[i], outer[i])) return false;
  return true;
}

bool boxes_disjoint(const IntervalBox& a, const IntervalBox& b) {
  for (std::size_t i = 0; i < a.size(); ++i)
    if (disjoint(a[i], b[i])) return true;
  return false;
}

std::optional<std::size_t> covering_zero(const std::vector<UniqueZero>& zeros, const IntervalBox& box) {
  for (std::size_t k = 0; k < zeros.size(); ++k)
    if (inside_box(box, zeros[k].box)) return k;
  return std::nullopt;
}

struct OpenBox {
  std::size_t node;
  IntervalBox box;
};

// What a worker finds out about one open box.
struct Finding {
  bool tested = false;
  bool outside = false;
  std::optional<std::size_t> covered;
  BoxTest test;
  std::optional<UniqueZero> zero;
};

class Search {
 public:
  Search(const Problem& problem, const std::function<bool(const IntervalBox&)>& outside, const SearchOptions& options)
      : problem_(problem), outside_(outside), options_(options) {}

  SearchResult run(const IntervalBox& root) {
    result_.tree.emplace_back();
    open_.push_back({0, root});
    while (!open_.empty()) {
      if (options_.stop.stop_requested() || result_.boxes >= options_.max_boxes) {
        result_.stopped = true;
        break;
      }
      const std::vector<OpenBox> wave = next_wave();
      const std::vector<Finding> findings = examine(wave);
      for (std::size_t i = 0; i < wave.size(); ++i) merge(wave[i], findings[i]);
      if (options_.progress) options_.progress(result_.boxes, open_.size());
    }
    for (const OpenBox& left : open_) give_up(left);
    return std::move(result_);
  }

 private:
  // The newest boxes first: depth-first keeps the number of open boxes small.
  std::vector<OpenBox> next_wave() {
    const std::size_t count = std::min({open_.size(), kWave, options_.max_boxes - result_.boxes});
    std::vector<OpenBox> wave(std::make_move_iterator(open_.end() - static_cast<std::ptrdiff_t>(count)), std::make_move_iterator(open_.end()));
    open_.resize(open_.size() - count);
    return wave;
  }

  std::vector<Finding> examine(const std::vector<OpenBox>& wave) const {
    std::vector<Finding> findings(wave.size());
    const auto examine_one = [&](std::size_t i) {
      if (!options_.stop.stop_requested()) findings[i] = examine_box(wave[i].box);
    };
    if (options_.threads > 1)
      tbb::parallel_for(std::size_t{0}, wave.size(), examine_one);
    else
      for (std::size_t i = 0; i < wave.size(); ++i) examine_one(i);
    return findings;
  }

  Finding examine_box(const IntervalBox& box) const {
    Finding finding;
    finding.tested = true;
    finding.outside = outside_ && outside_(box);
    if (finding.outside) return finding;
    finding.covered = covering_zero(result_.zeros, box);
    if (finding.covered) return finding;
    finding.test = test_box(problem_, box);
    if (finding.test.outcome == BoxTest::Outcome::open && finding.test.promising)
      finding.zero = isolate_zero(problem_, box, finding.test.prefix);
    return finding;
  }

  void merge(const OpenBox& item, const Finding& finding) {
    if (!finding.tested) {  // a stop was requested in the middle of the wave
      open_.push_back(item);
      return;
    }
    ++result_.boxes;
    TreeNode& leaf = result_.tree[item.node];
    if (finding.outside) {
      leaf.rule = LeafRule::outside_domain;
    } else if (const auto zero = finding.covered ? finding.covered : covering_zero(result_.zeros, item.box)) {
      leaf.rule = LeafRule::unique_zero;
      leaf.zero = *zero;
    } else if (finding.test.outcome == BoxTest::Outcome::layers_regular) {
      leaf.rule = LeafRule::layers_regular;
    } else if (finding.test.outcome == BoxTest::Outcome::direction_sign) {
      leaf.rule = LeafRule::direction_sign;
      leaf.prefix = finding.test.prefix;
      leaf.direction = finding.test.direction;
    } else if (finding.zero && adopt(*finding.zero) && inside_box(item.box, result_.zeros.back().box)) {
      leaf.rule = LeafRule::unique_zero;
      leaf.zero = result_.zeros.size() - 1;
    } else {
      split(item, finding.test);
    }
  }

  // A new critical point, unless it is a known one found again.
  bool adopt(const UniqueZero& zero) {
    for (const UniqueZero& known : result_.zeros)
      if (!boxes_disjoint(zero.enclosure, known.enclosure)) return false;
    result_.zeros.push_back(zero);
    return true;
  }

  void split(const OpenBox& item, const BoxTest& test) {
    const std::size_t axis = split_axis(item.box, test.sensitivity);
    const Interval& side = item.box[axis];
    const double cut = split_point(side);
    if (!(side.lower() < cut && cut < side.upper()) ||
        side.upper() - side.lower() < options_.min_width * std::fmax(1.0, magnitude(side))) {
      give_up(item);
      return;
    }
    OpenBox lower{result_.tree.size(), item.box}, upper{result_.tree.size() + 1, item.box};
    lower.box[axis] = Interval(side.lower(), cut);
    upper.box[axis] = Interval(cut, side.upper());
    result_.tree.resize(result_.tree.size() + 2);
    TreeNode& node = result_.tree[item.node];
    node.split = true;
    node.axis = axis;
    node.lower = lower.node;
    node.upper = upper.node;
    open_.push_back(std::move(upper));
    open_.push_back(std::move(lower));
  }

  // The coordinate along which v_P varies most, but never one that is already four times shorter than the longest.
  static std::size_t split_axis(const IntervalBox& box, const std::vector<double>& sensitivity) {
    std::size_t widest = 0;
    for (std::size_t i = 1; i < box.size(); ++i)
      if (box[i].upper() - box[i].lower() > box[widest].upper() - box[widest].lower()) widest = i;
    std::size_t best = widest;
    for (std::size_t i = 0; i < box.size() && i < sensitivity.size(); ++i)
      if (sensitivity[i] > sensitivity[best] && 4 * (box[i].upper() - box[i].lower()) >= box[widest].upper() - box[widest].lower()) best = i;
    return best;
  }

  void give_up(const OpenBox& item) {
    result_.tree[item.node].rule = LeafRule::undecided;
    result_.undecided.push_back(item.box);
  }

  const Problem& problem_;
  const std::function<bool(const IntervalBox&)>& outside_;
  const SearchOptions& options_;
  std::vector<OpenBox> open_;
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
