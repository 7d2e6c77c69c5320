// Random grids and rational numbers for the tests of constructions.
#pragma once

#include "construct/grid_function.hpp"
#include "construct/line_function.hpp"
#include "construct/target.hpp"
#include "support/random_cases.hpp"

namespace narrows::test {

inline Rational random_rational(RandomCases& random, int size = 6) { return Rational(random.integer(-size, size)) / Rational(random.integer(1, 5)); }

inline GridFunction random_grid(RandomCases& random, std::size_t dim, std::size_t n) {
  GridFunction grid = make_grid(dim, n);
  for (Rational& value : grid.values) value = random.integer(0, 3) == 0 ? Rational(0) : random_rational(random, 4);
  return grid;
}

inline Rational positive_part(const Rational& x) { return x > 0 ? x : Rational(0); }

inline GridFunction disc_grid(std::size_t dim, std::size_t n) {
  TargetOptions options;
  options.dim = dim;
  return sample_centres(*make_target("ball", options), n);
}

}  // namespace narrows::test
