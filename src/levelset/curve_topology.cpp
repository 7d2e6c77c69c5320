// Nodes are the parts of the leaves above and below the level; minimal edges join them. A crossed edge belongs to one curve, which
// leaves each crossed cell through its other crossed edge.
#include "levelset/curve_topology.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace narrows {
namespace {

constexpr std::uint32_t kNone = LevelCurveResult::kNone;

class UnionFind {
 public:
  explicit UnionFind(std::size_t count) : parent_(count) {
    std::iota(parent_.begin(), parent_.end(), std::size_t{0});
  }
  std::size_t find(std::size_t x) {
    while (parent_[x] != x) x = parent_[x] = parent_[parent_[x]];
    return x;
  }
  void join(std::size_t a, std::size_t b) { parent_[find(a)] = find(b); }

 private:
  std::vector<std::size_t> parent_;
};

double width(const LevelCell& cell, std::size_t k) {
  return next_up(cell.upper[k] - cell.lower[k]);
}

Interval measure(const LevelCell& cell, std::size_t dim) {
  Interval product = 1.0;
  for (std::size_t k = 0; k < dim; ++k) product *= Interval(cell.upper[k]) - Interval(cell.lower[k]);
  return product;
}

class Topology {
 public:
  explicit Topology(LevelCurveResult* result)
      : result_(*result),
        cells_(result->cells),
        leaves_(cells_.leaves_in_order()),
        nodes_(2 * cells_.cells().size()),
        parts_(cells_.cells().size()) {}

  void run(const LevelFunction& function) {
    if (cells_.dim() == 1) end_signs_.resize(cells_.cells().size());
    for (const std::uint32_t leaf : leaves_) find_parts(leaf, function);
    if (cells_.dim() == 2)
      join_through_edges();
    else
      join_through_ends();
    number_components();
    if (cells_.dim() == 2)
      trace_curves();
    else
      list_roots();
    count_holes();
    list_undecided();
    conclude();
  }

 private:
  struct Part {
    bool above = false, below = false;
  };

  // ---- parts of leaves

  void find_parts(std::uint32_t leaf, const LevelFunction& function) {
    Part& part = parts_[leaf];
    switch (cells_.cell(leaf).kind) {
      case CellKind::plus:
        part.above = true;
        break;
      case CellKind::minus:
        part.below = true;
        break;
      case CellKind::monotone:
        if (cells_.dim() == 1) {
          const LevelCell& cell = cells_.cell(leaf);
          end_signs_[leaf] = {function.sign_at(cell.lower, result_.level),
                              function.sign_at(cell.upper, result_.level)};
          for (const int sign : end_signs_[leaf]) note_sign(sign, &part);
        } else {
          for_each_edge(leaf, [&](std::uint32_t e) {
            for (const std::uint32_t v : cells_.edge(e).vertex) note_sign(cells_.vertex(v).sign, &part);
          });
        }
        break;
      default:
        break;
    }
  }

  static void note_sign(int sign, Part* part) { (sign > 0 ? part->above : part->below) = true; }

  [[nodiscard]] bool is_crossed(std::uint32_t leaf) const { return parts_[leaf].above && parts_[leaf].below; }
  [[nodiscard]] bool is_undecided(std::uint32_t leaf) const {
    return !parts_[leaf].above && !parts_[leaf].below;
  }
  static std::size_t node(std::uint32_t leaf, bool above) { return 2 * std::size_t{leaf} + (above ? 0 : 1); }

  template <class Action>
  void for_each_edge(std::uint32_t leaf, Action action) const {
    for (const auto& sides : cells_.cell(leaf).side)
      for (const auto& side : sides)
        for (const std::uint32_t edge : side) action(edge);
  }

  // ---- components

  void join_through_edges() {
    reaches_.assign(2 * cells_.cells().size(), false);
    open_.assign(2 * cells_.cells().size(), false);
    for (const LevelEdge& edge : cells_.edges()) {
      const bool crossed = cells_.is_crossed(edge);
      for (const bool above : {true, false}) {
        if (!crossed && above != edge_is_above(edge)) continue;
        join_sides(edge, above);
      }
    }
  }

  /// Of an edge that is not crossed, from a cell that knows.
  [[nodiscard]] bool edge_is_above(const LevelEdge& edge) const {
    for (const std::uint32_t leaf : edge.cell)
      if (leaf != kOutside && !is_undecided(leaf) && !is_crossed(leaf)) return parts_[leaf].above;
    return cells_.vertex(edge.vertex[0]).sign > 0;
  }

