// Interval linear algebra for the small matrices of narrow networks.
#include "checker/matrix.hpp"

#include <cmath>
#include <utility>

namespace narrows::checker {
namespace {

Precision precision_of(const IntervalMatrix& a) { return a.entries.empty() ? leaf_precision : a.entries[0].precision(); }

ApproxMatrix identity_approx(std::size_t n) {
  ApproxMatrix v(n, std::vector<double>(n));
  for (std::size_t i = 0; i < n; ++i) v[i][i] = 1;
  return v;
}

/// One Jacobi rotation that makes s[p][q] vanish; the columns of v follow.
void rotate(ApproxMatrix& s, ApproxMatrix& v, std::size_t p, std::size_t q) {
  if (s[p][q] == 0) return;
  const double theta = (s[q][q] - s[p][p]) / (2 * s[p][q]);
  const double t = (theta >= 0 ? 1 : -1) / (std::fabs(theta) + std::sqrt(theta * theta + 1));
  const double c = 1 / std::sqrt(t * t + 1), r = t * c;
  for (std::size_t k = 0; k < s.size(); ++k) {
    const double a = s[k][p], b = s[k][q], x = v[k][p], y = v[k][q];
    s[k][p] = c * a - r * b, s[k][q] = r * a + c * b;
    v[k][p] = c * x - r * y, v[k][q] = r * x + c * y;
  }
  for (std::size_t k = 0; k < s.size(); ++k) {
    const double a = s[p][k], b = s[q][k];
    s[p][k] = c * a - r * b, s[q][k] = r * a + c * b;
  }
}

/// Approximate eigenvectors (columns) of a symmetric matrix, by cyclic Jacobi sweeps.
ApproxMatrix eigenvectors_approx(ApproxMatrix s) {
  ApproxMatrix v = identity_approx(s.size());
  for (int sweep = 0; sweep < 12; ++sweep) {
    for (std::size_t p = 0; p < s.size(); ++p) {
      for (std::size_t q = p + 1; q < s.size(); ++q) rotate(s, v, p, q);
    }
  }
  return v;
}

/// Signs of the pivots of LDLᵀ without pivoting: the number of negative ones.
std::optional<std::size_t> count_negative_pivots(IntervalMatrix a) {
  std::size_t negative = 0;
  for (std::size_t k = 0; k < a.rows; ++k) {
    const Interval pivot = a.at(k, k);
    if (!pivot.nonzero()) return std::nullopt;
    if (pivot.negative()) ++negative;
    for (std::size_t i = k + 1; i < a.rows; ++i) {
      const Interval factor = a.at(i, k) / pivot;
      for (std::size_t j = k + 1; j < i; ++j) {
        a.at(i, j) = a.at(i, j) - factor * a.at(j, k);
        a.at(j, i) = a.at(i, j);
      }
      a.at(i, i) = a.at(i, i) - square(a.at(i, k)) / pivot;
    }
  }
  return negative;
}

/// The row at or below j whose entry in column j is farthest from 0 (approximately), or a.rows if none excludes 0.
std::size_t pivot_row(const IntervalMatrix& a, std::size_t j) {
  std::size_t best = a.rows;
  double best_size = 0;
  for (std::size_t i = j; i < a.rows; ++i) {
    if (!a.at(i, j).nonzero()) continue;
    const double size = std::fabs(midpoint_approx(a.at(i, j)));
    if (best == a.rows || size > best_size) best = i, best_size = size;
  }
  return best;
}

Interval determinant_by_elimination(IntervalMatrix a) {
  Interval det(1.0, precision_of(a));
  for (std::size_t j = 0; j < a.cols; ++j) {
    const std::size_t pivot = pivot_row(a, j);
    if (pivot == a.rows) return whole_line(det.precision());
    if (pivot != j) det = -det;
    for (std::size_t k = 0; pivot != j && k < a.cols; ++k) std::swap(a.at(j, k), a.at(pivot, k));
    det = det * a.at(j, j);
    for (std::size_t i = j + 1; i < a.rows; ++i) {
      const Interval factor = a.at(i, j) / a.at(j, j);
      for (std::size_t k = j + 1; k < a.cols; ++k) a.at(i, k) = a.at(i, k) - factor * a.at(j, k);
    }
  }
  return det;
}

}  // namespace

IntervalMatrix enclose(const RationalMatrix& a, Precision p) {
  IntervalMatrix b(a.rows, a.cols, p);
  for (std::size_t i = 0; i < a.entries.size(); ++i) b.entries[i] = enclose(a.entries[i], p);
  return b;
}

IntervalMatrix identity_matrix(std::size_t n, Precision p) {
  IntervalMatrix a(n, n, p);
  for (std::size_t i = 0; i < n; ++i) a.at(i, i) = Interval(1.0, p);
  return a;
}

IntervalMatrix product(const IntervalMatrix& a, const IntervalMatrix& b) {
  IntervalMatrix c(a.rows, b.cols, precision_of(a));
  for (std::size_t i = 0; i < a.rows; ++i) {
    for (std::size_t k = 0; k < a.cols; ++k) {
      for (std::size_t j = 0; j < b.cols; ++j) c.at(i, j) = c.at(i, j) + a.at(i, k) * b.at(k, j);
    }
  }
  return c;
}

IntervalMatrix product(const ApproxMatrix& c, const IntervalMatrix& a) {
  IntervalMatrix b(c.size(), a.rows, precision_of(a));
  for (std::size_t i = 0; i < c.size(); ++i) {
    for (std::size_t j = 0; j < a.rows; ++j) b.at(i, j) = Interval(c[i][j], precision_of(a));
  }
  return product(b, a);
}

IntervalMatrix transpose(const IntervalMatrix& a) {
  IntervalMatrix b(a.cols, a.rows, precision_of(a));
  for (std::size_t i = 0; i < a.rows; ++i) {
    for (std::size_t j = 0; j < a.cols; ++j) b.at(j, i) = a.at(i, j);
  }
  return b;
}

Interval determinant(IntervalMatrix a) {
  const auto minor = [&a](std::size_t i, std::size_t j, std::size_t k, std::size_t l) {
    return a.at(i, k) * a.at(j, l) - a.at(i, l) * a.at(j, k);
  };
  if (a.rows == 1) return a.at(0, 0);
  if (a.rows == 2) return minor(0, 1, 0, 1);
  if (a.rows == 3) {
    return a.at(0, 0) * minor(1, 2, 1, 2) - a.at(0, 1) * minor(1, 2, 0, 2) + a.at(0, 2) * minor(1, 2, 0, 1);
  }
  return determinant_by_elimination(std::move(a));
}

bool is_near_inverse(const ApproxMatrix& c, const IntervalMatrix& a, const std::vector<double>& scale) {
  const Precision p = precision_of(a);
  const IntervalMatrix b = product(c, a);
  for (std::size_t i = 0; i < b.rows; ++i) {
    Interval row(p);
    for (std::size_t j = 0; j < b.cols; ++j) {
      const Interval defect = i == j ? 1 - b.at(i, j) : -b.at(i, j);
      row = row + absolute(defect) * Interval(scale[j], p);
    }
    if (!less(row.hi, Real(scale[i], p))) return false;
  }
  return b.rows > 0;
}

std::optional<std::size_t> negative_index(const IntervalMatrix& a) {
  const ApproxMatrix middle = midpoints(a);
  for (const auto& row : middle) {
    for (const double x : row) {
      if (!std::isfinite(x)) return std::nullopt;
    }
  }
  const ApproxMatrix v = eigenvectors_approx(middle);
  ApproxMatrix vt = v;
  for (std::size_t i = 0; i < v.size(); ++i) {
    for (std::size_t j = 0; j < v.size(); ++j) {
      if (!std::isfinite(v[i][j])) return std::nullopt;
      vt[i][j] = v[j][i];
    }
  }
  // Vᵀ(VᵀA)ᵀ = VᵀAV for symmetric A; nonzero pivots prove that V is nonsingular.
  return count_negative_pivots(product(vt, transpose(product(vt, a))));
}

bool is_positive_definite(const IntervalMatrix& a) {
  const auto negative = count_negative_pivots(a);
  return negative.has_value() && *negative == 0;
}

ApproxMatrix midpoints(const IntervalMatrix& a) {
  ApproxMatrix m(a.rows, std::vector<double>(a.cols));
  for (std::size_t i = 0; i < a.rows; ++i) {
    for (std::size_t j = 0; j < a.cols; ++j) m[i][j] = midpoint_approx(a.at(i, j));
  }
  return m;
}

std::optional<ApproxMatrix> inverse_approx(const IntervalMatrix& a) {
  ApproxMatrix m = midpoints(a), inverse = identity_approx(a.rows);
  const std::size_t n = m.size();
  for (std::size_t j = 0; j < n; ++j) {
    std::size_t pivot = j;
    for (std::size_t i = j + 1; i < n; ++i) {
      if (std::fabs(m[i][j]) > std::fabs(m[pivot][j])) pivot = i;
    }
    std::swap(m[j], m[pivot]);
    std::swap(inverse[j], inverse[pivot]);
    const double scale = 1 / m[j][j];
    for (std::size_t k = 0; k < n; ++k) m[j][k] *= scale, inverse[j][k] *= scale;
    for (std::size_t i = 0; i < n; ++i) {
      const double factor = m[i][j];
      for (std::size_t k = 0; i != j && k < n; ++k) m[i][k] -= factor * m[j][k], inverse[i][k] -= factor * inverse[j][k];
    }
  }
  for (const auto& row : inverse) {
    for (const double x : row) {
      if (!std::isfinite(x)) return std::nullopt;
    }
  }
  return inverse;
}

}  // namespace narrows::checker
