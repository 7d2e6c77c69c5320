// The search: cells first, then the boundaries of the monotone ones, in waves so that the kernels see many boxes at once.
#include "levelset/level_curve.hpp"

#include <algorithm>
#include <cmath>

#include "levelset/curve_topology.hpp"

namespace narrows {
namespace {

constexpr std::size_t kWave = 4096;  // cells per wave
constexpr std::size_t kEdgePieces =
    8;  // an edge that is neither signed nor monotone as a whole is tried in pieces
constexpr double kShortEdge = 1e-5;  // relative to max(1, |x|): short enough for high precision to pay
constexpr double kCornerCells =
    0x1p-7;  // cells round a corner on the level are cut down to this part of the box

class Search {
 public:
  Search(const LevelFunction& function, const Box& box, const LevelCurveOptions& options)
      : function_(function),
        options_(options),
        level_(enclose(options.level)),
        result_(CellComplex(box), options.level),
        cells_(result_.cells) {
    for (std::size_t k = 0; k < box.dim(); ++k)
      corner_width_[k] = kCornerCells * (box.upper[k] - box.lower[k]);
  }

  LevelCurveResult run() {
    open_ = {0};
    while (!result_.stopped && (!open_.empty() || !pending_.empty())) {
      if (!open_.empty())
        test_open_cells();
      else
        look_at_boundaries();
      if (result_.boxes >= options_.max_boxes || options_.stop.stop_requested()) result_.stopped = true;
    }
    give_up_rest();
    find_topology(function_, &result_);
    return std::move(result_);
  }

 private:
  // ---- cells

  void test_open_cells() {
    const std::size_t count = std::min(kWave, open_.size());
    const std::vector<std::uint32_t> wave(open_.end() - static_cast<std::ptrdiff_t>(count), open_.end());
    open_.resize(open_.size() - count);
    corners_.clear();
    for (const std::uint32_t index : wave) add_box(cells_.cell(index).lower, cells_.cell(index).upper);
    enclose_boxes(true);
    for (std::size_t i = 0; i < count; ++i) settle_cell(wave[i], found_[i]);
  }

  void settle_cell(std::uint32_t index, const CellBounds& bounds) {
    LevelCell& cell = cells_.cell(index);
    if (bounds.value.lower() > level_.upper()) {
      cell.kind = CellKind::plus;
    } else if (bounds.value.upper() < level_.lower()) {
      cell.kind = CellKind::minus;
    } else {
      if (bounds.direction[0] != 0 || bounds.direction[1] != 0)
        for (std::size_t k = 0; k < cells_.dim(); ++k) cell.direction[k] = bounds.direction[k];
      // A direction that was found on a larger cell holds here as well.
      if (cell.direction[0] != 0 || cell.direction[1] != 0) {
        cell.kind = CellKind::monotone;
        wait(index);
      } else {
        split_or_give_up(index, longest_axis(cell));
      }
    }
  }

  std::size_t longest_axis(const LevelCell& cell) const {
    if (cells_.dim() == 1) return 0;
    const LevelCell& root = cells_.cell(0);
    const double x = (cell.upper[0] - cell.lower[0]) / (root.upper[0] - root.lower[0]),
                 y = (cell.upper[1] - cell.lower[1]) / (root.upper[1] - root.lower[1]);
    return x >= y ? 0 : 1;
  }

  [[nodiscard]] bool is_narrow(const LevelCell& cell, std::size_t axis) const {
    return !(cell.upper[axis] - cell.lower[axis] >
             options_.min_width *
                 std::fmax(1.0, std::fmax(std::fabs(cell.lower[axis]), std::fabs(cell.upper[axis]))));
  }

  void split_or_give_up(std::uint32_t index, std::size_t axis) {
    if (is_narrow(cells_.cell(index), axis) && cells_.dim() == 2) axis = 1 - axis;
    if (is_narrow(cells_.cell(index), axis) || !cells_.can_split(index, axis)) {
      cells_.cell(index).kind = CellKind::undecided;
      return;
    }
    touched_.clear();
    const std::uint32_t child = cells_.split(index, axis, &touched_);
    open_.push_back(child);
    open_.push_back(child + 1);
    for (const std::uint32_t neighbour : touched_)
      if (cells_.cell(neighbour).kind == CellKind::monotone) wait(neighbour);
  }

