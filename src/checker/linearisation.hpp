// σ, σ' and σ'' over an interval as a line and a remainder.
#pragma once

#include "checker/activation.hpp"

namespace narrows::checker {

/// f(z) is in λz + remainder and in `range` for all z of an interval; not affine: only the latter is known.
template <class I>
struct Line {
  bool affine = false;
  decltype(I::lo) lambda;
  I remainder;
  I range;
};

/// Which lines are considered. The narrowest remainder is not always best, as slopes add to the sums that follow: `gentle` lines rise or
/// fall by no more than the function does, and with `flat` ones σ' is in its range, whatever it depends on.
enum class Lines { steep, gentle, flat };

/// A point near the middle of x; 0 if x is unbounded.
[[nodiscard]] Real middle_of(const Interval& x);
[[nodiscard]] inline LeafReal middle_of(const LeafInterval& x) {
  return x.is_finite() ? midpoint_approx(x) : 0;
}

/// The derivatives of an activation function over one interval (Interval or LeafInterval), each linearised with the smallest error
/// of several methods.
template <class I>
class Linearisation {
 public:
  Linearisation(const Activation& a, const I& z);
  /// σ^(k), k = 0, 1, 2.
  [[nodiscard]] Line<I> of(int k, Lines lines) const;
  /// Encloses σ^(k)(z), k = 0..3.
  [[nodiscard]] I range(int k) const { return ranges_.range(k); }

 private:
  I z_;
  BasicRanges<I> ranges_;
};

}  // namespace narrows::checker
