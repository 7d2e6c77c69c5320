// σ, σ' and σ'' over an interval as a line and a remainder.
#pragma once

#include <cmath>
#include <limits>

#include "checker/activation_range.hpp"

namespace narrows::checker {

/// f(z) is in λz + remainder and in `range` for all z of an interval; not affine: only the latter is known.
template <class I>
struct Line {
  decltype(I().is_finite()) affine = false;  ///< with LaneInterval: in which lanes
  decltype(I::lo) lambda;
  I remainder;
  I range;
};

/// Which lines are considered. The narrowest remainder is not always best, as slopes add to the sums that follow: `gentle` lines rise or
/// fall by no more than the function does, and with `flat` ones σ' is in its range, whatever it depends on.
enum class Lines { steep, gentle, flat };

/// A point near the middle of x; 0 if x is unbounded.
[[nodiscard]] Real middle_of(const Interval& x);
template <class T>
[[nodiscard]] BasicLeafReal<T> middle_of(const BasicLeafInterval<T>& x) {
  return select(x.is_finite(), midpoint_approx(x), T(0));
}

/// The derivatives of an activation function over one interval (Interval, LeafInterval or LaneInterval), each linearised with the smallest error
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

template <class I>
auto width_approx(const I& x) {
  const auto w = x.hi.approx() - x.lo.approx();
  return select(is_nan(w), decltype(w)(HUGE_VAL), w);
}

template <class I>
Linearisation<I>::Linearisation(const Activation& a, const I& z) : z_(z), ranges_(a, z) {}

/// With g = σ^(k), g' in [l, u] and g'' in G on [a, b] = z, w = b - a:
///   λ ~ (g(b) - g(a))/w: g - chord = -g''(ξ)/2·(z - a)(b - z) in -(G hull 0)w²/8, chord - λz in the hull of its values at a and b
///   λ = l or u:          g(z) - λz is monotone, so it lies in the hull of its values at a and b
///   λ = 0:               g(z) lies in its range
/// The narrowest is taken. All are valid for elu too, where g' and G hold the one-sided derivatives. Where the chord's remainder is
/// narrower than w(u - l)/4, it is narrower than those of l and u: then g' needs a way of more than w/2 from l to u, so that
/// g(z) - lz grows by more than w(u - l)/4, and uz - g(z) does.
template <class I>
Line<I> Linearisation<I>::of(int k, Lines lines) const {
  const auto order = static_cast<std::size_t>(k);
  const double unknown = std::numeric_limits<double>::quiet_NaN();
  Line<I> line{false, decltype(I::lo)(0, z_.precision()), I(unknown, z_.precision()), ranges_.range(k)};
  if (!any(z_.is_finite())) return line;

  const I slope = ranges_.range(k + 1), at_a = ranges_.at_lower().order[order], at_b = ranges_.at_upper().order[order];
  const I a(z_.lo), b(z_.hi), w = b - a;
  const auto prefer = [&](const decltype(I::lo)& lambda, const I& remainder, auto allowed) {
    const auto narrower = allowed & (width_approx(remainder) < width_approx(line.remainder));
    line.lambda = select(narrower, lambda, line.lambda);
    line.remainder = select(narrower, remainder, line.remainder);
  };
  const auto at_ends = [&](const I& lambda) { return hull(at_a - lambda * a, at_b - lambda * b); };
  if (k == 0 || (k == 1 && lines != Lines::flat)) {
    const I chord(((at_b - at_a) / w).lo);
    prefer(chord.lo, at_ends(chord) - hull(ranges_.range(k + 2), I(0.0)) * square(w) * 0.125, true);
  }
  const auto wide = !(4 * width_approx(line.remainder) < w.hi.approx() * width_approx(slope));
  const bool steep = lines == Lines::steep, flat = lines == Lines::flat && k == 1;
  const auto rising = wide & (steep | (slope.positive() & !flat)), falling = wide & (steep | (slope.negative() & !flat));
  if (any(rising)) prefer(slope.lo, at_ends(I(slope.lo)), rising);
  if (any(falling)) prefer(slope.hi, at_ends(I(slope.hi)), falling);
  prefer(decltype(I::lo)(0, z_.precision()), line.range, true);
  line.affine = z_.is_finite() & line.lambda.is_finite() & line.remainder.is_finite();
  return line;
}

extern template class Linearisation<Interval>;
extern template class Linearisation<LeafInterval>;

}  // namespace narrows::checker
