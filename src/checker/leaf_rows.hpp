// Affine forms as rows of doubles: sums, products and lines with rounding errors that are bounded for a whole sum at once.
//
// A row holds the centre, the slopes of all symbols, a radius and a range, as a Form does (form.hpp). Everything is computed to
// nearest, u = 2^-53: in a sum of k products that starts at 0, each takes part in at most k roundings, so the error is at most
// k·u/(1 - k·u) times the sum of the magnitudes, and (k + 1)·u is more. One bound of |centre| + Σ|slope| for each row makes up for
// all its coefficients. What subnormal products lose is less than what ErrorSum adds for each of its terms.
#pragma once

#include <vector>

#include "checker/linearisation.hpp"
#include "checker/model.hpp"
#include "checker/pass.hpp"

namespace narrows::checker {

using LeafLayer = BasicLayer<LeafInterval>;

/// Affine forms of doubles over the same symbols.
struct Rows {
  struct Rest {
    double radius = 0, lo = 0, hi = 0;
    double size = 0;  ///< at least |centre| + Σ|slope|
  };
  std::size_t length;                ///< 1 + the number of symbols
  std::vector<double> coefficients;  ///< centre and slopes, row after row
  std::vector<Rest> rest;

  Rows(std::size_t rows, std::size_t coefficients_each)
      : length(coefficients_each), coefficients(rows * coefficients_each), rest(rows) {}
  [[nodiscard]] std::size_t size() const { return rest.size(); }
  [[nodiscard]] double* at(std::size_t i) { return coefficients.data() + i * length; }
  [[nodiscard]] const double* at(std::size_t i) const { return coefficients.data() + i * length; }
  [[nodiscard]] LeafInterval range(std::size_t i) const { return LeafInterval(rest[i].lo, rest[i].hi); }
};

/// The coordinates of a box, each with its symbol, and rows that do not depend on the box.
[[nodiscard]] Rows coordinates(const Box& box);
[[nodiscard]] Rows constants(const std::vector<LeafInterval>& values);
/// The radius of row i becomes its coefficient `index`, the slope of a symbol that no other row of the evaluation has been given.
void give_symbol(Rows& y, std::size_t i, std::size_t index);

/// Entry i: Σ_j weights[i·row + j·step]·x_j + bias_i (empty: 0).
[[nodiscard]] Rows linear_map(std::size_t rows, const LeafInterval* weights, std::size_t row,
                              std::size_t step, const Rows& x, const std::vector<LeafInterval>& bias);
/// scale_i·x_i + bias_i (empty: 0).
[[nodiscard]] Rows diagonal_map(const std::vector<LeafInterval>& scale, const Rows& x,
                                const std::vector<LeafInterval>& bias);
/// skip·x + residual·y of a residual layer.
[[nodiscard]] Rows residual_sum(const LeafLayer& layer, const Rows& x, const Rows& y);
/// Row i of y, which is 0: the line at z_i.
void set_line(Rows& y, std::size_t i, const Line<LeafInterval>& line, const Rows& z);
/// x_i·y_i, in rows of at least that length. The first d symbols are paired sharply in the quadratic part.
[[nodiscard]] Rows products(const Rows& x, const Rows& y, std::size_t d, std::size_t length);

}  // namespace narrows::checker
