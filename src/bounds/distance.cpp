#include "bounds/distance.hpp"

#include <algorithm>
#include <cmath>
#include <queue>

#include "critical/proof_tree.hpp"

namespace narrows {
namespace {

constexpr std::size_t kRound = 64;       // boxes cut at a time
constexpr double kNegligible = 1e-280;   // what the guards of exact zeros amount to

double mignitude(const Interval& x) { return std::fmax(0.0, std::fmax(x.lower(), -x.upper())); }

/// |difference| at points, from below.
std::vector<double> values_at(const DistanceEngine& engine, const std::vector<double>& points, std::size_t count) {
  std::vector<Interval> enclosures(count);
  engine.enclose_differences(points, points, enclosures);
  std::vector<double> values;
  for (const Interval& x : enclosures) values.push_back(mignitude(x));
  return values;
}

std::vector<double> grid(const Box& box, std::size_t most) {
  const std::size_t d = box.dim();
  const auto side = std::max<std::size_t>(2, static_cast<std::size_t>(std::floor(std::pow(static_cast<double>(most), 1 / static_cast<double>(d)) + 1e-9)));
  std::size_t count = 1;
  for (std::size_t k = 0; k < d && count < most; ++k) count *= side;
  std::vector<double> points;
  for (std::size_t i = 0; i < count; ++i) {
    std::size_t rest = i;
    for (std::size_t k = 0; k < d; ++k, rest /= side) {
      const double t = static_cast<double>(rest % side) / static_cast<double>(side - 1);
      points.push_back(t == 1 ? box.upper[k] : box.lower[k] + t * (box.upper[k] - box.lower[k]));
    }
  }
  return points;
}

// Σ K_l |α_l|: the pieces of all arcs are about this many, divided by the longest step.
double total_length(const LimitNetwork& network) {
  double total = 0;
  for (std::size_t l = 0; l < network.blocks; ++l) total += network.constants[l].lipschitz * magnitude(channel_ratio_of(network.block(l)));
  return total;
}

/// Compass search: the best of x ± step along every axis, the step halved where none is better.
void improve(const DistanceEngine& engine, const Box& box, DistancePoint* best, double relative_step) {
  const std::size_t d = box.dim();
  for (int evaluations = 0; relative_step > 1e-7 && evaluations < 400; ++evaluations) {
    std::vector<double> points;
    for (std::size_t k = 0; k < 2 * d; ++k) {
      std::vector<double> x = best->x;
      const double step = relative_step * (box.upper[k / 2] - box.lower[k / 2]);
      x[k / 2] = std::clamp(x[k / 2] + (k % 2 == 0 ? step : -step), box.lower[k / 2], box.upper[k / 2]);
      points.insert(points.end(), x.begin(), x.end());
    }
    const std::vector<double> values = values_at(engine, points, 2 * d);
    const auto top = std::max_element(values.begin(), values.end());
    if (*top > best->value) {
      const auto at = static_cast<std::ptrdiff_t>(d) * (top - values.begin());
      *best = {{points.begin() + at, points.begin() + at + static_cast<std::ptrdiff_t>(d)}, *top};
    } else {
      relative_step *= 0.5;
    }
  }
}

struct OpenBox {
  double bound;
  std::size_t node;
  std::vector<double> lower, upper;
  bool operator<(const OpenBox& other) const { return bound < other.bound; }
};

class Search {
 public:
  Search(const DistanceEngine& engine, const Box& box, const DistanceOptions& options) : engine_(engine), box_(box), options_(options) {
    best_ = find_distant_point(engine, box);
    nodes_.emplace_back();
    OpenBox root{kInfinity, 0, box.lower, box.upper};
    std::vector<Interval> enclosure(1);
    engine.enclose_differences(root.lower, root.upper, enclosure);
    root.bound = magnitude(enclosure[0]);
    boxes_ = 1;
    open_.push(std::move(root));
  }

