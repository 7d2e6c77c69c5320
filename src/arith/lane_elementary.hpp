// tanh, sigmoid, softplus with their first three derivatives, and exp, several doubles at a time, with a proved error.
//
// Idea: everything comes from h = expm1(y)/2 for y >= 0. With y = k ln 2 + r, |r| <= ln 2 / 2, and p = expm1(r) from a
// polynomial, h = 2^(k-1) p + (2^(k-1) − 1/2); near 0 (k = 0) that is p/2 exactly, so h has full relative accuracy
// everywhere. Then with D = h + 1 and E = 2h + 1 = e^y
//   tanh(y/2) = h/D        sech²(y/2) = E/D²        sigmoid(y) = E/(2D)        sigmoid(−y) = 1/(2D)
//   softplus(−y) = log1p(1/E) = 2 atanh(1/(2E + 1)) = 2 atanh(1/(4h + 3))
// with nothing but relative errors of a few 2^-53, in the saturated part too. Other orders: t = tanh, s = sech²,
//   tanh'' = −2ts, tanh''' = s(4 − 6s); sigmoid(x) = (1 + tanh(x/2))/2 scales order k >= 1 by 2^-(k+1).
// Arguments are cut at |y| = 695; what lies beyond differs from the cut by less than kKernelGuard.
//
// For lane sources only (lanes.hpp). Guarantee: error bounds in lane_errors.hpp, proved in proofs/kernels for exactly this
// order of operations: do not reorder. Not-a-number gives not-a-number. Rounding must be to nearest.
#pragma once

#include "arith/lane_coefficients.hpp"
#include "arith/lanes.hpp"

namespace narrows::NARROWS_ISA {

/// Derivatives of order 0…3 at a point.
struct Jet {
  Lanes value, slope, curvature, third;
};

/// y = k ln 2 + r: half_power = 2^(k-1) and p = expm1(r), for |y| <= 710.
struct ReducedExpm1 {
  Lanes half_power, p;
};

NARROWS_INLINE ReducedExpm1 reduced_expm1(Lanes y) {
  const auto& c = kernel::kExpm1;
  const Lanes shifted = fma(y, broadcast(kernel::kInverseLn2), broadcast(kernel::kMagic));
  const Lanes k = shifted - kernel::kMagic;
  const Lanes head = fma(k, broadcast(-kernel::kLn2High), y);  // exact
  const Lanes r = fma(k, broadcast(-kernel::kLn2Low), head);
  const Lanes r2 = r * r;
  // Even and odd coefficients side by side, for parallelism without additional operations.
  Lanes even = fma(broadcast(c[10]), r2, broadcast(c[8]));
  Lanes odd = fma(broadcast(c[9]), r2, broadcast(c[7]));
  even = fma(even, r2, broadcast(c[6]));
  odd = fma(odd, r2, broadcast(c[5]));
  even = fma(even, r2, broadcast(c[4]));
  odd = fma(odd, r2, broadcast(c[3]));
  even = fma(even, r2, broadcast(c[2]));
  odd = fma(odd, r2, broadcast(c[1]));
  even = fma(even, r2, broadcast(c[0]));
  const Lanes q = fma(odd, r, even);
  return {(Lanes)((Mask)shifted << 52), fma(r2, q, r)};
}

/// expm1(y)/2 for 0 <= y, cut at kLargestArgument.
NARROWS_INLINE Lanes half_expm1(Lanes y) {
  const ReducedExpm1 e = reduced_expm1(min(broadcast(kernel::kLargestArgument), y));  // in this order a NaN survives
  return fma(e.half_power, e.p, e.half_power - 0.5);
}

NARROWS_INLINE Jet tanh_jet(Lanes x) {
  const Lanes y = abs(x);
  const Lanes h = half_expm1(y + y);
  const Lanes e = fma(h, broadcast(2.0), broadcast(1.0));
  const Lanes w = 1.0 / (h + 1.0);
  const Lanes t = with_sign(h * w, sign_of(x));
  const Lanes s = (e * w) * w;
  return {t, s, t * (-2.0 * s), s * fma(s, broadcast(-6.0), broadcast(4.0))};
}

/// The jet of sigmoid, and h for softplus.
NARROWS_INLINE Jet sigmoid_jet_from(Lanes x, Lanes h) {
  const Lanes e = fma(h, broadcast(2.0), broadcast(1.0));
  const Lanes w = 1.0 / (h + 1.0);
  const Lanes ew = e * w;
  const Lanes t = with_sign(h * w, sign_of(x));
  const Lanes s = ew * w;
  return {0.5 * select(x < 0.0, w, ew), 0.25 * s, t * (-0.25 * s), (0.0625 * s) * fma(s, broadcast(-6.0), broadcast(4.0))};
}

NARROWS_INLINE Jet sigmoid_jet(Lanes x) { return sigmoid_jet_from(x, half_expm1(abs(x))); }

/// log(1 + e^x) = max(x, 0) + log1p(e^-|x|); its derivatives are sigmoid and two of that.
NARROWS_INLINE Jet softplus_jet(Lanes x) {
  const auto& c = kernel::kAtanh;
  const Lanes h = half_expm1(abs(x));
  const Lanes z = 1.0 / fma(h, broadcast(4.0), broadcast(3.0));
  const Lanes z2 = z * z, z4 = z2 * z2;
  Lanes even = fma(broadcast(c[8]), z4, broadcast(c[6]));
  Lanes odd = fma(broadcast(c[9]), z4, broadcast(c[7]));
  even = fma(even, z4, broadcast(c[4]));
  odd = fma(odd, z4, broadcast(c[5]));
  even = fma(even, z4, broadcast(c[2]));
  odd = fma(odd, z4, broadcast(c[3]));
  even = fma(even, z4, broadcast(c[0]));
  odd = fma(odd, z4, broadcast(c[1]));
  const Lanes tail = fma(z * z2, fma(odd, z2, even), z + z);
  const Jet s = sigmoid_jet_from(x, h);
  return {max(Lanes{}, x) + tail, s.value, s.slope, s.curvature};
}

/// e^x: at most 1.5e-302 below −695, +inf from 709.79 on (or one double earlier).
NARROWS_INLINE Lanes exp_approx(Lanes x) {
  const Lanes y = min(broadcast(kernel::kLargestExponent), max(broadcast(-kernel::kLargestArgument), x));
  const ReducedExpm1 e = reduced_expm1(y);
  return 2.0 * fma(e.half_power, e.p, e.half_power);
}

}  // namespace narrows::NARROWS_ISA
