// Rule `vertices`: the determinant of a residual layer's Jacobian J(D) is affine in each diagonal entry of D, so its
// sign on a box of diagonals follows from its signs at the vertices (T2).
//
// Why the half-open rule is right: a point of the box is a convex combination of vertices, and the weight of a vertex
// whose half-open entries all equal s and whose open entries are arbitrary is positive. If all signs are >= 0 and one
// such vertex is nonzero, the determinant is > 0.
#include <algorithm>

#include "checker/rules/rules.hpp"

namespace narrows::checker {
namespace {

constexpr std::size_t max_entries = 16;

/// One diagonal entry of a branch: its range [lo, hi] and how it is closed. lo = hi: a constant.
struct Entry {
  Rational lo, hi;
  SlopeRange kind;
  [[nodiscard]] bool constant() const { return lo == hi; }
};

Rational exact(const Real& x) {
  Rational q;
  mpfr_get_q(q.get_mpq_t(), x.raw());
  return q;
}

std::vector<Entry> entries_of(const Layer& layer, Smoothness network) {
  std::vector<Entry> entries;
  for (const Layer& step : layer.branch) {
    if (step.kind != Layer::Kind::activation) continue;
    const bool clarke = network == Smoothness::lipschitz;
    const SlopeRange kind = clarke ? SlopeRange::closed : slope_range_kind(step.activation);
    const Interval bounds = slope_bounds(step.activation, exact_precision);
    if (!bounds.is_finite()) return {};
    entries.insert(entries.end(), step.outputs, Entry{exact(bounds.lo), exact(bounds.hi), kind});
  }
  return entries;
}

/// J(D) exactly, for a branch without batch_norm.
RationalMatrix jacobian_exact(const Layer& layer, const std::vector<Rational>& diagonals) {
  RationalMatrix m(layer.inputs, layer.inputs);
  for (std::size_t i = 0; i < m.rows; ++i) m.at(i, i) = 1;
  std::size_t next = 0;
  for (const Layer& step : layer.branch) {
    if (step.kind == Layer::Kind::affine) {
      m = product(step.weight, m);
      continue;
    }
    for (std::size_t i = 0; i < m.rows; ++i, ++next) {
      for (std::size_t j = 0; j < m.cols; ++j) m.at(i, j) *= diagonals[next];
    }
  }
  for (Rational& x : m.entries) x *= layer.residual;
  for (std::size_t i = 0; i < m.rows; ++i) m.at(i, i) += layer.skip;
  return m;
}

/// The sign of det J at a vertex; nothing if it cannot be decided.
std::optional<int> sign_at(const Layer& layer, const NumericLayer& numeric, const std::vector<Rational>& vertex) {
  std::vector<Interval> diagonals;
  for (const Rational& x : vertex) diagonals.push_back(enclose(x, exact_precision));
  const Interval det = determinant(residual_jacobian(numeric, diagonals));
  if (det.nonzero()) return det.positive() ? 1 : -1;
  const bool exact = std::none_of(layer.branch.begin(), layer.branch.end(),
                                  [](const Layer& l) { return l.kind == Layer::Kind::batch_norm; });
  if (!exact) return std::nullopt;
  return sgn(determinant_exact(jacobian_exact(layer, vertex)));
}

}  // namespace

TestResult test_vertices(const Layer& layer, Smoothness network) {
  if (layer.kind != Layer::Kind::residual) return TestResult::inapplicable;
  std::size_t count = 0;
  for (const Layer& step : layer.branch) count += step.kind == Layer::Kind::activation ? step.outputs : 0;
  const std::vector<Entry> entries = entries_of(layer, network);
  if (entries.size() != count) return TestResult::not_proved;
  std::vector<std::size_t> free;
  bool strict = true;  // some entry is closed, or none varies
  if (!entries.empty()) {
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (!entries[i].constant()) free.push_back(i);
    }
    strict = free.empty() || std::any_of(free.begin(), free.end(), [&](std::size_t i) {
               return entries[i].kind == SlopeRange::closed;
             });
  }
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
