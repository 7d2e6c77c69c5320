// Rule `crossings`: how {Φ = c} passes from leaf to leaf, and which parts of leaves belong together (FORMAT.md has the proof).
//
// Everything but the signs on walls and at their ends is combinatorics of exact doubles.
#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>
#include <utility>

#include "checker/rules/curves.hpp"

namespace narrows::checker {
namespace {

/// Classes of 0…n−1 (union-find).
class Classes {
 public:
  explicit Classes(std::size_t n) : parent_(n) { std::iota(parent_.begin(), parent_.end(), std::size_t{0}); }
  std::size_t of(std::size_t i) {
    while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
    return i;
  }
  void join(std::size_t i, std::size_t j) { parent_[of(i)] = of(j); }

 private:
  std::vector<std::size_t> parent_;
};

struct Wall {
  Box box;
  std::vector<std::size_t> leaves;   ///< one on the boundary of the domain, else two
  bool plus = false, minus = false;  ///< which signs g has on it
  [[nodiscard]] bool crossed() const { return plus && minus; }
  void add(int sign) { (sign > 0 ? plus : minus) = true; }
};

/// d = 1: the ends of leaves. d = 2: their sides, cut at every corner of a leaf that lies on them.
std::vector<Wall> walls_of(const std::vector<CurveLeaf>& leaves, std::size_t d) {
  std::map<std::pair<std::size_t, double>, std::vector<double>>
      corners;  // on the line x_axis = value: their other coordinates
  const auto for_each_side = [&](std::size_t leaf, const auto& visit) {
    const Box& box = leaves[leaf].box;
    for (std::size_t axis = 0; axis < d; ++axis) {
      for (const double value : {box.lo[axis], box.hi[axis]}) visit(axis, value, box);
    }
  };
  for (std::size_t leaf = 0; leaf < leaves.size(); ++leaf) {
    for_each_side(leaf, [&](std::size_t axis, double value, const Box& box) {
      std::vector<double>& on_line = corners[{axis, value}];
      on_line.push_back(d == 1 ? 0 : box.lo[1 - axis]);
      if (d == 2) on_line.push_back(box.hi[1 - axis]);
    });
  }
  for (auto& [line, on_line] : corners) {
    std::sort(on_line.begin(), on_line.end());
    on_line.erase(std::unique(on_line.begin(), on_line.end()), on_line.end());
  }

  std::vector<Wall> walls;
  std::map<std::tuple<std::size_t, double, double>, std::size_t> numbers;
  for (std::size_t leaf = 0; leaf < leaves.size(); ++leaf) {
    const auto add = [&](std::size_t axis, double value, double from, Box wall) {
      const auto [at, is_new] = numbers.try_emplace({axis, value, from}, walls.size());
      wall.lo[axis] = wall.hi[axis] = value;
      if (is_new) walls.push_back({std::move(wall), {}, false, false});
      walls[at->second].leaves.push_back(leaf);
    };
    for_each_side(leaf, [&](std::size_t axis, double value, const Box& box) {
      if (d == 1) return add(axis, value, 0, box);
      const std::vector<double>& on_line = corners[{axis, value}];
      const std::size_t along = 1 - axis;
      auto next = std::lower_bound(on_line.begin(), on_line.end(), box.lo[along]);
      for (auto from = next++; *from < box.hi[along]; from = next++) {
        Box wall = box;
        wall.lo[along] = *from;
        wall.hi[along] = *next;
        add(axis, value, *from, wall);
      }
    });
  }
  return walls;
}

/// Finds and proves the signs on walls.
class WallSigns {
 public:
  WallSigns(const LevelClaim& claim, const Field& tree) : claim_(claim), tree_(tree) {}

  void find(std::vector<Wall>& walls, const std::vector<CurveLeaf>& leaves) {
    for (Wall& wall : walls) {
      for (const std::size_t leaf : wall.leaves) {
        if (leaves[leaf].sign == 0) continue;
        wall.add(leaves[leaf].sign);
        signs_[wall.box.lo] = signs_[wall.box.hi] = leaves[leaf].sign;
      }
      require(!wall.crossed(), wall, Reason::mismatch, "leaves of opposite signs", "one sign");
    }
    for (Wall& wall : walls) {
      if (!wall.plus && !wall.minus) prove(wall);
    }
  }

 private:
  void require(bool good, const Wall& wall, Reason reason, const char* got, const char* expected) const {
    if (!good)
      reject(tree_.place() + " at " + domain_text({Domain::Type::box, wall.box, 0}, claim_.dim), "crossings",
             reason, got, expected);
  }

  int sign_at_vertex(const std::vector<double>& x, const Wall& wall) {
    const auto [at, is_new] = signs_.try_emplace(x, 0);
    if (is_new) at->second = sign_on(claim_.setting, Box{x, x});
    require(at->second != 0, wall, Reason::not_proved, "a vertex of unknown sign",
            "a strict sign at each vertex");
    return at->second;
  }

