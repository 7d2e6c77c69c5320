// Ranges of σ^(k) over an interval of any kind. Their proof: see activation_range.cpp.
#pragma once

#include <vector>

#include "checker/activation.hpp"

namespace narrows::checker {

/// A critical point of σ^(order), enclosed, and the value of σ^(order) there.
template <class I>
struct Extremum {
  Function function;
  std::size_t order;
  I where;
  I value;
};

/// Those of σ^(order), as Interval or LeafInterval.
template <class I>
[[nodiscard]] const std::vector<Extremum<I>>& extrema_of(Function function, std::size_t order);

/// sin^(k)(x) = sin(x + kπ/2) over x, the hull of `ends` and of the extremes ±1 at π/2 + nπ - kπ/2.
[[nodiscard]] Interval sin_range(const Interval& x, const Interval& ends, int k);
inline LeafInterval sin_range(const LeafInterval& x, const LeafInterval& ends, int k) {
  return LeafInterval(sin_range(Interval(x), Interval(ends), k));
}

inline Interval rounded_to(const Interval& x, Precision p) {
  return to_precision(x, p);
}
template <class T>
BasicLeafInterval<T> rounded_to(const BasicLeafInterval<T>& x, Precision) {
  return x;
}

template <class I>
I BasicRanges<I>::range(int k) const {
  const auto order = static_cast<std::size_t>(k);
  const Precision p = x_.precision();
  I r = hull(lower_.order[order], upper_.order[order]);
  if (function_ == Function::sin) return sin_range(x_, r, k);
  if (function_ == Function::elu && k >= 2) {
    r = select(may_meet(x_, I(0.0)), k == 2 && unit_ ? I(0.0, 1.0, p) : I(unknown_interval(p)), r);
  }
  using One = std::conditional_t<std::is_same_v<I, LaneInterval>, LeafInterval, I>;
  for (const Extremum<One>& e : extrema_of<One>(function_, order)) {
    const auto inside = may_meet(I(e.where), x_);
    if (any(inside)) r = select(inside, hull(r, I(e.value)), r);
  }
  return rounded_to(r, p);
}

extern template class BasicRanges<Interval>;
extern template class BasicRanges<LeafInterval>;

}  // namespace narrows::checker