  void join_sides(const LevelEdge& edge, bool above) {
    const auto has = [&](std::uint32_t leaf) {
      return leaf != kOutside && !is_undecided(leaf) && (above ? parts_[leaf].above : parts_[leaf].below);
    };
    const bool first = has(edge.cell[0]), second = has(edge.cell[1]);
    if (first && second) nodes_.join(node(edge.cell[0], above), node(edge.cell[1], above));
    for (const int i : {0, 1}) {
      if (!has(edge.cell[i])) continue;
      const std::uint32_t other = edge.cell[1 - i];
      if (other == kOutside)
        reaches_[node(edge.cell[i], above)] = true;
      else if (is_undecided(other))
        open_[node(edge.cell[i], above)] = true;
    }
  }

  /// d = 1: the leaves in order are neighbours.
  void join_through_ends() {
    reaches_.assign(2 * cells_.cells().size(), false);
    open_.assign(2 * cells_.cells().size(), false);
    for (std::size_t i = 0; i < leaves_.size(); ++i) {
      const std::uint32_t leaf = leaves_[i];
      if (is_undecided(leaf)) continue;
      for (const bool upper_end : {false, true}) {
        const bool above = sign_at_end(leaf, upper_end) > 0;
        const bool outside = upper_end ? i + 1 == leaves_.size() : i == 0;
        if (outside) {
          reaches_[node(leaf, above)] = true;
          continue;
        }
        const std::uint32_t other = leaves_[upper_end ? i + 1 : i - 1];
        if (is_undecided(other))
          open_[node(leaf, above)] = true;
        else
          nodes_.join(node(leaf, above), node(other, above));
      }
    }
  }

  [[nodiscard]] int sign_at_end(std::uint32_t leaf, bool upper_end) const {
    if (!is_crossed(leaf)) return parts_[leaf].above ? 1 : -1;
    return end_signs_[leaf][upper_end ? 1 : 0];
  }

  void number_components() {
    result_.above.assign(cells_.cells().size(), kNone);
    result_.below.assign(cells_.cells().size(), kNone);
    std::vector<std::uint32_t> number(2 * cells_.cells().size(), kNone);
    for (const bool above : {true, false})
      for (const std::uint32_t leaf : leaves_) {
        if (!(above ? parts_[leaf].above : parts_[leaf].below)) continue;
        std::uint32_t& component = number[nodes_.find(node(leaf, above))];
        if (component == kNone) {
          component = static_cast<std::uint32_t>(result_.components.size());
          result_.components.push_back({above, LevelComponent::Status::closed, 0, 0.0, std::nullopt, {}});
        }
        (above ? result_.above : result_.below)[leaf] = component;
        add_leaf(leaf, node(leaf, above), &result_.components[component]);
      }
  }

  void add_leaf(std::uint32_t leaf, std::size_t node, LevelComponent* component) {
    using Status = LevelComponent::Status;
    const Interval whole = measure(cells_.cell(leaf), cells_.dim());
    component->area += is_crossed(leaf) ? Interval(0, whole.upper()) : whole;
    component->area = Interval(std::fmax(0, component->area.lower()), component->area.upper());
    if (open_[node]) component->status = Status::undecided;
    if (reaches_[node] && component->status == Status::closed) component->status = Status::reaches_boundary;
    for (std::size_t k = 0; k < cells_.dim(); ++k) {
      const Interval side(cells_.cell(leaf).lower[k], cells_.cell(leaf).upper[k]);
      if (component->hull.size() <= k)
        component->hull.push_back(side);
      else
        component->hull[k] = hull(component->hull[k], side);
    }
  }

  // ---- curves

  void trace_curves() {
    for (const std::uint32_t leaf : leaves_)
      if (is_crossed(leaf))
        result_.widest_crossed =
            std::fmax(result_.widest_crossed,
                      next_up(std::hypot(width(cells_.cell(leaf), 0), width(cells_.cell(leaf), 1))));
    visited_.assign(cells_.edges().size(), false);
    for (const bool from_ends : {true, false})  // arcs from one end to the other, then closed curves
      for (const std::uint32_t leaf : leaves_) {
        if (!is_crossed(leaf)) continue;
        for_each_edge(leaf, [&](std::uint32_t e) {
          if (visited_[e] || !cells_.is_crossed(cells_.edge(e))) return;
          const std::uint32_t other = cells_.across(cells_.edge(e), leaf);
          const bool is_end = other == kOutside || is_undecided(other);
          if (is_end == from_ends) trace(leaf, e);
        });
      }
  }

  void trace(std::uint32_t leaf, std::uint32_t edge) {
    LevelCurve curve;
    curve.above = result_.above[leaf];
    curve.below = result_.below[leaf];
    const std::uint32_t start = edge;
    while (true) {
      curve.edges.push_back(edge);
      visited_[edge] = true;
      std::uint32_t exit = kNone;
      for_each_edge(leaf, [&](std::uint32_t e) {
        if (e != edge && cells_.is_crossed(cells_.edge(e))) exit = e;
      });
      if (exit == start) {
        curve.closed = true;
        break;
      }
      edge = exit;
      leaf = cells_.across(cells_.edge(edge), leaf);
      if (leaf == kOutside || is_undecided(leaf)) {
        curve.edges.push_back(edge);
        visited_[edge] = true;
        break;
      }
    }
    result_.curves.push_back(std::move(curve));
  }

