// Rule `vertices`: the determinant of a residual layer's Jacobian J(D) is affine in each diagonal entry of D,
// so its sign on a box of diagonals follows from its signs at the vertices (T2).
//
// Why the half-open rule is right: a point of the box is a convex combination of vertices, and the weight of
// a vertex whose half-open entries all equal s and whose open entries are arbitrary is positive. If all signs
// are >= 0 and one such vertex is nonzero, the determinant is > 0.
#include <algorithm>

#include "checker/rules/regimes.hpp"

namespace narrows::checker {
namespace {

constexpr std::size_t max_entries = 16, max_parametric_entries = 10, max_parametric_side = 16;

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

bool has_batch_norm(const Layer& layer) {
  return std::any_of(layer.branch.begin(), layer.branch.end(), [](const Layer& l) { return l.kind == LayerKind::batch_norm; });
}

/// The sign of det J at a vertex; nothing if an interval cannot decide it and it is not proved to be 0
/// exactly.
std::optional<int> sign_at(const Layer& layer, const NumericLayer& numeric,
                           const std::vector<Rational>& vertex) {
  std::vector<Interval> diagonals;
  for (const Rational& x : vertex) diagonals.push_back(enclose(x, exact_precision));
  const Interval det = determinant(residual_jacobian(numeric, diagonals));
  if (det.nonzero()) return det.positive() ? 1 : -1;
  if (!has_batch_norm(layer) && !has_full_row_rank(residual_jacobian(layer, vertex))) return 0;
  return std::nullopt;
}

/// The entries that are not constant, and whether the test must be strict.
std::pair<std::vector<std::size_t>, bool> free_entries(const std::vector<Entry>& entries) {
  std::vector<std::size_t> free;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (entries[i].lo != entries[i].hi) free.push_back(i);
  }
  const auto is_closed = [&](std::size_t i) { return entries[i].kind == SlopeRange::closed; };
  return {free, free.empty() || std::any_of(free.begin(), free.end(), is_closed)};
}

/// Vertex number `bits`, and whether all its half-open entries are at their suprema.
std::pair<std::vector<Rational>, bool> vertex_of(const std::vector<Entry>& entries, const std::vector<std::size_t>& free, std::size_t bits) {
  std::vector<Rational> vertex;
  for (const Entry& entry : entries) vertex.push_back(entry.lo);
  bool at_suprema = true;
  for (std::size_t k = 0; k < free.size(); ++k) {
    const bool upper = (bits >> k & 1) != 0;
    if (upper) vertex[free[k]] = entries[free[k]].hi;
    if (!upper && entries[free[k]].kind == SlopeRange::half_open) at_suprema = false;
  }
  return {vertex, at_suprema};
}

/// e_0, …, e_n of a matrix, by the recursion of Faddeev and LeVerrier.
template <class T>
std::vector<T> minor_sums(const Matrix<T>& a) {
  std::vector<T> e = {T(1.0)};
  Matrix<T> b = identity_matrix<T>(a.rows);
  for (std::size_t k = 1; k <= a.rows; ++k) {
    b = product(a, b);
    T trace(0.0);
    for (std::size_t i = 0; i < a.rows; ++i) trace = trace + b.at(i, i);
    e.push_back(trace / T(static_cast<double>(k)));
    for (T& x : b.entries) x = -x;
    for (std::size_t i = 0; i < a.rows; ++i) b.at(i, i) = b.at(i, i) + e.back();
  }
  return e;
}

/// The coefficients at one vertex; exact before they are enclosed, unless there is batch_norm.
std::vector<Interval> coefficients_at(Layer layer, const std::vector<Rational>& vertex) {
  layer.skip = 0;
  layer.residual = 1;
  std::vector<Interval> slopes, coefficients;
  if (has_batch_norm(layer)) {
    for (const Rational& x : vertex) slopes.push_back(enclose(x, exact_precision));
    return minor_sums(residual_jacobian(enclose(layer, exact_precision), slopes));
  }
  for (const Rational& e : minor_sums(residual_jacobian(layer, vertex))) coefficients.push_back(enclose(e, exact_precision));
  return coefficients;
}

}  // namespace

std::optional<VertexPolynomials> vertex_polynomials(const Layer& layer, Smoothness network) {
  const auto entries = entries_of(layer, network);
  if (!entries || layer.inputs > max_parametric_side) return std::nullopt;
  const auto [free, strict] = free_entries(*entries);
  if (free.size() > max_parametric_entries) return std::nullopt;
  VertexPolynomials polynomials;
  polynomials.strict = strict;
  for (std::size_t bits = 0; bits < std::size_t{1} << free.size(); ++bits) {
    const auto [vertex, at_suprema] = vertex_of(*entries, free, bits);
    polynomials.coefficients.push_back(coefficients_at(layer, vertex));
    polynomials.witness.push_back(at_suprema);
  }
  return polynomials;
}

