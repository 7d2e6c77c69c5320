// The exponential function of one interval.
#include "checker/exponential.hpp"

namespace narrows::checker {

LeafInterval exponential(const LeafInterval& x) {
  namespace parts = exponential_parts;
  return parts::within_reach(x) ? parts::exponential_within_reach(x)
                                : LeafInterval(increasing(mpfr_exp, Interval(x)));
}

Interval exponential(const Interval& x) {
  const bool doubles = x.lo.is_double() && x.hi.is_double();
  return doubles ? Interval(exponential(LeafInterval(x))) : increasing(mpfr_exp, x);
}

}  // namespace narrows::checker