  void wait(std::uint32_t index) {
    LevelCell& cell = cells_.cell(index);
    if (cell.pending) return;
    cell.pending = true;
    pending_.push_back(index);
  }

  // ---- boundaries

  void look_at_boundaries() {
    std::vector<std::uint32_t> wave;
    while (!pending_.empty() && wave.size() < kWave) {
      const std::uint32_t index = pending_.back();
      pending_.pop_back();
      if (!cells_.cell(index).is_leaf() || !cells_.cell(index).pending) continue;
      cells_.cell(index).pending = false;
      wave.push_back(index);
    }
    if (cells_.dim() == 1) return look_at_ends(wave);
    settle_edges(wave);
    settle_vertices(wave);
    for (const std::uint32_t index : wave)
      if (cells_.cell(index).is_leaf() && cells_.cell(index).kind == CellKind::monotone) judge(index);
  }

  template <class Action>
  void for_each_edge(std::uint32_t index, Action action) {
    for (const auto& sides : cells_.cell(index).side)
      for (const auto& side : sides)
        for (const std::uint32_t edge : side) action(edge);
  }

  /// An edge of a cell with a sign has that sign, and so have its ends.
  void take_sign_of_cells(LevelEdge& edge) {
    for (const std::uint32_t index : edge.cell) {
      if (index == kOutside) continue;
      const CellKind kind = cells_.cell(index).kind;
      if (kind == CellKind::plus || kind == CellKind::minus) set_sign(edge, kind == CellKind::plus);
    }
  }

  void set_sign(LevelEdge& edge, bool plus) {
    edge.kind = plus ? EdgeKind::plus : EdgeKind::minus;
    for (const std::uint32_t vertex : edge.vertex) cells_.vertex(vertex).sign = plus ? 1 : -1;
  }

  void settle_edges(const std::vector<std::uint32_t>& wave) {
    std::vector<std::uint32_t> edges;
    for (const std::uint32_t index : wave)
      for_each_edge(index, [&](std::uint32_t e) {
        LevelEdge& edge = cells_.edge(e);
        if (edge.kind != EdgeKind::plus && edge.kind != EdgeKind::minus) take_sign_of_cells(edge);
        if (edge.kind != EdgeKind::unknown) return;
        edge.kind = EdgeKind::bad;  // until more is known; also keeps it from being listed twice
        edges.push_back(e);
      });
    enclose_edges(edges, 1);
    std::vector<std::uint32_t> hard;
    for (std::size_t i = 0; i < edges.size(); ++i)
      if (!settle_edge(edges[i], &found_[i], 1)) hard.push_back(edges[i]);
    enclose_edges(hard, kEdgePieces);
    for (std::size_t i = 0; i < hard.size(); ++i)
      if (!settle_edge(hard[i], &found_[i * kEdgePieces], kEdgePieces))
        settle_short_edge(hard[i], &found_[i * kEdgePieces]);
  }

  /// Where the curve almost touches an edge, rounding in doubles hides the sign of Φ − c: the mean value form with the difference at
  /// the middle of each piece in high precision.
  void settle_short_edge(std::uint32_t index, const CellBounds* bounds) {
    const LevelEdge& edge = cells_.edge(index);
    if (!(length(edge) < kShortEdge * std::fmax(1.0, std::fabs(cells_.vertex(edge.vertex[0]).at[edge.axis]))))
      return;
    bool above = true, below = true;
    for (std::size_t k = 0; k < kEdgePieces && (above || below); ++k) {
      const Interval piece = piece_of(edge, k, kEdgePieces);
      Interval difference = bounds[k].value - level_;
      if (!excludes_zero(difference) && bounds[k].has_gradient) {
        double middle[2] = {cells_.vertex(edge.vertex[0]).at[0], cells_.vertex(edge.vertex[0]).at[1]};
        middle[edge.axis] = midpoint(piece);
        difference = function_.difference_at(middle, options_.level) +
                     bounds[k].gradient[edge.axis] * (piece - Interval(middle[edge.axis]));
      }
      above = above && is_positive(difference);
      below = below && is_negative(difference);
    }
    if (above || below) set_sign(cells_.edge(index), above);
  }

