// Functions of four intervals: those of one interval for each, or the same formulas where these serve.
#pragma once

#include "checker/activation_range.hpp"
#include "checker/lanes.hpp"
#include "checker/sigmoid_jet.hpp"

namespace narrows::checker {

inline void set_lane(LaneInterval& x, std::size_t lane, const LeafInterval& value) {
  Lanes lo = x.lo.as_double(), hi = x.hi.as_double();
  lo.set(lane, value.lo.as_double());
  hi.set(lane, value.hi.as_double());
  x = LaneInterval(lo, hi);
}

inline LaneInterval sin_range(const LaneInterval& x, LaneInterval ends, int k) {
  for (std::size_t lane = 0; lane < lane_count; ++lane)
    set_lane(ends, lane, sin_range(lane_of(x, lane), lane_of(ends, lane), k));
  return ends;
}

inline LaneInterval exponential(const LaneInterval& x) {
  if (exponential_parts::within_reach(x)) return exponential_parts::exponential_within_reach(x);
  LaneInterval y;
  for (std::size_t lane = 0; lane < lane_count; ++lane) set_lane(y, lane, exponential(lane_of(x, lane)));
  return y;
}

inline BasicJet<LaneInterval> jet(const Activation& a, const LaneInterval& x) {
  const bool known = all(x.is_finite() & x.is_point());
  if (a.function == Function::tanh && known) return tanh_jet(x);
  if (a.function == Function::sigmoid && known) return sigmoid_jet(x);
  BasicJet<LaneInterval> y;
  for (std::size_t lane = 0; lane < lane_count; ++lane) {
    const BasicJet<LeafInterval> values = jet(a, lane_of(x, lane));
    for (std::size_t k = 0; k < y.order.size(); ++k) set_lane(y.order[k], lane, values.order[k]);
  }
  return y;
}

}  // namespace narrows::checker
