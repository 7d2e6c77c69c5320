#include "polyhedral/pattern_regions.hpp"

#include <set>
#include <utility>

namespace narrows {
namespace {

using Row = std::vector<Integer>;

/// A cell of the neurons decided so far, in the middle of a stage.
struct Cell {
  PatternRegion region;
  std::vector<Row> values;   ///< of the stage, before the kinks; x0 last
  std::size_t stage = 0;
  std::size_t neuron = 0;    ///< next of the stage
};

std::vector<Row> stage_values(const Stage& stage, const std::vector<Row>& state) {
  const std::size_t columns = state.back().size();
  std::vector<Row> values(stage.rows + 1, Row(columns));
  for (std::size_t i = 0; i < stage.rows; ++i) {
    for (std::size_t k = 0; k < stage.cols; ++k) {
      const Integer& w = stage.weight[i * stage.cols + k];
      if (w == 0) continue;
      for (std::size_t j = 0; j < columns; ++j) values[i][j] += w * state[k][j];
    }
  }
  values.back() = state.back();
  for (Integer& x : values.back()) x *= stage.denominator;
  return values;
}

/// The state after the kinks of a stage whose neurons are decided.
std::vector<Row> after_kinks(const Stage& stage, const Cell& cell) {
  std::vector<Row> state = cell.values;
  const auto first = static_cast<std::ptrdiff_t>(stage.first_neuron);
  for (std::size_t i = 0; i < state.size(); ++i) {
    const bool keeps = i >= stage.neurons || cell.region.positive[static_cast<std::size_t>(first) + i];
    for (Integer& x : state[i]) x *= keeps ? stage.slope_denominator : stage.slope_numerator;
  }
  return state;
}

Rational at(const Row& row, const RationalPoint& x) {
  Rational sum(row.back());
  for (std::size_t i = 0; i < x.size(); ++i) sum += Rational(row[i]) * x[i];
  return sum;
}

Row negated(Row row) {
  for (Integer& x : row) x = -x;
  return row;
}

bool is_zero(const Row& row) {
  for (const Integer& x : row)
    if (x != 0) return false;
  return true;
}

bool is_interior(const RationalPoint& x, const HalfSpaces& sides, const Row& below) {
  if (at(below, x) >= 0) return false;
  for (const Row& side : sides)
    if (at(side, x) <= 0) return false;
  return true;
}

/// A point with short coordinates beside x that is inside the cell and below the row, too; x itself if there is none.
RationalPoint shortened(const RationalPoint& x, const HalfSpaces& sides, const Row& below) {
  for (unsigned bits = 4; bits <= 128; bits *= 2) {
    const Rational unit = Rational(Integer(1) << bits);
    RationalPoint near;
    for (const Rational& t : x) {
      const Rational scaled = t * unit;
      near.push_back(Rational(Integer(numerator(scaled) / denominator(scaled))) / unit);
    }
    if (is_interior(near, sides, below)) return near;
  }
  return x;
}

/// A point inside the cell where the row is negative, between an interior point and a target in the closed cell below the row.
RationalPoint towards(const RationalPoint& interior, const RationalPoint& target, const Row& row) {
  for (Rational step = Rational(1) / 2;; step = (1 + step) / 2) {
    RationalPoint x = interior;
    for (std::size_t i = 0; i < x.size(); ++i) x[i] += step * (target[i] - interior[i]);
    if (at(row, x) < 0) return x;
  }
}

/// An interior point where the row is negative, if there is one.
std::optional<RationalPoint> interior_point_below(const PatternRegion& region, const Row& row) {
  if (at(row, region.interior) < 0) return region.interior;
  const auto target = point_where_negative(region.sides, row);
  if (!target) return std::nullopt;
  return shortened(towards(region.interior, *target, row), region.sides, row);
}

class Enumeration {
 public:
  Enumeration(const Stages& net, const PatternOptions& options) : net_(net), options_(options) {}

  PatternRegions run() {
    std::vector<Cell> open{root()};
    while (!open.empty()) {
      if (options_.stop.stop_requested() || found_.regions.size() > options_.max_regions) return std::move(found_);
      Cell cell = std::move(open.back());
      open.pop_back();
      advance(std::move(cell), &open);
    }
    found_.complete = true;
    return std::move(found_);
  }

 private:
  Cell root() const {
    Cell cell;
    const std::size_t d = net_.input_dim;
    cell.region.positive.assign(net_.neurons, false);
    cell.region.interior.assign(d, Rational(0));
    std::vector<Row> state(d + 1, Row(d + 1));
    for (std::size_t i = 0; i <= d; ++i) state[i][i] = 1;
    for (std::size_t i = 0; options_.box && i < d; ++i) {
      const Rational lower = rational_exact(options_.box->lower[i]), upper = rational_exact(options_.box->upper[i]);
      Row above(d + 1), below(d + 1);
      above[i] = denominator(lower);
      above[d] = -numerator(lower);
      below[i] = -denominator(upper);
      below[d] = numerator(upper);
      cell.region.sides.push_back(std::move(above));
      cell.region.sides.push_back(std::move(below));
      cell.region.interior[i] = (lower + upper) / 2;
    }
    cell.values = stage_values(net_.stages[0], state);
    return cell;
  }

  /// Decides neurons until one has both signs on the cell, or the last stage is reached.
  void advance(Cell cell, std::vector<Cell>* open) {
    for (;;) {
      const Stage& stage = net_.stages[cell.stage];
      if (cell.neuron < stage.neurons) {
        if (Cell other; split(&cell, &other)) open->push_back(std::move(other));
        continue;
      }
      if (cell.stage + 1 == net_.stages.size()) break;
      const std::vector<Row> state = after_kinks(stage, cell);
      cell.values = stage_values(net_.stages[++cell.stage], state);
      cell.neuron = 0;
    }
    cell.region.value = cell.values[0];
    cell.region.scale = cell.values.back().back();
    found_.regions.push_back(std::move(cell.region));
  }

  /// The next neuron: sets its sign on the cell; if it has both, the cell becomes the negative side and *other the positive one.
  bool split(Cell* cell, Cell* other) const {
    const Row row = cell->values[cell->neuron];
    const std::size_t number = net_.stages[cell->stage].first_neuron + cell->neuron++;
    if (is_zero(row)) return false;
    const Row opposite = negated(row);
    auto above = interior_point_below(cell->region, opposite);
    if (!above) return false;
    auto below = interior_point_below(cell->region, row);
    if (below) *other = *cell;
    Cell& upper = below ? *other : *cell;
    upper.region.positive[number] = true;
    if (!below) return false;
    other->region.interior = *std::move(above);
    other->region.sides.push_back(row);
    cell->region.interior = *std::move(below);
    cell->region.sides.push_back(opposite);
    return true;
  }

  const Stages& net_;
  const PatternOptions& options_;
  PatternRegions found_;
};

}  // namespace

PatternRegions enumerate_patterns(const Stages& net, const PatternOptions& options) { return Enumeration(net, options).run(); }

std::size_t count_affine_pieces(const std::vector<PatternRegion>& regions) {
  std::set<std::vector<Rational>> different;
  for (const PatternRegion& region : regions) {
    std::vector<Rational> map;
    for (const Integer& x : region.value) map.push_back(Rational(x) / Rational(region.scale));
    different.insert(std::move(map));
  }
  return different.size();
}

}  // namespace narrows
