// Ranges of σ^(k) over an interval: the values at the ends and at the critical points of σ^(k) inside.
//
// The critical points of σ^(k) are where σ^(k+1) changes its sign. The table lists all of these places, which
// makes the range exact up to rounding. Each entry is proved by the signs on both sides of it. That there is
// no other, in the notation of activation.cpp:
// - sigmoid: p > 0; T: 0; 1 - 6p = (3T^2 - 1)/2; T(1 - 12p) with 1 - 12p = 3T^2 - 2. tanh has
//   the halves, softplus comes one order later.
// - arctan: -2xr^2; (6x^2 - 2)r^3; 24x(1 - x^2)r^4.
// - silu: σ'' = p(2 - xT): ±a, as xT rises in |x|. σ' falls from 0 to σ'(-a), rises to σ'(a), falls to 1: one
//   zero, in (-a, 0). σ''' = p(x(3T^2 - 1)/2 - 3T): 0 and ±b, as x(3T - 1/T)/6 rises in x > 0 where it is
//   positive. σ'''' = 0 where xT(3T^2 - 2) = 2(3T^2 - 1): not for T^2 in [1/3, 2/3], where the signs differ;
//   below, xT(1 + 1/(1 - 3T^2)) = 2, whose left side rises in |x| from 0; above, xT = 2 + 2/(3T^2 - 2), where
//   the left side rises and the right one falls: one ± each.
// - gelu: σ'' = φ(2 - x^2), σ''' = φx(x^2 - 4), σ'''' = -φ(x^4 - 7x^2 + 4). σ' as for silu.
#include <type_traits>
#include <vector>

#include "checker/activation_range.hpp"

namespace narrows::checker {
namespace {

struct SignChanges {
  Function function;
  std::size_t order;       ///< of σ^(order)
  std::vector<double> at;  ///< nearest doubles; the odd functions change their sign at 0 exactly
};

const std::vector<SignChanges>& sign_changes() {
  static const std::vector<SignChanges> table = {
      {Function::tanh, 2, {0}},
      {Function::tanh, 3, {-0.6584789484624084, 0.6584789484624084}},
      {Function::tanh, 4, {-1.1462158347805889, 0, 1.1462158347805889}},
      {Function::sigmoid, 2, {0}},
      {Function::sigmoid, 3, {-1.3169578969248167, 1.3169578969248167}},
      {Function::sigmoid, 4, {-2.2924316695611777, 0, 2.2924316695611777}},
      {Function::softplus, 3, {0}},
      {Function::softplus, 4, {-1.3169578969248167, 1.3169578969248167}},
      {Function::arctan, 2, {0}},
      {Function::arctan, 3, {-0.5773502691896258, 0.5773502691896258}},
      {Function::arctan, 4, {-1, 0, 1}},
      {Function::silu, 1, {-1.2784645427610738}},
      {Function::silu, 2, {-2.3993572805154677, 2.3993572805154677}},
      {Function::silu, 3, {-3.4358409935351107, 0, 3.4358409935351107}},
      {Function::silu, 4, {-4.429235100557228, -1.0319582417807491, 1.0319582417807491, 4.429235100557228}},
      {Function::gelu, 1, {-0.7517915246935645}},
      {Function::gelu, 2, {-1.4142135623730951, 1.4142135623730951}},
      {Function::gelu, 3, {-2, 0, 2}},
      {Function::gelu, 4, {-2.5243377989621387, -0.7922869913932613, 0.7922869913932613, 2.5243377989621387}},
  };
  return table;
}

std::vector<Extremum<Interval>> make_extrema() {
  constexpr double reach = 0x1p-40;
  std::vector<Extremum<Interval>> extrema;
  for (const auto& [function, order, points] : sign_changes()) {
    const Activation a{function, 1};
    for (const double x : points) {
      const Interval before = jet(a, Interval(x - reach, exact_precision)).order[order];
      const Interval after = jet(a, Interval(x + reach, exact_precision)).order[order];
      const bool proved = (before.positive() && after.negative()) || (before.negative() && after.positive());
      const double radius = x == 0 ? 0 : reach;
      const Interval where(x - radius, x + radius, exact_precision);
      const Jet around = jet(a, where);  // mean value form: the derivative almost vanishes here
      const Interval value = jet(a, Interval(x, exact_precision)).order[order - 1] +
                             around.order[order] * Interval(-radius, radius, exact_precision);
      extrema.push_back({function, order - 1, where, proved ? value : unknown_interval(exact_precision)});
    }
  }
  return extrema;
}

}  // namespace

template <class I>
const std::vector<Extremum<I>>& extrema_of(Function function, std::size_t order) {
  using Table = std::array<std::array<std::vector<Extremum<I>>, 4>, function_names.size()>;
  static const Table table = [] {
    Table sorted;
    for (const auto& [f, k, where, value] : make_extrema()) {
      auto& list = sorted[static_cast<std::size_t>(f)][k];
      if constexpr (std::is_same_v<I, Interval>) {
        list.push_back({f, k, where, value});
      } else {
        list.push_back(
            {f, k, I(to_precision(where, leaf_precision)), I(to_precision(value, leaf_precision))});
      }
    }
    return sorted;
  }();
  return table[static_cast<std::size_t>(function)][order];
}

template const std::vector<Extremum<Interval>>& extrema_of(Function, std::size_t);
template const std::vector<Extremum<LeafInterval>>& extrema_of(Function, std::size_t);

Interval sin_range(const Interval& x, const Interval& ends, int k) {
  const Interval any(-1, 1, x.precision());
  if (!x.is_finite()) return any;
  const Interval n = x / pi(x.precision()) - 0.5 * (1 - k);  // x = (n + (1 - k)/2)π
  Real first(exact_precision), last(exact_precision);
  mpfr_ceil(first.raw(), raw(n.lo));
  mpfr_floor(last.raw(), raw(n.hi));
  if (less(last, first)) return ends;
  if (less(first, last) || !mpfr_fits_slong_p(first.raw(), MPFR_RNDN)) return any;
  return hull(ends, mpfr_get_si(first.raw(), MPFR_RNDN) % 2 == 0 ? 1.0 : -1.0);
}

template class BasicRanges<Interval>;
template class BasicRanges<LeafInterval>;

}  // namespace narrows::checker
