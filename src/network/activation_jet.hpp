// Enclosures of an activation function and its derivatives up to order 3, at a point and over an interval.
//
// Idea: at a point all orders follow from one or two elementary functions (for the tanh family t = tanh x and
// s = sech² x, both from expm1(2|x|), so that s keeps full relative accuracy where 1 − t² would cancel). Over an
// interval the two end-point jets give the range wherever the derivative is monotone between its known extrema.
//
// Guarantee  jet[k] encloses σ^(k) on the argument; where σ^(k) does not exist at a kink it encloses the Clarke hull;
//            an order that is not available is the entire line. Infinite ends give limits.
#pragma once

#include <array>

#include "arith/big_interval.hpp"
#include "arith/elementary.hpp"
#include "network/model.hpp"

namespace narrows {

/// An activation with its parameter as an enclosure.
template <class I>
struct ActivationFunction {
  Activation kind = Activation::identity;
  I alpha{};
};

template <class I>
using Jet = std::array<I, 4>;  ///< orders 0…3

/// Jet at one real number, given by a thin enclosure.
template <class I>
[[nodiscard]] Jet<I> jet_at(const ActivationFunction<I>& f, const I& point);

/// Jet over [lo, hi], given the jets at both ends.
template <class I>
[[nodiscard]] Jet<I> jet_over(const ActivationFunction<I>& f, const I& lo, const I& hi, const Jet<I>& at_lo,
                              const Jet<I>& at_hi);

/// Jet over an interval.
[[nodiscard]] Jet<Interval> jet_over(const ActivationFunction<Interval>& f, const Interval& x);
[[nodiscard]] Jet<BigInterval> jet_over(const ActivationFunction<BigInterval>& f, const BigInterval& x);

extern template Jet<Interval> jet_at(const ActivationFunction<Interval>&, const Interval&);
extern template Jet<BigInterval> jet_at(const ActivationFunction<BigInterval>&, const BigInterval&);

}  // namespace narrows
