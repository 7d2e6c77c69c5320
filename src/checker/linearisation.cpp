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
Linearisation<I>::Linearisation(const Activation& a, const I& z)
    : z_(z),
      ranges_(a, z),
      middle_(middle_of(z)),
      half_width_(absolute(z - I(middle_))),
      at_middle_(jet(a, I(middle_))) {
  half_width_.lo = half_width_.hi;
}

/// With g = σ^(k), g' in [l, u] and g'' in G on [a, b] = z, middle m, half-width h:
///   λ = l or u: g(z) - λz is monotone, so it lies in the hull of its values at a and b
///   λ ~ g'(m):  g(z) - λz in g(m) - λm + (g'(m) - λ)[-h, h] + (G hull 0)h²/2 (Taylor)
/// The narrowest is taken. All are valid for elu too, where g' and G hold the one-sided derivatives. Where Taylor's remainder is
/// narrower than h(u - l)/2, it is the narrowest: then g' needs a way of more than h from l to u, so that g(z) - lz grows by
/// more than h(u - l)/2, and uz - g(z) does.
template <class I>
Line<I> Linearisation<I>::of(int k) const {
  const auto order = static_cast<std::size_t>(k);
  const double unknown = std::numeric_limits<double>::quiet_NaN();
  Line<I> line{false, decltype(I::lo)(0, z_.precision()), I(unknown, z_.precision()), ranges_.range(k)};
  if (!z_.is_finite()) return line;

  const I slope = ranges_.range(k + 1);
  const auto prefer = [&](const auto& other, const I& candidate) {
    if (!(width_approx(candidate) < width_approx(line.remainder))) return;
    line.lambda = other;
    line.remainder = candidate;
  };
  if (k <= 1) {
    const I& tangent = at_middle_.order[order + 1];
    const I bend = hull(ranges_.range(k + 2), I(0.0)) * square(half_width_) / 2;
    const I spread = (tangent - I(tangent.lo)) * hull(half_width_, -half_width_);
    prefer(tangent.lo, at_middle_.order[order] - I(tangent.lo) * I(middle_) + spread + bend);
  }
  if (!(2 * width_approx(line.remainder) < half_width_.hi.approx() * width_approx(slope))) {
    for (const auto& end : {slope.lo, slope.hi}) {
      const I at_lower = ranges_.at_lower().order[order] - I(end) * I(z_.lo);
      prefer(end, hull(at_lower, ranges_.at_upper().order[order] - I(end) * I(z_.hi)));
    }
  }
  line.affine = line.lambda.is_finite() && line.remainder.is_finite();
  return line;
}

template class Linearisation<Interval>;
template class Linearisation<LeafInterval>;

}  // namespace narrows::checker
