// The derivatives of activation functions over intervals as lines and remainders.
#include "checker/linearisation.hpp"

namespace narrows::checker {

Real middle_of(const Interval& x) {
  Real m(x.precision());
  if (!x.is_finite()) return m;
  if (m.is_double()) return Real(midpoint_approx(x), leaf_precision);
  mpfr_add(m.raw(), x.lo.raw(), x.hi.raw(), MPFR_RNDN);
  mpfr_div_2ui(m.raw(), m.raw(), 1, MPFR_RNDN);
  return m;
}

template class Linearisation<Interval>;
template class Linearisation<LeafInterval>;

}  // namespace narrows::checker
