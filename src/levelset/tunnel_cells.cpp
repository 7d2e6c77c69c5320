// The fallback of tunnel_path.hpp: cells whose sign is proved, and a breadth-first search over them.
//
// A cell of depth k is given by its integer corner in units of the finest cells, 2^kDepth of them along each axis; neighbours are found from the
// smaller cell's side, so each pair of cells with a common face is seen once at least.
#include <algorithm>
#include <cstdint>
#include <deque>
#include <unordered_map>
#include <utility>

#include "levelset/tunnel_path.hpp"

namespace narrows {
namespace {

constexpr std::size_t kMaxCells = 60000, kMaxSlowCells = 3000;  // by the batched kernels, and one by one
constexpr int kFinest[] = {0, 0, 11, 7};

struct Cell {
  std::vector<std::uint32_t> corner;
  int depth;
};

class CellPaths {
 public:
  CellPaths(const SegmentSign& sign, const Point& from, const Box& box)
      : from_(from), box_(box), dim_(from.size()), finest_(kFinest[dim_]), values_(sign.chain(), 0, dim_) {
    open_.push_back({std::vector<std::uint32_t>(dim_, 0), 0});
  }

  /// Halves all open cells; false if there are none left, or too many.
  bool refine() {
    if (open_.empty() || ++depth_ > finest_ ||
        positive_.size() + (open_.size() << dim_) > (values_.batched() ? kMaxCells : kMaxSlowCells))
      return false;
    std::vector<Cell> parts;
    std::vector<double> pieces;
    for (const Cell& cell : open_)
      for (std::size_t k = 0; k < std::size_t{1} << dim_; ++k) {
        Cell part{cell.corner, depth_};
        for (std::size_t i = 0; i < dim_; ++i)
          if (k >> i & 1) part.corner[i] += side(depth_);
        values_.add_box(box_of(part), &pieces);
        parts.push_back(std::move(part));
      }
    std::vector<Interval> ranges;
    values_.ranges(pieces, &ranges);
    open_.clear();
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (is_positive(ranges[i])) {
        index_[key(parts[i].corner, depth_)] = positive_.size();
        positive_.push_back(parts[i]);
      } else if (!is_negative(ranges[i])) {
        open_.push_back(parts[i]);
      }
    }
    return true;
  }

  /// From the cell of `from` to a cell at the boundary of the box, if the positive cells connect them.
  [[nodiscard]] std::optional<std::vector<Point>> connection() const {
    const auto start = cell_of(grid_point(from_));
    if (!start) return std::nullopt;
    std::vector<std::vector<std::size_t>> neighbours(positive_.size());
    for (std::size_t c = 0; c < positive_.size(); ++c)
      for (std::size_t axis = 0; axis < dim_; ++axis)
        for (const int way : {-1, 1})
          if (const auto other = beyond(positive_[c], axis, way)) {
            neighbours[c].push_back(*other);
            neighbours[*other].push_back(c);
          }
    std::vector<std::size_t> before(positive_.size(), positive_.size());
    std::deque<std::size_t> queue{*start};
    before[*start] = *start;
    while (!queue.empty()) {
      const std::size_t c = queue.front();
      queue.pop_front();
      if (const auto end = boundary_point(positive_[c])) return polyline(before, c, *end);
      for (const std::size_t other : neighbours[c]) {
        if (before[other] != positive_.size()) continue;
        before[other] = c;
        queue.push_back(other);
      }
    }
    return std::nullopt;
  }

