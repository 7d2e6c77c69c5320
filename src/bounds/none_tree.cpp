#include "bounds/none_tree.hpp"

#include <algorithm>

#include "bounds/joint_test.hpp"
#include "critical/open_boxes.hpp"

namespace narrows {
namespace {

constexpr std::size_t kWave = 16;  // a multiple of the lanes of every instruction set
// A side is cut only while it is at least this share of the root's.
constexpr double kSmallestShare = 0x1p-20;

class NoneSearch {
 public:
  NoneSearch(const JointProblem& problem, const IntervalBox& root, std::size_t max_boxes, const StopToken& stop)
      : problem_(problem), root_(root), max_boxes_(max_boxes), stop_(stop), open_(root.size()), wave_(root.size()) {}

  std::optional<ProofTree> run(std::size_t* boxes) {
    open_.push(0, root_);
    std::size_t tested = 0;
    bool failed = false;
    while (!open_.empty() && !failed) {
      // Boxes that wait will be tested, too: there is no hope beyond the budget.
      failed = tested + open_.size() > max_boxes_ || stop_.stop_requested();
      if (failed) break;
      open_.take_newest(std::min(kWave, open_.size()), &wave_);
      BoxTest findings[kWave];
      test_joint_boxes(problem_, wave_.lower(0), wave_.upper(0), wave_.size(), findings);
      tested += wave_.size();
      for (std::size_t i = 0; i < wave_.size() && !failed; ++i) failed = !merge(i, findings[i]);
    }
    *boxes += tested;
    if (failed) return std::nullopt;
    return std::move(tree_);
  }

 private:
  bool merge(std::size_t i, const BoxTest& finding) {
    const std::size_t node = wave_.node(i);
    if (finding.outcome == BoxTest::Outcome::layers_regular) {
      tree_.close(node, LeafRule::layers_regular);
      return true;
    }
    if (finding.outcome == BoxTest::Outcome::direction_sign) {
      tree_.close_with_direction(node, finding.prefix, {finding.direction.data(), finding.direction.size()});
      return true;
    }
    const std::size_t axis = split_axis(i, finding.sensitivity);
    const Interval side(wave_.lower(i)[axis], wave_.upper(i)[axis]);
    const double cut = split_point(side);
    if (!(side.lower() < cut && cut < side.upper()) || share(i, axis) < kSmallestShare) return false;
    const std::size_t lower = tree_.split(node, axis);
    open_.push_part(lower + 1, wave_, i, axis, cut, side.upper());
    open_.push_part(lower, wave_, i, axis, side.lower(), cut);
    return true;
  }

  [[nodiscard]] double share(std::size_t i, std::size_t axis) const {
    return (wave_.upper(i)[axis] - wave_.lower(i)[axis]) / (root_[axis].upper() - root_[axis].lower());
  }

  // The coordinate along which v_P varies most, but never one that is already four times shorter (relative to the root) than the
  // longest; a parameter only if v_P varies more with it.
  [[nodiscard]] std::size_t split_axis(std::size_t i, const SmallVector& sensitivity) const {
    const std::size_t dim = problem_.dim;
    std::size_t best = 0;
    for (std::size_t k = 1; k < dim; ++k)
      if (share(i, k) > share(i, best)) best = k;
    const double longest = share(i, best);
    if (sensitivity.size() != root_.size()) return best;
    for (std::size_t k = 0; k < root_.size(); ++k)
      if (sensitivity[k] > sensitivity[best] && (k >= dim || 4 * share(i, k) >= longest)) best = k;
    return best;
  }

  const JointProblem& problem_;
  const IntervalBox& root_;
  std::size_t max_boxes_;
  const StopToken& stop_;
  OpenBoxes open_, wave_;
  ProofTree tree_;
};

}  // namespace

std::optional<ProofTree> prove_none(const JointProblem& problem, const IntervalBox& root, std::size_t max_boxes, const StopToken& stop, std::size_t* boxes) {
  return NoneSearch(problem, root, max_boxes, stop).run(boxes);
}

}  // namespace narrows