  void run() {
    for (std::size_t rounds = 0; !done(); ++rounds) {
      if (options_.stop.stop_requested()) {
        stopped_ = true;
        return;
      }
      if (boxes_ >= options_.max_boxes || !advance()) return;
      if (options_.progress && rounds % 64 == 0) options_.progress(best_.value, upper(), boxes_);
    }
  }

  [[nodiscard]] DistanceResult result() const {
    DistanceResult result;
    result.distance = Interval(best_.value, std::fmax(upper(), best_.value));
    result.point = best_.x;
    result.tree = preorder();
    result.boxes = boxes_;
    result.complete = done();
    result.stopped = stopped_;
    return result;
  }

 private:
  struct Node {
    bool split = false;
    std::uint16_t axis = 0;
    std::size_t child = 0;
  };

  [[nodiscard]] double upper() const { return open_.empty() ? closed_ : std::fmax(closed_, open_.top().bound); }
  [[nodiscard]] bool is_close(double bound) const { return bound <= kNegligible || (std::isfinite(bound) && bound - best_.value <= options_.gap * bound); }
  [[nodiscard]] bool done() const { return is_close(upper()); }

  // Cuts the boxes with the largest bounds; false if none can be cut.
  bool advance() {
    std::vector<OpenBox> children;
    while (!open_.empty() && children.size() < 2 * kRound && !is_close(open_.top().bound)) {
      OpenBox box = open_.top();
      open_.pop();
      if (!cut(box, &children)) closed_ = std::fmax(closed_, box.bound);  // as small as doubles allow
    }
    if (children.empty()) return false;
    std::vector<double> lower, upper;
    for (const OpenBox& child : children) {
      lower.insert(lower.end(), child.lower.begin(), child.lower.end());
      upper.insert(upper.end(), child.upper.begin(), child.upper.end());
    }
    std::vector<Interval> enclosures(children.size());
    engine_.enclose_differences(lower, upper, enclosures);
    boxes_ += children.size();
    for (std::size_t i = 0; i < children.size(); ++i) children[i].bound = std::fmin(children[i].bound, magnitude(enclosures[i]));
    probe(children);
    for (OpenBox& child : children) open_.push(std::move(child));
    return true;
  }

  bool cut(const OpenBox& box, std::vector<OpenBox>* children) {
    std::size_t axis = 0;
    double widest = 0;
    for (std::size_t k = 0; k < box.lower.size(); ++k) {
      const double relative = (box.upper[k] - box.lower[k]) / (box_.upper[k] - box_.lower[k]);
      if (relative > widest) widest = relative, axis = k;
    }
    const double middle = split_point(Interval(box.lower[axis], box.upper[axis]));
    if (!(box.lower[axis] < middle && middle < box.upper[axis])) return false;
    const std::size_t child = nodes_.size();
    nodes_.resize(child + 2);
    nodes_[box.node] = {true, static_cast<std::uint16_t>(axis), child};
    children->push_back({box.bound, child, box.lower, box.upper});
    children->back().upper[axis] = middle;
    children->push_back({box.bound, child + 1, box.lower, box.upper});
    children->back().lower[axis] = middle;
    return true;
  }

  // The middles of the eight most promising boxes; a better point than the best one is improved at once.
  void probe(const std::vector<OpenBox>& boxes) {
    std::vector<std::size_t> order(boxes.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    const std::size_t count = std::min<std::size_t>(8, boxes.size());
    std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count), order.end(), [&](std::size_t a, std::size_t b) { return boxes[a].bound > boxes[b].bound; });
    std::vector<double> points;
    double relative = 0;
    for (std::size_t i = 0; i < count; ++i)
      for (std::size_t k = 0; k < box_.dim(); ++k) {
        const OpenBox& box = boxes[order[i]];
        points.push_back(split_point(Interval(box.lower[k], box.upper[k])));
        relative = std::fmax(relative, (box.upper[k] - box.lower[k]) / (box_.upper[k] - box_.lower[k]));
      }
    const std::vector<double> values = values_at(engine_, points, count);
    const auto top = std::max_element(values.begin(), values.end());
    if (!(*top > best_.value)) return;
    const auto at = points.begin() + static_cast<std::ptrdiff_t>(box_.dim()) * (top - values.begin());
    best_ = {{at, at + static_cast<std::ptrdiff_t>(box_.dim())}, *top};
    improve(engine_, box_, &best_, relative);
  }

