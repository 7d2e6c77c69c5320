#include "levelset/level_area.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/errors.hpp"

namespace narrows {
namespace {

constexpr double kShare =
    0.6;  // of the gap that is missing: one wave halves the cells that make up this much of it
constexpr double kWiden = 0.02;          // of an interval's width, to both sides
constexpr double kSmallest = 1e-7;       // areas below this part of the box need not be told apart from 0
constexpr std::size_t kFirstCells = 64;  // every cell is halved until there are so many

/// Bounds of one area in one cell.
struct Bounds {
  double lower = 0, upper = 0;
};

/// The half-planes of a cut: `surely` ∩ cell ⊂ {Φ > c} ∩ cell ⊂ `maybe` ∩ cell, and the complements.
struct Strip {
  HalfPlane surely, maybe, surely_not, maybe_not;
};

Strip strip_of(const CellBounds& bounds, const Rational& level) {
  Rational slope[2], constant = rational_exact(bounds.centre) - level;
  for (std::size_t k = 0; k < 2; ++k) {
    slope[k] = rational_exact(bounds.slope[k]) / rational_exact(bounds.half[k]);
    constant -= slope[k] * rational_exact(bounds.middle[k]);
  }
  const Rational error = rational_exact(bounds.error);
  return {{slope[0], slope[1], constant - error},
          {slope[0], slope[1], constant + error},
          {-slope[0], -slope[1], -constant - error},
          {-slope[0], -slope[1], error - constant}};
}

class AreaSearch {
 public:
  AreaSearch(const LevelFunction& function, const Box& box, const std::vector<ClassRegion>& regions,
             const LevelAreaOptions& options)
      : function_(function), options_(options), level_(enclose(options.level)) {
    result_.level = options.level;
    result_.box = box;
    result_.regions = regions;
    for (const ClassRegion& region : regions) geometry_.emplace_back(region);
    for (const bool positive : {true, false}) {
      result_.areas.push_back({positive, std::nullopt, true, 0.0, false});
      for (std::size_t k = 0; k < regions.size(); ++k)
        for (const bool inside : {true, false}) result_.areas.push_back({positive, k, inside, 0.0, false});
    }
    smallest_ = kSmallest * (box.upper[0] - box.lower[0]) * (box.upper[1] - box.lower[1]);
  }

  LevelAreaResult run() {
    AreaCell root;
    for (const std::size_t k : {0U, 1U}) {
      root.lower[k] = result_.box.lower[k];
      root.upper[k] = result_.box.upper[k];
    }
    result_.cells = {root};
    std::vector<std::uint32_t> wave{0};
    while (!wave.empty()) {
      measure(wave);
      sum_up();
      if (reached_all()) {
        result_.verdict = Verdict::proved;
        result_.reason = "every area is known to the wanted gap";
        break;
      }
      if (result_.boxes >= options_.max_boxes || options_.stop.stop_requested()) break;
      wave = halve_worst();
    }
    if (result_.verdict != Verdict::proved)
      result_.reason = "the wanted gap was not reached: the areas are proved, but wide";
    widen();
    return std::move(result_);
  }

 private:
  [[nodiscard]] std::size_t count() const { return result_.areas.size(); }

  void measure(const std::vector<std::uint32_t>& wave) {
    std::vector<double> lower, upper;
    for (const std::uint32_t index : wave)
      for (const std::size_t k : {0U, 1U}) {
        lower.push_back(result_.cells[index].lower[k]);
        upper.push_back(result_.cells[index].upper[k]);
      }
    std::vector<CellBounds> found(wave.size());
    function_.on_boxes(lower.data(), upper.data(), wave.size(), level_, false, found.data());
    result_.boxes += wave.size();
    bounds_.resize(result_.cells.size() * count());
    for (std::size_t i = 0; i < wave.size(); ++i) measure_cell(wave[i], found[i]);
  }