  void list_roots() {
    for (const std::uint32_t leaf : leaves_) {
      if (!is_crossed(leaf)) continue;
      const LevelCell& cell = cells_.cell(leaf);
      result_.widest_crossed = std::fmax(result_.widest_crossed, width(cell, 0));
      result_.curves.push_back(
          {false, {}, result_.above[leaf], result_.below[leaf], Interval(cell.lower[0], cell.upper[0])});
    }
  }

  void count_holes() {
    std::vector<std::size_t> boundaries(result_.components.size(), 0);
    for (const LevelCurve& curve : result_.curves) {
      if (!curve.closed) continue;
      for (const std::size_t side : {curve.above, curve.below}) ++boundaries[side];
    }
    for (std::size_t k = 0; k < boundaries.size(); ++k) {
      LevelComponent& component = result_.components[k];
      component.holes = component.status == LevelComponent::Status::closed && boundaries[k] > 0
                            ? boundaries[k] - 1
                            : boundaries[k];
    }
  }

  /// A closed curve bounds two components. If one reaches the boundary of the box, it surrounds the other. If none does, the one that
  /// reaches farther to the left: at the lower end of the leftmost cells of the inner one there is only the outer one, and beyond it more of it.
  void find_parents() {
    using Status = LevelComponent::Status;
    for (const LevelCurve& curve : result_.curves) {
      if (!curve.closed) continue;
      const LevelComponent &above = result_.components[curve.above], &below = result_.components[curve.below];
      const bool above_surrounds =
          above.status == Status::reaches_boundary ||
          (below.status == Status::closed && above.hull[0].lower() < below.hull[0].lower());
      result_.components[above_surrounds ? curve.below : curve.above].parent =
          above_surrounds ? curve.above : curve.below;
    }
  }

  // ---- what is left

  void list_undecided() {
    UnionFind regions(cells_.cells().size());
    for (const LevelEdge& edge : cells_.edges()) {
      const auto left_open = [&](std::uint32_t leaf) { return leaf != kOutside && is_undecided(leaf); };
      if (left_open(edge.cell[0]) && left_open(edge.cell[1])) regions.join(edge.cell[0], edge.cell[1]);
    }
    std::vector<std::uint32_t> number(cells_.cells().size(), kNone);
    for (const std::uint32_t leaf : leaves_) {
      if (!is_undecided(leaf)) continue;
      std::uint32_t& region = number[regions.find(leaf)];
      if (region == kNone) {
        region = static_cast<std::uint32_t>(result_.undecided.size());
        result_.undecided.emplace_back().why = reason_of(leaf);
      }
      std::vector<Interval>& box = result_.undecided[region].box;
      for (std::size_t k = 0; k < cells_.dim(); ++k) {
        const Interval side(cells_.cell(leaf).lower[k], cells_.cell(leaf).upper[k]);
        if (box.size() <= k)
          box.push_back(side);
        else
          box[k] = hull(box[k], side);
      }
    }
  }

  [[nodiscard]] std::string reason_of(std::uint32_t leaf) const {
    bool zero = false;
    for_each_edge(leaf, [&](std::uint32_t e) {
      for (const std::uint32_t v : cells_.edge(e).vertex) zero = zero || cells_.vertex(v).sign == 0;
    });
    if (zero)
      return "a corner of a cell lies on the level or too near to tell (a slightly different box or level "
             "avoids it)";
    if (result_.stopped) return "the budget is spent";
    return "the level is a critical value of Φ, or of Φ along the boundary or a line where cells meet "
           "(another box avoids the latter), or too near to one to tell";
  }

  void conclude() {
    if (result_.undecided.empty()) {
      find_parents();
      result_.verdict = Verdict::proved;
      result_.reason = "the topology of the level set is proved";
      return;
    }
    result_.verdict = Verdict::undecided;
    result_.reason = std::to_string(result_.undecided.size()) +
                     (result_.undecided.size() == 1 ? " region is undecided: " : " regions are undecided: ") +
                     result_.undecided[0].why;
  }

  LevelCurveResult& result_;
  const CellComplex& cells_;
  std::vector<std::uint32_t> leaves_;
  UnionFind nodes_;
  std::vector<Part> parts_;
  std::vector<bool> reaches_, open_, visited_;
  std::vector<std::array<int, 2>> end_signs_;  ///< d = 1
};

}  // namespace

void find_topology(const LevelFunction& function, LevelCurveResult* result) {
  Topology(result).run(function);
}

}  // namespace narrows
