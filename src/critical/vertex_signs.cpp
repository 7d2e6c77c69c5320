// Idea: det J(D) is affine in each slope, so its values on the box are convex combinations of those at the
// vertices. Signs are computed in double intervals first and again exactly only where these cannot decide.
//
// ε ≠ 0: with one unknown v_k = D_k A_{k-1} v_{k-1} per slope (v_0 = x = −α A_p v_p where J x = 0), α = δ/ε,
//   det J(D) = ε^n det(I + D G),  G = [α A_0 A_p in the last block of the first block row, −A_k left of the
//   diagonal];
// for one activation layer G = α W W̃. Eliminating the row of slope d_1 keeps the shape: the Schur complement
// is I + D' G' with G'_ij = G_ij − G_i1 d_1 G_1j / pivot. So all 2^M determinants form a binary tree of
// pivots, and a sign costs a few operations instead of M³.
#include "critical/vertex_signs.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include "critical/channel_block.hpp"
#include "network/branch_form.hpp"
#include "network/slope_range.hpp"

namespace narrows {
namespace {

constexpr double kIntervalBudget = 3e8;  ///< interval operations, about a second
constexpr double kExactBudget = 2e7;     ///< multiplications of long numbers, a few seconds
constexpr mpfr_prec_t kPrecisions[] = {128, 512};

using Vertex = std::uint32_t;  ///< bit i: slope i is at the upper end of its range

std::vector<SlopeRange> ranges_of(const std::vector<BranchActivation>& activations, Smoothness network) {
  std::vector<SlopeRange> ranges;
  for (const BranchActivation& a : activations) {
    SlopeRange range = slope_range(a.function);
    if (network == Smoothness::lipschitz) range.ends = RangeEnds::closed;
    ranges.insert(ranges.end(), a.width, range);
  }
  return ranges;
}

/// Which ends the functions themselves attain, whatever the network is.
std::vector<RangeEnds> attained_ends_of(const std::vector<BranchActivation>& activations) {
  std::vector<RangeEnds> ends;
  for (const BranchActivation& a : activations) ends.insert(ends.end(), a.width, attained_ends(a.function));
  return ends;
}

/// Collects the signs at the vertices and draws the conclusion of T2.
///
/// Why the half-open rule is right: a point of the box is a convex combination of the vertices in which those
/// with all half-open slopes at their upper end have positive weight (any open slopes do). If no sign is
/// negative and one such vertex is positive, the determinant is positive; if they all vanish, it vanishes on
/// a face that belongs to the box. A Lipschitz network closes ranges to prove regularity (`strict_`); what refutes it are
/// slopes that are attained: both signs, a zero at an attained vertex, or the attained face. A zero elsewhere decides nothing.
class Judge {
 public:
  Judge(const std::vector<SlopeRange>& ranges, const std::vector<RangeEnds>& attained) {
    strict_ = ranges.empty();
    for (std::size_t i = 0; i < ranges.size(); ++i) {
      if (ranges[i].ends == RangeEnds::closed) strict_ = true;
      if (attained[i] == RangeEnds::half_open) half_open_ |= Vertex{1} << i;
      if (attained[i] == RangeEnds::open) has_open_ = true;
      sharp_ = sharp_ && ranges[i].sharp;
    }
  }

  /// False: the outcome is settled, no further vertex is needed.
  bool add(Vertex vertex, std::optional<int> sign) {
    if (!sign) return settle(VertexOutcome::undecided);
    const bool on_closed_face = (vertex & half_open_) == half_open_;
    if (*sign * common_sign_ < 0) return settle(refuted());
    if (*sign == 0 && strict_ && on_closed_face && !has_open_) return settle(refuted());
    zero_ = zero_ || *sign == 0;
    if (*sign != 0) common_sign_ = *sign;
    witness_ = witness_ || (on_closed_face && *sign != 0);
    return true;
  }

  [[nodiscard]] VertexOutcome outcome() const {
    if (settled_) return *settled_;
    if (strict_ ? !zero_ : witness_) return VertexOutcome::regular;
    return witness_ ? VertexOutcome::undecided : refuted();
  }

