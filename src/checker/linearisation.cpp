// The derivatives of activation functions over intervals as lines and remainders.
#include "checker/linearisation.hpp"

#include <cmath>
#include <limits>

namespace narrows::checker {
namespace {

template <class I>
double width_approx(const I& x) {
  const double w = x.hi.approx() - x.lo.approx();
  return std::isnan(w) ? HUGE_VAL : w;
}

}  // namespace

Real middle_of(const Interval& x) {
  Real m(x.precision());
  if (!x.is_finite()) return m;
  if (m.is_double()) return Real(midpoint_approx(x), leaf_precision);
  mpfr_add(m.raw(), x.lo.raw(), x.hi.raw(), MPFR_RNDN);
  mpfr_div_2ui(m.raw(), m.raw(), 1, MPFR_RNDN);
  return m;
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
  if (!z_.is_finite()) return line;

  const I slope = ranges_.range(k + 1), at_a = ranges_.at_lower().order[order], at_b = ranges_.at_upper().order[order];
  const I a(z_.lo), b(z_.hi), w = b - a;
  const auto prefer = [&](const auto& lambda, const I& remainder) {
    if (!(width_approx(remainder) < width_approx(line.remainder))) return;
    line.lambda = lambda;
    line.remainder = remainder;
  };
  const auto at_ends = [&](const I& lambda) { return hull(at_a - lambda * a, at_b - lambda * b); };
  if (k == 0 || (k == 1 && lines != Lines::flat)) {
    const I chord(((at_b - at_a) / w).lo);
    prefer(chord.lo, at_ends(chord) - hull(ranges_.range(k + 2), I(0.0)) * square(w) * 0.125);
  }
  const bool wide = !(4 * width_approx(line.remainder) < w.hi.approx() * width_approx(slope));
  const bool steep = lines == Lines::steep, flat = lines == Lines::flat && k == 1;
  if (wide && (steep || (slope.positive() && !flat))) prefer(slope.lo, at_ends(I(slope.lo)));
  if (wide && (steep || (slope.negative() && !flat))) prefer(slope.hi, at_ends(I(slope.hi)));
  prefer(decltype(I::lo)(0, z_.precision()), line.range);
  line.affine = line.lambda.is_finite() && line.remainder.is_finite();
  return line;
}

template class Linearisation<Interval>;
template class Linearisation<LeafInterval>;

}  // namespace narrows::checker