 private:
  [[nodiscard]] std::uint32_t side(int depth) const { return std::uint32_t{1} << (finest_ - depth); }
  [[nodiscard]] std::uint64_t key(const std::vector<std::uint32_t>& corner, int depth) const {
    std::uint64_t k = static_cast<std::uint64_t>(depth);
    for (const std::uint32_t c : corner) k = k << 16 | c;
    return k;
  }
  /// Floating-point coordinates of a place of the grid; the ends are those of the box.
  [[nodiscard]] double coordinate(std::size_t axis, double place) const {
    const double share = place / static_cast<double>(side(0));
    return share >= 1 ? box_.upper[axis] : (1 - share) * box_.lower[axis] + share * box_.upper[axis];
  }
  [[nodiscard]] std::vector<Interval> box_of(const Cell& cell) const {
    std::vector<Interval> box;
    for (std::size_t i = 0; i < dim_; ++i)
      box.emplace_back(coordinate(i, cell.corner[i]), coordinate(i, cell.corner[i] + side(cell.depth)));
    return box;
  }
  [[nodiscard]] Point centre(const Cell& cell) const {
    Point x;
    for (std::size_t i = 0; i < dim_; ++i)
      x.push_back(coordinate(i, cell.corner[i] + 0.5 * side(cell.depth)));
    return x;
  }
  [[nodiscard]] std::vector<std::uint32_t> grid_point(const Point& x) const {
    std::vector<std::uint32_t> place;
    for (std::size_t i = 0; i < dim_; ++i) {
      const double share = (x[i] - box_.lower[i]) / (box_.upper[i] - box_.lower[i]);
      place.push_back(std::min(static_cast<std::uint32_t>(std::max(share, 0.0) * side(0)), side(0) - 1));
    }
    return place;
  }
  /// The positive cell that holds a finest cell.
  [[nodiscard]] std::optional<std::size_t> cell_of(const std::vector<std::uint32_t>& place) const {
    for (int depth = 1; depth <= depth_ && depth <= finest_; ++depth) {
      std::vector<std::uint32_t> corner = place;
      for (std::uint32_t& c : corner) c &= ~(side(depth) - 1);
      if (const auto found = index_.find(key(corner, depth)); found != index_.end()) return found->second;
    }
    return std::nullopt;
  }
  /// The positive cell beyond a face, if it is not smaller.
  [[nodiscard]] std::optional<std::size_t> beyond(const Cell& cell, std::size_t axis, int way) const {
    std::vector<std::uint32_t> place = cell.corner;
    if (way < 0 ? place[axis] == 0 : place[axis] + side(cell.depth) >= side(0)) return std::nullopt;
    place[axis] = way < 0 ? place[axis] - 1 : place[axis] + side(cell.depth);
    const auto found = cell_of(place);
    return found && positive_[*found].depth <= cell.depth ? found : std::nullopt;
  }
  [[nodiscard]] std::optional<Point> boundary_point(const Cell& cell) const {
    for (std::size_t i = 0; i < dim_; ++i) {
      Point x = centre(cell);
      if (cell.corner[i] == 0) {
        x[i] = box_.lower[i];
        return x;
      }
      if (cell.corner[i] + side(cell.depth) == side(0)) {
        x[i] = box_.upper[i];
        return x;
      }
    }
    return std::nullopt;
  }
  /// The middle of the common face of two neighbours.
  [[nodiscard]] Point between(const Cell& a, const Cell& b) const {
    const Cell& smaller = a.depth >= b.depth ? a : b;
    const Cell& larger = a.depth >= b.depth ? b : a;
    Point x = centre(smaller);
    for (std::size_t i = 0; i < dim_; ++i) {
      if (smaller.corner[i] + side(smaller.depth) == larger.corner[i]) x[i] = coordinate(i, larger.corner[i]);
      if (larger.corner[i] + side(larger.depth) == smaller.corner[i]) x[i] = coordinate(i, smaller.corner[i]);
    }
    return x;
  }
  [[nodiscard]] std::vector<Point> polyline(const std::vector<std::size_t>& before, std::size_t last,
                                            const Point& end) const {
    std::vector<Point> points{end, centre(positive_[last])};
    for (std::size_t c = last; before[c] != c; c = before[c]) {
      points.push_back(between(positive_[c], positive_[before[c]]));
      points.push_back(centre(positive_[before[c]]));
    }
    points.push_back(from_);
    std::reverse(points.begin(), points.end());
    return points;
  }

  const Point& from_;
  const Box& box_;
  std::size_t dim_;
  int finest_, depth_ = 0;
  FormValues values_;
  std::vector<Cell> open_, positive_;
  std::unordered_map<std::uint64_t, std::size_t> index_;
};

}  // namespace

std::optional<std::vector<Point>> path_by_cells(const SegmentSign& sign, const Point& from, const Box& box,
                                                std::size_t max_segments, const StopToken& stop) {
  if (from.size() < 2 || from.size() > 3) return std::nullopt;
  CellPaths cells(sign, from, box);
  while (cells.refine()) {
    if (stop.stop_requested()) return std::nullopt;
    const auto points = cells.connection();
    if (!points) continue;
    if (auto path = certified_chords(sign, *points, max_segments)) return path;
  }
  return std::nullopt;
}

}  // namespace narrows
