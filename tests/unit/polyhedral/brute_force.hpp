// Activation patterns by trying all of them: for each, the layers become affine maps and strict inequalities, whose
// solvability Fourier-Motzkin elimination decides over the rationals. Shares nothing with the modules under test.
#pragma once

#include <set>
#include <vector>

#include "network/model.hpp"

namespace narrows::test {

/// Coefficients, then the constant.
using AffineRow = std::vector<Rational>;

/// Is there x with row·(x, 1) > 0 for all rows?
inline bool solvable(std::vector<AffineRow> rows) {
  if (rows.empty()) return true;
  for (std::size_t variable = rows[0].size() - 1; variable-- > 0;) {
    std::vector<AffineRow> next;
    for (const AffineRow& a : rows)
      if (a[variable] == 0) next.push_back(a);
    for (const AffineRow& a : rows)
      for (const AffineRow& b : rows) {
        if (!(a[variable] > 0 && b[variable] < 0)) continue;
        AffineRow sum(a.size());
        for (std::size_t i = 0; i < a.size(); ++i) sum[i] = a[i] / a[variable] - b[i] / b[variable];
        next.push_back(sum);
      }
    rows = next;
  }
  for (const AffineRow& row : rows)
    if (!(row.back() > 0)) return false;
  return true;
}

/// One pattern: the layers as affine maps, and what must be positive for it.
class PatternTrial {
 public:
  explicit PatternTrial(std::size_t bits) : bits_(bits) {}

  std::vector<AffineRow> run(const std::vector<Layer>& layers, std::vector<AffineRow> h) {
    for (const Layer& layer : layers) {
      if (const auto* affine = std::get_if<AffineLayer>(&layer.value)) {
        std::vector<AffineRow> y(affine->rows, AffineRow(h[0].size()));
        for (std::size_t i = 0; i < affine->rows; ++i) {
          for (std::size_t j = 0; j < affine->cols; ++j)
            for (std::size_t k = 0; k < h[0].size(); ++k) y[i][k] += affine->weight[i * affine->cols + j] * h[j][k];
          y[i].back() += affine->bias[i];
        }
        h = y;
      } else if (const auto* kink = std::get_if<ActivationLayer>(&layer.value)) {
        for (AffineRow& row : h) meet_kink(kink->function == Activation::relu ? Rational(0) : kink->alpha, &row);
      } else {
        const auto& block = std::get<ResidualLayer>(layer.value);
        const std::vector<AffineRow> branch = run(block.branch, h);
        for (std::size_t i = 0; i < h.size(); ++i)
          for (std::size_t k = 0; k < h[i].size(); ++k) h[i][k] = block.skip * h[i][k] + block.residual * branch[i][k];
      }
    }
    return h;
  }

  std::vector<AffineRow> inequalities;
  std::vector<bool> pattern;
  bool possible = true;

 private:
  void meet_kink(const Rational& slope, AffineRow* row) {
    const bool positive = (bits_ >> pattern.size()) & 1;
    pattern.push_back(positive);
    const bool zero = std::all_of(row->begin(), row->end(), [](const Rational& x) { return x == 0; });
    if (zero && positive) possible = false;
    AffineRow side = *row;
    if (!positive)
      for (std::size_t k = 0; k < row->size(); ++k) side[k] = -side[k], (*row)[k] *= slope;
    if (!zero) inequalities.push_back(side);
  }

  std::size_t bits_;
};

struct BruteForce {
  std::set<std::vector<bool>> patterns;
  std::set<AffineRow> functions;
};

/// All full-dimensional patterns of a network with `neurons` neurons, inside the strict inequalities `domain`.
inline BruteForce all_patterns(const Network& net, std::size_t neurons, const std::vector<AffineRow>& domain) {
  BruteForce found;
  std::vector<AffineRow> identity(net.input_dim, AffineRow(net.input_dim + 1));
  for (std::size_t i = 0; i < net.input_dim; ++i) identity[i][i] = 1;
  for (std::size_t bits = 0; bits < std::size_t{1} << neurons; ++bits) {
    PatternTrial trial(bits);
    trial.inequalities = domain;
    const std::vector<AffineRow> value = trial.run(net.layers, identity);
    if (!trial.possible || !solvable(trial.inequalities)) continue;
    found.patterns.insert(trial.pattern);
    found.functions.insert(value[0]);
  }
  return found;
}

/// |x_i| < half.
inline std::vector<AffineRow> open_cube(std::size_t d, int half) {
  std::vector<AffineRow> rows;
  for (std::size_t i = 0; i < d; ++i)
    for (const int s : {1, -1}) {
      rows.emplace_back(d + 1);
      rows.back()[i] = s;
      rows.back()[d] = half;
    }
  return rows;
}

}  // namespace narrows::test