  /// The k-th of `pieces` pieces of an edge: they cover it.
  [[nodiscard]] Interval piece_of(const LevelEdge& edge, std::size_t k, std::size_t pieces) const {
    const double from = cells_.vertex(edge.vertex[0]).at[edge.axis],
                 to = cells_.vertex(edge.vertex[1]).at[edge.axis];
    const auto cut = [&](std::size_t i) {
      if (i == 0 || i == pieces) return i == 0 ? from : to;
      return std::clamp(from + (to - from) * (static_cast<double>(i) / static_cast<double>(pieces)), from,
                        to);
    };
    return {cut(k), cut(k + 1)};
  }

  void enclose_edges(const std::vector<std::uint32_t>& edges, std::size_t pieces) {
    corners_.clear();
    for (const std::uint32_t e : edges) {
      const LevelEdge& edge = cells_.edge(e);
      const LevelVertex &a = cells_.vertex(edge.vertex[0]), &b = cells_.vertex(edge.vertex[1]);
      for (std::size_t k = 0; k < pieces; ++k) {
        double lower[2] = {a.at[0], a.at[1]}, upper[2] = {b.at[0], b.at[1]};
        const Interval piece = piece_of(edge, k, pieces);
        lower[edge.axis] = piece.lower();
        upper[edge.axis] = piece.upper();
        add_box(lower, upper);
      }
    }
    enclose_boxes(true);
  }

  /// All pieces of one strict sign, or all derivatives along the edge of one strict sign.
  bool settle_edge(std::uint32_t index, const CellBounds* bounds, std::size_t pieces) {
    LevelEdge& edge = cells_.edge(index);
    bool above = true, below = true, rises = true, falls = true;
    for (std::size_t k = 0; k < pieces; ++k) {
      above = above && bounds[k].value.lower() > level_.upper();
      below = below && bounds[k].value.upper() < level_.lower();
      rises = rises && bounds[k].has_gradient && is_positive(bounds[k].gradient[edge.axis]);
      falls = falls && bounds[k].has_gradient && is_negative(bounds[k].gradient[edge.axis]);
    }
    if (above || below)
      set_sign(edge, above);
    else if (rises || falls)
      edge.kind = EdgeKind::monotone;
    return above || below || rises || falls;
  }

  void settle_vertices(const std::vector<std::uint32_t>& wave) {
    std::vector<std::uint32_t> vertices;
    for (const std::uint32_t index : wave)
      for_each_edge(index, [&](std::uint32_t e) {
        for (const std::uint32_t v : cells_.edge(e).vertex) {
          if (cells_.vertex(v).sign != LevelVertex::kUnknown) continue;
          cells_.vertex(v).sign = 0;  // until more is known
          vertices.push_back(v);
        }
      });
    corners_.clear();
    for (const std::uint32_t v : vertices) add_box(cells_.vertex(v).at, cells_.vertex(v).at);
    enclose_boxes(false);
    for (std::size_t i = 0; i < vertices.size(); ++i)
      cells_.vertex(vertices[i]).sign = sign_of(found_[i], cells_.vertex(vertices[i]).at);
  }

  std::int8_t sign_of(const CellBounds& bounds, const double* x) const {
    if (bounds.value.lower() > level_.upper()) return 1;
    if (bounds.value.upper() < level_.lower()) return -1;
    return static_cast<std::int8_t>(function_.sign_at(x, options_.level));
  }

  /// Either the cell's boundary is as it must be, or the cell is cut (or given up).
  void judge(std::uint32_t index) {
    if (cells_.cell(index).pending) return;  // a cut next door gave it a new vertex meanwhile
    int crossed = 0;
    bool zero_corner = false;
    std::optional<std::uint32_t> bad;
    for_each_edge(index, [&](std::uint32_t e) {
      const LevelEdge& edge = cells_.edge(e);
      if (edge.kind == EdgeKind::bad && (!bad || length(edge) > length(cells_.edge(*bad)))) bad = e;
      for (const std::uint32_t v : edge.vertex) zero_corner = zero_corner || cells_.vertex(v).sign == 0;
      crossed += cells_.is_crossed(edge) ? 1 : 0;
    });
    LevelCell& cell = cells_.cell(index);
    if (zero_corner) {
      // No cut removes it: what is left is to show where it is.
      const std::size_t axis = longest_axis(cell);
      if (cell.upper[axis] - cell.lower[axis] > corner_width_[axis])
        split_or_give_up(index, axis);
      else
        cell.kind = CellKind::undecided;
    } else if (bad) {
      split_or_give_up(index, cells_.edge(*bad).axis);
    } else if (crossed != 0 && crossed != 2) {
      split_or_give_up(index, longest_axis(cell));
    } else if (crossed == 2) {
      refine(index);
    }
  }

