// Theorem E: which simplices a manifold may meet, and the errors along it. The manifold is covered by boxes from interval parameters.
#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "arith/elementary.hpp"
#include "base/errors.hpp"
#include "construct/kuhn_piece.hpp"

namespace narrows {
namespace {

/// A box that holds a piece of the manifold, and enclosures of its unit tangent, or (sphere) of its unit normal.
struct Patch {
  std::vector<Interval> box, direction;
  bool is_normal = false;
};

const Interval kRadius = Interval(2.0) / Interval(5.0);

Patch circle_patch(const Interval& t) {
  const Interval c = cos(t), s = sin(t);
  return {{Interval(0.5) + kRadius * c, Interval(0.5) + kRadius * s}, {-s, c}};
}

Patch curve_patch(const Interval& t) {
  const Interval c = cos(t), s = sin(t), two_t = t * Interval(2.0), half = kRadius * Interval(0.5);
  Patch patch{{Interval(0.5) + kRadius * c, Interval(0.5) + kRadius * s, Interval(0.5) + half * sin(two_t)},
              {}};
  // γ' = r (−sin t, cos t, cos 2t), |γ'| = r √(1 + cos² 2t).
  const Interval steep = cos(two_t), length = sqrt(Interval(1.0) + square(steep));
  patch.direction = {-s / length, c / length, steep / length};
  return patch;
}

Patch sphere_patch(const Interval& longitude, const Interval& latitude) {
  const Interval c = cos(latitude);
  Patch patch{{}, {c * cos(longitude), c * sin(longitude), sin(latitude)}, true};
  for (const Interval& n : patch.direction) patch.box.push_back(Interval(0.5) + kRadius * n);
  return patch;
}

/// [from + k·length/parts, from + (k+1)·length/parts], outward.
Interval part_of(const Interval& from, const Interval& length, std::size_t k, std::size_t parts) {
  const Interval step = length / Interval(static_cast<double>(parts));
  return hull(from + step * Interval(static_cast<double>(k)),
              from + step * Interval(static_cast<double>(k + 1)));
}

/// The part of the manifold over a rectangle of parameters; curves have one.
struct Part {
  Interval longitude, latitude;
};

/// What the errors may be on a part, and what they are at least somewhere in it.
struct Finding {
  Part part;
  double value = 0, gradient = 0, least_value = kInfinity, least_gradient = kInfinity;
};

class ManifoldSearch {
 public:
  ManifoldSearch(NodalTable& table, const std::string& manifold, const StopToken& stop)
      : table_(table),
        manifold_(manifold),
        stop_(stop),
        value_(kTolerance),
        gradient_(kTolerance),
        orders_(all_orders(table.dim())) {}

  /// Boxes about a tenth of the mesh in size, and smaller on curves, choose the hats; where an error may be the largest they are bisected.
  void run() {
    const Interval turn = pi(Interval(1.0)) * Interval(2.0);
    const std::size_t around = (manifold_ == "sphere" ? 24 : 96) * table_.n(),
                      rows = manifold_ == "sphere" ? around / 2 : 1;
    for (std::size_t j = 0; j < rows && !stop_.stop_requested(); ++j) {
      const Interval latitude =
          rows == 1 ? Interval(0.0) : part_of(turn * Interval(-0.25), turn * Interval(0.5), j, rows);
      // Fewer parts where the circle of latitude is short.
      const auto parts = std::max<std::size_t>(
          8, static_cast<std::size_t>(std::ceil(static_cast<double>(around) * magnitude(cos(latitude)))));
      for (std::size_t k = 0; k < parts; ++k) {
        found_.push_back(examine({part_of(0.0, turn, k, parts), latitude}, true));
        note(found_.back());
      }
    }
    for (const Finding& finding : found_) settle(finding, kHalvings);
  }

  ManifoldError result() {
    ManifoldError result;
    result.nodes.assign(nodes_.begin(), nodes_.end());
    result.error = {value_.result(), gradient_.result(), {}, {}};
    result.patches = found_.size();
    return result;
  }

 private:
  /// Cells [k, k+1] of one axis that may meet an interval of x.
  [[nodiscard]] std::pair<std::size_t, std::size_t> cells_of(const Interval& x) const {
    const Interval scaled = x * Interval(static_cast<double>(table_.n()));
    const auto bounded = [&](double k) {
      return static_cast<std::size_t>(std::clamp(k, 0.0, static_cast<double>(table_.n() - 1)));
    };
    return {bounded(std::ceil(scaled.lower()) - 1), bounded(std::floor(scaled.upper()))};
  }

  /// False only if the box misses the simplex: y_{order[0]} >= y_{order[1]} >= … in the cell.
  [[nodiscard]] bool may_meet(const KuhnSimplex& simplex, const std::vector<Interval>& box) const {
    std::vector<Interval> y;
    for (std::size_t k = 0; k < box.size(); ++k)
      y.push_back(box[k] * Interval(static_cast<double>(table_.n())) -
                  Interval(static_cast<double>(simplex.cell[k])));
    for (std::size_t k = 0; k < y.size(); ++k)
      if (y[k].upper() < 0 || y[k].lower() > 1) return false;
    for (std::size_t j = 0; j + 1 < y.size(); ++j)
      if (y[simplex.order[j]].upper() < y[simplex.order[j + 1]].lower()) return false;
    return true;
  }

  [[nodiscard]] Patch patch_of(const Part& part) const {
    if (manifold_ == "sphere") return sphere_patch(part.longitude, part.latitude);
    return manifold_ == "circle" ? circle_patch(part.longitude) : curve_patch(part.longitude);
  }

