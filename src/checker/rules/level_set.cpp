// Rule `level-set`: status, measure, bounding box and components of {f > 0}, {f >= 0} and the same with -f, from a tiling of R^d
// on whose cells f is linear. The part of a cell is convex; what it is follows from the signs of f at the vertices (FORMAT.md).
#include <algorithm>
#include <numeric>

#include "checker/rules/level_sets.hpp"

namespace narrows::checker {
namespace {

/// A corner of a piece of a cell, with the value of f (for sublevel sets: of -f).
struct Corner {
  IntegerPoint point;
  Integer f;
};

/// The zero of f between two corners of opposite signs.
Corner crossing(const Corner& above, const Corner& below) {
  Corner m{above.point, 0};
  for (std::size_t i = 0; i < m.point.size(); ++i)
    m.point[i] = above.f * below.point[i] - below.f * above.point[i];
  return m;
}

/// The sum in pairs, so that numbers of many digits appear late.
Rational sum_of(std::vector<Rational> numbers) {
  while (numbers.size() > 1) {
    const std::size_t half = (numbers.size() + 1) / 2;
    for (std::size_t i = half; i < numbers.size(); ++i) numbers[i - half] += numbers[i];
    numbers.resize(half);
  }
  return numbers.empty() ? Rational(0) : numbers[0];
}

using Bounds = std::vector<std::pair<Rational, Rational>>;
using Cells = std::vector<std::size_t>;

class SetOnTiling {
 public:
  SetOnTiling(const Tiling& tiling, SetKind kind, std::size_t d) : tiling_(tiling), kind_(kind), d_(d) {
    for (std::size_t i = 0; i < tiling.cells.size(); ++i) {
      if (meets(tiling.cells[i].vertices)) parts_.push_back(i);
    }
  }

  /// The cells that meet the set.
  const Cells& parts() const { return parts_; }

  bool is_unbounded(const Cells& cells) const {
    return any_vertex(cells, [&](std::size_t v) { return tiling_.vertices[v].ideal() && sign(v) >= 0; });
  }

  bool has_volume() const {
    const auto is_plateau = [&](std::size_t i) {
      const Vertices& vertices = tiling_.cells[i].vertices;
      return std::all_of(vertices.begin(), vertices.end(), [&](std::size_t v) { return sign(v) == 0; });
    };
    return any_vertex(parts_, [&](std::size_t v) { return sign(v) > 0; }) ||
           std::any_of(parts_.begin(), parts_.end(), is_plateau);
  }

  std::string status() const {
    if (parts_.empty()) return "empty";
    return !has_volume() ? "measure-zero" : is_unbounded(parts_) ? "unbounded" : "bounded";
  }

  /// The measure of the set in these cells, where it is bounded.
  Rational measure(const Cells& cells) const {
    std::vector<Rational> volumes;
    for (const std::size_t i : cells) {
      for (const Vertices& simplex : simplices_of(tiling_.cells[i], d_)) {
        std::vector<Corner> corners;
        for (const std::size_t v : simplex) corners.push_back(corner(v));
        add_volumes(corners, volumes);
      }
    }
    return sum_of(std::move(volumes));
  }

  /// The smallest box that contains the set, which is bounded and not empty: the closure of a part is the convex hull of the
  /// vertices with f >= 0 and the crossings.
  Bounds bounding_box() const {
    Bounds box;
    const auto include = [&](const IntegerPoint& p) {
      for (std::size_t i = 0; i < d_; ++i) {
        Rational x(p[i + 1], p[0]);
        x.canonicalize();
        if (box.size() == i) box.emplace_back(x, x);
        box[i] = {std::min(box[i].first, x), std::max(box[i].second, x)};
      }
    };
    for (const std::size_t i : parts_) {
      for (const std::size_t v : tiling_.cells[i].vertices) {
        if (sign(v) >= 0) include(tiling_.vertices[v].point);
        for (const std::size_t w : tiling_.cells[i].vertices) {
          if (sign(v) > 0 && sign(w) < 0) include(crossing(corner(v), corner(w)).point);
        }
      }
    }
    return box;
  }

  /// The cells of each connected component: two cells are joined by a facet that meets the set.
  std::vector<Cells> components() const {
    Cells leader(tiling_.cells.size());
    std::iota(leader.begin(), leader.end(), std::size_t{0});
    const auto find = [&](std::size_t i) {
      while (leader[i] != i) i = leader[i] = leader[leader[i]];
      return i;
    };
    for (const Wall& wall : tiling_.walls) {
      if (meets(wall.vertices)) leader[find(wall.first)] = find(wall.second);
    }
    std::vector<Cells> groups(tiling_.cells.size());
    for (const std::size_t i : parts_) groups[find(i)].push_back(i);
    std::erase_if(groups, [](const Cells& group) { return group.empty(); });
    return groups;
  }

 private:
  int sign(std::size_t v) const {
    const int s = sgn(tiling_.vertices[v].at.value);
    return kind_.sub ? -s : s;
  }

  Corner corner(std::size_t v) const {
    const Integer& f = tiling_.vertices[v].at.value;
    return {tiling_.vertices[v].point, kind_.sub ? Integer(-f) : f};
  }

  /// The convex hull of these vertices, one of which is finite, has a finite point in the set.
  bool meets(const Vertices& vertices) const {
    return std::any_of(vertices.begin(), vertices.end(), [&](std::size_t v) {
      return sign(v) > 0 || (kind_.closed && sign(v) == 0 && !tiling_.vertices[v].ideal());
    });
  }

