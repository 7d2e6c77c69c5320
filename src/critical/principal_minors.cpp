// Idea: branch on "is index i in S or not". Taking i in replaces the matrix of the remaining indices by the Schur complement
// of its pivot, and the sign of the minor is the product of the pivots' signs; leaving i out drops its row and column. The
// 2^m minors are the nodes of a binary tree, each for a few operations in double intervals.
//
// Pruning: a node whose remaining matrix has a positive definite symmetric part, after a positive diagonal scaling, is a
// P-matrix, and so is settled with its whole subtree. A negative diagonal entry anywhere settles everything at once.
// A pivot that the intervals cannot tell from 0 is decided exactly, and if it is positive the node's matrix is computed
// again exactly, so that the accuracy lost on the way is regained. If it is zero, all larger sets are tried one by one.
#include "critical/principal_minors.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace narrows {
namespace {

using IndexSet = std::vector<std::size_t>;

template <class T>
DenseMatrix<T> submatrix(const DenseMatrix<T>& m, const IndexSet& rows, const IndexSet& cols) {
  DenseMatrix<T> part(rows.size(), cols.size());
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (std::size_t j = 0; j < cols.size(); ++j) part.at(i, j) = m.at(rows[i], cols[j]);
  return part;
}

Interval enclosure(const Rational& x) { return enclose(x); }
Interval enclosure(const BigInterval& x) { return x.to_double(); }

std::optional<int> determinant_sign(const RationalMatrix& m) { return determinant_sign_exact(m); }

/// By elimination with the largest pivots.
std::optional<int> determinant_sign(DenseMatrix<BigInterval> m) {
  int sign = 1;
  for (std::size_t k = 0; k < m.rows; ++k) {
    std::size_t best = m.rows;
    for (std::size_t i = k; i < m.rows; ++i)
      if (excludes_zero(m.at(i, k)) && (best == m.rows || magnitude(m.at(i, k)) > magnitude(m.at(best, k)))) best = i;
    if (best == m.rows) return std::nullopt;
    for (std::size_t j = k; best != k && j < m.cols; ++j) std::swap(m.at(best, j), m.at(k, j));
    sign *= (best != k ? -1 : 1) * (is_positive(m.at(k, k)) ? 1 : -1);
    for (std::size_t i = k + 1; i < m.rows; ++i) {
      const BigInterval factor = m.at(i, k) / m.at(k, k);
      for (std::size_t j = k + 1; j < m.cols; ++j) m.at(i, j) = m.at(i, j) - factor * m.at(k, j);
    }
  }
  return sign;
}

bool is_zero(const Rational& x) { return x == 0; }
bool is_zero(const BigInterval&) { return false; }

/// What is left of `m` on the indices `rest` after elimination of `set`, whose leading minors are positive.
template <class T>
DenseMatrix<T> schur_complement(const DenseMatrix<T>& m, const IndexSet& set, const IndexSet& rest) {
  IndexSet all = set;
  all.insert(all.end(), rest.begin(), rest.end());
  DenseMatrix<T> a = submatrix(m, all, all);
  for (std::size_t k = 0; k < set.size(); ++k) {
    for (std::size_t i = k + 1; i < a.rows; ++i) {
      if (is_zero(a.at(i, k))) continue;
      const T factor = a.at(i, k) / a.at(k, k);
      for (std::size_t j = k + 1; j < a.cols; ++j) a.at(i, j) = a.at(i, j) - factor * a.at(k, j);
    }
  }
  IndexSet last(rest.size());
  std::iota(last.begin(), last.end(), set.size());
  return submatrix(a, last, last);
}

/// Proved: diag(λ)·B plus its transpose is positive definite for a guessed λ > 0, hence B is a P-matrix.
bool has_definite_part(const DenseMatrix<Interval>& b) {
  const std::size_t n = b.rows;
  std::vector<double> scale(n, 1);
  for (std::size_t i = 0; i < n; ++i) {
    double row = 1e-300, col = 1e-300;
    for (std::size_t j = 0; j < n; ++j) {
      if (j == i) continue;
      row += std::fabs(b.at(i, j).lower());
      col += std::fabs(b.at(j, i).lower());
    }
    const double ratio = std::sqrt(col / row);
    if (ratio > 1e-6 && ratio < 1e6) scale[i] = ratio;
  }
  DenseMatrix<Interval> a(n, n);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j <= i; ++j) a.at(i, j) = Interval(scale[i]) * b.at(i, j) + Interval(scale[j]) * b.at(j, i);
  for (std::size_t k = 0; k < n; ++k) {
    if (!is_positive(a.at(k, k))) return false;
    for (std::size_t i = k + 1; i < n; ++i) {
      const Interval factor = a.at(i, k) / a.at(k, k);
      for (std::size_t j = k + 1; j <= i; ++j) a.at(i, j) = a.at(i, j) - factor * a.at(j, k);
    }
  }
  return true;
}

