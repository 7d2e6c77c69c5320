// The constants of the elementary kernels in lane_elementary.hpp: plain data, shared with the proofs.
//
// The same literals stand in proofs/kernels/*.sollya and *.gappa; tests/unit/arith/kernel_proofs_test.cpp compares them.
// Found by Sollya's fpminimax; how well they fit is proved by its supnorm, not assumed.
#pragma once

namespace narrows::kernel {

/// expm1(r) = r + r²·(c[0] + c[1] r + … + c[10] r^10) on |r| <= 0.34658, relative error below 2^-60.
inline constexpr double kExpm1[11] = {0x1p-1,
                                      0x1.5555555555557p-3,
                                      0x1.5555555555557p-5,
                                      0x1.1111111110051p-7,
                                      0x1.6c16c16c156a5p-10,
                                      0x1.a01a01ac1dc6cp-13,
                                      0x1.a01a01ab9879cp-16,
                                      0x1.71de01adc10d7p-19,
                                      0x1.27e4cfaf3f683p-22,
                                      0x1.af4ec8740ac08p-26,
                                      0x1.1f86f02da59e6p-29};

/// 2·atanh(z) = 2z + z³·(c[0] + c[1] z² + … + c[9] z^18) on 0 <= z <= 1/3, relative error below 2^-57.
inline constexpr double kAtanh[10] = {0x1.5555555555555p-1, 0x1.999999999a27cp-2, 0x1.24924923df843p-2,
                                      0x1.c71c726c171bp-3,  0x1.745cf154e8517p-3, 0x1.3b18a6cd12b19p-3,
                                      0x1.10acf618603a3p-3, 0x1.eb8a175e5239dp-4, 0x1.688edcfc7b6a1p-4,
                                      0x1.4afd63dd17a84p-3};

inline constexpr double kInverseLn2 = 0x1.71547652b82fep+0;
/// ln 2 = high + low up to 2^-96; `high` has 42 bits, so that its products with |k| <= 1024 are exact.
inline constexpr double kLn2High = 0x1.62e42fefa38p-1;
inline constexpr double kLn2Low = 0x1.ef35793c7673p-45;
/// Adding it rounds a number below 2^50 to an integer k and leaves k + 1022, the exponent field of 2^(k-1), in the low bits.
inline constexpr double kMagic = 0x1.8p52 + 1022;

/// Arguments of expm1 are cut here: e^-695 < 1e-301 is covered by kKernelGuard and nothing overflows or turns subnormal.
inline constexpr double kLargestArgument = 695;
/// The exponential function is infinite from here on (and from 709.79 on, in fact).
inline constexpr double kLargestExponent = 710;

/// The second derivative of tanh has its extrema ±4/(3√3) where tanh² = 1/3, at a point between these two and its negative;
/// that of sigmoid, an eighth of it at x/2, at twice these.
inline constexpr double kTanhWave = 0x1.5124271980434p-1;
inline constexpr double kTanhWaveNext = 0x1.5124271980435p-1;
inline constexpr double kTanhPeak = 0x1.8a2345cc04426p-1;

}  // namespace narrows::kernel
