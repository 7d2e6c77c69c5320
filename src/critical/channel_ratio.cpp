// Over the box [l, u] of diagonals, with K = I + t diag(l) G: the determinant at the vertex with the slopes of S at their upper
// ends is det K times the principal minor S of M = (I + t diag(u) G) K^{-1} (T2). For l = 0, K = I.
//
// The box contains 0, so the boxes t·[l, u] grow with t: once regular at t, regular below, and t* is where the first
// determinant vanishes. It is infinite exactly if, for l = 0, no principal minor of diag(u) G is negative (the determinants
// are polynomials in t whose coefficients are sums of such minors; a negative minor wins as t grows); for l < 0 < u if G has
// no cycle, i.e. all its principal minors vanish.
#include "critical/channel_ratio.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace narrows {
namespace {

using IndexSet = std::vector<std::size_t>;

template <class T>
T number_like(const Rational& x, const DenseMatrix<T>& like);
template <>
Rational number_like(const Rational& x, const RationalMatrix&) {
  return x;
}
template <>
BigInterval number_like(const Rational& x, const DenseMatrix<BigInterval>& like) {
  return {x, like.entries[0].precision()};
}

bool is_nonzero(const Rational& x) { return x != 0; }
bool is_nonzero(const BigInterval& x) { return excludes_zero(x); }

/// I + t diag(d) G.
template <class T>
DenseMatrix<T> member(const DenseMatrix<T>& gram, const std::vector<Rational>& d, const Rational& t) {
  DenseMatrix<T> m(gram.rows, gram.cols);
  const T one = number_like(Rational(1), gram);
  for (std::size_t i = 0; i < m.rows; ++i) {
    const T factor = number_like(Rational(t * d[i]), gram);
    for (std::size_t j = 0; j < m.cols; ++j) m.at(i, j) = factor * gram.at(i, j);
    m.at(i, i) = m.at(i, i) + one;
  }
  return m;
}

/// A B^{-1}; nothing if a pivot cannot be told from 0.
template <class T>
std::optional<DenseMatrix<T>> quotient(const DenseMatrix<T>& a, const DenseMatrix<T>& b) {
  const std::size_t n = a.rows;  // columns of (B; A) are combined until B has become the identity
  DenseMatrix<T> x = a, y = b;
  for (std::size_t k = 0; k < n; ++k) {
    std::size_t pivot = k;
    while (pivot < n && !is_nonzero(y.at(k, pivot))) ++pivot;
    if (pivot == n) return std::nullopt;
    for (std::size_t i = 0; i < n; ++i) {
      std::swap(x.at(i, k), x.at(i, pivot));
      std::swap(y.at(i, k), y.at(i, pivot));
    }
    const T inverse = number_like(Rational(1), b) / y.at(k, k);
    for (std::size_t i = 0; i < n; ++i) {
      x.at(i, k) = x.at(i, k) * inverse;
      y.at(i, k) = y.at(i, k) * inverse;
    }
    for (std::size_t j = 0; j < n; ++j) {
      if (j == k) continue;
      const T factor = y.at(k, j);
      for (std::size_t i = 0; i < n; ++i) {
        x.at(i, j) = x.at(i, j) - factor * x.at(i, k);
        y.at(i, j) = y.at(i, j) - factor * y.at(i, k);
      }
    }
  }
  return x;
}

bool is_all_zero(const std::vector<Rational>& v) {
  return std::all_of(v.begin(), v.end(), [](const Rational& x) { return x == 0; });
}

IndexSet everything(std::size_t m) {
  IndexSet all(m);
  std::iota(all.begin(), all.end(), std::size_t{0});
  return all;
}

/// Signs at all vertices relative to that of the vertex of lower ends, whose own sign is `base`.
struct VertexSigns {
  std::optional<int> base;
  MinorReport relative;
};

template <class T>
VertexSigns vertex_signs_of(const DenseMatrix<T>& gram, const SlopeBox& box, const Rational& t, const MinorOptions& options) {
  if (is_all_zero(box.low)) return {1, principal_minor_signs(member(gram, box.high, t), options)};
  const DenseMatrix<T> low = member(gram, box.low, t);
  VertexSigns signs{minor_sign(low, everything(gram.rows)), {}};
  if (!signs.base || *signs.base == 0) return signs;
  const auto ratio = quotient(member(gram, box.high, t), low);
  if (ratio) signs.relative = principal_minor_signs(*ratio, options);
  return signs;
}

VertexSigns vertex_signs(const ChannelBlock& block, const SlopeBox& box, const Rational& t, const MinorOptions& options) {
  return std::visit([&](const auto& gram) { return vertex_signs_of(gram, box, t, options); }, block.gram);
}

/// True if the directed graph with an edge i → j wherever G_ij may be nonzero has no cycle.
template <class T>
bool is_acyclic(const DenseMatrix<T>& gram, const SlopeBox& box) {
  const std::size_t m = gram.rows;
  const auto edge = [&](std::size_t i, std::size_t j) {
    if (box.low[i] == 0 && box.high[i] == 0) return false;
    if constexpr (std::is_same_v<T, Rational>)
      return gram.at(i, j) != 0;
    else
      return mpfi_is_zero(gram.at(i, j).raw()) == 0;
  };
  std::vector<char> removed(m, 0);
  for (std::size_t round = 0; round < m; ++round) {  // take away a vertex without outgoing edges, again and again
    bool found = false;
    for (std::size_t i = 0; i < m && !found; ++i) {
      if (removed[i] != 0) continue;
      bool sink = true;
      for (std::size_t j = 0; j < m; ++j) sink = sink && (removed[j] != 0 || !edge(i, j));
      if (sink) removed[i] = 1, found = true;
    }
    if (!found) return false;
  }
  return true;
}

/// diag(u) G.
template <class T>
DenseMatrix<T> scaled_gram(const DenseMatrix<T>& gram, const std::vector<Rational>& high) {
  DenseMatrix<T> m = gram;
  for (std::size_t i = 0; i < m.rows; ++i)
    for (std::size_t j = 0; j < m.cols; ++j) m.at(i, j) = number_like(high[i], gram) * gram.at(i, j);
  return m;
}

double approximate(const Rational& x) { return mpq_get_d(x.backend().data()); }

class Search {
 public:
  Search(const ChannelBlock& block, const StopToken& stop) : block_(block), stop_(stop), order_(everything(block.neurons)) {}

