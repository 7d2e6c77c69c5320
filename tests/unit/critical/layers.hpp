// Builders of small layers, and a brute-force judge of T2 that shares no code with the library.
#pragma once

#include <functional>
#include <random>
#include <string>
#include <vector>

#include "network/model.hpp"

namespace narrows::test {

using Rows = std::vector<std::vector<Rational>>;

[[nodiscard]] inline Layer affine(const Rows& weight) {
  AffineLayer layer{weight.size(), weight[0].size(), {}, std::vector<Rational>(weight.size())};
  for (const auto& row : weight) layer.weight.insert(layer.weight.end(), row.begin(), row.end());
  return {layer};
}
[[nodiscard]] inline Layer activation(Activation function, const Rational& alpha = 0) {
  return {ActivationLayer{function, alpha}};
}
/// Mean and bias 0, epsilon 0.
[[nodiscard]] inline Layer batch_norm(const std::vector<Rational>& scale,
                                      const std::vector<Rational>& variance) {
  const std::vector<Rational> zeros(scale.size());
  return {BatchNormLayer{scale, zeros, zeros, variance, 0}};
}
[[nodiscard]] inline Layer residual(const Rational& skip, const Rational& factor,
                                    const std::vector<Layer>& branch) {
  return {ResidualLayer{skip, factor, branch}};
}
/// ε h + δ W̃ σ(W h).
[[nodiscard]] inline Layer block(const Rational& skip, const Rational& factor, const Rows& inner,
                                 Activation function, const Rows& outer, const Rational& alpha = 0) {
  return residual(skip, factor, {affine(inner), activation(function, alpha), affine(outer)});
}

[[nodiscard]] inline Rows identity_rows(std::size_t n) {
  Rows rows(n, std::vector<Rational>(n));
  for (std::size_t i = 0; i < n; ++i) rows[i][i] = 1;
  return rows;
}
[[nodiscard]] inline Rows multiply(const Rows& a, const Rows& b) {
  Rows ab(a.size(), std::vector<Rational>(b[0].size()));
  for (std::size_t i = 0; i < a.size(); ++i)
    for (std::size_t j = 0; j < b[0].size(); ++j)
      for (std::size_t k = 0; k < b.size(); ++k) ab[i][j] += a[i][k] * b[k][j];
  return ab;
}
/// Naive expansion along the first row.
[[nodiscard]] inline Rational cofactor_determinant(const Rows& a) {
  if (a.empty()) return 1;
  Rational sum = 0;
  for (std::size_t j = 0; j < a.size(); ++j) {
    if (a[0][j] == 0) continue;
    Rows minor;
    for (std::size_t i = 1; i < a.size(); ++i) {
      minor.push_back(a[i]);
      minor.back().erase(minor.back().begin() + static_cast<std::ptrdiff_t>(j));
    }
    const Rational term = a[0][j] * cofactor_determinant(minor);
    sum += j % 2 == 0 ? term : Rational(-term);
  }
  return sum;
}

enum class Ends { half_open, open, closed };

/// What T2 says when the vertices of the box (0 and s for each slope) have these determinants; bit i: slope i
/// is s.
[[nodiscard]] inline bool regular_by_vertices(const std::vector<Rational>& determinants, Ends ends) {
  bool positive = false, negative = false, zero = false;
  for (const Rational& det : determinants) {
    positive = positive || det > 0;
    negative = negative || det < 0;
    zero = zero || det == 0;
  }
  if (positive && negative) return false;
  if (ends == Ends::closed) return !zero;
  return ends == Ends::half_open ? determinants.back() != 0 : positive || negative;
}

/// det(ε I + δ A_p D_p ⋯ D_1 A_0) at all vertices with slopes 0 or s.
[[nodiscard]] inline std::vector<Rational> vertex_determinants(const Rational& skip, const Rational& factor,
                                                               const std::vector<Rows>& maps,
                                                               const Rational& s) {
  std::size_t slopes = 0;
  for (std::size_t k = 0; k + 1 < maps.size(); ++k) slopes += maps[k].size();
  std::vector<Rational> determinants;
  for (std::size_t vertex = 0; vertex < std::size_t{1} << slopes; ++vertex) {
    Rows m = maps[0];
    std::size_t next = 0;
    for (std::size_t k = 1; k < maps.size(); ++k) {
      for (auto& row : m) {
        const Rational slope = (vertex >> next++ & 1) != 0 ? s : Rational(0);
        for (Rational& x : row) x *= slope;
      }
      m = multiply(maps[k], m);
    }
    for (std::size_t i = 0; i < m.size(); ++i) {
      for (Rational& x : m[i]) x *= factor;
      m[i][i] += skip;
    }
    determinants.push_back(cofactor_determinant(m));
  }
  return determinants;
}

/// Principal minors of I + s α W W̃, in the order of the subsets' bits: the P-matrix form of T2.
[[nodiscard]] inline std::vector<Rational> principal_minors(const Rational& s_alpha, const Rows& inner,
                                                            const Rows& outer) {
  Rows matrix = multiply(inner, outer);
  for (std::size_t i = 0; i < matrix.size(); ++i) {
    for (Rational& x : matrix[i]) x *= s_alpha;
    matrix[i][i] += 1;
  }
  std::vector<Rational> minors;
  for (std::size_t subset = 0; subset < std::size_t{1} << matrix.size(); ++subset) {
    Rows minor;
    for (std::size_t i = 0; i < matrix.size(); ++i) {
      if ((subset >> i & 1) == 0) continue;
      minor.emplace_back();
      for (std::size_t j = 0; j < matrix.size(); ++j) {
        if ((subset >> j & 1) != 0) minor.back().push_back(matrix[i][j]);
      }
    }
    minors.push_back(cofactor_determinant(minor));
  }
  return minors;
}

/// Small halves and quarters with many zeros, ones and repetitions: corner cases are common.
class RandomNumbers {
 public:
  explicit RandomNumbers(unsigned seed) : engine_(seed) {}
  [[nodiscard]] int below(int n) { return std::uniform_int_distribution<int>(0, n - 1)(engine_); }
  [[nodiscard]] Rational weight() { return below(4) == 0 ? Rational(0) : Rational(below(17) - 8) / 4; }
  [[nodiscard]] Rational nonzero() { return Rational(1 + below(6)) / (below(2) == 0 ? 2 : -3); }
  [[nodiscard]] Rows matrix(std::size_t rows, std::size_t cols) {
    Rows m(rows, std::vector<Rational>(cols));
    for (auto& row : m)
      for (Rational& x : row) x = weight();
    if (rows > 1 && below(5) == 0) m[1] = m[0];
    return m;
  }

 private:
  std::mt19937 engine_;
};

[[nodiscard]] inline std::string to_text(const Rows& rows) {
  std::string text = "[";
  for (const auto& row : rows) {
    text += "[";
    for (const Rational& x : row) text += x.str() + " ";
    text += "]";
  }
  return text + "]";
}

}  // namespace narrows::test