 private:
  bool settle(VertexOutcome outcome) {
    settled_ = outcome;
    return false;
  }
  /// An enclosure of the range that is too wide proves nothing when it fails.
  [[nodiscard]] VertexOutcome refuted() const {
    return sharp_ ? VertexOutcome::not_regular : VertexOutcome::undecided;
  }

  bool strict_ = false;  ///< a closed range (or no slope at all): one strict sign is needed
  bool has_open_ = false;
  bool sharp_ = true;
  Vertex half_open_ = 0;
  int common_sign_ = 0;
  bool zero_ = false;     ///< at a vertex that is not attained, if strict
  bool witness_ = false;  ///< a vertex of the attained face is not zero
  std::optional<VertexOutcome> settled_;
};

/// J(D) = ε I + δ A_p D_p ⋯ D_1 A_0 over one kind of number.
template <class T>
struct Family {
  T skip, residual;
  std::vector<DenseMatrix<T>> maps;
};

template <class T>
DenseMatrix<T> jacobian_at(const Family<T>& family, const std::vector<T>& slopes) {
  DenseMatrix<T> m = family.maps.front();
  std::size_t next = 0;
  for (std::size_t k = 1; k < family.maps.size(); ++k) {
    for (std::size_t i = 0; i < m.rows; ++i, ++next) {
      for (std::size_t j = 0; j < m.cols; ++j) m.at(i, j) = m.at(i, j) * slopes[next];
    }
    m = product(family.maps[k], m);
  }
  for (T& x : m.entries) x = x * family.residual;
  for (std::size_t i = 0; i < m.rows; ++i) m.at(i, i) += family.skip;
  return m;
}

int sign_of(const Interval& x) {
  return is_positive(x) ? 1 : is_negative(x) ? -1 : 0;
}
int sign_of(const BigInterval& x) {
  return is_positive(x) ? 1 : is_negative(x) ? -1 : 0;
}

/// By elimination with the largest pivots; nothing if a pivot cannot be told from 0. 2 x 2 by formula, which
/// loses less.
template <class I>
std::optional<int> determinant_sign(DenseMatrix<I> m) {
  int sign = 1;
  std::size_t k = 0;
  for (; m.rows - k > 2; ++k) {
    std::size_t best = m.rows;
    for (std::size_t i = k; i < m.rows; ++i) {
      if (!excludes_zero(m.at(i, k))) continue;
      if (best == m.rows || magnitude(m.at(i, k)) > magnitude(m.at(best, k))) best = i;
    }
    if (best == m.rows) return std::nullopt;
    for (std::size_t j = k; best != k && j < m.cols; ++j) std::swap(m.at(best, j), m.at(k, j));
    sign *= (best != k ? -1 : 1) * sign_of(m.at(k, k));
    for (std::size_t i = k + 1; i < m.rows; ++i) {
      const I factor = m.at(i, k) / m.at(k, k);
      for (std::size_t j = k + 1; j < m.cols; ++j) m.at(i, j) = m.at(i, j) - factor * m.at(k, j);
    }
  }
  const I rest =
      m.rows - k == 1 ? m.at(k, k) : m.at(k, k) * m.at(k + 1, k + 1) - m.at(k, k + 1) * m.at(k + 1, k);
  sign *= sign_of(rest);
  return sign == 0 ? std::nullopt : std::optional<int>(sign);
}

/// Signs at single vertices, from rationals or, with batch_norm, from intervals of growing precision.
class ExactSigns {
 public:
  /// `one_activation`: the m x m family ε I + δ D W W̃ is used where it is smaller; its signs are those of det
  /// J(D) up to sign(ε)^(n−m).
  ExactSigns(const ResidualLayer& layer, std::size_t input_dim, const std::vector<SlopeRange>& ranges,
             bool one_activation)
      : layer_(layer),
        input_dim_(input_dim),
        ranges_(ranges),
        reduced_(one_activation && layer.skip != 0 && ranges.size() < input_dim),
        side_(static_cast<double>(reduced_ ? ranges.size() : input_dim)) {
    if (reduced_ && (input_dim - ranges.size()) % 2 == 1 && layer.skip < 0) reduced_sign_ = -1;
    if (!has_batch_norm(layer))
      exact_ = family(branch_maps_exact(layer, input_dim), [](const Rational& x) { return x; });
  }

