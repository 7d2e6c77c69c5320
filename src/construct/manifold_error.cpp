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
  Patch patch{{Interval(0.5) + kRadius * c, Interval(0.5) + kRadius * s, Interval(0.5) + half * sin(two_t)}, {}};
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
  return hull(from + step * Interval(static_cast<double>(k)), from + step * Interval(static_cast<double>(k + 1)));
}

class ManifoldSearch {
 public:
  ManifoldSearch(NodalTable& table, const StopToken& stop) : table_(table), stop_(stop), value_(0), gradient_(0), orders_(all_orders(table.dim())) {}

  /// Boxes about a tenth of the mesh in size, and smaller on curves.
  void run(const std::string& manifold) {
    const Interval turn = pi(Interval(1.0)) * Interval(2.0);
    const std::size_t around = (manifold == "sphere" ? 24 : 96) * table_.n();
    if (manifold == "sphere") {
      for (std::size_t j = 0; j < around / 2 && !stop_.stop_requested(); ++j) {
        const Interval latitude = part_of(turn * Interval(-0.25), turn * Interval(0.5), j, around / 2);
        // Fewer parts where the circle of latitude is short.
        const auto parts = std::max<std::size_t>(8, static_cast<std::size_t>(std::ceil(static_cast<double>(around) * magnitude(cos(latitude)))));
        for (std::size_t k = 0; k < parts; ++k) take(sphere_patch(part_of(0.0, turn, k, parts), latitude));
      }
      return;
    }
    for (std::size_t k = 0; k < around; ++k) {
      const Interval t = part_of(0.0, turn, k, around);
      take(manifold == "circle" ? circle_patch(t) : curve_patch(t));
    }
  }

  ManifoldError result() {
    ManifoldError result;
    result.nodes.assign(nodes_.begin(), nodes_.end());
    result.error = {value_.result(), gradient_.result(), {}, {}};
    result.patches = patches_;
    return result;
  }

 private:
  /// Cells [k, k+1] of one axis that may meet an interval of x.
  [[nodiscard]] std::pair<std::size_t, std::size_t> cells_of(const Interval& x) const {
    const Interval scaled = x * Interval(static_cast<double>(table_.n()));
    const auto bounded = [&](double k) { return static_cast<std::size_t>(std::clamp(k, 0.0, static_cast<double>(table_.n() - 1))); };
    return {bounded(std::ceil(scaled.lower()) - 1), bounded(std::floor(scaled.upper()))};
  }

  /// False only if the box misses the simplex: y_{order[0]} >= y_{order[1]} >= … in the cell.
  [[nodiscard]] bool may_meet(const KuhnSimplex& simplex, const std::vector<Interval>& box) const {
    std::vector<Interval> y;
    for (std::size_t k = 0; k < box.size(); ++k) y.push_back(box[k] * Interval(static_cast<double>(table_.n())) - Interval(static_cast<double>(simplex.cell[k])));
    for (std::size_t k = 0; k < y.size(); ++k)
      if (y[k].upper() < 0 || y[k].lower() > 1) return false;
    for (std::size_t j = 0; j + 1 < y.size(); ++j)
      if (y[simplex.order[j]].upper() < y[simplex.order[j + 1]].lower()) return false;
    return true;
  }

  void take(const Patch& patch) {
    ++patches_;
    least_value_ = least_gradient_ = kInfinity;
    std::vector<std::pair<std::size_t, std::size_t>> ranges;
    for (const Interval& x : patch.box) ranges.push_back(cells_of(x));
    MeshNode cell;
    for (const auto& [low, high] : ranges) cell.push_back(low);
    for (;;) {
      for (const auto& order : orders_) {
        KuhnSimplex simplex{cell, order};
        if (may_meet(simplex, patch.box)) meet_simplex(std::move(simplex), patch);
      }
      std::size_t i = 0;
      while (i < cell.size() && ++cell[i] > ranges[i].second) {
        cell[i] = ranges[i].first;
        ++i;
      }
      if (i == cell.size()) return note_least();
    }
  }

  /// Every point of the patch is in some simplex that it meets: what holds in all of them occurs.
  void note_least() {
    value_.occurs(Interval(least_value_));
    gradient_.occurs(Interval(least_gradient_));
  }

  void meet_simplex(KuhnSimplex simplex, const Patch& patch) {
    MeshNode vertex = simplex.cell;
    nodes_.insert(vertex);
    for (const std::size_t k : simplex.order) {
      ++vertex[k];
      nodes_.insert(vertex);
    }
    const auto found = pieces_.find({simplex.cell, simplex.order});
    const KuhnPiece& piece = found != pieces_.end() ? found->second : pieces_.emplace(std::pair(simplex.cell, simplex.order), KuhnPiece(table_, simplex)).first->second;
    std::vector<Interval> middle;
    for (const Interval& side : patch.box) middle.emplace_back(midpoint(side));
    const KuhnPiece::Error error = piece.error_on(patch.box, middle, piece.error_at(middle));
    Interval along = 0.0;
    for (std::size_t k = 0; k < patch.box.size(); ++k) along += error.gradient[k] * patch.direction[k];
    if (patch.is_normal) {
      // |∇e − (∇e·ν) ν|.
      Interval sum = 0.0;
      for (std::size_t k = 0; k < patch.box.size(); ++k) sum += square(error.gradient[k] - along * patch.direction[k]);
      along = sqrt(sum);
    }
    value_.take(error.value);
    gradient_.take(along);
    least_value_ = std::fmin(least_value_, least(error.value));
    least_gradient_ = std::fmin(least_gradient_, least(along));
  }
  static double least(const Interval& x) { return x.lower() > 0 ? x.lower() : x.upper() < 0 ? -x.upper() : 0.0; }

  NodalTable& table_;
  const StopToken& stop_;
  SupremumSearch value_, gradient_;
  std::vector<std::vector<std::size_t>> orders_;
  std::set<MeshNode> nodes_;
  std::map<std::pair<MeshNode, std::vector<std::size_t>>, KuhnPiece> pieces_;
  double least_value_ = 0, least_gradient_ = 0;
  std::size_t patches_ = 0;
};

}  // namespace

ManifoldError manifold_error(NodalTable& table, const std::string& manifold, const StopToken& stop) {
  const std::size_t dim = manifold == "circle" ? 2 : manifold == "curve" || manifold == "sphere" ? 3 : 0;
  if (dim == 0) throw InputError("--manifold", "'" + manifold + "' is not known", "use circle (2 dimensions), curve or sphere (3)", ExitCode::usage);
  if (dim != table.dim()) throw InputError("--manifold", "a " + manifold + " is drawn in " + std::to_string(dim) + " dimensions here", "use --dim " + std::to_string(dim), ExitCode::usage);
  ManifoldSearch search(table, stop);
  search.run(manifold);
  ManifoldError result = search.result();
  const ErrorBound cube = theorem_bound(table, 0);
  result.bound = cube;
  // |∂_τ e| <= ‖(bound_k)_k‖_2 <= √D times the largest component.
  result.bound.gradient = sqrt(square(Interval(cube.gradient)) * Interval(static_cast<double>(dim))).upper();
  return result;
}

}  // namespace narrows