template <class T>
class MinorTree {
 public:
  MinorTree(const DenseMatrix<T>& m, const MinorOptions& options) : m_(m), options_(options), rank_(m.rows) {}

  MinorReport run() {
    IndexSet rest = options_.order;
    if (rest.empty()) {
      rest.resize(m_.rows);
      std::iota(rest.begin(), rest.end(), std::size_t{0});
    }
    if constexpr (std::is_same_v<T, Rational>) {
      if (!options_.stop_at_zero) rank_ = rank_exact(m_);
    }
    if (rank_ < m_.rows) note_zero(rest);
    IndexSet set;
    if (!zero_settles() && visit(enclosed(set, rest), &set, rest)) {
      report_.signs = zero_found_ ? MinorSigns::nonnegative : MinorSigns::positive;
      if (zero_found_) {
        std::sort(report_.witness.begin(), report_.witness.end());
        std::sort(rest.begin(), rest.end());
        report_.whole_is_zero = minor_sign(m_, rest) == 0;
      }
    }
    std::sort(report_.witness.begin(), report_.witness.end());
    return report_;
  }

 private:
  DenseMatrix<Interval> enclosed(const IndexSet& set, const IndexSet& rest) const {
    return map_entries<Interval>(schur_complement(m_, set, rest), [](const T& x) { return enclosure(x); });
  }

  bool settle(MinorSigns signs, const IndexSet& set, bool negative) {
    report_ = {signs, set, negative, false};
    return false;
  }
  bool give_up() { return settle(MinorSigns::undecided, {}, false); }
  void note_zero(const IndexSet& set) {
    zero_found_ = true;
    report_.witness = set;
    if (options_.stop_at_zero) report_.signs = MinorSigns::not_positive;
  }
  bool zero_settles() const { return zero_found_ && options_.stop_at_zero; }

  static IndexSet with(IndexSet set, std::size_t index) {
    set.push_back(index);
    return set;
  }

  bool affordable(std::size_t side) {
    exact_work_ += std::pow(static_cast<double>(side), 3) + 100;
    return exact_work_ <= options_.exact_budget && !options_.stop.stop_requested();
  }

