#include "critical/branch_and_bound.hpp"

#include <tbb/global_control.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>

#include "critical/box_test.hpp"
#include "critical/precise_test.hpp"
#include "critical/search_state.hpp"

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

class Search {
 public:
  Search(const Problem& problem, const std::function<bool(const IntervalBox&)>& outside, const SearchOptions& options)
      : problem_(problem), outside_(outside), options_(options), state_(problem.dim), wave_(problem.dim), tested_(problem.dim), stubborn_(problem.dim) {}

  SearchResult run(const IntervalBox& root) {
    if (!resume()) state_.open.push(0, root);
    bool stopped = false;
    while (!state_.open.empty()) {
      save_now_and_then();
      stopped = options_.stop.stop_requested() || state_.boxes >= options_.max_boxes;
      if (stopped) break;
      state_.open.take_newest(std::min({state_.open.size(), kWave, options_.max_boxes - state_.boxes}), &wave_);
      close_known_boxes();
      test_boxes();
      if (has_sharp_forms()) test_stubborn_boxes();
      for (std::size_t i = 0; i < tested_.size(); ++i) merge(i);
      if (options_.progress) options_.progress(state_.boxes, state_.open.size());
    }
    if (stopped && !options_.checkpoint.path.empty()) write_search_state(options_.checkpoint.path, options_.checkpoint.fingerprint, state_);
    for (std::size_t i = 0; i < state_.open.size(); ++i) give_up(state_.open.node(i), state_.open.box(i));
    return {std::move(state_.tree), std::move(state_.zeros), std::move(state_.undecided), state_.boxes, stopped};
  }