  /// A wall between leaves without sign: its ends, and that g is strictly monotone along it or has one sign on it.
  void prove(Wall& wall) {
    const int from = sign_at_vertex(wall.box.lo, wall), to = sign_at_vertex(wall.box.hi, wall);
    wall.add(from);
    wall.add(to);
    if (claim_.dim == 1) return;
    Leaf along;
    for (std::size_t i = 0; i < claim_.dim; ++i)
      along.direction.emplace_back(wall.box.lo[i] < wall.box.hi[i] ? 1.0 : 0.0, leaf_precision);
    const auto is_monotone = [&](const Box& part) {
      return direction_sign_holds(along, part, claim_.setting);
    };
    const auto has_sign = [&](const Box& part) { return sign_on(claim_.setting, part) == from; };
    const auto on_pieces = [&](const auto& test, std::size_t depth) {
      return holds_on_pieces(test, wall.box, depth);
    };
    bool proved = false;
    for (const std::size_t depth : {std::size_t{0}, max_bisections})
      proved = proved || (from == to && on_pieces(has_sign, depth)) || on_pieces(is_monotone, depth);
    require(proved, wall, Reason::not_proved, "an unknown number of crossings",
            "one sign, or a monotone function along the wall");
  }

  const LevelClaim& claim_;
  const Field& tree_;
  std::map<std::vector<double>, int> signs_;  ///< at vertices, as far as known
};

bool is_on_boundary(const Wall& wall, const Box& domain) {
  for (std::size_t i = 0; i < domain.dim(); ++i) {
    if (wall.box.lo[i] == wall.box.hi[i] &&
        (wall.box.lo[i] == domain.lo[i] || wall.box.hi[i] == domain.hi[i]))
      return true;
  }
  return false;
}

Rational volume_of(const Box& box) {
  Rational volume = 1;
  for (std::size_t i = 0; i < box.dim(); ++i) volume *= Rational(box.hi[i]) - Rational(box.lo[i]);
  return volume;
}

}  // namespace

LevelCurve trace_level_curve(const LevelClaim& claim, std::vector<CurveLeaf> all, const Field& tree) {
  const std::size_t d = claim.dim;
  LevelCurve curve;
  curve.leaves = std::move(all);
  const std::vector<CurveLeaf>& leaves = curve.leaves;
  std::vector<Wall> walls = walls_of(leaves, d);
  WallSigns(claim, tree).find(walls, leaves);

  // Nodes and the curve through crossed leaves, joined through walls.
  std::vector<std::size_t> crossings(leaves.size());
  std::vector<char> has_node(2 * leaves.size()), node_on_boundary(has_node), curve_on_boundary(leaves.size());
  Classes nodes(has_node.size()), curves(leaves.size());
  for (const Wall& wall : walls) {
    const bool outer = is_on_boundary(wall, claim.domain.box);
    if (wall.leaves.size() != (outer ? 1 : 2))
      tree.fail(Reason::incomplete, "a gap", "leaves that tile the domain");
    const std::size_t first = wall.leaves.front(), last = wall.leaves.back();
    for (const std::size_t leaf : wall.leaves) {
      if (wall.crossed()) ++crossings[leaf];
      for (const std::size_t side : {0, 1}) {
        if (side == 0 ? wall.plus : wall.minus) has_node[2 * leaf + side] = 1;
      }
    }
    for (const std::size_t side : {0, 1}) {
      if (side == 0 ? !wall.plus : !wall.minus) continue;
      nodes.join(2 * first + side, 2 * last + side);
    }
    if (wall.crossed()) curves.join(first, last);
  }
  for (const Wall& wall : walls) {  // what reaches the boundary
    if (wall.leaves.size() == 2) continue;
    const std::size_t leaf = wall.leaves[0];
    if (wall.plus) node_on_boundary[nodes.of(2 * leaf)] = 1;
    if (wall.minus) node_on_boundary[nodes.of(2 * leaf + 1)] = 1;
    if (wall.crossed()) curve_on_boundary[curves.of(leaf)] = 1;
  }

  // Components, + first; then what each leaf adds to them.
  curve.component_of_node.resize(has_node.size());
  std::map<std::size_t, std::size_t> numbers;
  for (const std::size_t side : {0, 1}) {
    for (std::size_t node = side; node < has_node.size(); node += 2) {
      if (has_node[node] == 0) continue;
      const std::size_t root = nodes.of(node);
      const auto [at, is_new] = numbers.try_emplace(root, curve.components.size());
      if (is_new) curve.components.push_back({side == 0 ? 1 : -1, node_on_boundary[root] != 0, 0, 0, 0});
      curve.component_of_node[node] = at->second;
    }
  }
  for (std::size_t leaf = 0; leaf < leaves.size(); ++leaf) {
    const bool crossed = has_node[2 * leaf] != 0 && has_node[2 * leaf + 1] != 0;
    if (d == 2 && crossings[leaf] != (crossed ? 2 : 0))
      reject(tree.place() + " at " + domain_text({Domain::Type::box, leaves[leaf].box, 0}, d), "crossings",
             Reason::not_proved, std::to_string(crossings[leaf]) + " crossings",
             "0 or 2 crossings of the boundary of a leaf");
    const bool is_first_of_curve = crossed && (d == 1 || curves.of(leaf) == leaf),
               closed = d == 2 && curve_on_boundary[leaf] == 0;
    if (is_first_of_curve) ++(closed ? curve.closed : curve.arcs);
    const Rational area = volume_of(leaves[leaf].box);
    for (const std::size_t node : {2 * leaf, 2 * leaf + 1}) {
      if (has_node[node] == 0) continue;
      LevelComponent& component = curve.components[*curve.component_of_node[node]];
      if (!crossed) component.least_area += area;
      component.largest_area += area;
      if (is_first_of_curve && closed) ++component.holes;
    }
  }
  for (LevelComponent& component : curve.components) {
    if (d == 2 && !component.reaches_boundary) --component.holes;  // its outer curve
  }
  return curve;
}

}  // namespace narrows::checker