  [[nodiscard]] std::vector<DistanceNode> preorder() const {
    std::vector<DistanceNode> tree;
    std::vector<std::size_t> stack{0};
    while (!stack.empty()) {
      const Node& node = nodes_[stack.back()];
      stack.pop_back();
      tree.push_back({node.split, node.axis});
      if (!node.split) continue;
      stack.push_back(node.child + 1);
      stack.push_back(node.child);
    }
    return tree;
  }

  const DistanceEngine& engine_;
  const Box& box_;
  const DistanceOptions& options_;
  DistancePoint best_;
  std::vector<Node> nodes_;
  std::priority_queue<OpenBox> open_;
  double closed_ = 0;
  std::size_t boxes_ = 0;
  bool stopped_ = false;
};

}  // namespace

DistancePoint find_distant_point(const DistanceEngine& engine, const Box& box, std::size_t grid_points, std::size_t searches) {
  const std::size_t d = box.dim();
  const std::size_t count_wanted = engine.batched() ? grid_points : std::max<std::size_t>(grid_points / 8, 2);
  const std::vector<double> points = grid(box, count_wanted);
  const std::size_t count = points.size() / d;
  const std::vector<double> values = values_at(engine, points, count);
  std::vector<std::size_t> order(count);
  for (std::size_t i = 0; i < count; ++i) order[i] = i;
  const std::size_t starts = std::clamp<std::size_t>(engine.batched() ? searches : 1, 1, count);
  std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(starts), order.end(), [&](std::size_t a, std::size_t b) { return values[a] > values[b]; });
  DistancePoint best;
  for (std::size_t i = 0; i < starts; ++i) {
    const auto at = points.begin() + static_cast<std::ptrdiff_t>(d * order[i]);
    DistancePoint start{{at, at + static_cast<std::ptrdiff_t>(d)}, values[order[i]]};
    if (searches > 0) improve(engine, box, &start, 0.5 / std::pow(static_cast<double>(count), 1 / static_cast<double>(d)));
    if (best.x.empty() || start.value > best.value) best = start;
  }
  return best;
}

FlowSteps suitable_steps(const LimitNetwork& network, const Box& box, double gap, bool batched, const StopToken& stop) {
  constexpr double kFinest = 0.05, kShare = 0.1, kMostPieces = 8000;
  const double length = total_length(network);
  const std::vector<double> points = grid(box, 27);
  const std::size_t count = points.size() / box.dim();
  FlowSteps steps;
  while (steps.longest > kFinest && length <= kMostPieces * steps.longest && !stop.stop_requested()) {
    const DistanceEngine engine(network, Limit::ode, steps, best_isa(), batched, stop);
    std::vector<Interval> enclosures(count);
    engine.enclose_differences(points, points, enclosures);
    double largest = 0, widest = 0;
    for (const Interval& x : enclosures) largest = std::fmax(largest, mignitude(x)), widest = std::fmax(widest, width_upper(x));
    if (widest <= kShare * gap * largest) break;
    steps.longest *= 0.5;
  }
  return steps;
}

DistanceResult find_distance(const LimitNetwork& network, Limit limit, const Box& box, const DistanceOptions& options) {
  FlowSteps steps = limit == Limit::ode ? suitable_steps(network, box, options.gap, options.batched, options.stop) : FlowSteps{};
  if (options.order) steps.order = options.order;
  const DistanceEngine engine(network, limit, steps, best_isa(), options.batched, options.stop);
  Search search(engine, box, options);
  search.run();
  DistanceResult result = search.result();
  result.limit = limit;
  result.order = limit == Limit::ode ? engine.order() : 0;
  result.longest_step = limit == Limit::ode ? steps.longest : 0;
  return result;
}

}  // namespace narrows
