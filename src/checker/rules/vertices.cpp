// Rule `vertices`: the determinant of a residual layer's Jacobian J(D) is affine in each diagonal entry of D,
// so its sign on a box of diagonals follows from its signs at the vertices (T2).
//
// Why the half-open rule is right: a point of the box is a convex combination of vertices, and the weight of
// a vertex whose half-open entries all equal s and whose open entries are arbitrary is positive. If all signs
// are >= 0 and one such vertex is nonzero, the determinant is > 0.
#include <algorithm>

#include "checker/rules/rules.hpp"

namespace narrows::checker {
namespace {

constexpr std::size_t max_entries = 16;

/// One diagonal entry of a branch: its range [lo, hi] and how it is closed. lo = hi: a constant.
struct Entry {
  Rational lo, hi;
  SlopeRange kind;
};

/// All entries in branch order; nothing if a range is unknown.
std::optional<std::vector<Entry>> entries_of(const Layer& layer, Smoothness network) {
  std::vector<Entry> entries;
  for (const Layer& step : layer.branch) {
    if (step.kind != LayerKind::activation) continue;
    const bool clarke = network == Smoothness::lipschitz;
    const SlopeRange kind = clarke ? SlopeRange::closed : slope_range_kind(step.activation);
    const Interval bounds = slope_bounds(step.activation, exact_precision);
    if (!bounds.is_finite()) return std::nullopt;
    entries.insert(entries.end(), step.outputs, Entry{exact_value(bounds.lo), exact_value(bounds.hi), kind});
  }
  return entries;
}

/// The sign of det J at a vertex; nothing if an interval cannot decide it and it is not proved to be 0
/// exactly.
std::optional<int> sign_at(const Layer& layer, const NumericLayer& numeric,
                           const std::vector<Rational>& vertex) {
  std::vector<Interval> diagonals;
  for (const Rational& x : vertex) diagonals.push_back(enclose(x, exact_precision));
  const Interval det = determinant(residual_jacobian(numeric, diagonals));
  if (det.nonzero()) return det.positive() ? 1 : -1;
  const bool rational = std::none_of(layer.branch.begin(), layer.branch.end(),
                                     [](const Layer& l) { return l.kind == LayerKind::batch_norm; });
  if (rational && !has_full_row_rank(residual_jacobian(layer, vertex))) return 0;
  return std::nullopt;
}

}  // namespace

TestResult test_vertices(const Layer& layer, Smoothness network) {
  if (layer.kind != LayerKind::residual) return TestResult::inapplicable;
  const auto found = entries_of(layer, network);
  if (!found) return TestResult::not_proved;
  const std::vector<Entry>& entries = *found;
  std::vector<std::size_t> free;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (entries[i].lo != entries[i].hi) free.push_back(i);
  }
  const auto is_closed = [&](std::size_t i) { return entries[i].kind == SlopeRange::closed; };
  const bool strict = free.empty() || std::any_of(free.begin(), free.end(), is_closed);
  if (free.size() > max_entries) return TestResult::inapplicable;

  const NumericLayer numeric = enclose(layer, exact_precision);
  int common_sign = 0;
  bool witness = false;  // a nonzero vertex whose half-open entries all equal s
  for (std::size_t bits = 0; bits < std::size_t{1} << free.size(); ++bits) {
    std::vector<Rational> vertex;
    for (const Entry& entry : entries) vertex.push_back(entry.lo);
    bool at_suprema = true;
    for (std::size_t k = 0; k < free.size(); ++k) {
      const bool upper = (bits >> k & 1) != 0;
      if (upper) vertex[free[k]] = entries[free[k]].hi;
      if (!upper && entries[free[k]].kind == SlopeRange::half_open) at_suprema = false;
    }
    const auto sign = sign_at(layer, numeric, vertex);
    if (!sign || (strict && *sign == 0) || *sign * common_sign < 0) return TestResult::not_proved;
    if (*sign != 0) common_sign = *sign;
    witness = witness || (at_suprema && *sign != 0);
  }
  return strict || witness ? TestResult::proved : TestResult::not_proved;
}

}  // namespace narrows::checker
