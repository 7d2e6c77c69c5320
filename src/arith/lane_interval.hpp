// Intervals, one per lane, rounded outward by arithmetic in rounding to nearest.
//
// Idea: outward() moves a rounded result one double outward by a single fma; only products and quotients can underflow, and
// the few lanes where they do get a second treatment. Elementary functions add their proved error to both end points.
//
// Semantics  IntervalLanes stands for one set {x : lo <= x <= hi} per lane, as Interval does; ends may be infinite, never NaN:
//            normalized() turns a NaN end into an infinite one. lo > hi is the empty set; operands must not be empty except
//            where stated (the caller tests is_empty; src/arith/lane_batch.cpp does).
// Guarantee  every exact result for operands in the intervals lies in the returned interval. Lanes are independent.
// For lane sources only; rounding must be to nearest.
#pragma once

#include "arith/lane_elementary.hpp"
#include "arith/lane_errors.hpp"
#include "arith/lanes.hpp"

namespace narrows::NARROWS_ISA {

struct IntervalLanes {
  Lanes lo, hi;
};
/// Enclosures of {f^(k)(x) : x in the interval}, k = 0, 1, 2.
struct IntervalJet {
  IntervalLanes value, slope, curvature;
};

inline constexpr double kInfinite = __builtin_inf();
inline constexpr double kLargest = __DBL_MAX__;
inline constexpr double kTiniest = __DBL_DENORM_MIN__;
/// Products and quotients at least this large are rounded with a relative error of at most 2^-53.
inline constexpr double kSafelyNormal = 0x1p-1021;

NARROWS_INLINE IntervalLanes entire() { return {broadcast(-kInfinite), broadcast(kInfinite)}; }
NARROWS_INLINE IntervalLanes empty() { return {broadcast(kInfinite), broadcast(-kInfinite)}; }
NARROWS_INLINE Mask is_empty(IntervalLanes x) { return x.lo > x.hi; }
NARROWS_INLINE IntervalLanes select(Mask condition, IntervalLanes yes, IntervalLanes no) {
  return {select(condition, yes.lo, no.lo), select(condition, yes.hi, no.hi)};
}
/// A NaN end becomes the infinite one of its side.
NARROWS_INLINE IntervalLanes normalized(IntervalLanes x) {
  return {max(x.lo, broadcast(-kInfinite)), min(x.hi, broadcast(kInfinite))};
}

// ---- Rounding outward. ----

// For c = rnd(exact) normal or exact: c − |c|·2^-53(1 + 2^-51) lies more than half an ulp and less than 3/2 ulp below c, so
// that it rounds to the double before c, and that is <= exact. Exact results below 2^-1021, zero too, may stay: sums are.
inline constexpr double kHalfUlp = 0x1.0000000000002p-53;

/// Lower end from the rounded lower end of a sum. +inf (an overflow) counts as the largest double, NaN as −inf.
NARROWS_INLINE Lanes sum_down(Lanes c) {
  c = min(broadcast(kLargest), c);
  return max(fma(abs(c), broadcast(-kHalfUlp), c), broadcast(-kInfinite));
}
NARROWS_INLINE Lanes sum_up(Lanes c) { return -sum_down(-c); }

/// The same for products and quotients; `negative`: whether the exact value may be below 0. If not, neither is the result.
NARROWS_INLINE Lanes product_down(Lanes c, Mask negative) {
  const Lanes down = sum_down(c);
  const Mask small = abs(c) < kSafelyNormal;
  if (!any(small)) return down;
  const Lanes step = c - kTiniest;  // exact, and below the exact value: that is off by at most half of kTiniest
  return select(small, select(negative, step, max(step, Lanes{})), down);
}
NARROWS_INLINE Lanes product_up(Lanes c, Mask positive) { return -product_down(-c, positive); }

// ---- Arithmetic. ----

NARROWS_INLINE IntervalLanes neg(IntervalLanes x) { return {-x.hi, -x.lo}; }
NARROWS_INLINE IntervalLanes add(IntervalLanes a, IntervalLanes b) { return {sum_down(a.lo + b.lo), sum_up(a.hi + b.hi)}; }
NARROWS_INLINE IntervalLanes sub(IntervalLanes a, IntervalLanes b) { return {sum_down(a.lo - b.hi), sum_up(a.hi - b.lo)}; }

/// x, or 0 where it is NaN: a product 0·∞ counts as 0.
NARROWS_INLINE Lanes zero_if_nan(Lanes x) { return select(x == x, x, Lanes{}); }

NARROWS_INLINE IntervalLanes mul(IntervalLanes a, IntervalLanes b) {
  Lanes p = a.lo * b.lo, q = a.lo * b.hi, r = a.hi * b.lo, s = a.hi * b.hi;
  const Mask bounded = (a.hi - a.lo) + (b.hi - b.lo) < kInfinite;
  if (!all(bounded)) p = zero_if_nan(p), q = zero_if_nan(q), r = zero_if_nan(r), s = zero_if_nan(s);
  const Mask negative = ((a.lo < 0.0) & (b.hi > 0.0)) | ((a.hi > 0.0) & (b.lo < 0.0));
  const Mask positive = ((a.lo < 0.0) & (b.lo < 0.0)) | ((a.hi > 0.0) & (b.hi > 0.0));
  return {product_down(min(min(p, q), min(r, s)), negative), product_up(max(max(p, q), max(r, s)), positive)};
}

/// Entire where b contains 0.
NARROWS_INLINE IntervalLanes div(IntervalLanes a, IntervalLanes b) {
  const Mask below = b.hi < 0.0, above = b.lo > 0.0;
  const IntervalLanes n = select(below, neg(a), a), d = select(below, neg(b), b);  // a/b = n/d with d > 0
  const Lanes lo = n.lo / select(n.lo >= 0.0, d.hi, d.lo), hi = n.hi / select(n.hi >= 0.0, d.lo, d.hi);
  const IntervalLanes quotient = {product_down(lo, n.lo < 0.0), product_up(hi, n.hi > 0.0)};
  return select(below | above, quotient, entire());
}

/// {x² : x in the interval}: never negative.
NARROWS_INLINE IntervalLanes square(IntervalLanes x) {
  const Lanes least = max(max(x.lo, -x.hi), Lanes{}), largest = max(-x.lo, x.hi);
  return {product_down(least * least, Mask{}), product_up(largest * largest, largest > 0.0)};
}

/// Smallest interval that contains both; the operands may be empty() but not another empty interval.
NARROWS_INLINE IntervalLanes hull(IntervalLanes a, IntervalLanes b) { return {min(a.lo, b.lo), max(a.hi, b.hi)}; }
/// Intersection; empty where they are disjoint. The operands may be empty.
NARROWS_INLINE IntervalLanes meet(IntervalLanes a, IntervalLanes b) { return {max(a.lo, b.lo), min(a.hi, b.hi)}; }

// ---- Elementary functions. ----

// From |a − f| <= error·|a| + G to bounds of f: c = error + 3·2^-53 and 2G leave room for the two roundings (2.01·2^-53 |a|
// and 2^-53·2G). a must not be infinite on the side away from its rounding.
NARROWS_INLINE Lanes proved_down(Lanes a, double error) {
  return fma(abs(a), broadcast(-(error + 0x1.8p-52)), a) - 2 * kKernelGuard;
}
NARROWS_INLINE Lanes proved_up(Lanes a, double error) {
  return fma(abs(a), broadcast(error + 0x1.8p-52), a) + 2 * kKernelGuard;
}
/// Increasing function with values in [least, largest] from its approximations at the end points.
NARROWS_INLINE IntervalLanes increasing(Lanes at_lo, Lanes at_hi, double error, double least, double largest) {
  return {max(proved_down(at_lo, error), broadcast(least)), min(proved_up(at_hi, error), broadcast(largest))};
}
/// Positive bump with its only peak at 0.
NARROWS_INLINE IntervalLanes bump(IntervalLanes x, Lanes at_lo, Lanes at_hi, double error, double peak) {
  const Mask around_zero = (x.lo <= 0.0) & (x.hi >= 0.0);
  const Lanes high = min(proved_up(max(at_lo, at_hi), error), broadcast(peak));
  return {max(proved_down(min(at_lo, at_hi), error), Lanes{}), select(around_zero, broadcast(peak), high)};
}
/// Odd function: up to `peak` at a point −c, down to −peak at c, c in [center, next double]; monotone between and beyond.
NARROWS_INLINE IntervalLanes wave(IntervalLanes x, Lanes at_lo, Lanes at_hi, double error, double center, double next,
                                  double peak) {
  const Lanes low = max(proved_down(min(at_lo, at_hi), error), broadcast(-peak));
  const Lanes high = min(proved_up(max(at_lo, at_hi), error), broadcast(peak));
  return {select((x.lo <= next) & (x.hi >= center), broadcast(-peak), low),
          select((x.lo <= -center) & (x.hi >= -next), broadcast(peak), high)};
}

NARROWS_INLINE IntervalJet tanh(IntervalLanes x) {
  const Jet lo = tanh_jet(x.lo), hi = tanh_jet(x.hi);
  return {increasing(lo.value, hi.value, kTanhValueError, -1, 1), bump(x, lo.slope, hi.slope, kTanhSlopeError, 1),
          wave(x, lo.curvature, hi.curvature, kTanhCurvatureError, kernel::kTanhWave, kernel::kTanhWaveNext, kernel::kTanhPeak)};
}

NARROWS_INLINE IntervalJet sigmoid_from(IntervalLanes x, const Jet& lo, const Jet& hi) {
  return {increasing(lo.value, hi.value, kSigmoidValueError, 0, 1), bump(x, lo.slope, hi.slope, kSigmoidSlopeError, 0.25),
          wave(x, lo.curvature, hi.curvature, kSigmoidCurvatureError, 2 * kernel::kTanhWave, 2 * kernel::kTanhWaveNext, kernel::kTanhPeak / 8)};
}
NARROWS_INLINE IntervalJet sigmoid(IntervalLanes x) { return sigmoid_from(x, sigmoid_jet(x.lo), sigmoid_jet(x.hi)); }

/// Slope and curvature are value and slope of sigmoid.
NARROWS_INLINE IntervalJet softplus(IntervalLanes x) {
  const Jet lo = softplus_jet(x.lo), hi = softplus_jet(x.hi);
  return {increasing(lo.value, hi.value, kSoftplusValueError, 0, kInfinite),
          increasing(lo.slope, hi.slope, kSigmoidValueError, 0, 1), bump(x, lo.curvature, hi.curvature, kSigmoidSlopeError, 0.25)};
}

NARROWS_INLINE IntervalLanes exp(IntervalLanes x) {
  return increasing(min(broadcast(kExpOverflow), exp_approx(x.lo)), exp_approx(x.hi), kExpError, 0, kInfinite);
}

}  // namespace narrows::NARROWS_ISA