  /// Nothing if the sign is undecided at the highest precision, or the budget is spent.
  std::optional<int> sign_at(Vertex vertex) {
    spent_ += side_ * side_ * side_ + 100;
    if (spent_ > kExactBudget) return std::nullopt;
    const auto same = [](const Rational& x) { return x; };
    if (exact_)
      return reduced_sign_ * determinant_sign_exact(jacobian_at(*exact_, slopes_at<Rational>(vertex, same)));
    for (std::size_t k = 0; k < std::size(kPrecisions); ++k) {
      const auto number = [&](const Rational& x) { return BigInterval(x, kPrecisions[k]); };
      if (!enclosed_[k]) enclosed_[k] = family(branch_maps(layer_, input_dim_, kPrecisions[k]), number);
      const auto sign = determinant_sign(jacobian_at(*enclosed_[k], slopes_at<BigInterval>(vertex, number)));
      if (sign) return reduced_sign_ * *sign;
    }
    return std::nullopt;
  }

 private:
  template <class T, class Number>
  [[nodiscard]] Family<T> family(std::vector<DenseMatrix<T>> maps, Number number) const {
    if (reduced_) maps = {product(maps[0], maps[1]), identity_matrix<T>(ranges_.size())};
    return {number(layer_.skip), number(layer_.residual), std::move(maps)};
  }

  template <class T, class Number>
  std::vector<T> slopes_at(Vertex vertex, Number number) const {
    std::vector<T> slopes;
    for (std::size_t i = 0; i < ranges_.size(); ++i)
      slopes.push_back(number((vertex >> i & 1) != 0 ? ranges_[i].high : ranges_[i].low));
    return slopes;
  }

  const ResidualLayer& layer_;
  std::size_t input_dim_;
  const std::vector<SlopeRange>& ranges_;
  bool reduced_;
  double side_;
  int reduced_sign_ = 1;
  std::optional<Family<Rational>> exact_;
  std::array<std::optional<Family<BigInterval>>, std::size(kPrecisions)> enclosed_;
  double spent_ = 0;
};

/// G of the notation above.
DenseMatrix<Interval> coupling(const std::vector<DenseMatrix<Interval>>& maps, const Rational& ratio,
                               std::size_t entries) {
  DenseMatrix<Interval> g(entries, entries);
  const auto put = [&g](const DenseMatrix<Interval>& block, std::size_t row, std::size_t col,
                        const Interval& factor) {
    for (std::size_t i = 0; i < block.rows; ++i) {
      for (std::size_t j = 0; j < block.cols; ++j) g.at(row + i, col + j) = factor * block.at(i, j);
    }
  };
  put(product(maps.front(), maps.back()), 0, entries - maps.back().cols, enclose(ratio));
  for (std::size_t k = 1, row = maps[0].rows, col = 0; k + 1 < maps.size(); ++k) {
    put(maps[k], row, col, -1.0);
    col = row;
    row += maps[k].rows;
  }
  return g;
}

/// All signs for ε ≠ 0, as a tree of pivots.
class PivotTree {
 public:
  PivotTree(const std::vector<SlopeRange>& ranges, ExactSigns& exact, Judge& judge)
      : ranges_(ranges), exact_(exact), judge_(judge) {
    for (const SlopeRange& range : ranges) {
      low_.push_back(enclose(range.low));
      high_.push_back(enclose(range.high));
    }
  }

  /// `sign`: the sign of ε^n.
  void run(const DenseMatrix<Interval>& g, int sign) { visit(g, 0, 0, sign); }

