// What is exactly true of a one-neuron ResNet and a grid function besides their L1 distance: values on cores, off the cube, and their range.
//
// Together with the volume of the flanks they prove the theorems' bound on |N − h|_{L1} without any integral: N = h on the cores, N = 0 = h off the
// cube, and |N − h| <= ω in between.
#pragma once

#include "construct/digit_form.hpp"
#include "construct/grid_function.hpp"

namespace narrows {

struct LineRange {
  Rational least, greatest;
};
/// The exact range of f on [a, b]. Precondition: a <= b.
[[nodiscard]] LineRange range_on(const LineFunction& f, const Rational& a, const Rational& b);

struct GridClaims {
  bool equals_on_cores = false;   ///< N = h on every closed core
  bool vanishes_outside = false;  ///< N = 0 off (0,1)^d
  bool in_range =
      false;  ///< N stays between the least and the greatest value of h (`with_zero`: and of 0) on all of R^d
};

/// Exact, from the network's own form. False says only that the sufficient conditions do not hold.
/// Shape      h.dim == form.stairs.size() + 1; 0 < theta < 1.
/// Source     (i)-(iii) of Theorems 1, 2 and 5.
[[nodiscard]] GridClaims grid_claims(const DigitForm& form, const GridFunction& h, const Rational& theta,
                                     bool with_zero);
/// d = 1.
[[nodiscard]] GridClaims grid_claims(const LineFunction& form, const GridFunction& h, const Rational& theta);

}  // namespace narrows