  CriticalRatio run() {
    CriticalRatio result;
    if (is_infinite()) {
      result.status = CriticalRatio::Status::infinite;
      result.order = order_;
      return result;
    }
    if (find_failing_ratio()) descend();
    result.lower = lower_;
    result.order = order_;
    if (witness_) {
      result.upper = upper_;
      result.witness = *witness_;
      std::sort(result.witness.begin(), result.witness.end());
      if (upper_ - lower_ <= upper_ / 1'000'000'000'000) result.status = CriticalRatio::Status::bracket;
    }
    return result;
  }

 private:
  bool is_infinite() {
    return std::visit(
        [&](const auto& gram) {
          if (is_acyclic(gram, block_.outer)) return true;
          if (!is_all_zero(block_.outer.low)) return false;
          MinorOptions options = options_for(false);
          options.exact_budget = 3e7;
          const MinorReport report = principal_minor_signs(scaled_gram(gram, block_.outer.high), options);
          if (report.signs == MinorSigns::not_positive) suspect_ = report.witness;
          return report.signs == MinorSigns::positive || report.signs == MinorSigns::nonnegative;
        },
        block_.gram);
  }

  MinorOptions options_for(bool stop_at_zero) const {
    MinorOptions options;
    options.order = order_;
    options.stop_at_zero = stop_at_zero;
    options.stop = stop_;
    return options;
  }