  /// All minors of `set` joined with parts of `rest`; `b` is what is left of the matrix on `rest`. False: settled.
  bool visit(DenseMatrix<Interval> b, IndexSet* set, IndexSet rest) {
    while (!rest.empty()) {
      if (set->size() >= rank_) return true;  // all larger minors vanish, and the zero is noted
      if (++nodes_ > options_.node_budget || ((nodes_ & 255) == 0 && options_.stop.stop_requested())) return give_up();
      std::size_t pick = rest.size();
      for (std::size_t i = 0; i < rest.size(); ++i) {
        if (is_negative(b.at(i, i))) return settle(MinorSigns::not_positive, with(*set, rest[i]), true);
        if (pick == rest.size() && is_positive(b.at(i, i))) pick = i;
      }
      if (rest.size() >= 4 && has_definite_part(b)) return true;
      if (pick == rest.size()) {
        if (!take_exactly(set, rest)) return false;
        pick = 0;
      } else if (!take(b, pick, set, rest)) {
        return false;
      }
      drop(&b, pick);
      rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(pick));
    }
    return true;
  }

  bool take(const DenseMatrix<Interval>& b, std::size_t pick, IndexSet* set, const IndexSet& rest) {
    if (rest.size() == 1) return true;
    const std::size_t n = rest.size();
    DenseMatrix<Interval> left(n - 1, n - 1);
    for (std::size_t i = 0, row = 0; i < n; ++i) {
      if (i == pick) continue;
      const Interval factor = b.at(i, pick) / b.at(pick, pick);
      for (std::size_t j = 0, col = 0; j < n; ++j)
        if (j != pick) left.at(row, col++) = b.at(i, j) - factor * b.at(pick, j);
      ++row;
    }
    return descend(std::move(left), pick, set, rest);
  }

  bool descend(DenseMatrix<Interval> left, std::size_t pick, IndexSet* set, IndexSet rest) {
    set->push_back(rest[pick]);
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(pick));
    if (!visit(std::move(left), set, std::move(rest))) return false;
    set->pop_back();
    return true;
  }

  /// The sets that hold rest[0], whose pivot the intervals cannot decide.
  bool take_exactly(IndexSet* set, const IndexSet& rest) {
    const IndexSet larger = with(*set, rest[0]);
    if (!affordable(larger.size())) return give_up();
    const std::optional<int> sign = minor_sign(m_, larger);
    if (!sign) return give_up();
    if (*sign < 0) return settle(MinorSigns::not_positive, larger, true);
    if (*sign == 0) {
      note_zero(larger);
      return !options_.stop_at_zero && try_each(larger, {rest.begin() + 1, rest.end()});
    }
    if (rest.size() == 1) return true;
    if (!affordable(m_.rows)) return give_up();
    return descend(enclosed(larger, {rest.begin() + 1, rest.end()}), 0, set, rest);
  }

  /// The minors of `set` joined with nonempty parts of `rest`, one by one.
  bool try_each(const IndexSet& set, const IndexSet& rest) {
    if (rest.size() > 24) return give_up();
    for (std::size_t bits = 1; bits < std::size_t{1} << rest.size(); ++bits) {
      IndexSet larger = set;
      for (std::size_t i = 0; i < rest.size(); ++i)
        if ((bits >> i & 1) != 0) larger.push_back(rest[i]);
      if (larger.size() > rank_) continue;
      if (!affordable(larger.size())) return give_up();
      const std::optional<int> sign = minor_sign(m_, larger);
      if (!sign) return give_up();
      if (*sign < 0) return settle(MinorSigns::not_positive, larger, true);
    }
    return true;
  }

  static void drop(DenseMatrix<Interval>* b, std::size_t index) {
    DenseMatrix<Interval> left(b->rows - 1, b->cols - 1);
    for (std::size_t i = 0, next = 0; i < b->rows; ++i)
      for (std::size_t j = 0; j < b->cols; ++j)
        if (i != index && j != index) left.entries[next++] = b->at(i, j);
    *b = std::move(left);
  }

  const DenseMatrix<T>& m_;
  const MinorOptions& options_;
  std::size_t rank_;  ///< larger minors vanish
  MinorReport report_;
  bool zero_found_ = false;
  std::size_t nodes_ = 0;
  double exact_work_ = 0;
};

}  // namespace

MinorReport principal_minor_signs(const RationalMatrix& m, const MinorOptions& options) {
  return MinorTree<Rational>(m, options).run();
}
MinorReport principal_minor_signs(const DenseMatrix<BigInterval>& m, const MinorOptions& options) {
  return MinorTree<BigInterval>(m, options).run();
}

std::optional<int> minor_sign(const RationalMatrix& m, const std::vector<std::size_t>& set) {
  return determinant_sign(submatrix(m, set, set));
}
std::optional<int> minor_sign(const DenseMatrix<BigInterval>& m, const std::vector<std::size_t>& set) {
  return determinant_sign(submatrix(m, set, set));
}

}  // namespace narrows