 private:
  /// Slopes 0…next−1 are fixed by `vertex`; `g` is what is left of G. False: settled.
  bool visit(const DenseMatrix<Interval>& g, std::size_t next, Vertex vertex, int sign) {
    if (next == ranges_.size()) return judge_.add(vertex, sign);
    for (const bool upper : {true, false}) {
      const Interval slope = upper ? high_[next] : low_[next];
      const Vertex here = upper ? vertex | Vertex{1} << next : vertex;
      const Interval pivot = Interval(1.0) + slope * g.at(0, 0);
      const bool alive = excludes_zero(pivot)
                             ? visit(complement(g, slope, pivot), next + 1, here, sign * sign_of(pivot))
                             : visit_exactly(next + 1, here);
      if (!alive) return false;
    }
    return true;
  }

  static DenseMatrix<Interval> complement(const DenseMatrix<Interval>& g, const Interval& slope,
                                          const Interval& pivot) {
    DenseMatrix<Interval> rest(g.rows - 1, g.cols - 1);
    for (std::size_t i = 1; i < g.rows; ++i) {
      const Interval factor = g.at(i, 0) * slope / pivot;
      for (std::size_t j = 1; j < g.cols; ++j) rest.at(i - 1, j - 1) = g.at(i, j) - factor * g.at(0, j);
    }
    return rest;
  }

  bool visit_exactly(std::size_t next, Vertex vertex) {
    for (Vertex rest = 0; rest < Vertex{1} << (ranges_.size() - next); ++rest) {
      const Vertex full = vertex | rest << next;
      if (!judge_.add(full, exact_.sign_at(full))) return false;
    }
    return true;
  }

  const std::vector<SlopeRange>& ranges_;
  std::vector<Interval> low_, high_;
  ExactSigns& exact_;
  Judge& judge_;
};

/// ε = 0, or no slope at all: the determinant at each vertex on its own.
void judge_each_vertex(const Family<Interval>& family, const std::vector<SlopeRange>& ranges,
                       ExactSigns& exact, Judge& judge) {
  std::vector<Interval> low, high, slopes(ranges.size());
  for (const SlopeRange& range : ranges) {
    low.push_back(enclose(range.low));
    high.push_back(enclose(range.high));
  }
  for (Vertex vertex = 0; vertex < Vertex{1} << ranges.size(); ++vertex) {
    for (std::size_t i = 0; i < ranges.size(); ++i) slopes[i] = (vertex >> i & 1) != 0 ? high[i] : low[i];
    auto sign = determinant_sign(jacobian_at(family, slopes));
    if (!sign) sign = exact.sign_at(vertex);
    if (!judge.add(vertex, sign)) return;
  }
}

double operations_per_vertex(const std::vector<DenseMatrix<Interval>>& maps, std::size_t n) {
  double entries = static_cast<double>(n * n) / 3;
  for (const auto& map : maps) entries += static_cast<double>(map.entries.size());
  return entries * static_cast<double>(n);
}

}  // namespace

VertexOutcome decide_by_vertices(const ResidualLayer& layer, std::size_t input_dim, Smoothness network) {
  const auto activations = branch_activations(layer, input_dim);
  std::size_t entries = 0;
  for (const BranchActivation& a : activations) entries += a.width;
  if (entries > kMaxVertexEntries) return VertexOutcome::too_many;

  const std::vector<SlopeRange> ranges = ranges_of(activations, network);
  Judge judge(ranges, attained_ends_of(activations));
  ExactSigns exact(layer, input_dim, ranges, activations.size() == 1);
  auto maps = branch_maps_interval(layer, input_dim);
  if (!activations.empty() && layer.skip != 0) {
    const int sign = layer.skip < 0 && input_dim % 2 == 1 ? -1 : 1;
    PivotTree(ranges, exact, judge).run(coupling(maps, layer.residual / layer.skip, entries), sign);
  } else {
    const double operations =
        operations_per_vertex(maps, input_dim) * static_cast<double>(Vertex{1} << entries);
    if (operations > kIntervalBudget) return VertexOutcome::too_many;
    judge_each_vertex({enclose(layer.skip), enclose(layer.residual), std::move(maps)}, ranges, exact, judge);
  }
  return judge.outcome();
}

}  // namespace narrows
