// A function that is constant on each of the n^d cells of [0,1]^d and 0 outside: what the constructions reproduce.
//
// notation == meaning:  j = (j_1 … j_d) the cell prod [j_i/n, (j_i+1)/n];  its number is m = j_d + n (j_1 + n j_2 + n² j_3 + …): x_d is
// the fast digit (Theorem 1).  w = θ/(2n);  the *core* of a cell is the cell shrunk by w on every side.
#pragma once

#include <cstddef>
#include <vector>

#include "arith/rational.hpp"

namespace narrows {

struct GridFunction {
  std::size_t dim = 0, n = 0;
  std::vector<Rational> values;  ///< n^d of them, by cell number

  [[nodiscard]] std::size_t cells() const { return values.size(); }
  [[nodiscard]] std::vector<std::size_t> cell(std::size_t number) const;
  [[nodiscard]] std::size_t number(const std::vector<std::size_t>& cell) const;
  /// max(0, max h) − min(0, min h).
  [[nodiscard]] Rational oscillation_with_zero() const;
  /// max h − min h.
  [[nodiscard]] Rational oscillation() const;
  /// sup |h|.
  [[nodiscard]] Rational magnitude() const;
};

/// All values 0. Precondition: dim, n >= 1 and n^dim fits.
[[nodiscard]] GridFunction make_grid(std::size_t dim, std::size_t n);

/// 1 − (1−θ)^d: the volume of the cube outside the cores.
[[nodiscard]] Rational flank_volume(std::size_t dim, const Rational& theta);

}  // namespace narrows