 private:
  using Clock = std::chrono::steady_clock;
  [[nodiscard]] Clock::duration pause() const {
    return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(options_.checkpoint.seconds));
  }

  bool resume() {
    if (options_.checkpoint.path.empty()) return false;
    auto saved = read_search_state(options_.checkpoint.path, options_.checkpoint.fingerprint, problem_.dim);
    if (saved) state_ = std::move(*saved);
    return saved.has_value();
  }

  void save_now_and_then() {
    if (options_.checkpoint.path.empty()) return;
    const auto now = Clock::now();
    if (now < next_save_) return;
    write_search_state(options_.checkpoint.path, options_.checkpoint.fingerprint, state_);
    // At most a twentieth of the time goes into writing.
    const auto end = Clock::now();
    next_save_ = options_.checkpoint.seconds == 0 ? end : end + std::max<Clock::duration>(pause(), 20 * (end - now));
  }

  // Boxes outside the domain or inside a known uniqueness box need no test; the others go to tested_.
  void close_known_boxes() {
    tested_.clear();
    for (std::size_t i = 0; i < wave_.size(); ++i) {
      if (outside_ && outside_(wave_.box(i))) {
        state_.tree.close(wave_.node(i), LeafRule::outside_domain);
        ++state_.boxes;
      } else if (!close_by_known_zero(wave_, i)) {
        tested_.push(wave_.node(i), wave_.lower(i), wave_.upper(i));
      } else {
        ++state_.boxes;
      }
    }
  }

  bool close_by_known_zero(const OpenBoxes& boxes, std::size_t i) {
    for (std::size_t k = 0; k < state_.zeros.size(); ++k) {
      if (!inside_box(boxes.lower(i), boxes.upper(i), state_.zeros[k].box)) continue;
      state_.tree.close_with_zero(boxes.node(i), k);
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

  [[nodiscard]] bool has_sharp_forms() const {
    return options_.form != SearchForm::affine && problem_.lanes && problem_.lanes->has_stubborn_test();
  }

  FormCosts costs() const {
    FormCosts result{};
    for (std::size_t f = 0; f < kSharpForms && problem_.lanes; ++f) result[f] = problem_.lanes->cost(static_cast<SharpForm>(f));
    return result;
  }

  [[nodiscard]] FormSet forms_for(std::size_t i) const {
    const std::int32_t size = size_class(tested_, i);
    switch (options_.form) {
      case SearchForm::automatic: return state_.forms.choose(size, costs_);
      case SearchForm::affine: return {};
      case SearchForm::taylor: return state_.forms.only(SharpForm::taylor, size);
      case SearchForm::zonotope: return state_.forms.only(SharpForm::zonotope, size);
      case SearchForm::polynomial_zonotope: break;
    }
    return state_.forms.only(SharpForm::polynomial_zonotope, size);
  }

  // Boxes that affine forms leave open and that hold no zero in sight, once more in sharper forms.
  void test_stubborn_boxes() {
    survivors_.assign(tested_.size(), FormSet{});
    for (std::size_t i = 0; i < tested_.size(); ++i)
      if (findings_[i].outcome == BoxTest::Outcome::open && !is_promising(problem_, tested_.box(i), findings_[i].remainder)) survivors_[i] = forms_for(i);
    for (const SharpForm form : {SharpForm::zonotope, SharpForm::taylor, SharpForm::polynomial_zonotope}) test_stubborn_boxes_in(form);
  }

  // A box that is there to compare the forms goes through all of them; what the first one proves counts.
  void test_stubborn_boxes_in(SharpForm form) {
    stubborn_.clear();
    places_.clear();
    for (std::size_t i = 0; i < tested_.size(); ++i) {
      if (!survivors_[i][static_cast<std::size_t>(form)]) continue;
      stubborn_.push(tested_.node(i), tested_.lower(i), tested_.upper(i));
      places_.push_back(i);
    }
    std::vector<BoxTest> again(stubborn_.size());
    in_tasks(stubborn_.size(), [&](std::size_t begin, std::size_t count) {
      test_stubborn_batch(problem_, form, stubborn_.lower(begin), stubborn_.upper(begin), count, again.data() + begin);
    });
    for (std::size_t k = 0; k < places_.size(); ++k) {
      const bool closed = again[k].outcome != BoxTest::Outcome::open;
      state_.forms.record(form, size_class(stubborn_, k), closed);
      BoxTest& finding = findings_[places_[k]];
      if (closed && finding.outcome == BoxTest::Outcome::open) finding = std::move(again[k]);
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
    ++state_.boxes;
    const BoxTest& finding = findings_[i];
    const std::size_t node = tested_.node(i);
    switch (finding.outcome) {
      case BoxTest::Outcome::layers_regular: return state_.tree.close(node, LeafRule::layers_regular);
      case BoxTest::Outcome::direction_sign:
        return state_.tree.close_with_direction(node, finding.prefix, {finding.direction.data(), finding.direction.size()});
      case BoxTest::Outcome::open: break;
    }
    if (close_by_known_zero(tested_, i)) return;  // found by a neighbour in this wave
    const IntervalBox box = tested_.box(i);
    if (is_promising(problem_, box, finding.remainder)) {
      const auto zero = isolate_zero(problem_, box, finding.prefix, state_.zeros);
      if (zero && adopt(*zero) && close_by_known_zero(tested_, i)) return;
    }
    if (is_below_double_resolution(box)) {
      if (const auto u = precise_direction(problem_, box, finding.prefix)) return state_.tree.close_with_direction(node, finding.prefix, *u);
    }
    split(i, box, finding.sensitivity);
  }

  // A new critical point, unless it is a known one found again.
  bool adopt(const UniqueZero& zero) {
    for (const UniqueZero& known : state_.zeros)
      if (!boxes_disjoint(zero.enclosure, known.enclosure)) return false;
    state_.zeros.push_back(zero);
    return true;
  }

  void split(std::size_t i, const IntervalBox& box, const SmallVector& sensitivity) {
    const std::size_t axis = split_axis(box, sensitivity);
    const Interval& side = box[axis];
    const double cut = split_point(side);
    if (!(side.lower() < cut && cut < side.upper()) ||
        side.upper() - side.lower() < options_.min_width * std::fmax(1.0, magnitude(side)))
      return give_up(tested_.node(i), box);
    const std::size_t lower = state_.tree.split(tested_.node(i), axis);
    state_.open.push_part(lower + 1, tested_, i, axis, cut, side.upper());
    state_.open.push_part(lower, tested_, i, axis, side.lower(), cut);
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
    state_.tree.close(node, LeafRule::undecided);
    state_.undecided.push_back(box);
  }

  const Problem& problem_;
  const std::function<bool(const IntervalBox&)>& outside_;
  const SearchOptions& options_;
  SearchState state_;
  Clock::time_point next_save_ = Clock::now() + pause();
  const FormCosts costs_ = costs();
  OpenBoxes wave_, tested_, stubborn_;
  std::vector<FormSet> survivors_;   // of tested_: the forms to test in
  std::vector<std::size_t> places_;  // of stubborn_ in tested_
  std::vector<BoxTest> findings_;
};

}  // namespace

SearchResult search_critical_points(const Problem& problem, const IntervalBox& root,
                                    const std::function<bool(const IntervalBox&)>& outside, const SearchOptions& options) {
  std::optional<tbb::global_control> limit;
  if (options.threads > 1) limit.emplace(tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(options.threads));
  return Search(problem, outside, options).run(root);
}

}  // namespace narrows