  /// A settled cell is cut for a finer picture only, so never through a point of the curve, which would unsettle it.
  void refine(std::uint32_t index) {
    const std::size_t longest = longest_axis(cells_.cell(index));
    for (const std::size_t axis : {longest, 1 - longest}) {
      const LevelCell& cell = cells_.cell(index);
      if (cells_.dim() == 1 && axis == 1) continue;
      if (cell.upper[axis] - cell.lower[axis] > options_.max_crossed_width && !is_narrow(cell, axis) &&
          cells_.can_split(index, axis) && has_strict_ends(cell, axis))
        return split_or_give_up(index, axis);
    }
  }

  /// The ends of the cut across `axis` have strict signs.
  bool has_strict_ends(const LevelCell& cell, std::size_t axis) {
    corners_.clear();
    for (const double* side : {cell.lower, cell.upper}) {
      double point[2] = {side[0], side[1]};
      point[axis] = 0.5 * cell.lower[axis] + 0.5 * cell.upper[axis];
      add_box(point, point);
    }
    enclose_boxes(false);
    for (std::size_t i = 0; i < 2; ++i)
      if (sign_of(found_[i], corners_.lower.data() + i * cells_.dim()) == 0) return false;
    return true;
  }

  [[nodiscard]] double length(const LevelEdge& edge) const {
    return cells_.vertex(edge.vertex[1]).at[edge.axis] - cells_.vertex(edge.vertex[0]).at[edge.axis];
  }

  /// d = 1: both ends of a monotone cell need a strict sign.
  void look_at_ends(const std::vector<std::uint32_t>& wave) {
    for (const std::uint32_t index : wave) {
      if (!cells_.cell(index).is_leaf() || cells_.cell(index).kind != CellKind::monotone) continue;
      LevelCell& cell = cells_.cell(index);
      result_.boxes += 2;
      const bool strict = function_.sign_at(cell.lower, options_.level) != 0 &&
                          function_.sign_at(cell.upper, options_.level) != 0;
      if (!strict)
        cell.kind = CellKind::undecided;
      else
        refine(index);
    }
  }

  // ---- the rest

  void give_up_rest() {
    for (const std::uint32_t index : open_) cells_.cell(index).kind = CellKind::undecided;
    for (const std::uint32_t index : pending_)
      if (cells_.cell(index).is_leaf() && cells_.cell(index).pending)
        cells_.cell(index).kind = CellKind::undecided;
  }

  void add_box(const double* lower, const double* upper) {
    for (std::size_t k = 0; k < cells_.dim(); ++k) {
      corners_.lower.push_back(lower[k]);
      corners_.upper.push_back(upper[k]);
    }
  }

  void enclose_boxes(bool gradient) {
    const std::size_t count = corners_.lower.size() / cells_.dim();
    found_.resize(count);
    function_.on_boxes(corners_.lower.data(), corners_.upper.data(), count, level_, gradient, found_.data());
    result_.boxes += count;
  }

  struct Corners {
    std::vector<double> lower, upper;
    void clear() {
      lower.clear();
      upper.clear();
    }
  };

  const LevelFunction& function_;
  const LevelCurveOptions& options_;
  Interval level_;
  LevelCurveResult result_;
  CellComplex& cells_;
  double corner_width_[kMaxCellDim] = {};
  std::vector<std::uint32_t> open_, pending_, touched_;
  Corners corners_;
  std::vector<CellBounds> found_;
};

}  // namespace

LevelCurveResult level_curve(const LevelFunction& function, const Box& box,
                             const LevelCurveOptions& options) {
  return Search(function, box, options).run();
}

}  // namespace narrows