  void measure_cell(std::uint32_t index, const CellBounds& bounds) {
    AreaCell& cell = result_.cells[index];
    std::optional<Strip> strip;
    if (bounds.value.lower() > level_.upper()) {
      cell.kind = AreaLeaf::plus;
    } else if (bounds.value.upper() < level_.lower()) {
      cell.kind = AreaLeaf::minus;
    } else {
      const bool usable = std::isfinite(bounds.error) && std::isfinite(bounds.centre) &&
                          std::isfinite(bounds.slope[0]) && std::isfinite(bounds.slope[1]) &&
                          bounds.half[0] > 0 && bounds.half[1] > 0;
      cell.kind = usable ? AreaLeaf::cut : AreaLeaf::undecided;
      if (usable) strip = strip_of(bounds, options_.level);
    }
    const ExactPolygon whole = rectangle(cell.lower, cell.upper);
    record(index, 0, cell.kind, strip, {whole, whole, {}, {}}, nullptr);
    for (std::size_t k = 0; k < geometry_.size(); ++k) {
      const RegionGeometry::Place place = geometry_[k].place(cell.lower, cell.upper);
      if (place == RegionGeometry::Place::crossing) {
        record(index, 1 + 2 * k, cell.kind, strip, geometry_[k].parts(cell.lower, cell.upper), &whole);
      } else {
        copy(index, 0, place == RegionGeometry::Place::inside ? 1 + 2 * k : 2 + 2 * k);
        clear(index, place == RegionGeometry::Place::inside ? 2 + 2 * k : 1 + 2 * k);
      }
    }
  }

  Bounds& at(std::uint32_t index, bool positive, std::size_t entry) {
    return bounds_[index * count() + (positive ? 0 : count() / 2) + entry];
  }

  void copy(std::uint32_t index, std::size_t from, std::size_t to) {
    for (const bool positive : {true, false}) at(index, positive, to) = at(index, positive, from);
  }
  void clear(std::uint32_t index, std::size_t entry) {
    for (const bool positive : {true, false}) at(index, positive, entry) = {};
  }

  /// Areas of {Φ > c} and {Φ < c} in the region whose parts are given, and (entry + 1) in the rest of `whole`, if not null.
  void record(std::uint32_t index, std::size_t entry, AreaLeaf kind, const std::optional<Strip>& strip,
              const RegionGeometry::Parts& parts, const ExactPolygon* whole) {
    const auto area_in = [](const ExactPolygon& polygon, const HalfPlane* h) {
      return h == nullptr ? area(polygon) : area(clipped(polygon, *h));
    };
    // Smallest and largest area of the region's part of a half-plane, and of the rest of the cell.
    const auto least = [&](const HalfPlane* h) {
      return (area_in(parts.inner, h) - area_in(parts.hole_outer, h)).lower();
    };
    const auto most = [&](const HalfPlane* h) {
      return (area_in(parts.outer, h) - area_in(parts.hole_inner, h)).upper();
    };
    const auto least_rest = [&](const HalfPlane* h) {
      return (area_in(*whole, h) - (area_in(parts.outer, h) - area_in(parts.hole_inner, h))).lower();
    };
    const auto most_rest = [&](const HalfPlane* h) {
      return (area_in(*whole, h) - (area_in(parts.inner, h) - area_in(parts.hole_outer, h))).upper();
    };
    for (const bool positive : {true, false}) {
      Bounds inside, rest;
      const bool all = kind == (positive ? AreaLeaf::plus : AreaLeaf::minus),
                 none = kind == (positive ? AreaLeaf::minus : AreaLeaf::plus);
      if (!none) {
        const HalfPlane* surely = strip ? (positive ? &strip->surely : &strip->surely_not) : nullptr;
        const HalfPlane* maybe = strip ? (positive ? &strip->maybe : &strip->maybe_not) : nullptr;
        inside = {all || strip ? std::fmax(0, least(surely)) : 0, most(maybe)};
        if (whole != nullptr) rest = {all || strip ? std::fmax(0, least_rest(surely)) : 0, most_rest(maybe)};
      }
      at(index, positive, entry) = inside;
      if (whole != nullptr) at(index, positive, entry + 1) = rest;
    }
  }

  [[nodiscard]] bool is_leaf(std::size_t index) const { return result_.cells[index].child == 0; }

