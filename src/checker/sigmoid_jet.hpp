// The derivatives of sigmoid and tanh, in any kind of interval. Notation: see activation.cpp.
#pragma once

#include "checker/activation.hpp"
#include "checker/exponential.hpp"

namespace narrows::checker {

inline bool is_right(const Interval& x) {
  return x.lo.sign() >= 0;
}
template <class T>
Truth<T> is_right(const BasicLeafInterval<T>& x) {
  return x.lo.as_double() >= 0;
}

/// sigmoid, and T for tanh(x/2). From p' = -pT and T' = 2p: p'' = p(1 - 6p), p''' = -pT(1 - 12p).
template <class I>
BasicJet<I> sigmoid_jet(const I& x, I* T_result = nullptr) {
  const auto right = is_right(x);
  const I E = exponential(select(right, -x, x)), v = 1 / (1 + E), s = E * v, p = s * v;
  const I T = select(right, 1 - E, E - 1) * v, minus_pT = -(p * T), six_p = 6 * p;
  if (T_result != nullptr) *T_result = T;
  BasicJet<I> y{{select(right, v, s), p, minus_pT, p * (1 - six_p)}};
  if constexpr (jet_orders<I> > 4) y.order[4] = minus_pT * (1 - (six_p + six_p));
  return y;
}

/// tanh(x) = T(2x).
template <class I>
BasicJet<I> tanh_jet(const I& x) {
  I T;
  const BasicJet<I> s = sigmoid_jet(x + x, &T);
  BasicJet<I> y{{T}};
  for (std::size_t k = 1; k < jet_orders<I>; ++k) y.order[k] = times_power(s.order[k], 2 << k);
  return y;
}

}  // namespace narrows::checker