  /// The witness fails at `t`: its determinant is proved to be <= 0.
  bool fails(const IndexSet& witness, const Rational& t) const {
    const auto sign = vertex_sign(block_, block_.inner, t, witness);
    return sign && *sign <= 0;
  }

  /// A vertex that is not positive at `t`. Nothing, and *regular: all are positive. Nothing: undecided.
  std::optional<IndexSet> failing_vertex(const Rational& t, bool* regular) const {
    const VertexSigns signs = vertex_signs(block_, block_.outer, t, options_for(true));
    *regular = signs.base == 1 && signs.relative.signs == MinorSigns::positive;
    if (signs.base && *signs.base <= 0) return IndexSet{};  // the vertex of lower ends
    if (signs.base && signs.relative.signs == MinorSigns::not_positive) return signs.relative.witness;
    return std::nullopt;
  }

  /// Doubles a ratio until some vertex fails there.
  bool find_failing_ratio() {
    Rational t = 1;
    for (int k = 0; k < 400 && !stop_.stop_requested(); ++k, t *= 2) {
      if (suspect_) {
        if (!fails(*suspect_, t)) continue;
        witness_ = suspect_;
      } else {
        bool regular = false;
        const auto found = failing_vertex(t, &regular);
        if (regular) lower_ = t;
        if (!found) {
          if (!regular) return false;
          continue;
        }
        if (!fails(*found, t)) return false;
        witness_ = found;
      }
      upper_ = t;
      return true;
    }
    return false;
  }

  /// Brings the upper bound down to a root of the witness, until all vertices are positive just below it.
  void descend() {
    for (int round = 0; round < 10'000 && !stop_.stop_requested(); ++round) {
      const Rational below = bisect();
      order_for_witness();
      bool regular = false;
      const auto found = failing_vertex(below, &regular);
      if (regular) {
        lower_ = below;
        return try_exact_root();
      }
      if (!found || !fails(*found, below)) return settle_for_less(below);
      witness_ = found;
      upper_ = below;
    }
  }

  /// Doubles a < upper_ = b, 2^-44 apart, with the witness positive at a and not positive at b. Returns a.
  Rational bisect() {
    Rational below = 0;
    const double start = approximate(upper_);
    if (rational_exact(start) < upper_ && fails(*witness_, rational_exact(start))) upper_ = rational_exact(start);
    for (int k = 0; k < 2000; ++k) {
      const Rational gap = upper_ / Rational(1LL << 44);
      if (upper_ - below <= gap) break;
      const Rational middle = rational_exact(0.5 * (approximate(below) + approximate(upper_)));
      if (middle <= below || middle >= upper_) break;
      (fails(*witness_, middle) ? upper_ : below) = middle;
    }
    return below;
  }

  /// The neurons of the witness last: their determinant is the one that almost vanishes.
  void order_for_witness() {
    const auto in_witness = [&](std::size_t i) { return std::find(witness_->begin(), witness_->end(), i) != witness_->end(); };
    std::stable_partition(order_.begin(), order_.end(), [&](std::size_t i) { return !in_witness(i); });
  }

  /// A witness of one neuron and lower slope 0 has the rational root −1/(u_i G_ii).
  void try_exact_root() {
    const auto* gram = std::get_if<RationalMatrix>(&block_.gram);
    if (gram == nullptr || witness_->size() != 1 || !is_all_zero(block_.outer.low) || !block_.sharp()) return;
    const std::size_t i = witness_->front();
    const Rational root = Rational(-1) / (block_.inner.high[i] * gram->at(i, i));
    if (root < lower_ || root > upper_) return;
    MinorOptions options = options_for(false);
    options.exact_budget = 2e6;
    const MinorReport report = vertex_signs(block_, block_.outer, root, options).relative;
    if (report.signs != MinorSigns::nonnegative && report.signs != MinorSigns::positive) return;
    lower_ = upper_ = root;
  }