  void sum_up() {
    std::vector<Interval> sums(count(), 0.0);
    for (std::size_t index = 0; index < result_.cells.size(); ++index) {
      if (!is_leaf(index)) continue;
      for (std::size_t e = 0; e < count(); ++e)
        sums[e] += Interval(bounds_[index * count() + e].lower, bounds_[index * count() + e].upper);
    }
    for (std::size_t e = 0; e < count(); ++e) {
      LevelArea& area = result_.areas[e];
      area.area = Interval(std::fmax(0, sums[e].lower()), std::fmax(0, sums[e].upper()));
      area.reached = (1 + 2 * kWiden) * (area.area.upper() - area.area.lower()) <=
                     options_.gap * std::fmax(area.area.lower(), smallest_);
    }
  }

  [[nodiscard]] bool reached_all() const {
    return result_.cells.size() >= kFirstCells &&
           std::all_of(result_.areas.begin(), result_.areas.end(),
                       [](const LevelArea& area) { return area.reached; });
  }

  /// The leaves that add most to gaps that are still too wide.
  std::vector<std::uint32_t> halve_worst() {
    std::vector<double> weight(count(), 0);
    for (std::size_t e = 0; e < count(); ++e)
      if (!result_.areas[e].reached)
        weight[e] = 1 / (result_.areas[e].area.upper() - result_.areas[e].area.lower());
    std::vector<std::pair<double, std::uint32_t>> shares;
    double total = 0;
    for (std::size_t index = 0; index < result_.cells.size(); ++index) {
      if (!is_leaf(index)) continue;
      double share = result_.cells.size() < kFirstCells ? 1 : 0;
      for (std::size_t e = 0; e < count(); ++e)
        share = std::fmax(
            share, weight[e] * (bounds_[index * count() + e].upper - bounds_[index * count() + e].lower));
      if (!(share > 0)) continue;
      shares.emplace_back(share, static_cast<std::uint32_t>(index));
      total += share;
    }
    std::sort(shares.begin(), shares.end(), [](const auto& a, const auto& b) {
      return a.first != b.first ? a.first > b.first : a.second < b.second;
    });
    std::vector<std::uint32_t> wave;
    double covered = 0;
    for (const auto& [share, index] : shares) {
      if (covered > kShare * total) break;
      covered += share;
      halve(index, &wave);
    }
    return wave;
  }

  void halve(std::uint32_t index, std::vector<std::uint32_t>* wave) {
    const AreaCell parent = result_.cells[index];
    const std::uint8_t axis = parent.upper[0] - parent.lower[0] >= parent.upper[1] - parent.lower[1] ? 0 : 1;
    const double middle = 0.5 * parent.lower[axis] + 0.5 * parent.upper[axis];
    if (!(middle > parent.lower[axis] && middle < parent.upper[axis])) return;
    const auto child = static_cast<std::uint32_t>(result_.cells.size());
    result_.cells[index].child = child;
    result_.cells[index].axis = axis;
    AreaCell half = parent;
    half.upper[axis] = middle;
    result_.cells.push_back(half);
    half.upper[axis] = parent.upper[axis];
    half.lower[axis] = middle;
    result_.cells.push_back(half);
    wave->push_back(child);
    wave->push_back(child + 1);
  }

  /// Room for another computation with forms of its own, and for its rounding.
  void widen() {
    const double rounding = 1e-5 * smallest_;
    for (LevelArea& area : result_.areas) {
      const double margin = kWiden * (area.area.upper() - area.area.lower()) + rounding;
      area.area =
          Interval(std::fmax(0, next_down(area.area.lower() - margin)), next_up(area.area.upper() + margin));
    }
  }

  const LevelFunction& function_;
  const LevelAreaOptions& options_;
  Interval level_;
  LevelAreaResult result_;
  std::vector<RegionGeometry> geometry_;
  std::vector<Bounds> bounds_;  // per cell, per area
  double smallest_ = 0;
};

}  // namespace

LevelAreaResult level_areas(const LevelFunction& function, const Box& box,
                            const std::vector<ClassRegion>& regions, const LevelAreaOptions& options) {
  if (function.dim() != 2 || box.dim() != 2)
    throw InputError("areas", "they exist for two inputs, this network has " + std::to_string(function.dim()),
                     "leave out the class regions");
  for (const ClassRegion& region : regions) require_valid(region, "region");
  return AreaSearch(function, box, regions, options).run();
}

}  // namespace narrows