  /// Every point of the patch is in some simplex that it meets: what holds in all of them occurs.
  void note(const Finding& finding) {
    value_.occurs(Interval(finding.least_value));
    gradient_.occurs(Interval(finding.least_gradient));
  }

  void settle(const Finding& finding, int halvings) {
    const Interval value(finding.value), gradient(finding.gradient);
    if (halvings == 0 || (value_.settles(value) && gradient_.settles(gradient)) || stop_.stop_requested()) {
      value_.take(value);
      gradient_.take(gradient);
      return;
    }
    std::vector<Part> parts;
    for (const Interval& longitude : halves(finding.part.longitude))
      for (const Interval& latitude : halves(finding.part.latitude)) parts.push_back({longitude, latitude});
    std::vector<Finding> findings;
    for (const Part& part : parts) {
      findings.push_back(examine(part, false));
      note(findings.back());
    }
    for (const Finding& half : findings) settle(half, halvings - 1);
  }
  static std::vector<Interval> halves(const Interval& x) {
    const double middle = midpoint(x);
    if (!(x.lower() < middle && middle < x.upper())) return {x};
    return {Interval(x.lower(), middle), Interval(middle, x.upper())};
  }

  Finding examine(const Part& part, bool choose_hats) {
    Finding finding{part};
    const Patch patch = patch_of(part);
    std::vector<std::pair<std::size_t, std::size_t>> ranges;
    for (const Interval& x : patch.box) ranges.push_back(cells_of(x));
    MeshNode cell;
    for (const auto& [low, high] : ranges) cell.push_back(low);
    for (;;) {
      for (const auto& order : orders_) {
        const KuhnSimplex simplex{cell, order};
        if (!may_meet(simplex, patch.box)) continue;
        if (choose_hats) choose(simplex);
        meet_simplex(simplex, patch, &finding);
      }
      std::size_t i = 0;
      while (i < cell.size() && ++cell[i] > ranges[i].second) {
        cell[i] = ranges[i].first;
        ++i;
      }
      if (i == cell.size()) return finding;
    }
  }

  void choose(const KuhnSimplex& simplex) {
    MeshNode vertex = simplex.cell;
    nodes_.insert(vertex);
    for (const std::size_t k : simplex.order) {
      ++vertex[k];
      nodes_.insert(vertex);
    }
  }

  void meet_simplex(const KuhnSimplex& simplex, const Patch& patch, Finding* finding) {
    const auto found = pieces_.find({simplex.cell, simplex.order});
    const KuhnPiece& piece =
        found != pieces_.end()
            ? found->second
            : pieces_.emplace(std::pair(simplex.cell, simplex.order), KuhnPiece(table_, simplex))
                  .first->second;
    std::vector<Interval> middle;
    for (const Interval& side : patch.box) middle.emplace_back(midpoint(side));
    const KuhnPiece::Error error = piece.error_on(patch.box, middle, piece.error_at(middle));
    Interval along = 0.0;
    for (std::size_t k = 0; k < patch.box.size(); ++k) along += error.gradient[k] * patch.direction[k];
    if (patch.is_normal) {
      // |∇e − (∇e·ν) ν|.
      Interval sum = 0.0;
      for (std::size_t k = 0; k < patch.box.size(); ++k)
        sum += square(error.gradient[k] - along * patch.direction[k]);
      along = sqrt(sum);
    }
    finding->value = std::fmax(finding->value, magnitude(error.value));
    finding->gradient = std::fmax(finding->gradient, magnitude(along));
    finding->least_value = std::fmin(finding->least_value, least(error.value));
    finding->least_gradient = std::fmin(finding->least_gradient, least(along));
  }
  static double least(const Interval& x) {
    return x.lower() > 0 ? x.lower() : x.upper() < 0 ? -x.upper() : 0.0;
  }

  static constexpr double kTolerance = 0.02;
  static constexpr int kHalvings = 4;
  NodalTable& table_;
  const std::string& manifold_;
  const StopToken& stop_;
  SupremumSearch value_, gradient_;
  std::vector<std::vector<std::size_t>> orders_;
  std::vector<Finding> found_;
  std::set<MeshNode> nodes_;
  std::map<std::pair<MeshNode, std::vector<std::size_t>>, KuhnPiece> pieces_;
};

}  // namespace

ManifoldError manifold_error(NodalTable& table, const std::string& manifold, const StopToken& stop) {
  const std::size_t dim = manifold == "circle" ? 2 : manifold == "curve" || manifold == "sphere" ? 3 : 0;
  if (dim == 0)
    throw InputError("--manifold", "'" + manifold + "' is not known",
                     "use circle (2 dimensions), curve or sphere (3)", ExitCode::usage);
  if (dim != table.dim())
    throw InputError("--manifold",
                     "a " + manifold + " is drawn in " + std::to_string(dim) + " dimensions here",
                     "use --dim " + std::to_string(dim), ExitCode::usage);
  ManifoldSearch search(table, manifold, stop);
  search.run();
  ManifoldError result = search.result();
  const ErrorBound cube = theorem_bound(table, 0);
  result.bound = cube;
  // |∂_τ e| <= ‖(bound_k)_k‖_2 <= √D times the largest component.
  result.bound.gradient = sqrt(square(Interval(cube.gradient)) * Interval(static_cast<double>(dim))).upper();
  return result;
}

}  // namespace narrows