  /// The test just below the root is undecided: look for a smaller ratio where it is not.
  void settle_for_less(Rational t) {
    for (int k = 40; k > 0 && !stop_.stop_requested(); k -= 4) {
      const Rational smaller = t - t / Rational(1LL << k);
      if (smaller <= lower_) return;
      bool regular = false;
      (void)failing_vertex(rational_exact(approximate(smaller)), &regular);
      if (!regular) continue;
      lower_ = rational_exact(approximate(smaller));
      return;
    }
  }

  const ChannelBlock& block_;
  const StopToken& stop_;
  IndexSet order_;
  std::optional<IndexSet> suspect_;  ///< a set with a negative principal minor of diag(u) G: it fails for large t
  std::optional<IndexSet> witness_;
  Rational lower_ = 0, upper_ = 0;
};

}  // namespace

CriticalRatio critical_ratio(const ChannelBlock& block, const StopToken& stop) {
  const ChannelBlock widened = with_zero_slopes(block);
  return Search(widened, stop).run();
}

std::optional<int> vertex_sign(const ChannelBlock& block, const SlopeBox& box, const Rational& t,
                               const std::vector<std::size_t>& upper) {
  std::vector<Rational> d = box.low;
  for (const std::size_t i : upper) d[i] = box.high[i];
  IndexSet moving;  // rows of I + t D G with slope 0 are rows of I
  for (std::size_t i = 0; i < d.size(); ++i)
    if (d[i] != 0) moving.push_back(i);
  return std::visit([&](const auto& gram) { return minor_sign(member(gram, d, t), moving); }, block.gram);
}

std::optional<FailingVertices> failing_vertices(const ChannelBlock& block, const Rational& t) {
  if (decide_regularity(block, t) != Regularity::not_regular) return std::nullopt;
  MinorOptions options;
  options.stop_at_zero = block.attained == RangeEnds::closed;
  const VertexSigns signs = vertex_signs(block, block.outer, t, options);
  if (!signs.base) return std::nullopt;
  if (*signs.base == 0) return FailingVertices{{}, {}};
  if (signs.relative.signs == MinorSigns::nonnegative) return FailingVertices{everything(block.neurons), {}};
  const bool base_fails = *signs.base < 0 && signs.relative.negative;
  return base_fails ? FailingVertices{{}, signs.relative.witness} : FailingVertices{signs.relative.witness, {}};
}

Regularity decide_regularity(const ChannelBlock& block, const Rational& t, const StopToken& stop) {
  MinorOptions options;
  options.stop_at_zero = block.attained == RangeEnds::closed;
  options.stop = stop;
  const VertexSigns signs = vertex_signs(block, block.outer, t, options);
  if (!signs.base) return Regularity::undecided;
  if (*signs.base == 0) return block.sharp() && block.attained == RangeEnds::closed ? Regularity::not_regular : Regularity::undecided;
  switch (signs.relative.signs) {
    case MinorSigns::positive:
      return Regularity::regular;
    case MinorSigns::nonnegative:  // zeros at some vertices: see Judge in vertex_signs.cpp
      if (block.attained == RangeEnds::half_open && signs.relative.whole_is_zero) return Regularity::not_regular;
      return block.ends == RangeEnds::closed ? Regularity::undecided : Regularity::regular;
    case MinorSigns::not_positive:  // a zero only if it is attained; else both signs, and hence a zero inside the box
      break;
    case MinorSigns::undecided:
      return Regularity::undecided;
  }
  if (block.sharp()) return Regularity::not_regular;
  // The outer box is a little too large; it contains 0, where the determinant is 1.
  const auto sign = vertex_sign(block, block.inner, t, signs.relative.witness);
  return sign && *sign <= 0 ? Regularity::not_regular : Regularity::undecided;
}

}  // namespace narrows