  template <class Test>
  bool any_vertex(const Cells& cells, Test test) const {
    return std::any_of(cells.begin(), cells.end(), [&](std::size_t i) {
      const Vertices& vertices = tiling_.cells[i].vertices;
      return std::any_of(vertices.begin(), vertices.end(), test);
    });
  }

  /// The volumes of the simplices with f >= 0 into which the crossings cut this one.
  void add_volumes(const std::vector<Corner>& simplex, std::vector<Rational>& volumes) const {
    const auto above = std::find_if(simplex.begin(), simplex.end(), [](const Corner& c) { return c.f > 0; });
    const auto below = std::find_if(simplex.begin(), simplex.end(), [](const Corner& c) { return c.f < 0; });
    if (below != simplex.end()) {
      if (above == simplex.end()) return;
      for (const auto& replaced : {above, below}) {
        std::vector<Corner> half = simplex;
        half[static_cast<std::size_t>(replaced - simplex.begin())] = crossing(*above, *below);
        add_volumes(half, volumes);
      }
      return;
    }
    if (above == simplex.end() && !kind_.closed) return;
    std::vector<const IntegerPoint*> points;
    Integer scale = 1;  // d! times the product of all x0
    for (std::size_t i = 0; i < simplex.size(); ++i) {
      points.push_back(&simplex[i].point);
      scale *= simplex[i].point[0] * static_cast<unsigned long>(std::max<std::size_t>(i, 1));
    }
    if (scale == 0)
      reject("claim.sets", "level-set", Reason::inapplicable, "an unbounded part", "bounded parts");
    volumes.emplace_back(abs(determinant_of(points)), scale);
    volumes.back().canonicalize();
  }

  const Tiling& tiling_;
  SetKind kind_;
  std::size_t d_;
  Cells parts_;
};

void require(bool good, const Field& at, Reason reason, const std::string& got, const std::string& expected) {
  if (!good) reject(at.place(), "level-set", reason, got, expected);
}

void require_number(const Field& at, const Rational& expected) {
  const Rational claimed = at.exact();
  require(claimed == expected, at, Reason::mismatch, claimed.get_str(), expected.get_str());
}

void check_bounding_box(const Field& at, const SetOnTiling& set, std::size_t d) {
  const Bounds box = set.bounding_box();
  const std::vector<Field> sides = at.items(d);
  for (std::size_t i = 0; i < d; ++i) {
    const std::vector<Field> ends = sides[i].items(2);
    require_number(ends[0], box[i].first);
    require_number(ends[1], box[i].second);
  }
}

/// The bounded ones first, by measure. Measures are computed if one is claimed.
void check_components(const Field& at, const SetOnTiling& set) {
  const std::vector<Field> claimed = at.items();
  const auto has_measure = [](const Field& item) { return !item["measure"].is_null(); };
  const bool measured = std::any_of(claimed.begin(), claimed.end(), has_measure);
  std::vector<std::pair<bool, Rational>> found;
  for (const Cells& cells : set.components()) {
    const bool unbounded = set.is_unbounded(cells);
    found.emplace_back(unbounded, unbounded || !measured ? Rational(0) : set.measure(cells));
  }
  std::sort(found.begin(), found.end());
  require(claimed.size() == found.size(), at, Reason::mismatch,
          std::to_string(claimed.size()) + " components", std::to_string(found.size()) + " components");
  for (std::size_t i = 0; i < claimed.size(); ++i) {
    const auto& [unbounded, measure] = found[i];
    const Field fields(claimed[i], {"status", "measure"});
    const std::string status = unbounded ? "unbounded" : "bounded", &word = fields["status"].text();
    require(word == status, fields["status"], Reason::mismatch, word, status);
    if (fields["measure"].is_null()) continue;
    require(!unbounded, fields["measure"], Reason::inapplicable, "a measure",
            "null for an unbounded component");
    require_number(fields["measure"], measure);
  }
}

}  // namespace

std::string check_level_set(const Field& claimed, SetKind kind, const Tiling* tiling, bool has_ray,
                            std::size_t d) {
  if (claimed.is_null()) return "?";
  const Field fields(claimed, {"status", "measure", "bounding_box", "components"});
  const Field measure = fields["measure"], box = fields["bounding_box"], components = fields["components"];
  std::string line = fields["status"].text();
  if (tiling == nullptr) {
    require(has_ray && line == "unbounded", fields["status"], Reason::not_proved, line,
            has_ray ? "unbounded" : "null without tiling or ray");
    require(measure.is_null() && box.is_null() && components.is_null(), claimed, Reason::not_proved,
            "details", "null without tiling");
    return line;
  }
  const SetOnTiling set(*tiling, kind, d);
  const std::string status = set.status();
  require(line == status, fields["status"], Reason::mismatch, line, status);
  const bool is_null_set = status == "measure-zero";
  if (!measure.is_null()) {
    require(status == "bounded" || is_null_set, measure, Reason::inapplicable, "a measure",
            "null for this status");
    require_number(measure, is_null_set ? Rational(0) : set.measure(set.parts()));
    line += " measure " + measure.exact().get_str();
  }
  if (!box.is_null()) {
    require(!set.parts().empty() && !set.is_unbounded(set.parts()), box, Reason::inapplicable, "a box",
            "null for this set");
    check_bounding_box(box, set, d);
  }
  if (!components.is_null()) {
    check_components(components, set);
    line += " components " + std::to_string(components.items().size());
  }
  return line;
}

}  // namespace narrows::checker