/// For each p: no two vertices of opposite strict signs, and a nonzero witness, or all of one strict sign.
bool are_regular(const VertexPolynomials& polynomials, const Interval& skip, const Interval& residual) {
  bool above = true, below = true, witness_above = false, witness_below = false;
  for (std::size_t v = 0; v < polynomials.coefficients.size(); ++v) {
    const std::vector<Interval>& e = polynomials.coefficients[v];
    Interval det(0.0, exact_precision), power(1.0, exact_precision);  // power of δ
    for (const Interval& coefficient : e) {
      det = det * skip + coefficient * power;
      power = power * residual;
    }
    const bool known = !det.has_nan();
    above = above && known && (polynomials.strict ? det.positive() : det.lo.sign() >= 0);
    below = below && known && (polynomials.strict ? det.negative() : det.hi.sign() <= 0);
    witness_above = witness_above || (polynomials.witness[v] && det.positive());
    witness_below = witness_below || (polynomials.witness[v] && det.negative());
  }
  return (above && (polynomials.strict || witness_above)) || (below && (polynomials.strict || witness_below));
}

namespace {

/// Σ_k e_k ε^(n-k) δ^k on the segment from (min ε, max δ) to (max ε, min δ), of which all (ε, δ) are multiples: coefficients of t^i (1-t)^(n-i).
std::vector<Interval> on_segment(const std::vector<Interval>& e, const Interval& skip, const Interval& residual) {
  const auto times = [](const std::vector<Interval>& q, const Real& begin, const Real& end) {
    std::vector<Interval> product(q.size() + 1, Interval(0.0));
    for (std::size_t i = 0; i < q.size(); ++i) {
      product[i] = product[i] + q[i] * Interval(begin);
      product[i + 1] = product[i + 1] + q[i] * Interval(end);
    }
    return product;
  };
  const std::size_t n = e.size() - 1;
  std::vector<Interval> sum(n + 1, Interval(0.0));
  for (std::size_t k = 0; k <= n; ++k) {
    std::vector<Interval> term = {e[k]};
    for (std::size_t i = 0; i < n; ++i) term = i < k ? times(term, residual.hi, residual.lo) : times(term, skip.lo, skip.hi);
    for (std::size_t i = 0; i <= n; ++i) sum[i] = sum[i] + term[i];
  }
  return sum;
}

/// Both ends are positive, and so is everything between them: no coefficient is negative, or (n = 2) the discriminant is.
bool is_positive_between(const std::vector<Interval>& q) {
  if (!q.front().positive() || !q.back().positive()) return false;
  if (q.size() == 3 && (4.0 * q[0] * q[2] - q[1] * q[1]).positive()) return true;
  return std::all_of(q.begin(), q.end(), [](const Interval& c) { return !c.has_nan() && c.lo.sign() >= 0; });
}

}  // namespace

bool are_regular_in_quadrant(NumericLayer layer, const std::vector<Interval>& diagonals, const Interval& skip, const Interval& residual) {
  if (skip.has_nan() || residual.has_nan() || skip.lo.sign() < 0 || residual.lo.sign() < 0) return false;
  if (diagonals.size() > max_parametric_entries || layer.inputs > max_parametric_side) return false;
  layer.skip = Interval(0.0);
  layer.residual = Interval(1.0);
  bool positive = true, negative = true;
  std::vector<Interval> vertex = diagonals;
  for (std::size_t bits = 0; bits < std::size_t{1} << diagonals.size(); ++bits) {
    for (std::size_t k = 0; k < diagonals.size(); ++k) vertex[k] = Interval((bits >> k & 1) != 0 ? diagonals[k].hi : diagonals[k].lo);
    std::vector<Interval> q = on_segment(minor_sums(residual_jacobian(layer, vertex)), skip, residual);
    positive = positive && is_positive_between(q);
    for (Interval& c : q) c = -c;
    negative = negative && is_positive_between(q);
    if (!positive && !negative) return false;
  }
  return true;
}

TestResult test_vertices(const Layer& layer, Smoothness network) {
  if (layer.kind != LayerKind::residual) return TestResult::inapplicable;
  const auto found = entries_of(layer, network);
  if (!found) return TestResult::not_proved;
  const std::vector<Entry>& entries = *found;
  const auto [free, strict] = free_entries(entries);
  if (free.size() > max_entries) return TestResult::inapplicable;

  const NumericLayer numeric = enclose(layer, exact_precision);
  int common_sign = 0;
  bool witness = false;  // a nonzero vertex whose half-open entries all equal s
  for (std::size_t bits = 0; bits < std::size_t{1} << free.size(); ++bits) {
    const auto [vertex, at_suprema] = vertex_of(entries, free, bits);
    const auto sign = sign_at(layer, numeric, vertex);
    if (!sign || (strict && *sign == 0) || *sign * common_sign < 0) return TestResult::not_proved;
    if (*sign != 0) common_sign = *sign;
    witness = witness || (at_suprema && *sign != 0);
  }
  return strict || witness ? TestResult::proved : TestResult::not_proved;
}

}  // namespace narrows::checker
