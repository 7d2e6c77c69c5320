// Rule `p-matrix`: a branch with one activation layer of m <= 20 neurons is regular over its box of slopes, widened to contain 0,
// if all principal minors of a matrix of side m are positive (T2).
//
// With the slopes in [l, u], l <= 0 <= u, and G = W W̃: det(I + αDG) at the vertex of the box where the neurons of S are at u is
// det K times the minor S of (I + αuG) K^{-1}, K = I + αlG. All of them positive: regular at α, and at all ratios between 0
// and α, because the box contains 0. None negative: regular at all ratios strictly between. At α = ±∞, for
// l = 0: no minor of ±G is negative; the determinants are polynomials in |α| whose coefficients are sums of
// such minors.
//
// The minors are the nodes of a tree: an index taken into S leaves a Schur complement, one left out drops its row and column.
#include <algorithm>

#include "checker/rules/rules.hpp"

namespace narrows::checker {
namespace {

constexpr std::size_t max_exact_minors = std::size_t{1} << 16;

template <class T>
Matrix<T> part(const Matrix<T>& a, const Indices& set) {
  Matrix<T> b(set.size(), set.size());
  for (std::size_t i = 0; i < set.size(); ++i) {
    for (std::size_t j = 0; j < set.size(); ++j) b.at(i, j) = a.at(set[i], set[j]);
  }
  return b;
}

/// Proves that no principal minor is negative (strict: that all are positive).
class MinorTree {
 public:
  /// `rank`: larger minors vanish.
  MinorTree(const RationalMatrix* exact, bool strict, std::size_t rank)
      : exact_(exact), strict_(strict), rank_(rank) {}

  /// The minors of `set` joined with parts of `rest`; `b` is the Schur complement of `set` on `rest`.
  bool holds(const IntervalMatrix& b, const Indices& set, const Indices& rest) {
    if (rest.empty() || set.size() == rank_) return true;
    const Interval pivot = b.at(0, 0);
    if (pivot.negative()) return false;
    const Indices tail(rest.begin() + 1, rest.end());
    Indices larger = set;
    larger.push_back(rest[0]);
    IntervalMatrix left(tail.size(), tail.size()), taken(tail.size(), tail.size());
    for (std::size_t i = 0; i < tail.size(); ++i) {
      for (std::size_t j = 0; j < tail.size(); ++j) {
        left.at(i, j) = b.at(i + 1, j + 1);
        if (pivot.positive()) taken.at(i, j) = left.at(i, j) - b.at(i + 1, 0) * b.at(0, j + 1) / pivot;
      }
    }
    if (!(pivot.positive() ? holds(taken, larger, tail) : holds_exactly(larger, tail))) return false;
    return holds(left, set, tail);
  }

 private:
  bool holds_exactly(const Indices& set, const Indices& rest) {
    for (std::size_t bits = 0; bits < std::size_t{1} << rest.size(); ++bits) {
      if (exact_ == nullptr || ++used_ > max_exact_minors) return false;
      Indices larger = set;
      for (std::size_t i = 0; i < rest.size(); ++i) {
        if ((bits >> i & 1) != 0) larger.push_back(rest[i]);
      }
      const Rational minor = determinant(part(*exact_, larger));
      if (strict_ ? minor <= 0 : minor < 0) return false;
    }
    return true;
  }

  const RationalMatrix* exact_;
  bool strict_;
  std::size_t rank_;
  std::size_t used_ = 0;
};

}  // namespace

TestResult test_minors(const Layer& layer, bool at_infinity, bool strict, Indices order) {
  const auto split = split_branch(layer);
  const std::size_t m = split ? split->before.rows : 0;
  const Indices all = numbers_to(m);
  if (order.empty()) order = all;
  if (!split || m > max_neurons || !std::is_permutation(order.begin(), order.end(), all.begin(), all.end()))
    return TestResult::inapplicable;
  const Interval slopes = hull(slope_bounds(split->activation, exact_precision), 0.0);
  const bool has_low = slopes.lo.sign() < 0;
  if (!slopes.is_finite() || (at_infinity && has_low)) return TestResult::not_proved;
  const double one = at_infinity ? 0 : 1;
  std::optional<RationalMatrix> exact = exact_gram(layer, split->position, all);
  const IntervalMatrix gram = exact ? enclose(*exact, exact_precision) : product(split->before, split->after);
  IntervalMatrix matrix = member(gram, one, std::vector(m, split->ratio * Interval(slopes.hi)));
  if (has_low) {
    const IntervalMatrix base = member(gram, one, std::vector(m, split->ratio * Interval(slopes.lo)));
    const auto inverted = inverse(base);
    if (!inverted || !determinant(base).positive()) return TestResult::not_proved;
    matrix = product(matrix, *inverted);
    exact.reset();
  } else if (exact) {
    const Rational factor = exact_value(slopes.hi) * layer.residual / layer.skip;
    exact = part(member(*exact, one, std::vector(m, factor)), order);
  }
  const std::size_t rank = at_infinity ? std::min(m, layer.inputs) : m;
  MinorTree tree(exact ? &*exact : nullptr, strict, rank);
  return tree.holds(part(matrix, order), {}, all) ? TestResult::proved : TestResult::not_proved;
}

}  // namespace narrows::checker
